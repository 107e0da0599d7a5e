<?php
/**
 * The binary log of the farm's server: how much it has grown, and which jobs were inserted. Nothing has to be asked of
 * the dispatcher, and nothing is added to what it does.
 *
 * The rows of the `job` tables are read from the files themselves: events of rows, without checksums.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench\Measure;

use Generator;
use PDO;
use RuntimeException;

class Binlog {

	/** Lines of the server's settings. */
	public const SETTINGS = [
		'log-bin=binlog', 'server-id=1', 'binlog-format=ROW', 'binlog-checksum=NONE', 'sync-binlog=0',
		'max-binlog-size=1G',
	];

	private const HEADER = 19;
	private const BEFORE_EVENTS = 4;
	private const TABLE_MAP = 19;
	/** Rows that are inserted: as MariaDB writes them, and as MySQL does. */
	private const WRITE_ROWS = [ 23, 30 ];
	private const WITH_MORE_HEADER = 30;

	/** Types of columns that a job table has: bytes of a value, or how many bytes say how many. */
	private const INT = 3;
	private const VARCHAR = 15;
	private const BLOB = 252;
	private const STRING = 254;

	/** Place of a column in MediaWiki's job table. */
	private const COMMAND = 1;
	private const PARAMETERS = 5;

	/**
	 * @param array<string,int> $sizes file => bytes
	 */
	private function __construct( private readonly string $folder, private readonly array $sizes ) {
	}

	/**
	 * As it is now.
	 *
	 * @param PDO $administrator
	 * @param string $folder of the server's data
	 */
	public static function read( PDO $administrator, string $folder ): self {
		$sizes = $administrator->query( 'SHOW BINARY LOGS' )->fetchAll( PDO::FETCH_NUM );
		return new self( $folder, array_map( 'intval', array_column( $sizes, 1, 0 ) ) );
	}

	/** Bytes written since an earlier reading. */
	public function since( self $before ): int {
		return array_sum( $this->sizes ) - array_sum( $before->sizes );
	}

	/**
	 * Jobs that were inserted since an earlier reading.
	 *
	 * @return Generator<array{wiki:string,type:string,params:string}> in the order in which they were
	 */
	public function jobsSince( self $before ): Generator {
		foreach ( $this->sizes as $file => $size ) {
			yield from self::jobs( "{$this->folder}/$file", $before->sizes[$file] ?? self::BEFORE_EVENTS, $size );
		}
	}

	/**
	 * @return Generator<array{wiki:string,type:string,params:string}>
	 */
	public static function jobs( string $path, int $from, int $to ): Generator {
		$file = fopen( $path, 'rb' );
		if ( !$file ) {
			throw new RuntimeException( "cannot read $path" );
		}
		fseek( $file, $from );
		$tables = [];
		while ( $from < $to ) {
			$header = unpack( 'Vtime/Ctype/Vserver/Vsize', (string)fread( $file, self::HEADER ) );
			$body = (string)fread( $file, max( 0, $header['size'] - self::HEADER ) );
			if ( strlen( $body ) !== $header['size'] - self::HEADER ) {
				throw new RuntimeException( "$path ends within an event" );
			}
			$from += $header['size'];
			if ( $header['type'] === self::TABLE_MAP ) {
				[ $number, $table ] = self::table( $body );
				$tables[$number] = $table;
			} elseif ( in_array( $header['type'], self::WRITE_ROWS, true ) ) {
				$table = $tables[self::number( $body )] ?? null;
				if ( $table && $table['name'] === 'job' ) {
					yield from self::rows( $body, $table, $header['type'] === self::WITH_MORE_HEADER );
				}
			}
		}
		fclose( $file );
	}

	/** Of the table that an event is about. */
	private static function number( string $body ): int {
		return unpack( 'P', substr( $body, 0, 6 ) . "\0\0" )[1];
	}

	/**
	 * @return array{int,array{wiki:string,name:string,columns:list<array{int,int}>}}
	 */
	private static function table( string $body ): array {
		// Number and flags.
		$at = 8;
		$text = static function () use ( $body, &$at ): string {
			$length = ord( $body[$at] );
			$text = substr( $body, $at + 1, $length );
			$at += $length + 2;
			return $text;
		};
		$table = [ 'wiki' => $text(), 'name' => $text(), 'columns' => [] ];
		$count = ord( $body[$at] );
		$types = array_map( 'ord', str_split( substr( $body, $at + 1, $count ) ) );
		$at += $count + 2;
		foreach ( $types as $type ) {
			$meta = match ( $type ) {
				self::VARCHAR => unpack( 'v', $body, $at )[1],
				self::BLOB => ord( $body[$at] ),
				self::STRING => ord( $body[$at + 1] ),
				default => 0,
			};
			$at += match ( $type ) {
				self::VARCHAR, self::STRING => 2,
				self::BLOB => 1,
				default => 0,
			};
			$table['columns'][] = [ $type, $meta ];
		}
		return [ self::number( $body ), $table ];
	}

	/**
	 * @param string $body
	 * @param array $table
	 * @param bool $hasMoreHeader
	 * @return Generator<array{wiki:string,type:string,params:string}>
	 */
	private static function rows( string $body, array $table, bool $hasMoreHeader ): Generator {
		$count = count( $table['columns'] );
		$bitmap = intdiv( $count + 7, 8 );
		$at = 8 + ( $hasMoreHeader ? unpack( 'v', $body, 8 )[1] : 0 ) + 1 + $bitmap;
		$end = strlen( $body );
		while ( $at < $end ) {
			$nulls = substr( $body, $at, $bitmap );
			$at += $bitmap;
			$values = [];
			foreach ( $table['columns'] as $place => [ $type, $meta ] ) {
				$isNull = ord( $nulls[$place >> 3] ) >> ( $place & 7 ) & 1;
				$values[] = $isNull ? null : self::value( $body, $at, $type, $meta );
			}
			yield [
				'wiki' => $table['wiki'], 'type' => $values[self::COMMAND], 'params' => $values[self::PARAMETERS],
			];
		}
	}

	private static function value( string $body, int &$at, int $type, int $meta ): string {
		if ( $type === self::INT ) {
			$at += 4;
			return substr( $body, $at - 4, 4 );
		}
		$width = match ( $type ) {
			self::VARCHAR, self::STRING => $meta > 255 ? 2 : 1,
			self::BLOB => $meta,
			default => throw new RuntimeException( "a job table has no columns of type $type" ),
		};
		$length = unpack( 'V', str_pad( substr( $body, $at, $width ), 4, "\0" ) )[1];
		$at += $width + $length;
		return substr( $body, $at - $length, $length );
	}
}
