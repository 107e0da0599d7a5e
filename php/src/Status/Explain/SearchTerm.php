<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Status\Explain;

/**
 * What is searched for: a change by its ID, or the changes of an entity.
 */
final class SearchTerm {

	/** As many bytes as `change_object_id` holds. */
	public const MAX_LENGTH = 14;

	private function __construct( public readonly ?int $changeId, public readonly ?string $entityId ) {
	}

	/** Null if it is neither. */
	public static function parse( string $text ): ?self {
		$text = trim( $text );
		return match ( true ) {
			preg_match( '/^\d{1,10}$/D', $text ) === 1 => new self( (int)$text, null ),
			strlen( $text ) <= self::MAX_LENGTH && preg_match( '/^[A-Z]+\d[A-Z0-9-]*$/iD', $text ) === 1 =>
				new self( null, strtoupper( $text ) ),
			default => null,
		};
	}

	/** As it is written in an address. */
	public function text(): string {
		return $this->entityId ?? (string)$this->changeId;
	}
}
