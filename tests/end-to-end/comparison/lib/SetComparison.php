<?php
/**
 * Two sets, compared.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchComparison;

class SetComparison {

	public readonly int $same;
	/** @var list<string> */
	public readonly array $missing;
	/** @var list<string> */
	public readonly array $more;

	/**
	 * @param array<string,true> $expected
	 * @param array<string,true> $actual
	 */
	public function __construct( array $expected, array $actual ) {
		$this->same = count( array_intersect_key( $expected, $actual ) );
		$this->missing = array_map( 'strval', array_keys( array_diff_key( $expected, $actual ) ) );
		$this->more = array_map( 'strval', array_keys( array_diff_key( $actual, $expected ) ) );
	}
}
