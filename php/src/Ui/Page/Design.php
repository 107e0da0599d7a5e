<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Ui\Page;

use MediaWiki\Html\Html;

/**
 * How things look: as Codex has it, MediaWiki's design system, where there is the whole of it (1.43 and later); as core
 * has it elsewhere. What neither has is in our stylesheet.
 */
final class Design {

	/** The module with the styles of all of Codex, which need no script. */
	public const CODEX = 'codex-styles';

	/** What 1.39 has of its own. */
	private const CORE = [ 'mediawiki.ui.button', 'mediawiki.ui.input' ];

	public function __construct( private readonly bool $hasCodex ) {
	}

	/**
	 * @return list<string> names of modules
	 */
	public function styles(): array {
		return $this->hasCodex ? [ self::CODEX ] : self::CORE;
	}

	/**
	 * A message that stands out.
	 *
	 * @param 'success'|'notice'|'warning'|'error' $kind
	 * @param string $html
	 */
	public static function box( string $kind, string $html ): string {
		return match ( $kind ) {
			'success' => Html::successBox( $html ),
			'notice' => Html::noticeBox( $html, '' ),
			'warning' => Html::warningBox( $html ),
			'error' => Html::errorBox( $html ),
		};
	}

	/** Whether a message that stands out has a sign of its kind. */
	public function hasSigns(): bool {
		return $this->hasCodex;
	}

	/**
	 * @param string $head rows
	 * @param string $body rows
	 * @param string $label what the table is of
	 */
	public function table( string $head, string $body, string $label ): string {
		$table = Html::rawElement(
			'table',
			[ 'class' => $this->hasCodex ? 'cdx-table__table wbd-table' : 'wikitable wbd-table' ],
			Html::rawElement( 'thead', [], $head ) . Html::rawElement( 'tbody', [], $body )
		);
		$scroll = Html::rawElement(
			'div',
			// What is wider than a phone can be moved by the keyboard, too.
			[ 'class' => [ 'wbd-scroll', 'cdx-table__table-wrapper' => $this->hasCodex ], 'tabindex' => '0',
				'role' => 'region', 'aria-label' => $label ],
			$table
		);
		return Html::rawElement( 'div', [ 'class' => [ 'wbd-table-frame', 'cdx-table' => $this->hasCodex ] ], $scroll );
	}

	/** A word about a thing, such as what a client waits for. */
	public function chip( string $class, string $text ): string {
		return $this->hasCodex
			? Html::rawElement(
				'span',
				[ 'class' => "cdx-info-chip $class" ],
				Html::element( 'span', [ 'class' => 'cdx-info-chip--text' ], $text )
			)
			: Html::element( 'span', [ 'class' => $class ], $text );
	}

	/** Classes of a button. */
	public function button(): string {
		return $this->hasCodex ? 'cdx-button' : 'mw-ui-button';
	}

	/** Classes of a link that looks like a button. */
	public function buttonLink(): string {
		return $this->hasCodex
			? 'cdx-button cdx-button--fake-button cdx-button--fake-button--enabled' : 'mw-ui-button';
	}

	/** Classes of a field to write in. */
	public function textInput(): string {
		return $this->hasCodex ? 'cdx-text-input__input' : 'mw-ui-input mw-ui-input-inline';
	}

	/** Classes of a field to choose from. */
	public function select(): string {
		return $this->hasCodex ? 'cdx-select' : 'mw-ui-input mw-ui-input-inline';
	}
}
