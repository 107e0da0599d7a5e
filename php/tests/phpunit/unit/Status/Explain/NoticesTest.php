<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Status\Explain;

use MediaWiki\Extension\WikibaseDispatch\Base\Log\Event;
use MediaWiki\Extension\WikibaseDispatch\Status\Explain\Notices;
use MediaWiki\Extension\WikibaseDispatch\Status\FarmStatus;
use MediaWiki\Extension\WikibaseDispatch\Status\Metrics\StatusMetrics;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\EnglishText;
use PHPUnit\Framework\TestCase;

/**
 * What is said beside the verdict.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Status\Explain\Notices
 */
class NoticesTest extends TestCase {

	private const RULES = __DIR__ . '/../../../../../../src/domain/horizon.rs';
	private const FORMATS = __DIR__ . '/../../../../../../src/domain/notification_format.rs';

	public function test_without_warnings_and_late_changes_nothing_is_said(): void {
		$this->assertSame( [], self::sentences( SampleStatus::farm( [] ) ) );
	}

	public function test_g7b_late_changes_are_counted_and_named_with_the_time_at_which_they_were_found(): void {
		$late = static fn ( int ...$ids ) => SampleStatus::farm( [], lateChanges: array_map(
			static fn ( int $id ) => [ 'id' => $id, 'found' => SampleStatus::NOW ], $ids
		) );
		$this->assertSame(
			[ 'One change became visible late and was delivered afterwards: 7 (found at 2027-01-15 08:00:00 UTC)' ],
			self::sentences( $late( 7 ) )
		);
		[ $many ] = self::sentences( $late( ...range( 1, 11 ) ) );
		$this->assertStringStartsWith( '11 changes became visible late and were delivered afterwards: 1 (', $many );
		$this->assertStringEndsWith( ', 10 (found at 2027-01-15 08:00:00 UTC), …', $many );
	}

	public function test_every_warning_of_native_code_has_a_remedy_an_event_and_a_metric(): void {
		preg_match( '/^impl Warning \{.*?^\}/ms', file_get_contents( self::RULES ), $implementation );
		preg_match_all( '/Self::\w+ => "([a-z-]+)"/', $implementation[0] ?? '', $codes );
		$this->assertNotSame( [], $codes[1] );
		$metrics = StatusMetrics::text( SampleStatus::farm( [] ) );
		foreach ( $codes[1] as $code ) {
			[ $sentence ] = self::sentences( SampleStatus::farm( [], warnings: [ $code ] ) );
			$this->assertMatchesRegularExpression( '/\b(Find|Set|Run)\b/', $sentence );
			$this->assertNotNull( Event::tryFrom( $code ), $code );
			$this->assertStringContainsString( "_warning{warning=\"$code\"} 0\n", $metrics );
		}
	}

	public function test_clients_that_are_not_told_as_wanted_are_named_with_the_reason_and_the_remedy(): void {
		preg_match( '/^impl Unfit \{.*?^\}/ms', file_get_contents( self::FORMATS ), $implementation );
		preg_match_all( '/Self::\w+ => "([a-z-]+)"/', $implementation[0] ?? '', $codes );
		$this->assertNotSame( [], $codes[1] );
		foreach ( $codes[1] as $why ) {
			$told = [ 'format' => 'entity-change', 'wantedFormat' => 'native', 'whyNotWanted' => $why ];
			$status = SampleStatus::farm( [
				SampleStatus::client( 'due', ...$told ),
				SampleStatus::client( 'due', ...[ 'siteId' => 'dewiki' ] + $told ),
				SampleStatus::client( 'disabled', ...[ 'siteId' => 'frwiki' ] + $told ),
				SampleStatus::client( 'due', siteId: 'svwiki', format: 'native', wantedFormat: 'native' ),
			] );
			[ $sentence ] = self::sentences( $status );
			$this->assertStringStartsWith(
				'These clients receive changes in the format entity-change instead of native: dewiki, enwiki. ',
				$sentence
			);
			$this->assertStringContainsString( 'set notificationFormat to entity-change.', $sentence );
			$this->assertMatchesRegularExpression( '/ Otherwise, (load|run|upgrade) /', $sentence );
			$this->assertStringContainsString(
				"_clients_told_otherwise{why=\"$why\"} 2\n", StatusMetrics::text( $status )
			);
		}
	}

	public function test_g17_forms_that_are_not_known_are_named_with_a_change_and_the_remedy(): void {
		$form = [ 'form' => 'compactDiff.lemmaChanges', 'change' => 7, 'met' => SampleStatus::NOW ];
		$status = SampleStatus::farm(
			[], warnings: [ 'unknown-form' ], unknownForms: [ $form, [ 'form' => 'x', 'change' => null ] + $form ]
		);
		[ $sentence ] = self::sentences( $status );
		$this->assertMatchesRegularExpression( '/Upgrade .* its module/', $sentence );
		$this->assertStringEndsWith( 'compactDiff.lemmaChanges (change 7), x', $sentence );
		$this->assertStringContainsString( "_warning{warning=\"unknown-form\"} 1\n", StatusMetrics::text( $status ) );
	}

	public function test_g9_changes_that_were_set_aside_are_named_with_client_entity_and_time(): void {
		$aside = [ 'client' => 'enwiki', 'id' => 7, 'entity' => 'Q42', 'time' => SampleStatus::NOW ];
		[ $sentence ] = self::sentences( SampleStatus::farm( [], setAside: [ $aside ] ) );
		$this->assertStringContainsString(
			'cannot handle it: change 7 of Q42 for enwiki (set aside at 2027-01-15 08:00:00 UTC).', $sentence
		);
	}

	/**
	 * @return list<string>
	 */
	private static function sentences( FarmStatus $status ): array {
		return array_map( EnglishText::words()->text( ... ), array_column( Notices::of( $status ), 1 ) );
	}
}
