<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Status\Explain;

use MediaWiki\Extension\WikibaseDispatch\Base\Compat\Versions;
use MediaWiki\Extension\WikibaseDispatch\Status\Explain\VersionNote;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\EnglishText;
use PHPUnit\Framework\TestCase;

/**
 * What is said of the versions that run.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Status\Explain\VersionNote
 */
class VersionNoteTest extends TestCase {

	public function test_each_is_named_and_whether_they_were_tested_together(): void {
		$this->assertSame(
			'WikibaseDispatch 0.1.0, module 0.1.2, MediaWiki 1.45.3, Wikibase for MediaWiki 1.44 or later. ' .
				'These versions were tested together.',
			self::note( '1.45.3', '1.44' )
		);
		$this->assertStringStartsWith(
			'WikibaseDispatch 0.1.0, module 0.1.2, MediaWiki 1.40.0, no Wikibase. These versions were not tested',
			self::note( '1.40.0', null )
		);
	}

	private static function note( string $mediaWiki, ?string $wikibase ): string {
		return EnglishText::words()->paragraph( VersionNote::of(
			new Versions( '0.1.0', '0.1.2', $mediaWiki, $wikibase )
		) );
	}
}
