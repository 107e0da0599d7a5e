<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Status;

use HashBagOStuff;
use MediaWiki\Extension\WikibaseDispatch\Base\Compat\ClassNames;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\ThrownByJob;
use MediaWiki\Extension\WikibaseDispatch\Status\FormKeeper;
use MediaWiki\Extension\WikibaseDispatch\Status\MetForms;
use PHPUnit\Framework\TestCase;
use RuntimeException;
use Wikimedia\ObjectCache\BagOStuff;

/**
 * @covers \MediaWiki\Extension\WikibaseDispatch\Status\MetForms
 * @covers \MediaWiki\Extension\WikibaseDispatch\Status\FormKeeper
 */
class MetFormsTest extends TestCase {

	private const HOUR = 3600;
	private const DAY = 86400;

	private int $now = 1_800_000_000;

	protected function setUp(): void {
		ClassNames::load( BagOStuff::class );
	}

	public function test_g17_unknown_forms_are_kept_for_a_week(): void {
		$forms = $this->forms();
		$met = $this->now;
		$this->meet( $forms, 'compactDiff.lemmaChanges', 7 );
		$this->now += 6 * self::DAY;
		$this->meet( $forms, 'arrayFormatVersion 2', 9 );
		$this->assertSame( [
			[ 'form' => 'arrayFormatVersion 2', 'change' => 9, 'met' => $this->now ],
			[ 'form' => 'compactDiff.lemmaChanges', 'change' => 7, 'met' => $met ],
		], $forms->all() );
		$this->now += 2 * self::DAY;
		$this->assertSame( [ 'arrayFormatVersion 2' ], array_column( $forms->all(), 'form' ) );
	}

	public function test_a_form_that_is_met_with_every_edit_is_written_once_an_hour(): void {
		$stash = new class() extends HashBagOStuff {
			public int $writes = 0;

			public function merge( $key, callable $callback, $exptime = 0, $attempts = 10, $flags = 0 ) {
				$this->writes++;
				return parent::merge( $key, $callback, $exptime, $attempts, $flags );
			}
		};
		$forms = $this->forms( stash: $stash );
		for ( $change = 1; $change <= 90; $change++ ) {
			$this->meet( $forms, 'x', $change );
			$this->now += 60;
		}
		$this->assertSame( 2, $stash->writes );
		$this->assertSame( 61, $forms->all()[0]['change'] );
	}

	public function test_an_upgrade_begins_anew(): void {
		$stash = new HashBagOStuff();
		$this->meet( $this->forms( '1.0', $stash ), 'x', 1 );
		$this->assertSame( [], $this->forms( '1.1', $stash )->all() );
		$this->assertCount( 1, $this->forms( '1.0', $stash )->all() );
	}

	public function test_not_too_many_are_kept_and_the_last_ones_are(): void {
		$forms = $this->forms();
		for ( $form = 1; $form <= 30; $form++ ) {
			$this->now++;
			$this->meet( $forms, "form $form", $form );
		}
		$this->assertSame( range( 30, 11 ), array_column( $forms->all(), 'change' ) );
	}

	public function test_g9_a_stash_that_does_not_answer_disturbs_nobody(): void {
		$stash = $this->createMock( BagOStuff::class );
		$stash->method( 'makeKey' )->willReturn( 'key' );
		$stash->method( 'get' )->willThrowException( new RuntimeException( 'gone' ) );
		$this->meet( $this->forms( stash: $stash ), 'x', 1 );
		$this->addToAssertionCount( 1 );
	}

	private function forms( string $module = '1.0', ?BagOStuff $stash = null ): MetForms {
		return new MetForms( $stash ?? new HashBagOStuff(), $module, fn (): int => $this->now );
	}

	private function meet( MetForms $forms, string $form, int $change ): void {
		$event = [ 'forms' => [ [ 'form' => $form, 'count' => 1, 'change' => $change ] ] ];
		( new FormKeeper( $forms ) )->hear( 'unknown-forms', $event, null, $this->createMock( ThrownByJob::class ) );
	}
}
