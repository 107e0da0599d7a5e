<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Ui\Shell;

use Closure;
use MediaWiki\Extension\WikibaseDispatch\Base\Log\Spans;
use MediaWiki\Extension\WikibaseDispatch\Status\Explain\Param;
use MediaWiki\Extension\WikibaseDispatch\Status\Explain\ParamKind;
use MediaWiki\Extension\WikibaseDispatch\Status\Explain\Sentence;

/**
 * Writes sentences as text in English, for a terminal or a log.
 */
final class PlainText {

	/**
	 * @param Closure(string,list<string>):string $message the text of a message with parameters, without tags; '' if
	 *  there is no such message
	 */
	public function __construct( private readonly Closure $message ) {
	}

	/** With MediaWiki's messages. */
	public static function inEnglish(): self {
		return new self( EnglishMessages::text( ... ) );
	}

	/** '' where this version has no words for it. */
	public function text( Sentence $sentence ): string {
		return ( $this->message )( $sentence->message, array_map( $this->param( ... ), $sentence->params ) );
	}

	/**
	 * @param array<Sentence> $sentences
	 */
	public function paragraph( array $sentences ): string {
		return implode( ' ', array_filter( array_map( $this->text( ... ), $sentences ) ) );
	}

	/** A message that has no parameters, such as the head of a column. */
	public function word( string $name ): string {
		return $this->text( Sentence::of( $name ) );
	}

	private function param( Param|Sentence $param ): string {
		if ( $param instanceof Sentence ) {
			return $this->text( $param );
		}
		return match ( $param->kind ) {
			ParamKind::Name, ParamKind::Client, ParamKind::Id => (string)$param->value,
			ParamKind::Number => number_format( (int)$param->value ),
			ParamKind::Duration => Spans::span( (int)$param->value ),
			ParamKind::Moment => Spans::moment( (int)$param->value ),
			ParamKind::Ago => Spans::ago( $param->value === null ? null : (int)$param->value, $param->now ),
			ParamKind::Items => implode(
				', ', [ ...array_map( $this->param( ... ), $param->items ), ...( $param->hasMore ? [ '…' ] : [] ) ]
			),
		};
	}
}
