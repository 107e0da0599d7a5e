<?php
/**
 * A plot as SVG, both axes logarithmic: what grows linearly is a straight line there, and doubling looks the same
 * everywhere. Readable on light and on dark pages.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench\Output;

class Plot {

	private const WIDTH = 640;
	private const HEIGHT = 400;
	private const LEFT = 70;
	private const RIGHT = 20;
	private const TOP = 44;
	private const BOTTOM = 50;
	/** Told apart by people who see colours differently, too, and each with a mark of its own. */
	private const COLOURS = [ '#0072b2', '#d55e00', '#009e73', '#cc79a7' ];
	private const STYLE = 'text{font:13px sans-serif;fill:#333}.grid{stroke:#8884}.axis{stroke:#666}'
		. '@media(prefers-color-scheme:dark){text{fill:#ddd}.axis{stroke:#aaa}}';

	/** @var list<string> */
	private array $parts = [];
	private array $xRange;
	private array $yRange;

	/**
	 * @param string $title
	 * @param string $xTitle
	 * @param string $yTitle
	 * @param array<string,array<int|float,float>> $series name => x => y, all above 0
	 */
	public function __construct(
		private readonly string $title,
		private readonly string $xTitle,
		private readonly string $yTitle,
		private readonly array $series
	) {
		$xs = array_merge( ...array_map( array_keys( ... ), array_values( $series ) ) );
		$ys = array_merge( ...array_map( array_values( ... ), array_values( $series ) ) );
		$this->xRange = [ log10( min( $xs ) ) - 0.1, log10( max( $xs ) ) + 0.1 ];
		$this->yRange = [ floor( log10( min( $ys ) ) ), ceil( log10( max( $ys ) ) ) ];
	}

	public function svg(): string {
		$this->parts = [];
		$this->axes();
		foreach ( array_keys( $this->series ) as $number => $name ) {
			$this->line( $number, $name );
		}
		return '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ' . self::WIDTH . ' ' . self::HEIGHT . '" '
			. 'role="img" aria-label="' . self::escape( $this->title ) . '"><style>' . self::STYLE . "</style>\n"
			. implode( "\n", $this->parts ) . "\n</svg>\n";
	}

	private function axes(): void {
		$bottom = self::HEIGHT - self::BOTTOM;
		$right = self::WIDTH - self::RIGHT;
		$this->text( self::LEFT, 20, $this->title, 'start' );
		$this->text( ( self::LEFT + $right ) / 2, self::HEIGHT - 10, $this->xTitle, 'middle' );
		$middle = ( $bottom + self::TOP ) / 2;
		$this->parts[] = "<text transform=\"translate(16 $middle) rotate(-90)\" text-anchor=\"middle\">"
			. self::escape( $this->yTitle ) . '</text>';
		for ( $power = $this->yRange[0]; $power <= $this->yRange[1]; $power++ ) {
			$y = $this->y( 10 ** $power );
			$this->parts[] = "<path class=\"grid\" d=\"M" . self::LEFT . " {$y}H$right\"/>";
			$this->text( self::LEFT - 8, $y + 4, self::number( 10 ** $power ), 'end' );
		}
		foreach ( $this->xs() as $value ) {
			$x = $this->x( $value );
			$this->parts[] = "<path class=\"grid\" d=\"M$x " . self::TOP . "V$bottom\"/>";
			$this->text( $x, $bottom + 18, self::number( $value ), 'middle' );
		}
		$this->parts[] = '<path class="axis" fill="none" d="M' . self::LEFT . ' ' . self::TOP . "V{$bottom}H$right\"/>";
	}

	private function line( int $number, string $name ): void {
		$colour = self::COLOURS[$number % count( self::COLOURS )];
		$points = [];
		foreach ( $this->series[$name] as $x => $y ) {
			$points[] = [ $this->x( $x ), $this->y( $y ) ];
		}
		$this->parts[] = "<polyline fill=\"none\" stroke=\"$colour\" stroke-width=\"2\" points=\""
			. implode( ' ', array_map( static fn ( $point ) => "$point[0],$point[1]", $points ) ) . '"/>';
		foreach ( $points as $point ) {
			$this->mark( $number, $colour, ...$point );
		}
		$x = self::LEFT + 12;
		$y = self::TOP + 14 + 18 * $number;
		$this->mark( $number, $colour, $x, $y );
		$this->text( $x + 12, $y + 4, $name, 'start' );
	}

	/** Disc, square, triangle, diamond. */
	private function mark( int $number, string $colour, float $x, float $y ): void {
		$this->parts[] = match ( $number % 4 ) {
			0 => "<circle cx=\"$x\" cy=\"$y\" r=\"5\" fill=\"$colour\"/>",
			1 => sprintf( '<rect x="%s" y="%s" width="9" height="9" fill="%s"/>', $x - 4.5, $y - 4.5, $colour ),
			2 => "<path d=\"M$x " . ( $y - 6 ) . "l6 11h-12z\" fill=\"$colour\"/>",
			3 => "<path d=\"M$x " . ( $y - 6 ) . "l6 6l-6 6l-6-6z\" fill=\"$colour\"/>",
		};
	}

	private function text( float $x, float $y, string $text, string $anchor ): void {
		$this->parts[] = "<text x=\"$x\" y=\"$y\" text-anchor=\"$anchor\">" . self::escape( $text ) . '</text>';
	}

	/**
	 * @return list<int|float>
	 */
	private function xs(): array {
		$xs = array_unique( array_merge( ...array_map( array_keys( ... ), array_values( $this->series ) ) ) );
		sort( $xs );
		return $xs;
	}

	private function x( float $value ): float {
		return self::place( log10( $value ), $this->xRange, self::LEFT, self::WIDTH - self::RIGHT );
	}

	private function y( float $value ): float {
		return self::place( log10( $value ), $this->yRange, self::HEIGHT - self::BOTTOM, self::TOP );
	}

	private static function place( float $value, array $range, int $from, int $to ): float {
		return round( $from + ( $value - $range[0] ) / ( $range[1] - $range[0] ) * ( $to - $from ), 1 );
	}

	private static function number( float $value ): string {
		return $value >= 1 ? number_format( $value ) : rtrim( number_format( $value, 6 ), '0' );
	}

	private static function escape( string $text ): string {
		return htmlspecialchars( $text, ENT_XML1 );
	}
}
