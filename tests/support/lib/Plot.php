<?php
/**
 * Lines in a frame, as SVG. Readable on light and on dark pages.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchTests;

final class Plot {

	private const WIDTH = 800;
	private const HEIGHT = 400;
	private const LEFT = 70;
	private const RIGHT = 20;
	private const TOP = 56;
	private const BOTTOM = 50;
	/** Between the beginnings of two entries of the legend. */
	private const LEGEND = 180;
	/** Told apart by people who see colours differently, too, and each with a mark of its own. */
	private const COLOURS = [ '#0072b2', '#d55e00', '#009e73', '#cc79a7' ];
	/** Disc, square, triangle, diamond. */
	private const MARKS = [
		'm-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0', 'm-4.5-4.5h9v9h-9', 'm0-6l6 11h-12', 'm0-6l6 6l-6 6l-6-6',
	];
	private const STYLE = 'text{font:13px sans-serif;fill:#333}.grid{stroke:#8884}.axis{stroke:#666}'
		. '.event{stroke:#888;stroke-dasharray:2 3}'
		. '@media(prefers-color-scheme:dark){text{fill:#ddd}.axis{stroke:#aaa}}';

	/** @var list<string> */
	private array $parts = [];

	/**
	 * @param string $title
	 * @param Axis $x
	 * @param Axis $y
	 * @param array<string,list<array{float,float}>> $series name => points
	 * @param bool $isMarked whether each point gets a mark
	 * @param array<string,list<float>> $events name => places on the x axis, each a line from top to bottom
	 */
	public function __construct(
		private readonly string $title,
		private readonly Axis $x,
		private readonly Axis $y,
		private readonly array $series,
		private readonly bool $isMarked = false,
		private readonly array $events = []
	) {
	}

	public function svg(): string {
		$bottom = self::HEIGHT - self::BOTTOM;
		$this->parts = [];
		$this->axes( $bottom );
		$legend = self::LEFT;
		foreach ( array_keys( $this->series ) as $number => $name ) {
			$this->line( $number, $this->series[$name] );
			$this->path( $this->stroke( $number ), "M$legend 36h24" );
			$this->mark( $number, $legend + 12, 36 );
			$this->text( $legend + 30, 40, $name, 'start' );
			$legend += self::LEGEND;
		}
		foreach ( $this->events as $name => $places ) {
			foreach ( $places as $place ) {
				$this->path( 'class="event"', "M{$this->x( $place )} " . self::TOP . "V$bottom" );
			}
			$this->path( 'class="event"', "M$legend 36h24" );
			$this->text( $legend + 30, 40, $name, 'start' );
			$legend += self::LEGEND;
		}
		return '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ' . self::WIDTH . ' ' . self::HEIGHT . '" '
			. 'role="img" aria-label="' . self::escape( $this->title ) . '"><style>' . self::STYLE . "</style>\n"
			. implode( "\n", $this->parts ) . "\n</svg>\n";
	}

	private function axes( int $bottom ): void {
		$right = self::WIDTH - self::RIGHT;
		$this->text( self::LEFT, 20, $this->title, 'start' );
		$this->text( ( self::LEFT + $right ) / 2, self::HEIGHT - 10, $this->x->title, 'middle' );
		$middle = ( $bottom + self::TOP ) / 2;
		$this->parts[] = "<text transform=\"translate(16 $middle) rotate(-90)\" text-anchor=\"middle\">"
			. self::escape( $this->y->title ) . '</text>';
		foreach ( $this->y->ticks as $value ) {
			$y = $this->y( $value );
			$this->path( 'class="grid"', 'M' . self::LEFT . " {$y}H$right" );
			$this->text( self::LEFT - 8, $y + 4, Axis::words( $value ), 'end' );
		}
		foreach ( $this->x->ticks as $value ) {
			$x = $this->x( $value );
			$this->path( 'class="grid"', "M$x " . self::TOP . "V$bottom" );
			$this->text( $x, $bottom + 18, Axis::words( $value ), 'middle' );
		}
		$this->path( 'class="axis"', 'M' . self::LEFT . ' ' . self::TOP . "V{$bottom}H$right" );
	}

	/**
	 * @param int $number
	 * @param list<array{float,float}> $points
	 */
	private function line( int $number, array $points ): void {
		$points = array_map( fn ( array $point ) => [ $this->x( $point[0] ), $this->y( $point[1] ) ], $points );
		$steps = array_map( static fn ( array $point ) => "$point[0] $point[1]", $points );
		$this->path( $this->stroke( $number ), 'M' . implode( 'L', $steps ) );
		foreach ( $points as $point ) {
			$this->mark( $number, ...$point );
		}
	}

	private function stroke( int $number ): string {
		return 'stroke="' . self::COLOURS[$number % count( self::COLOURS )] . '" stroke-width="2"';
	}

	private function path( string $attributes, string $path ): void {
		$this->parts[] = "<path fill=\"none\" $attributes d=\"$path\"/>";
	}

	private function mark( int $number, float $x, float $y ): void {
		if ( $this->isMarked ) {
			$kind = $number % count( self::COLOURS );
			$this->parts[] = '<path fill="' . self::COLOURS[$kind] . "\" d=\"M$x $y" . self::MARKS[$kind] . 'z"/>';
		}
	}

	private function text( float $x, float $y, string $text, string $anchor ): void {
		$this->parts[] = "<text x=\"$x\" y=\"$y\" text-anchor=\"$anchor\">" . self::escape( $text ) . '</text>';
	}

	private function x( float $value ): float {
		return round( self::LEFT + $this->x->share( $value ) * ( self::WIDTH - self::LEFT - self::RIGHT ), 1 );
	}

	private function y( float $value ): float {
		$bottom = self::HEIGHT - self::BOTTOM;
		return round( $bottom - $this->y->share( $value ) * ( $bottom - self::TOP ), 1 );
	}

	private static function escape( string $text ): string {
		return htmlspecialchars( $text, ENT_XML1 );
	}
}
