<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Base\Native;

use WikibaseDispatch\UsageDiff;

/**
 * Stands for {@see UsageDiff} on a host without the native module. It also writes rows that another row covers,
 * subscribes again where the page uses more of an entity than before, and has an entity looked at of which it uses
 * less: needless, and never wrong.
 */
class PlainUsageDiff {

	/** What a row has room for, in bytes. */
	private const ENTITY = 255;
	private const ASPECT = 37;

	/** @var array<string,array{0:string,1:string}> */
	private readonly array $added;
	/** @var array<string,array{0:string,1:string}> */
	private readonly array $removed;

	/**
	 * @param list<string> $before `Q42#L.en`
	 * @param list<string> $after
	 */
	public function __construct( array $before, array $after ) {
		$before = self::parse( $before );
		$after = self::parse( $after );
		$this->added = array_diff_key( $after, $before );
		$this->removed = array_diff_key( $before, $after );
	}

	/** @see UsageDiff::isEmpty() */
	public function isEmpty(): bool {
		return $this->added === [] && $this->removed === [];
	}

	/**
	 * @return list<array{0:string,1:string}>
	 */
	public function added(): array {
		return array_values( $this->added );
	}

	/**
	 * @return list<array{0:string,1:string}>
	 */
	public function removed(): array {
		return array_values( $this->removed );
	}

	/**
	 * @return list<string> also entities of which the page uses more than before
	 */
	public function begun(): array {
		return array_values( array_unique( array_column( $this->added, 0 ) ) );
	}

	/**
	 * @return list<string> also entities of which the page uses less than before
	 */
	public function ceased(): array {
		return array_values( array_unique( array_column( $this->removed, 0 ) ) );
	}

	/**
	 * @param list<string> $usages
	 * @return array<string,array{0:string,1:string}> entity id, aspect
	 */
	private static function parse( array $usages ): array {
		$rows = [];
		foreach ( $usages as $usage ) {
			[ $entity, $aspect ] = [ ...explode( '#', $usage, 2 ), '' ];
			$fits = strlen( $entity ) <= self::ENTITY && strlen( $aspect ) <= self::ASPECT;
			if ( $entity !== '' && $aspect !== '' && $fits ) {
				$rows[$usage] = [ $entity, $aspect ];
			}
		}
		return $rows;
	}
}
