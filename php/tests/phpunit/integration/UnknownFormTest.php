<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration;

/**
 * Changes and usages of a form that this version does not know: pages are updated all the same, and it is said.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Client\UnknownFormReport
 */
class UnknownFormTest extends FarmTestCase {

	public function test_g17_a_key_that_is_not_known_updates_whatever_is_used_and_is_logged_once(): void {
		$this->subscribe( 'L1', 'enwiki' );
		$this->createPage( 'enwiki', self::PAGE, 'Berlin', [ 'L1' => [ 'C.P7' ] ] );
		$this->writeChange( 'L1', [ 'labelChanges' => [ 'en' ], 'lemmaChanges' => [ 'en' ] ] );
		$this->dispatchAll();
		$this->writeChange( 'L1', [ 'lemmaChanges' => [ 'de' ] ], self::SOMEBODY_ELSE );
		$this->dispatchAll();
		$this->assertCount( 2, $this->recentChanges( 'enwiki' ), $this->farm->log() );
		$this->assertSame( 1, substr_count( $this->farm->log(), 'compactDiff.lemmaChanges of repowiki is not known' ) );
	}

	public function test_g17_a_usage_that_is_not_known_is_affected_by_every_change(): void {
		$this->subscribe( 'Q1', 'enwiki' );
		$this->createPage( 'enwiki', self::PAGE, 'Berlin', [ 'Q1' => [ 'Z.en' ] ] );
		$this->writeChange( 'Q1', [ 'descriptionChanges' => [ 'fr' ] ] );
		$this->dispatchAll();
		$this->assertCount( 1, $this->recentChanges( 'enwiki' ), $this->farm->log() );
		$this->assertStringContainsString( 'aspect Z of repowiki is not known', $this->farm->log() );
	}

	public function test_an_alias_updates_pages_by_usages_of_before_and_of_today(): void {
		$this->subscribe( 'Q1', 'enwiki' );
		$this->createPage( 'enwiki', self::PAGE, 'Old', [ 'Q1' => [ 'O' ] ] );
		$this->createPage( 'enwiki', self::PAGE + 1, 'New', [ 'Q1' => [ 'A.fr' ] ] );
		$this->createPage( 'enwiki', self::PAGE + 2, 'Other', [ 'Q1' => [ 'A.de' ] ] );
		$this->writeChange( 'Q1', [ 'aliasChanges' => [ 'fr' ] ] );
		$this->dispatchAll();
		$titles = array_column( $this->recentChanges( 'enwiki' ), 'rc_title' );
		sort( $titles );
		$this->assertSame( [ 'New', 'Old' ], $titles, $this->farm->log() );
	}
}
