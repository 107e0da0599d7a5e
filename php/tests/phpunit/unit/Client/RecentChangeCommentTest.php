<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Client;

use MediaWiki\Extension\WikibaseDispatch\Client\RecentChangeComment;
use MediaWiki\Site\SiteLookup;
use PHPUnit\Framework\TestCase;

/**
 * What a row of the recent changes says.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Client\RecentChangeComment
 */
class RecentChangeCommentTest extends TestCase {

	public function test_a_summary_is_taken_as_it_is(): void {
		$this->assertSame( '/* x */ y', $this->text( [ '/* x */ y' ] ) );
	}

	public function test_a_message_gets_links_as_parameters(): void {
		$comment = [ 'message' => 'added', 'pages' => [ [ 'enwiki', 'A' ], [ 'nowhere', 'B' ] ], 'summary' => 's' ];
		$this->assertSame( 'added:[[:en:A]],nowhere:B', $this->text( [ $comment ] ) );
	}

	public function test_where_a_message_is_unknown_the_summary_is_taken(): void {
		$this->assertSame( 's', $this->text( [ [ 'message' => 'unknown', 'pages' => [], 'summary' => 's' ] ] ) );
	}

	public function test_merged_changes_are_told_all(): void {
		$comment = [ 'message' => 'added', 'pages' => [ [ 'enwiki', 'A' ] ], 'summary' => 's' ];
		$this->assertSame( 'a; added:[[:en:A]]; b', $this->text( [ 'a', $comment, 'b' ] ) );
	}

	private function text( array $comments ): string {
		$site = new LinkableSite( [ 'en' ] );
		$sites = $this->createMock( SiteLookup::class );
		$sites->method( 'getSite' )->willReturnCallback( static fn ( $id ) => $id === 'enwiki' ? $site : null );
		$comment = new RecentChangeComment(
			$sites,
			static fn ( string $name, array $parameters ) =>
				$name === 'unknown' ? null : "$name:" . implode( ',', $parameters ),
			static fn ( array $texts ) => implode( '; ', $texts )
		);
		return $comment->text( $comments );
	}
}
