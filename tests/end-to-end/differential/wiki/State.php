<?php
/**
 * What the random edits of one process have to know of those before: kept in a file from round to round.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchDifferential\Wiki;

class State {

	/** @var array<string,string> kind => entity */
	public array $kinds = [];
	/** @var list<string> to be edited */
	public array $items = [];
	/** @var list<string> */
	public array $deleted = [];
	/** @var list<array{string,int,string}> entity, revision, and what its summary says */
	public array $secrets = [];
	/** @var list<string> summaries that nobody may read any more */
	public array $hidden = [];
	/** @var list<array{string,int,string}> entity, revision, and what is hidden, without being a secret */
	public array $shown = [];
	/** Who edited what last. */
	public string $entity = '';
	public string $user = '';
	public int $number = 0;

	public static function read( string $file ): self {
		$state = new self();
		foreach ( is_file( $file ) ? json_decode( file_get_contents( $file ), true ) : [] as $name => $value ) {
			$state->$name = $value;
		}
		return $state;
	}

	public function save( string $file ): void {
		file_put_contents( $file, json_encode( $this, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE ) );
	}

	/** Beside the state: changes whose notifications Wikibase's own client could not handle. */
	public static function failedFile( string $file ): string {
		return dirname( $file ) . '/failed';
	}

	public function nextNumber(): int {
		return ++$this->number;
	}
}
