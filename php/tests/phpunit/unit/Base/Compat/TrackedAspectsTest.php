<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Base\Compat;

use MediaWiki\Extension\WikibaseDispatch\Base\Compat\TrackedAspects;
use PHPUnit\Framework\TestCase;

/**
 * What a host's Wikibase tracks is told by its class, not by its version.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Base\Compat\TrackedAspects
 */
class TrackedAspectsTest extends TestCase {

	public function test_the_aspects_are_those_that_the_class_names(): void {
		$class = new class() {
			public const LABEL_USAGE = 'L';
			public const STATEMENT_WITH_QUAL_OR_REF_USAGE = 'CQR';
			public const SOMETHING_ELSE = 'Y';
			public const NO_TEXT_USAGE = 1;
		};
		$accumulator = new class() {
			public function addStatementWithQualOrRefUsage(): void {
			}
		};
		$this->assertSame( [ 'L', 'CQR' ], TrackedAspects::of( $class::class, $accumulator::class ) );
	}

	public function test_an_aspect_that_nothing_adds_is_not_tracked_although_1_45_names_it(): void {
		$class = new class() {
			public const STATEMENT_USAGE = 'C';
			public const STATEMENT_WITH_QUAL_OR_REF_USAGE = 'CQR';
		};
		$accumulator = new class() {
		};
		$this->assertSame( [ 'C' ], TrackedAspects::of( $class::class, $accumulator::class ) );
	}

	public function test_a_wiki_without_wikibase_tells_nothing(): void {
		$this->assertNull( TrackedAspects::of( 'Wikibase\NoSuchClass' ) );
	}
}
