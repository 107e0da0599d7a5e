<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Ui\Page;

use MediaWiki\Extension\WikibaseDispatch\Status\Explain\Param;
use MediaWiki\Extension\WikibaseDispatch\Status\Explain\ParamKind;
use MediaWiki\Extension\WikibaseDispatch\Status\Explain\Sentence;
use MediaWiki\Extension\WikibaseDispatch\Ui\ClientPage\ClientLink;
use MediaWiki\Html\Html;
use MessageLocalizer;

/**
 * Writes sentences as HTML in the reader's language.
 */
final class SentenceHtml {

	public function __construct( private readonly MessageLocalizer $localizer, private readonly Words $words ) {
	}

	/** '' where this version has no words for it. */
	public function html( Sentence $sentence ): string {
		$message = $this->localizer->msg( $sentence->message );
		if ( !$message->exists() ) {
			return '';
		}
		foreach ( $sentence->params as $param ) {
			// What {{PLURAL}} goes by has to be there while the message is parsed; nothing else may be parsed.
			if ( $param instanceof Param && in_array( $param->kind, [ ParamKind::Id, ParamKind::Number ], true ) ) {
				$message->params( $this->number( $param ) );
			} else {
				$message->rawParams( $this->param( $param ) );
			}
		}
		return $message->parse();
	}

	private function param( Param|Sentence $param ): string {
		if ( $param instanceof Sentence ) {
			return $this->html( $param );
		}
		return match ( $param->kind ) {
			ParamKind::Items => $this->items( $param ),
			ParamKind::Id, ParamKind::Number => htmlspecialchars( $this->number( $param ) ),
			ParamKind::Name => htmlspecialchars( (string)$param->value ),
			ParamKind::Client => ClientLink::html( (string)$param->value ),
			ParamKind::Duration => Html::element( 'bdi', [], $this->words->duration( (int)$param->value ) ),
			ParamKind::Moment => htmlspecialchars( $this->words->moment( (int)$param->value, $param->now ) ),
			ParamKind::Ago => $this->ago( $param ),
		};
	}

	/** An id is a name: it is written as in the database. */
	private function number( Param $param ): string {
		return $param->kind === ParamKind::Id ? (string)$param->value : $this->words->number( (int)$param->value );
	}

	private function ago( Param $param ): string {
		return $param->value === null
			? $this->localizer->msg( 'wikibasedispatch-status-never' )->escaped()
			: $this->localizer->msg( 'ago', $this->words->duration( $param->now - (int)$param->value ) )->escaped();
	}

	private function items( Param $list ): string {
		$items = array_map(
			fn ( Param|Sentence $item ) => $item instanceof Param && $item->kind === ParamKind::Name
				? Html::element( 'bdi', [], (string)$item->value )
				: $this->param( $item ),
			$list->items
		);
		return implode(
			$this->localizer->msg( 'comma-separator' )->escaped(), [ ...$items, ...( $list->hasMore ? [ '…' ] : [] ) ]
		);
	}
}
