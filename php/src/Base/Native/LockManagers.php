<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Base\Native;

use MediaWiki\Extension\WikibaseDispatch\Base\Settings\InvalidExtensionSettingException;
use SensitiveParameter;

/**
 * Says to native code which lock manager `dispatchingLockManager` names.
 *
 * The name is one of MediaWiki's own `$wgLockManagers`, as it was for Wikibase's dispatcher; nothing is configured
 * twice. Nothing here keeps a password, and no exception thrown below holds one.
 */
final class LockManagers {

	private const SETTING = 'dispatchingLockManager';

	/**
	 * @param string|null $name null: the locks of the repo's database, if it has any
	 * @param array<int,array<string,mixed>> $configured `$wgLockManagers`
	 * @return array{driver:string,servers?:list<string>,password?:string,timeout?:int}|null
	 */
	public static function describe( ?string $name, #[SensitiveParameter] array $configured ): ?array {
		if ( $name === null ) {
			return null;
		}
		foreach ( $configured as $manager ) {
			if ( ( $manager['name'] ?? null ) === $name ) {
				return self::describeRedis( $name, $manager );
			}
		}
		throw new InvalidExtensionSettingException( self::SETTING, $name, 'null, or a name of $wgLockManagers' );
	}

	/**
	 * @param string $name
	 * @param array<string,mixed> $manager
	 * @return array{driver:string,servers?:list<string>,password?:string,timeout?:int}
	 */
	private static function describeRedis( string $name, #[SensitiveParameter] array $manager ): array {
		$class = ltrim( (string)( $manager['class'] ?? '' ), '\\' );
		// The class has got a namespace in the course of time.
		if ( !str_ends_with( $class, 'RedisLockManager' ) ) {
			throw new InvalidExtensionSettingException(
				self::SETTING, $name, 'an entry of the class RedisLockManager'
			);
		}
		$redis = $manager['redisConfig'] ?? [];
		return [
			'driver' => 'redis',
			'servers' => array_values( $manager['lockServers'] ?? [] ),
		] + array_filter( [
			'password' => $redis['password'] ?? null,
			'timeout' => isset( $redis['connectTimeout'] )
				? max( 1, (int)round( (float)$redis['connectTimeout'] * 1000 ) )
				: null,
		], static fn ( $value ) => $value !== null );
	}
}
