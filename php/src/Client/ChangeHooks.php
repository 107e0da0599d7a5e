<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client;

use Closure;
use MediaWiki\HookContainer\HookContainer;
use WikibaseDispatch\ClientUpdate;
use WikibaseDispatch\Notification;

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

	/** Whether there is anybody to be told. */
	public function hasListeners(): bool {
		return $this->makeChange !== null
			&& ( $this->hooks->isRegistered( self::ALL ) || $this->hooks->isRegistered( self::EACH ) );
	}

	/**
	 * Leaves those changes out that a handler says it has dealt with.
	 *
	 * @param ClientUpdate $update
	 * @param list<array<string,mixed>> $single the changes before any were merged, {@see Notification::changes()}
	 * @param array<string,?string> $rootJobParams as MediaWiki has them for the job that brought the changes
	 */
	public function run( ClientUpdate $update, array $single, array $rootJobParams ): void {
		if ( $this->makeChange === null || !$this->hasListeners() ) {
			return;
		}
		$changes = self::changes( $this->makeChange, $update, array_column( $single, null, 'id' ) );
		if ( $this->hooks->isRegistered( self::ALL )
			&& !$this->hooks->run( self::ALL, [ $changes, $rootJobParams ] )
		) {
			$update->leaveOut( array_keys( $changes ) );
			return;
		}
		$dealtWith = [];
		foreach ( $this->hooks->isRegistered( self::EACH ) ? $changes : [] as $place => $change ) {
			if ( !$this->hooks->run( self::EACH, [ $change, $rootJobParams ] ) ) {
				$dealtWith[] = $place;
			}
		}
		$update->leaveOut( $dealtWith );
	}

	/**
	 * Wikibase's objects. One that stands for several changes has them in its info, as with Wikibase.
	 *
	 * @param Closure(array<string,mixed>):object $makeChange
	 * @param ClientUpdate $update
	 * @param array<int,array<string,mixed>> $single by id
	 * @return list<object>
	 */
	private static function changes( Closure $makeChange, ClientUpdate $update, array $single ): array {
		$changes = [];
		foreach ( $update->changes() as $fields ) {
			$change = $makeChange( $fields );
			// Wikibase makes objects of some of it.
			$info = $change->getInfo();
			if ( isset( $info['change-ids'] ) ) {
				$merged = array_intersect_key( $single, array_flip( $info['change-ids'] ) );
				$info['changes'] = array_map( $makeChange, array_values( $merged ) );
				$change->setField( 'info', $info );
			}
			$changes[] = $change;
		}
		return $changes;
	}
}
