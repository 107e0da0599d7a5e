<?php
/**
 * The switches of a rollout, in their order.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchSwitching;

class Sequence {

	private const STATES = [ 'off', 'shadow', 'on' ];
	private const RANDOM_STEPS = 20;

	/** @var array<string,string> client => state */
	private array $states = [];
	/** @var list<array<string,string>> */
	private array $steps = [];

	/**
	 * @param string $name
	 * @param list<string> $clients in the order in which they are switched
	 * @return list<array<string,string>> each: client => state
	 */
	public static function steps( string $name, array $clients ): array {
		$sequence = new self();
		$sequence->switch( $clients, 'off' );
		$sequence->$name( $clients );
		return $sequence->steps;
	}

	/** @param list<string> $clients */
	private function first( array $clients ): void {
		$this->eachOn( $clients );
		foreach ( $clients as $client ) {
			$this->switch( [ $client ], 'off' );
		}
		$this->switch( array_slice( $clients, 1 ), 'shadow' );
		$this->switch( $clients, 'off' );
	}

	/** @param list<string> $clients */
	private function second( array $clients ): void {
		$this->eachOn( $clients );
		foreach ( $clients as $client ) {
			$this->switch( [ $client ], 'off' );
			$this->switch( [ $client ], 'on' );
		}
	}

	/** @param list<string> $clients */
	private function random( array $clients ): void {
		for ( $left = self::RANDOM_STEPS; $left > 0; $left-- ) {
			$which = mt_rand( 1, 6 ) === 1 ? $clients : [ $clients[mt_rand( 0, count( $clients ) - 1 )] ];
			$others = array_values( array_diff( self::STATES, [ $this->states[$which[0]] ] ) );
			$this->switch( $which, $others[mt_rand( 0, 1 )] );
		}
		$this->switch( $clients, mt_rand( 0, 1 ) ? 'on' : 'off' );
	}

	/** @param list<string> $clients */
	private function eachOn( array $clients ): void {
		foreach ( $clients as $client ) {
			$this->switch( [ $client ], 'shadow' );
			$this->switch( [ $client ], 'on' );
		}
	}

	/** @param list<string> $clients */
	private function switch( array $clients, string $state ): void {
		$this->states = array_fill_keys( $clients, $state ) + $this->states;
		$this->steps[] = $this->states;
	}
}
