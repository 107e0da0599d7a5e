<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Base\Settings;

/**
 * Named lists of clients, by which farms are configured: nobody writes a line for each of 900 wikis.
 *
 * A group is a list of site ids, or everything except some: `everything except enwiki, dewiki`, where a name may also
 * be another group.
 */
final class ClientGroups {

	public const SETTING = 'clientGroups';

	/** Stands for every client that a setting does not name. */
	public const DEFAULT = 'default';

	private const EXCEPT = '/^everything except\s+(.+)$/s';

	/** @var array<string,list<string>> */
	private array $members = [];

	/**
	 * @param array<string,mixed> $groups name => list of site ids, or a text
	 * @param list<string> $clients site ids of all clients
	 * @throws InvalidExtensionSettingException
	 */
	public function __construct( private readonly array $groups, private readonly array $clients ) {
		// Keys that are digits are integers.
		foreach ( array_map( 'strval', array_keys( $groups ) ) as $name ) {
			if ( $name === self::DEFAULT || in_array( $name, $clients, true ) ) {
				throw new InvalidExtensionSettingException(
					self::SETTING, $name, 'a map whose names are neither "default" nor a client'
				);
			}
			$this->membersOf( $name, [] );
		}
	}

	/**
	 * Reads a setting that has one value for each client: a text is that of all; a map is from clients, groups,
	 * `everything except …` and `default` to values. What is said of a client itself counts before what is said of a
	 * group, and that before the default.
	 *
	 * @param string $setting its name
	 * @param mixed $value
	 * @param string $default where the map has none
	 * @param list<string> $allowed
	 * @return array<string,string> site id => value, for every client
	 * @throws InvalidExtensionSettingException
	 */
	public function assign( string $setting, mixed $value, string $default, array $allowed ): array {
		$entries = is_array( $value ) ? $value : [ self::DEFAULT => $value ];
		$own = $ofGroup = [];
		foreach ( $entries as $key => $entry ) {
			$name = (string)$key;
			if ( !in_array( $entry, $allowed, true ) ) {
				throw new InvalidExtensionSettingException( $setting, $value,
					'"' . implode( '", "', $allowed ) . '", or a map of clients and groups to these' );
			}
			if ( $name === self::DEFAULT ) {
				$default = $entry;
			} elseif ( in_array( $name, $this->clients, true ) ) {
				$own[$name] = $entry;
			} else {
				foreach ( $this->named( $setting, $name ) as $client ) {
					if ( ( $ofGroup[$client] ?? $entry ) !== $entry ) {
						throw new InvalidExtensionSettingException( $setting, $value,
							"unambiguous: it says both \"{$ofGroup[$client]}\" and \"$entry\" of $client" );
					}
					$ofGroup[$client] = $entry;
				}
			}
		}
		$assigned = [];
		foreach ( $this->clients as $client ) {
			$assigned[$client] = $own[$client] ?? $ofGroup[$client] ?? $default;
		}
		return $assigned;
	}

	/**
	 * @param string $setting
	 * @param string $name
	 * @return list<string>
	 */
	private function named( string $setting, string $name ): array {
		return $this->members[$name]
			?? $this->allExcept( $name, [] )
			?? throw new InvalidExtensionSettingException(
				$setting, $name, 'a client, a name of clientGroups, "everything except …" or "default"'
			);
	}

	/**
	 * @param string $name of a group
	 * @param list<string> $inside groups that are being resolved
	 * @return list<string>
	 */
	private function membersOf( string $name, array $inside ): array {
		if ( in_array( $name, $inside, true ) ) {
			throw new InvalidExtensionSettingException( self::SETTING, $name, 'a group that is not part of itself' );
		}
		if ( !isset( $this->members[$name] ) ) {
			$group = $this->groups[$name];
			$this->members[$name] = is_string( $group )
				? $this->allExcept( $group, [ ...$inside, $name ] ) ?? self::refuse( $group )
				: $this->listed( $group );
		}
		return $this->members[$name];
	}

	/**
	 * @param string $text
	 * @param list<string> $inside groups that are being resolved
	 * @return list<string>|null null if the text does not say that
	 */
	private function allExcept( string $text, array $inside ): ?array {
		if ( preg_match( self::EXCEPT, $text, $match ) !== 1 ) {
			return null;
		}
		$excepted = [];
		foreach ( array_map( 'trim', explode( ',', $match[1] ) ) as $name ) {
			if ( in_array( $name, $this->clients, true ) ) {
				$excepted[] = $name;
			} elseif ( isset( $this->groups[$name] ) ) {
				array_push( $excepted, ...$this->membersOf( $name, $inside ) );
			} else {
				throw new InvalidExtensionSettingException( self::SETTING, $text, "made of clients; $name is none" );
			}
		}
		return array_values( array_diff( $this->clients, $excepted ) );
	}

	/**
	 * @return list<string>
	 */
	private function listed( mixed $group ): array {
		if ( !is_array( $group ) || !array_is_list( $group ) || array_diff( $group, $this->clients ) !== [] ) {
			self::refuse( $group );
		}
		return array_map( 'strval', $group );
	}

	private static function refuse( mixed $group ): never {
		throw new InvalidExtensionSettingException(
			self::SETTING, $group, 'a list of clients, or "everything except" some'
		);
	}
}
