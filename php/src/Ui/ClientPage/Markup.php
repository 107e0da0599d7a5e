<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Ui\ClientPage;

use MediaWiki\Extension\WikibaseDispatch\Ui\Page\Design;
use MediaWiki\Extension\WikibaseDispatch\Ui\Page\Words;
use MediaWiki\Html\Html;
use MessageLocalizer;

/**
 * What the pages of this folder are made of.
 */
final class Markup {

	private const PREFIX = 'wikibasedispatch-';

	/**
	 * @param MessageLocalizer $localizer
	 * @param Words $words
	 * @param Design $design
	 * @param int $now Unix time
	 */
	public function __construct(
		public readonly MessageLocalizer $localizer,
		public readonly Words $words,
		public readonly Design $design,
		public readonly int $now
	) {
	}

	public function text( string $name, string|int ...$parameters ): string {
		return $this->message( $name, ...$parameters )->text();
	}

	/** A message as HTML, with names in it that somebody else has given. */
	public function parsed( string $name, string|int ...$parameters ): string {
		return $this->message( $name )->params( ...array_map(
			static fn ( string|int $parameter ) => is_int( $parameter )
				? $parameter : wfEscapeWikiText( $parameter ),
			$parameters
		) )->parse();
	}

	/**
	 * @return object a `Message`, whose namespace differs between versions
	 */
	public function message( string $name, string|int ...$parameters ): object {
		return $this->localizer->msg( self::PREFIX . $name, ...$parameters );
	}

	/** A part of the page with a heading. */
	public function section( string $id, string $title, string $html ): string {
		return Html::rawElement(
			'section',
			[ 'id' => "wbd-$id", 'class' => 'wbd-section', 'aria-labelledby' => "wbd-$id-title" ],
			Html::element( 'h2', [ 'id' => "wbd-$id-title" ], $title ) . $html
		);
	}

	/**
	 * A table that can be moved by the keyboard where it is wider than the page.
	 *
	 * @param string $label for screen readers
	 * @param list<string> $columns their titles
	 * @param list<list<string>> $rows cells as HTML; the first names the row
	 */
	public function table( string $label, array $columns, array $rows ): string {
		$head = '';
		foreach ( $columns as $column ) {
			$head .= Html::element( 'th', [ 'scope' => 'col' ], $column );
		}
		$body = '';
		foreach ( $rows as $row ) {
			$cells = Html::rawElement( 'th', [ 'scope' => 'row' ], $row[0] );
			foreach ( array_slice( $row, 1 ) as $cell ) {
				$cells .= Html::rawElement( 'td', [], $cell );
			}
			$body .= Html::rawElement( 'tr', [], $cells );
		}
		return $this->design->table( Html::rawElement( 'tr', [], $head ), $body, $label );
	}

	public function moment( int $time ): string {
		return Html::element(
			'time',
			[ 'datetime' => wfTimestamp( TS_ISO_8601, $time ), 'title' => $this->words->dateAndTime( $time ) ],
			$this->words->moment( $time, $this->now )
		);
	}

	public function name( string $name ): string {
		return Html::element( 'bdi', [], $name );
	}

	public function paragraph( string $html, string $class = '' ): string {
		return Html::rawElement( 'p', $class === '' ? [] : [ 'class' => $class ], $html );
	}

	/** The condition of a client, with its sign. */
	public function condition( string $condition ): string {
		return $this->design->chip(
			"wbd-condition wbd-is-$condition", $this->text( "status-condition-$condition" )
		);
	}
}
