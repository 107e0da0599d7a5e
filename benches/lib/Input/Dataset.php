<?php
/**
 * A folder with a change stream: see the README in data/wikidata-20k for its files and their format.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench\Input;

use RuntimeException;

class Dataset {

	private const CLIENTS = __DIR__ . '/../../data/wikidata-20k/clients.tsv';

	public function __construct( private readonly string $folder ) {
		foreach ( [ 'wb_changes.tsv.gz', 'wb_changes_subscription.tsv.gz', 'expected_deliveries.tsv' ] as $file ) {
			if ( !is_file( "$folder/$file" ) ) {
				throw new RuntimeException( "there is no $folder/$file" );
			}
		}
	}

	/**
	 * @return list<string> the open clients, by their site ids, which name their databases, too
	 */
	public function clients(): array {
		return array_column( iterator_to_array( self::rows( self::CLIENTS ), false ), 'client' );
	}

	/**
	 * @return iterable<array<string,string>> column => value
	 */
	public function changes(): iterable {
		return self::rows( "{$this->folder}/wb_changes.tsv.gz" );
	}

	/**
	 * All rows of an entity follow each other.
	 *
	 * @return iterable<array{cs_entity_id:string,cs_subscriber_id:string}>
	 */
	public function subscriptions(): iterable {
		return self::rows( "{$this->folder}/wb_changes_subscription.tsv.gz" );
	}

	/**
	 * @return array<string,int> client => how many of all changes are due to it
	 */
	public function expectedDeliveries(): array {
		$due = [];
		foreach ( self::rows( "{$this->folder}/expected_deliveries.tsv" ) as $row ) {
			$due[$row['client_wiki']] = (int)$row['deliveries'];
		}
		return $due;
	}

	/** Plain files are read as they are, compressed ones are decompressed. */
	private static function rows( string $path ): iterable {
		$file = gzopen( $path, 'rb' );
		if ( !$file ) {
			throw new RuntimeException( "cannot read $path" );
		}
		$columns = explode( "\t", rtrim( (string)gzgets( $file ), "\n" ) );
		for ( $line = gzgets( $file ); $line !== false; $line = gzgets( $file ) ) {
			yield array_combine( $columns, explode( "\t", rtrim( $line, "\n" ), count( $columns ) ) );
		}
		gzclose( $file );
	}
}
