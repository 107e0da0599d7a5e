<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Dispatch;

use MediaWiki\Extension\WikibaseDispatch\Base\Native\NativeFactory;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\RolloutState;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\WikiSettings;
use WikibaseDispatch\DispatchState;

/**
 * Finds the client that an admin names, or says why it is none that can be worked with.
 */
class OurClients {

	public function __construct( private readonly NativeFactory $native, private readonly WikiSettings $settings ) {
	}

	/**
	 * @throws RefusedException
	 */
	public function state( string $siteId ): DispatchState {
		$whyNot = $this->settings->refusedClients()[$siteId] ?? null;
		if ( $whyNot !== null ) {
			throw RefusedException::misconfigured( $siteId, $whyNot );
		}
		if ( !array_key_exists( $siteId, $this->settings->clients() ) ) {
			throw RefusedException::unknownClient( $siteId );
		}
		$state = $this->find( $siteId );
		if ( $state !== null ) {
			return $state;
		}
		throw $this->settings->rollout()->of( $siteId ) === RolloutState::Off
			? RefusedException::ofWikibase( $siteId )
			: RefusedException::unknownClient( $siteId );
	}

	/** Null if it is not configured, has no dispatch state yet, or is Wikibase's. */
	public function find( string $siteId ): ?DispatchState {
		foreach ( $this->native->dispatcher()->dispatchStates() as $state ) {
			if ( $state->siteId() === $siteId ) {
				return $state;
			}
		}
		return null;
	}

	/**
	 * What clients have seen, as far as they have a dispatch state.
	 *
	 * @param list<string> $siteIds
	 * @return array<array-key,int> by site id
	 */
	public function positions( array $siteIds ): array {
		$positions = [];
		foreach ( $siteIds === [] ? [] : $this->native->dispatcher()->dispatchStates() as $state ) {
			if ( in_array( $state->siteId(), $siteIds, true ) ) {
				$positions[$state->siteId()] = $state->seen();
			}
		}
		return $positions;
	}
}
