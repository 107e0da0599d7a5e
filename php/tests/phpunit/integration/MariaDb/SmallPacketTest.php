<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\MariaDb;

use Closure;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Farm;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\FarmTestCase;
use WikibaseDispatchTests\NotificationIds;

/**
 * What is pushed at once is larger than a statement that the server takes: it is cut until it fits, and nobody needs to
 * do anything (G1, G9). The queue is MediaWiki's own, which quotes and joins what it is given.
 *
 * @coversNothing
 */
class SmallPacketTest extends FarmTestCase {

	use SmallPackets;

	/**
	 * @dataProvider provideBacklogs
	 */
	public function test_g1_every_change_is_delivered_once_whatever_a_statement_may_have(
		int $packet, int $changes, Closure $comment, string $format, string $jobType
	): void {
		$this->farm->setSettings( [ 'notificationFormat' => $format, 'gapGrace' => 0 ] );
		$this->subscribe( 'Q1', 'enwiki' );
		$this->subscribe( 'Q2', 'dewiki' );
		$expected = $this->writeChanges( $changes, 'Q1', $comment );
		$last = $this->writeChange( 'Q2' );
		$this->withPackets( $packet, function (): void {
			$this->announce();
			$this->runJobs( Farm::REPO );
		} );
		$this->assertSame( [ $last, $last ], [ $this->seen( 'enwiki' ), $this->seen( 'dewiki' ) ], $this->farm->log() );
		$this->assertSame( $expected, $this->delivered( 'enwiki', $jobType ) );
		$this->assertCount( 1, $this->delivered( 'dewiki', $jobType ) );
	}

	public static function provideBacklogs(): iterable {
		$mib = 1024 * 1024;
		$formats = [ 'native' => 'DispatchNotification', 'entity-change' => 'EntityChangeNotification' ];
		$noise = static fn ( int $bytes ) => static fn ( int $n ) => self::noise( $n, $bytes );
		$quotes = static fn ( int $n ) => $n . str_repeat( '"\\\'', 1500 );
		$umlauts = static fn ( int $n ) => $n . str_repeat( "\u{fc}", 12_000 );
		foreach ( $formats as $format => $jobType ) {
			yield "1 MiB, $format" => [ $mib, 1200, $noise( 1000 ), $format, $jobType ];
			yield "4 MiB, $format" => [ 4 * $mib, 1100, $noise( 4700 ), $format, $jobType ];
			yield "1 MiB, all of it quoted, $format" => [ $mib, 300, $quotes, $format, $jobType ];
			yield "256 KiB, $format" => [ $mib / 4, 100, $umlauts, $format, $jobType ];
		}
	}

	public function test_g17_a_change_that_no_statement_holds_updates_pages_all_the_same(): void {
		// Our own format packs it, so that it fits.
		$this->farm->setSettings( [ 'gapGrace' => 0, 'notificationFormat' => 'entity-change' ] );
		$this->subscribe( 'Q1', 'enwiki' );
		$this->createPage( 'enwiki', self::PAGE, 'Berlin', [ 'Q1' => [ 'L.en' ] ] );
		// Half a packet is read. Quoted for a statement, each of its letters becomes two.
		[ $large ] = $this->writeChanges( 1, 'Q1', static fn () => str_repeat( '"', 65_376 ) );
		$last = $this->writeChange( 'Q1' );
		$this->withPackets( 256 * 1024, function (): void {
			$this->announce();
			$this->runJobs( Farm::REPO );
		} );
		$this->assertSame( $last, $this->seen( 'enwiki' ), $this->farm->log() );
		$this->assertStringContainsString( "the queue of enwiki does not take change $large", $this->farm->log() );
		$this->runJobs( 'enwiki' );
		$touched = $this->farm->database( 'enwiki' )
			->query( 'SELECT page_touched FROM page WHERE page_id = ' . self::PAGE )->fetchColumn();
		$this->assertGreaterThan( '20250101000000', $touched );
	}

	/**
	 * @return list<int> ids of the changes in a client's queue, in their order
	 */
	private function delivered( string $wiki, string $jobType ): array {
		$ids = [];
		foreach ( $this->jobs( $wiki, $jobType ) as $params ) {
			$changes = $params['changes'];
			$here = is_string( $changes ) ? NotificationIds::in( $changes ) : array_column( $changes, 'id' );
			foreach ( $here as $id ) {
				// Below zero where Wikibase may merge it: see docs/client.md.
				$ids[] = $id < 0 ? $id + ( 1 << 52 ) : $id;
			}
		}
		return $ids;
	}
}
