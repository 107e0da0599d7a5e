<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Ui\Shell;

/**
 * Where a script writes: to somebody who watches a terminal, or into a file.
 */
class Terminal {

	private const CLEAR_TO_END_OF_LINE = "\e[K";
	private const HOME_AND_CLEAR = "\e[H\e[J";
	private const CUT = '…';

	/**
	 * @param resource $stream
	 * @param bool $isWatched whether it is a terminal
	 * @param int $columns
	 * @param int $rows
	 * @param bool $hasColours
	 */
	public function __construct(
		private $stream,
		private readonly bool $isWatched,
		private readonly int $columns,
		private readonly int $rows,
		private readonly bool $hasColours = false
	) {
	}

	/** Whether somebody who watches a terminal wants colours: https://no-color.org */
	public static function wantsColours(): bool {
		return (string)getenv( 'NO_COLOR' ) === '' && getenv( 'TERM' ) !== 'dumb';
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
		fwrite( $this->stream, "\r" . $this->cut( $text, $this->columns - 1 ) . self::CLEAR_TO_END_OF_LINE );
	}

	public function newLine(): void {
		fwrite( $this->stream, "\n" );
	}

	/**
	 * Writes lines as they are, however long.
	 *
	 * @param list<Line> $lines
	 */
	public function lines( array $lines ): void {
		foreach ( $lines as $line ) {
			fwrite( $this->stream, $this->styled( $line->text, $line->style ) . "\n" );
		}
	}

	/**
	 * Writes over everything that can be seen, as much as fits; or, where nobody watches, after it.
	 *
	 * @param list<Line> $lines
	 */
	public function page( array $lines ): void {
		if ( !$this->isWatched ) {
			$this->lines( [ ...$lines, new Line( '' ) ] );
			return;
		}
		fwrite( $this->stream, self::HOME_AND_CLEAR );
		$this->lines( array_map(
			fn ( Line $line ) => new Line( $this->cut( $line->text, $this->columns ), $line->style ),
			array_slice( $lines, 0, max( 1, $this->rows - 1 ) )
		) );
	}

	private function cut( string $text, int $columns ): string {
		return mb_strimwidth( $text, 0, $columns, self::CUT );
	}

	private function styled( string $text, Style $style ): string {
		return $this->hasColours && $style !== Style::Plain && $text !== ''
			? "\e[{$style->value}m$text\e[" . Style::Plain->value . 'm' : $text;
	}
}
