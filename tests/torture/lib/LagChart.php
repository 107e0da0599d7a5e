<?php
/**
 * How long changes took to the clients' queues, over the time of a run, as SVG: the middle one of each moment and the
 * slowest, seconds on a logarithmic axis, and a mark wherever the server went away. Readable on light and on dark
 * pages.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchTests;

class LagChart {

	private const WIDTH = 800;
	private const HEIGHT = 360;
	private const LEFT = 60;
	private const RIGHT = 15;
	private const TOP = 50;
	private const BOTTOM = 45;
	/** Seconds at the ends of the axis. */
	private const LEAST = 0.01;
	private const MOST = 100;
	/** Points of a line. */
	private const POINTS = 180;
	private const LEGEND = [ 'middle' => 'median', 'slowest' => 'slowest', 'gone' => 'the server goes away' ];
	private const STYLE = 'text{font:13px sans-serif;fill:#333}.grid{stroke:#8884}.axis{stroke:#666}'
		. '.gone{stroke:#d55e00;stroke-dasharray:2 3}.middle{stroke:#0072b2;stroke-width:2}.slowest{stroke:#009e73}'
		. '@media(prefers-color-scheme:dark){text{fill:#ddd}.axis{stroke:#aaa}}';

	/**
	 * @param string $title
	 * @param float $start Unix time
	 * @param float $end Unix time
	 * @param list<array{float,float}> $delays Unix time at which a change was written, and seconds to a client's queue
	 * @param list<float> $outages Unix times
	 */
	public function __construct(
		private readonly string $title,
		private readonly float $start,
		private readonly float $end,
		private readonly array $delays,
		private readonly array $outages
	) {
	}

	public function svg(): string {
		$bottom = self::HEIGHT - self::BOTTOM;
		$right = self::WIDTH - self::RIGHT;
		$parts = [ self::text( self::LEFT, 20, $this->title, 'start' ) ];
		foreach ( self::LEGEND as $class => $name ) {
			$x = self::LEFT + 110 * ( count( $parts ) - 1 );
			$parts[] = "<path class=\"$class\" d=\"M$x 36h24\"/>" . self::text( $x + 30, 40, $name, 'start' );
		}
		for ( $seconds = self::LEAST; $seconds <= self::MOST; $seconds *= 10 ) {
			$y = $this->y( $seconds );
			$parts[] = '<path class="grid" d="M' . self::LEFT . " {$y}H$right\"/>"
				. self::text( self::LEFT - 8, $y + 4, round( $seconds, 2 ) . ' s', 'end' );
		}
		$minutes = ( $this->end - $this->start ) / 60;
		$step = $minutes > 12 ? 5 : ( $minutes > 4 ? 1 : 0.5 );
		for ( $minute = 0; $minute <= $minutes; $minute += $step ) {
			$parts[] = self::text( $this->x( $this->start + 60 * $minute ), $bottom + 18, (string)$minute, 'middle' );
		}
		$parts[] = self::text( ( self::LEFT + $right ) / 2, self::HEIGHT - 8, 'minutes', 'middle' );
		foreach ( $this->outages as $time ) {
			$parts[] = "<path class=\"gone\" d=\"M{$this->x( $time )} " . self::TOP . "V$bottom\"/>";
		}
		foreach ( $this->lines() as $class => $points ) {
			$parts[] = "<polyline fill=\"none\" class=\"$class\" points=\"" . implode( ' ', $points ) . '"/>';
		}
		$parts[] = '<path class="axis" fill="none" d="M' . self::LEFT . ' ' . self::TOP . "V{$bottom}H$right\"/>";
		return '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ' . self::WIDTH . ' ' . self::HEIGHT . '" '
			. 'role="img" aria-label="' . self::escape( $this->title ) . '"><style>' . self::STYLE . "</style>\n"
			. implode( "\n", $parts ) . "\n</svg>\n";
	}

	/**
	 * @return array<string,list<string>> class => points
	 */
	private function lines(): array {
		$width = ( $this->end - $this->start ) / self::POINTS;
		$moments = [];
		foreach ( $this->delays as [ $time, $seconds ] ) {
			$moments[(int)( ( $time - $this->start ) / $width )][] = $seconds;
		}
		ksort( $moments );
		$lines = [ 'slowest' => [], 'middle' => [] ];
		foreach ( $moments as $moment => $delays ) {
			sort( $delays );
			$x = $this->x( $this->start + ( $moment + 0.5 ) * $width );
			$lines['slowest'][] = "$x,{$this->y( end( $delays ) )}";
			$lines['middle'][] = "$x,{$this->y( $delays[intdiv( count( $delays ), 2 )] )}";
		}
		return $lines;
	}

	private function x( float $time ): float {
		$share = ( $time - $this->start ) / ( $this->end - $this->start );
		return round( self::LEFT + min( max( $share, 0 ), 1 ) * ( self::WIDTH - self::LEFT - self::RIGHT ), 1 );
	}

	private function y( float $seconds ): float {
		$range = log10( self::MOST / self::LEAST );
		$share = log10( min( max( $seconds, self::LEAST ), self::MOST ) / self::LEAST ) / $range;
		return round( self::HEIGHT - self::BOTTOM - $share * ( self::HEIGHT - self::BOTTOM - self::TOP ), 1 );
	}

	private static function text( float $x, float $y, string $text, string $anchor ): string {
		return "<text x=\"$x\" y=\"$y\" text-anchor=\"$anchor\">" . self::escape( $text ) . '</text>';
	}

	private static function escape( string $text ): string {
		return htmlspecialchars( $text, ENT_XML1 );
	}
}
