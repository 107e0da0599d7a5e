<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Ui\ClientPage;

use MediaWiki\Html\Html;

/**
 * A form to find a change, or the changes of an entity. Its answer has an address, so it works without a script.
 */
final class SearchForm {

	/** Name of the parameter. */
	public const NAME = 'find';

	/** More than any ID has. */
	private const MAX_LENGTH = 32;

	/**
	 * @param Markup $markup
	 * @param string $script where the form leads
	 */
	public function __construct( private readonly Markup $markup, private readonly string $script ) {
	}

	/**
	 * @param string $siteId the only client that is asked about; '' for all
	 * @param string $text that was searched for
	 */
	public function html( string $siteId, string $text ): string {
		return Html::rawElement(
			'form',
			[ 'method' => 'get', 'action' => $this->script, 'class' => 'wbd-find', 'role' => 'search',
				'aria-label' => $this->markup->text( 'search-title' ) ],
			Html::hidden( 'title', ClientLink::title( $siteId ) )
			. Html::element( 'label', [ 'for' => 'wbd-find' ], $this->markup->text( 'search-label' ) )
			. Html::element( 'input', [
				'type' => 'search', 'id' => 'wbd-find', 'name' => self::NAME, 'size' => '16',
				'maxlength' => (string)self::MAX_LENGTH, 'value' => $text, 'dir' => 'ltr', 'autocapitalize' => 'off',
				'spellcheck' => 'false', 'aria-describedby' => 'wbd-find-hint',
				'class' => $this->markup->design->textInput(),
			] )
			. Html::element(
				'button',
				[ 'type' => 'submit', 'class' => $this->markup->design->button() ],
				$this->markup->text( 'search-submit' )
			)
			. Html::rawElement(
				'span',
				[ 'id' => 'wbd-find-hint', 'class' => 'wbd-hint' ],
				$this->markup->parsed( $siteId === '' ? 'search-hint' : 'search-hint-client' )
			)
		);
	}

	/**
	 * @param array<string,mixed> $parameters of the address
	 * @return string what is searched for; '' for nothing
	 */
	public static function searched( array $parameters ): string {
		$text = $parameters[self::NAME] ?? '';
		return is_string( $text ) ? mb_substr( trim( $text ), 0, self::MAX_LENGTH ) : '';
	}
}
