<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Ui\Shell;

/**
 * Where a script writes: to somebody who watches a terminal, or into a file.
 */
class Terminal {

	private const CLEAR_TO_END_OF_LINE = "\e[K";
	private const HOME_AND_CLEAR = "\e[H\e[J";

	/**
	 * @param resource $stream
	 * @param bool $isWatched whether it is a terminal
	 * @param int $columns
	 * @param int $rows
	 */
	public function __construct(
		private $stream,
		private readonly bool $isWatched,
		private readonly int $columns,
		private readonly int $rows
	) {
	}

	public function isWatched(): bool {
		return $this->isWatched;
	}

	public function columns(): int {
		return $this->columns;
	}

	public function rows(): int {
		return $this->rows;
	}

	public function line( string $text ): void {
		fwrite( $this->stream, "$text\n" );
	}

	/** Writes over the line where the cursor is; to be followed by {@see newLine()}. */
	public function overwrite( string $text ): void {
		fwrite( $this->stream, "\r" . mb_substr( $text, 0, $this->columns - 1 ) . self::CLEAR_TO_END_OF_LINE );
	}

	public function newLine(): void {
		fwrite( $this->stream, "\n" );
	}

	/** Writes over everything that can be seen, as much as fits; or, where nobody watches, after it. */
	public function page( string $text ): void {
		if ( !$this->isWatched ) {
			fwrite( $this->stream, "$text\n" );
			return;
		}
		$lines = array_slice( explode( "\n", rtrim( $text, "\n" ) ), 0, max( 1, $this->rows - 1 ) );
		$lines = array_map( fn ( string $line ) => mb_substr( $line, 0, $this->columns ), $lines );
		fwrite( $this->stream, self::HOME_AND_CLEAR . implode( "\n", $lines ) . "\n" );
	}
}
