<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Ui\Page;

use MediaWiki\Extension\WikibaseDispatch\Base\Settings\RolloutState;
use MediaWiki\Extension\WikibaseDispatch\Status\Health;
use MediaWiki\Extension\WikibaseDispatch\Ui\Page\View;
use PHPUnit\Framework\TestCase;

/**
 * That the page has words for all that the status can say.
 *
 * @coversNothing
 */
class MessagesTest extends TestCase {

	private const FOLDER = __DIR__ . '/../../../../..';

	public function test_there_are_words_for_every_health_reason_warning_condition_and_state_of_the_rollout(): void {
		$messages = json_decode( file_get_contents( self::FOLDER . '/i18n/en.json' ), true );
		$names = [];
		foreach ( Health::cases() as $health ) {
			$names[] = "wikibasedispatch-status-health-{$health->value}";
		}
		foreach ( self::codes( 'src/domain/health.rs', 'Reason' ) as $reason ) {
			$names[] = "wikibasedispatch-reason-$reason";
			if ( $reason !== 'none' ) {
				$names[] = "wikibasedispatch-action-$reason";
			}
		}
		foreach ( self::codes( 'src/domain/gap_holder.rs', 'GapHolder' ) as $holder ) {
			$names[] = 'wikibasedispatch-action-open-gap' . ( $holder === 'unknown' ? '' : "-$holder" );
		}
		foreach ( [ ...self::codes( 'src/domain/client_status.rs', 'Condition' ), 'not-ours' ] as $condition ) {
			$names[] = "wikibasedispatch-status-condition-$condition";
		}
		foreach ( [ ...array_column( RolloutState::cases(), 'value' ), 'leaving' ] as $state ) {
			$names[] = "wikibasedispatch-status-rollout-$state";
		}
		foreach ( self::codes( 'src/domain/horizon.rs', 'Warning' ) as $warning ) {
			$names[] = "wikibasedispatch-warning-$warning";
		}
		foreach ( self::codes( 'src/domain/notification_format.rs', 'Unfit' ) as $why ) {
			$names[] = "wikibasedispatch-status-told-$why";
		}
		foreach ( array_keys( View::SORTABLE ) as $column ) {
			$names[] = "wikibasedispatch-status-column-$column";
		}
		$this->assertSame( [], array_values( array_diff( $names, array_keys( $messages ) ) ) );
	}

	/**
	 * The codes by which native code names the values of a type.
	 *
	 * @return list<string>
	 */
	private static function codes( string $file, string $type ): array {
		$source = file_get_contents( self::FOLDER . "/../$file" );
		preg_match( "/^impl $type \\{.*?^\\}/ms", $source, $implementation );
		preg_match_all( '/Self::\w+ => "([a-z-]+)"/', $implementation[0] ?? '', $matches );
		self::assertNotSame( [], $matches[1], "$type has codes" );
		return $matches[1];
	}
}
