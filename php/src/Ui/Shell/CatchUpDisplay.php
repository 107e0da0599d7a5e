<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Ui\Shell;

use Closure;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\CatchUpObserver;

/**
 * Shows how catching up gets on: a bar on a terminal, now and then a line elsewhere.
 */
class CatchUpDisplay implements CatchUpObserver {

	/** Seconds between two lines, and between two looks of the bar. */
	private const LINES = 10.0;
	private const BAR = 0.1;

	private const WIDTH = 16;

	private int $total = 0;
	private float $start = 0.0;
	private float $shown = -INF;
	private bool $isBarOpen = false;
	private bool $isEndShown = false;
	/** @var array<string,string> */
	private array $reasons = [];

	/**
	 * @param Terminal $terminal
	 * @param Closure():float $clock seconds; never goes back
	 */
	public function __construct( private readonly Terminal $terminal, private readonly Closure $clock ) {
	}

	public function begins( int $clients, int $pending ): void {
		$this->total = $pending;
		$this->start = $this->shown = ( $this->clock )();
		$this->terminal->line( $clients === 0
			? 'No client is behind.'
			: sprintf(
				'%s %s behind, by %s in total.', self::clients( $clients ), $clients === 1 ? 'is' : 'are',
				self::changes( $pending )
			)
		);
	}

	public function goesOn( int $clients, int $pending ): void {
		$now = ( $this->clock )();
		$isDue = $now - $this->shown >= ( $this->terminal->isWatched() ? self::BAR : self::LINES );
		$isEnd = $clients === 0 && $this->isBarOpen && !$this->isEndShown;
		if ( ( $isDue && !$this->isEndShown ) || $isEnd ) {
			$this->shown = $now;
			$this->isEndShown = $clients === 0;
			$this->show( $clients, $pending, $now - $this->start );
		}
	}

	/** @inheritDoc */
	public function waits( array $reasons ): void {
		foreach ( array_diff_key( $reasons, $this->reasons ) as $reason ) {
			$this->closeBar();
			$this->terminal->line( "Waiting: $reason." );
		}
		$this->reasons = $reasons;
	}

	/** To be called before anything else is written. */
	public function closeBar(): void {
		if ( $this->isBarOpen ) {
			$this->terminal->newLine();
			$this->isBarOpen = false;
		}
	}

	private function show( int $clients, int $pending, float $seconds ): void {
		// Somebody may have written changes, or set a client back, since it began.
		$done = max( 0, $this->total - $pending );
		$part = $this->total > 0 ? $done / $this->total : 1.0;
		$rate = $seconds > 0 ? $done / $seconds : 0.0;
		$text = sprintf(
			'%3d %%  %s, %s to go, %s/s%s',
			floor( $part * 100 ), self::clients( $clients ), number_format( $pending ), number_format( $rate ),
			$rate > 0 ? ', ' . self::duration( (int)ceil( $pending / $rate ) ) . ' left' : ''
		);
		if ( $this->terminal->isWatched() ) {
			$filled = (int)floor( $part * self::WIDTH );
			$bar = str_repeat( '=', $filled ) . str_repeat( ' ', self::WIDTH - $filled );
			$this->terminal->overwrite( "[$bar] $text" );
			$this->isBarOpen = true;
		} else {
			$this->terminal->line( $text );
		}
	}

	private static function clients( int $count ): string {
		return number_format( $count ) . ( $count === 1 ? ' client' : ' clients' );
	}

	private static function changes( int $count ): string {
		return number_format( $count ) . ( $count === 1 ? ' change' : ' changes' );
	}

	private static function duration( int $seconds ): string {
		return $seconds >= 3600
			? sprintf( '%d:%02d:%02d', intdiv( $seconds, 3600 ), intdiv( $seconds, 60 ) % 60, $seconds % 60 )
			: sprintf( '%d:%02d', intdiv( $seconds, 60 ), $seconds % 60 );
	}
}
