<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Ui\Plot;

/**
 * The way of a line through a plot, in the words of SVG. It is interrupted where nothing is known; what is known alone
 * becomes a dot, if the ends of the line are round.
 */
final class Path {

	/** Size of a plot in its own units; the page stretches it to where there is room. */
	public const WIDTH = 720;
	public const HEIGHT = 200;

	public static function of( Series $series, Scale $scale ): string {
		$width = self::WIDTH / max( 1, count( $series->values ) );
		$path = '';
		$isDrawing = false;
		foreach ( $series->values as $column => $value ) {
			if ( $value === null ) {
				$isDrawing = false;
				continue;
			}
			$x = self::number( ( $column + ( $series->isStepped ? 0 : 0.5 ) ) * $width );
			$y = self::number( self::HEIGHT * ( 1 - $value / $scale->end ) );
			$path .= ( $isDrawing ? 'L' : 'M' ) . "$x $y";
			if ( $series->isStepped ) {
				$path .= 'H' . self::number( ( $column + 1 ) * $width );
			} elseif ( !$isDrawing ) {
				$path .= 'h0';
			}
			$isDrawing = true;
		}
		return $path;
	}

	/** The same, down to the axis and back. */
	public static function areaOf( Series $series, Scale $scale ): string {
		$area = '';
		foreach ( array_filter( explode( 'M', self::of( $series, $scale ) ) ) as $part ) {
			$start = (float)$part;
			$bottom = self::HEIGHT;
			$area .= "M$part" . "V{$bottom}H" . self::number( $start ) . 'Z';
		}
		return $area;
	}

	private static function number( float $number ): string {
		// Never in the way of a language, nor with more than a screen can show.
		return (string)round( $number, 1 );
	}
}
