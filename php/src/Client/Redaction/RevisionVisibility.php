<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client\Redaction;

use MediaWiki\Revision\RevisionRecord;

/**
 * What readers may see of some revisions of the repo.
 */
final class RevisionVisibility {

	/** A recent change shows none of the content, but its summary may quote it. */
	private const TEXT = RevisionRecord::DELETED_TEXT | RevisionRecord::DELETED_COMMENT;

	private const USER = RevisionRecord::DELETED_USER | RevisionRecord::DELETED_RESTRICTED;

	/**
	 * @param bool $isKnown false: the repo could not be asked
	 * @param array<int,int> $hidden revision id => `rev_deleted`, of those that are hidden in part
	 * @param array<int,true> $deleted by revision id: those whose page was deleted
	 */
	public function __construct(
		public readonly bool $isKnown,
		private readonly array $hidden = [],
		private readonly array $deleted = []
	) {
	}

	/**
	 * @param list<int> $revisions
	 */
	public function hasDeleted( array $revisions ): bool {
		return array_intersect_key( $this->deleted, array_flip( $revisions ) ) !== [];
	}

	public function hidesText( int $revision ): bool {
		return self::isText( $this->hidden[$revision] ?? 0 );
	}

	/**
	 * What is hidden of any of them.
	 *
	 * @param list<int> $revisions
	 * @return int as `rev_deleted`
	 */
	public function bits( array $revisions ): int {
		return array_reduce(
			array_intersect_key( $this->hidden, array_flip( $revisions ) ),
			static fn ( int $all, int $bits ) => $all | $bits,
			0
		);
	}

	/**
	 * @param list<int> $revisions
	 * @return array<int,int> revision => what is hidden of it, as `rev_deleted`
	 */
	public function ofEach( array $revisions ): array {
		return array_intersect_key( $this->hidden, array_flip( $revisions ) ) + array_fill_keys( $revisions, 0 );
	}

	/**
	 * Whether less is visible of some of these revisions than somebody has seen before.
	 *
	 * @param self $before
	 * @param list<int> $revisions
	 */
	public function differs( self $before, array $revisions ): bool {
		return $this->bits( $revisions ) !== $before->bits( $revisions )
			|| $this->hasDeleted( $revisions ) !== $before->hasDeleted( $revisions );
	}

	/** Whether bits of `rev_deleted` hide text. */
	public static function isText( int $bits ): bool {
		return ( $bits & self::TEXT ) !== 0;
	}

	/** Whether bits of `rev_deleted` hide who it was. */
	public static function isUser( int $bits ): bool {
		return ( $bits & RevisionRecord::DELETED_USER ) !== 0;
	}

	/** The bit that hides content, if it is among some. */
	public static function contentBit( int $bits ): int {
		return $bits & RevisionRecord::DELETED_TEXT;
	}

	/** Those bits that hide who it was, and from whom; 0 if that is not hidden. */
	public static function userBits( int $bits ): int {
		return self::isUser( $bits ) ? $bits & self::USER : 0;
	}
}
