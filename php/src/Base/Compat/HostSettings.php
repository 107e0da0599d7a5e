<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Base\Compat;

use MediaWiki\Config\Config;

/**
 * Reads settings of others that are arrays. Hosts leave them unset, null, false or empty, and all of it means that
 * nothing was set.
 */
final class HostSettings {

	/**
	 * @param Config $config
	 * @param string $name without `wg`
	 * @return array<array-key,mixed>
	 */
	public static function map( object $config, string $name ): array {
		$value = $config->has( $name ) ? $config->get( $name ) : null;
		return is_array( $value ) ? $value : [];
	}

	/**
	 * @param Config $config
	 * @param string $name without `wg`
	 * @return list<string>
	 */
	public static function names( object $config, string $name ): array {
		return array_map( 'strval', array_values( self::map( $config, $name ) ) );
	}
}
