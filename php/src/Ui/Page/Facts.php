<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Ui\Page;

use MediaWiki\Extension\WikibaseDispatch\Status\FarmStatus;
use MediaWiki\Html\Html;
use MessageLocalizer;

/**
 * The few numbers that say how things go; and, apart from them, the ids that only matter to who looks into the
 * database.
 */
final class Facts {

	public function __construct( private readonly MessageLocalizer $localizer, private readonly Words $words ) {
	}

	public function html( FarmStatus $status ): string {
		$now = $status->takenAt();
		$median = $status->medianLag();
		$active = $status->activeAt();
		return $this->list( 'wbd-facts', [
			'median-lag' => self::isolated( $median === null
				? $this->text( 'unknown' ) : $this->words->duration( $median ) ),
			'worst-lag' => self::isolated( $median === null
				? $this->text( 'unknown' ) : $this->words->duration( $status->worstLag() ) ),
			'failing' => self::isolated( $this->words->number( $status->troubled()['failing'] ) ),
			'waiting' => self::isolated( $this->words->number( $status->waiting() ) ),
			'in' => self::isolated( $this->rate( $status->changesPerMinuteIn() ) ),
			'delivered' => self::isolated( $this->rate( $status->deliveredPerMinute() ) ),
			'active' => $active === null
				? htmlspecialchars( $this->text( 'never' ) )
				: Html::rawElement( 'bdi', [], $this->words->agoHtml( $active, $now ) ),
		] );
	}

	/** Ids are names: they are written as in the database. */
	public function ids( FarmStatus $status ): string {
		return $this->list( 'wbd-facts wbd-ids', [
			'horizon' => self::isolated( (string)$status->horizon() ),
			'newest' => self::isolated( (string)$status->newest() ),
		] );
	}

	/**
	 * @param string $class
	 * @param array<string,string> $facts name => HTML
	 */
	private function list( string $class, array $facts ): string {
		$items = '';
		foreach ( $facts as $name => $value ) {
			$items .= Html::rawElement(
				'div',
				[ 'data-fact' => $name ],
				Html::element( 'dt', [], $this->text( "fact-$name" ) ) . Html::rawElement( 'dd', [], $value )
			);
		}
		return Html::rawElement( 'dl', [ 'class' => $class ], $items );
	}

	private static function isolated( string $text ): string {
		return Html::element( 'bdi', [], $text );
	}

	private function rate( ?float $rate ): string {
		return $rate === null ? $this->text( 'unknown' ) : $this->text( 'per-minute', $this->words->rate( $rate ) );
	}

	private function text( string $name, string ...$parameters ): string {
		return $this->localizer->msg( "wikibasedispatch-status-$name", ...$parameters )->text();
	}
}
