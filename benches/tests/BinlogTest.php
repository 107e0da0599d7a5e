<?php
/**
 * Jobs are read from a binary log as its server wrote them, whatever else is in it.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench\Tests;

use PHPUnit\Framework\TestCase;
use RuntimeException;
use WikibaseDispatchBench\Measure\Binlog;

require_once __DIR__ . '/../lib/autoload.php';

class BinlogTest extends TestCase {

	private const BEGIN = "\xfebin";
	private const JOB = 'job';

	private string $file;

	protected function setUp(): void {
		$this->file = tempnam( sys_get_temp_dir(), 'binlog' );
	}

	protected function tearDown(): void {
		unlink( $this->file );
	}

	public function test_jobs_are_read_with_their_parameters(): void {
		$long = str_repeat( "a'\0\\", 30_000 );
		$first = self::BEGIN . self::event( 2, 'a statement' ) . self::table( 7, 'enwiki', self::JOB )
			. self::event( 23, self::rows( 7, [ 'refreshLinks', 'one' ], [ 'DispatchNotification', $long ] ) );
		$second = self::table( 8, 'enwiki', 'page' ) . self::event( 23, self::rows( 8, [ 'no job', '' ] ) )
			. self::table( 9, 'dewiki', self::JOB ) . self::event( 23, self::rows( 9, [ 'DispatchTrigger', '' ] ) );
		file_put_contents( $this->file, $first . $second );
		$end = strlen( $first );
		$this->assertSame(
			[
				[ 'wiki' => 'enwiki', 'type' => 'refreshLinks', 'params' => 'one' ],
				[ 'wiki' => 'enwiki', 'type' => 'DispatchNotification', 'params' => $long ],
			],
			iterator_to_array( Binlog::jobs( $this->file, strlen( self::BEGIN ), $end ), false )
		);
		$this->assertSame(
			[ [ 'wiki' => 'dewiki', 'type' => 'DispatchTrigger', 'params' => '' ] ],
			iterator_to_array( Binlog::jobs( $this->file, $end, $end + strlen( $second ) ), false )
		);
	}

	public function test_a_log_that_ends_early_is_no_measurement(): void {
		$log = self::BEGIN . self::table( 7, 'enwiki', self::JOB );
		file_put_contents( $this->file, substr( $log, 0, -1 ) );
		$this->expectException( RuntimeException::class );
		iterator_to_array( Binlog::jobs( $this->file, strlen( self::BEGIN ), strlen( $log ) ), false );
	}

	private static function event( int $type, string $body ): string {
		return pack( 'VCVVVv', 0, $type, 1, 19 + strlen( $body ), 0, 0 ) . $body;
	}

	/** As MediaWiki's tables of jobs are. */
	private static function table( int $number, string $wiki, string $name ): string {
		$text = static fn ( string $text ) => chr( strlen( $text ) ) . "$text\0";
		$types = [ 3, 15, 3, 15, 254, 252, 3, 3, 15, 254, 15 ];
		$meta = pack( 'vvC2CvC2v', 60, 255, 254, 14, 3, 32, 254, 14, 32 );
		return self::event( 19, self::number( $number ) . $text( $wiki ) . $text( $name ) . chr( count( $types ) )
			. pack( 'C*', ...$types ) . chr( strlen( $meta ) ) . $meta . "\x10\x02" );
	}

	/** @param int $number of the table */
	private static function rows( int $number, array ...$jobs ): string {
		$rows = self::number( $number ) . chr( 11 ) . "\xff\x07";
		foreach ( $jobs as [ $type, $params ] ) {
			// Nobody has taken it yet.
			$rows .= pack( 'v', 1 << 9 ) . pack( 'V', 1 ) . chr( strlen( $type ) ) . $type . pack( 'V', 0 ) . "\0"
				. chr( 14 ) . '20260131120000' . substr( pack( 'V', strlen( $params ) ), 0, 3 ) . $params
				. pack( 'VV', 5, 0 ) . "\0" . chr( 4 ) . 'sha1';
		}
		return $rows;
	}

	private static function number( int $number ): string {
		return substr( pack( 'P', $number ), 0, 6 ) . "\1\0";
	}
}
