<?php
/**
 * Shows where a run is: one line that is written anew on a terminal, a plain line now and then elsewhere.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchTests;

class Progress {

	private readonly bool $terminal;
	private readonly int $width;
	private float $lastShown;
	private string $lastText = '';
	private readonly float $start;

	public function __construct() {
		$this->terminal = stream_isatty( STDOUT );
		$this->width = $this->terminal ? self::width() : PHP_INT_MAX;
		$this->start = $this->lastShown = microtime( true );
	}

	/** Shows the text if the last one is a while ago; it is only made when it is shown. */
	public function show( callable $text ): void {
		$now = microtime( true );
		if ( $now - $this->lastShown < ( $this->terminal ? 0.5 : 5 ) ) {
			return;
		}
		$this->lastShown = $now;
		$line = sprintf( '%5.1f s  %s', $now - $this->start, $text() );
		if ( $this->terminal ) {
			echo "\r\e[K" . mb_strimwidth( $line, 0, $this->width, '…' );
		} elseif ( $line !== $this->lastText ) {
			echo "$line\n";
		}
		$this->lastText = $line;
	}

	/** Leaves a line that stays. */
	public function note( string $text ): void {
		echo ( $this->terminal ? "\r\e[K" : '' ) . sprintf( "%5.1f s  %s\n", microtime( true ) - $this->start, $text );
		$this->lastShown = $this->terminal ? 0 : microtime( true );
	}

	/** Ends the line that is written anew. */
	public function clear(): void {
		if ( $this->terminal ) {
			echo "\r\e[K";
		}
	}

	/** A line that wraps could not be written anew. */
	private static function width(): int {
		$columns = (int)explode( ' ', (string)shell_exec( 'stty size </dev/tty 2>/dev/null' ) . ' ' )[1];
		return ( $columns ?: 80 ) - 1;
	}
}
