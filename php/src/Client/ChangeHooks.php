<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client;

use Closure;
use MediaWiki\HookContainer\HookContainer;
use WikibaseDispatch\ClientUpdate;

/**
 * Runs the hooks that Wikibase's client offers where changes are handled, so that whoever uses them (its own
 * notifications, for one) goes on working.
 *
 * They take Wikibase's own objects, so without Wikibase they are not run, and without handlers no object is made.
 */
class ChangeHooks {

	private const ALL = 'WikibaseHandleChanges';
	private const EACH = 'WikibaseHandleChange';

	/**
	 * @param HookContainer $hooks
	 * @param Closure(array<string,mixed>):object|null $makeChange makes Wikibase's change of its fields; null: there is
	 *   no Wikibase
	 */
	public function __construct(
		private readonly HookContainer $hooks,
		private readonly ?Closure $makeChange
	) {
	}

	/** Leaves those changes out that a handler says it has dealt with. */
	public function run( ClientUpdate $update ): void {
		$all = $this->hooks->isRegistered( self::ALL );
		$each = $this->hooks->isRegistered( self::EACH );
		if ( $this->makeChange === null || !( $all || $each ) ) {
			return;
		}
		$changes = array_map( $this->makeChange, $update->changes() );
		if ( $all && !$this->hooks->run( self::ALL, [ $changes, [] ] ) ) {
			$update->leaveOut( array_keys( $changes ) );
			return;
		}
		$dealtWith = [];
		foreach ( $each ? $changes : [] as $place => $change ) {
			if ( !$this->hooks->run( self::EACH, [ $change, [] ] ) ) {
				$dealtWith[] = $place;
			}
		}
		$update->leaveOut( $dealtWith );
	}
}
