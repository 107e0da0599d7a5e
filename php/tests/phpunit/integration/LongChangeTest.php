<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration;

/**
 * A row of the change buffer that is too long for the server to send, or for a job to hold, is a bad change of its own:
 * pages are updated for it, and all others go on.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Client\NotificationHandler
 */
class LongChangeTest extends FarmTestCase {

	/** The most that the column holds; and what no job's parameters hold. */
	private const LENGTHS = [ 16_777_215, 16_777_100 ];

	/**
	 * @dataProvider provideFormats
	 */
	public function test_g9_a_change_that_is_too_long_is_told_without_its_text_and_the_others_are_told(
		string $format, string $jobType
	): void {
		$this->farm->setSettings( [ 'notificationFormat' => $format, 'gapGrace' => 0 ] );
		$this->subscribe( 'Q1', 'enwiki', 'dewiki' );
		$this->subscribe( 'Q9', 'enwiki' );
		$this->createPage( 'enwiki', 7, 'Berlin', [ 'Q1' => [ 'L.en' ] ] );
		$this->createPage( 'enwiki', 9, 'Paris', [ 'Q9' => [ 'C.P31' ] ] );
		$long = [];
		foreach ( self::LENGTHS as $length ) {
			$long[] = $this->writeRawChange( 'Q9', '{}' );
			$this->farm->database( Farm::REPO )->exec(
				'UPDATE wb_changes SET change_info = ' . self::letters( $length ) . ' WHERE change_id = ' . end( $long )
			);
		}
		$last = $this->writeChange( 'Q1' );
		$this->announce();
		$this->runJobs( Farm::REPO );
		$this->assertSame( [ $last, $last ], [ $this->seen( 'enwiki' ), $this->seen( 'dewiki' ) ] );
		$this->assertNotSame( [], $this->jobs( 'enwiki', $jobType ) );
		$this->assertStringContainsString( 'change_info has 16777215 bytes, too many to be read', $this->farm->log() );

		$this->runJobs( 'enwiki' );
		$this->assertSame( [], $this->jobs( 'enwiki', $jobType ) );
		$touched = $this->farm->database( 'enwiki' )
			->query( 'SELECT page_id, page_touched FROM page WHERE page_id IN (7, 9)' )
			->fetchAll( \PDO::FETCH_KEY_PAIR );
		foreach ( $touched as $page => $time ) {
			$this->assertGreaterThan( '20250101000000', $time, "page $page was purged" );
		}
		$this->assertCount( 2, $touched );
	}

	public static function provideFormats(): iterable {
		yield [ 'native', 'DispatchNotification' ];
		yield [ 'entity-change', 'EntityChangeNotification' ];
		yield [ 'change-ids', 'ChangeNotification' ];
	}

	private static function letters( int $length ): string {
		return getenv( 'FARM_DATABASE' ) === 'mariadb'
			? "REPEAT('x', $length)"
			: "substr(replace(hex(zeroblob($length)), '00', 'x'), 1, $length)";
	}
}
