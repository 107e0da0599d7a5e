<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Base\Settings;

/**
 * The configured dispatcher of each client. The one that serves it now can differ for a moment: see
 * {@see AppliedRollout}.
 */
final class Rollout {

	public const SETTING = 'rollout';

	/**
	 * @param array<string,RolloutState> $states site id => state, for every client
	 */
	public function __construct( private readonly array $states ) {
	}

	/**
	 * @param mixed $setting `off`, `shadow` or `on` for all clients, or a map: see {@see ClientGroups::assign()}
	 * @param ClientGroups $groups
	 * @throws InvalidExtensionSettingException
	 */
	public static function parse( mixed $setting, ClientGroups $groups ): self {
		$assigned = $groups->assign(
			self::SETTING, $setting, RolloutState::On->value, array_column( RolloutState::cases(), 'value' )
		);
		return new self( array_map( RolloutState::from( ... ), $assigned ) );
	}

	/** A wiki that is no client is nobody's, and so not ours. */
	public function of( string $client ): RolloutState {
		return $this->states[$client] ?? RolloutState::Off;
	}

	/**
	 * @return list<string> site ids of the clients that are in one of the states
	 */
	public function clientsIn( RolloutState ...$states ): array {
		// Keys that are digits are integers.
		return array_map( 'strval', array_keys( array_filter(
			$this->states,
			static fn ( RolloutState $state ) => in_array( $state, $states, true )
		) ) );
	}

	/**
	 * @return list<string> site ids of all clients
	 */
	public function clients(): array {
		return array_map( 'strval', array_keys( $this->states ) );
	}

	/**
	 * The same, of some clients.
	 *
	 * @param list<string> $clients
	 */
	public function only( array $clients ): self {
		return new self( array_intersect_key( $this->states, array_flip( $clients ) ) );
	}

	/** Whether all clients are in one state. */
	public function isEverywhere( RolloutState $state ): bool {
		return count( $this->clientsIn( $state ) ) === count( $this->states );
	}
}
