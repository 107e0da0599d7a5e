<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Status\Explain;

/**
 * A parameter of a {@see Sentence}, which each language writes in its own way.
 */
final class Param {

	/** Of a list, as many are named. */
	private const MOST = 10;

	/**
	 * @param ParamKind $kind
	 * @param string|int|null $value
	 * @param int $now Unix time
	 * @param list<Param|Sentence> $items
	 * @param bool $hasMore whether more belongs to the items than they name
	 */
	private function __construct(
		public readonly ParamKind $kind,
		public readonly string|int|null $value,
		public readonly int $now = 0,
		public readonly array $items = [],
		public readonly bool $hasMore = false
	) {
	}

	public static function name( string $name ): self {
		return new self( ParamKind::Name, $name );
	}

	public static function client( string $siteId ): self {
		return new self( ParamKind::Client, $siteId );
	}

	public static function id( int $id ): self {
		return new self( ParamKind::Id, $id );
	}

	public static function number( int $count ): self {
		return new self( ParamKind::Number, $count );
	}

	public static function duration( int $seconds ): self {
		return new self( ParamKind::Duration, max( 0, $seconds ) );
	}

	/**
	 * @param int $time Unix time
	 * @param int $now
	 */
	public static function moment( int $time, int $now ): self {
		return new self( ParamKind::Moment, $time, $now );
	}

	/**
	 * @param int|null $time Unix time; null: never
	 * @param int $now
	 */
	public static function ago( ?int $time, int $now ): self {
		return new self( ParamKind::Ago, $time, $now );
	}

	/**
	 * @param list<Param|Sentence> $items of which no more than can be read are named
	 */
	public static function items( array $items ): self {
		return new self(
			ParamKind::Items, null, 0, array_slice( $items, 0, self::MOST ), count( $items ) > self::MOST
		);
	}
}
