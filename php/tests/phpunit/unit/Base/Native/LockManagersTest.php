<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Base\Native;

use MediaWiki\Extension\WikibaseDispatch\Base\Native\LockManagers;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\InvalidExtensionSettingException;
use PHPUnit\Framework\TestCase;

/**
 * A lock manager of MediaWiki's is named as before.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Base\Native\LockManagers
 */
class LockManagersTest extends TestCase {

	private const CONFIGURED = [
		[ 'name' => 'fsLockManager', 'class' => 'FSLockManager', 'lockDirectory' => '/tmp' ],
		[
			'name' => 'redisLockManager',
			'class' => 'RedisLockManager',
			'lockServers' => [ 'rdb1' => '10.0.0.1:6379', 'rdb2' => '10.0.0.2' ],
			'redisConfig' => [ 'password' => 'canary', 'connectTimeout' => 0.5 ],
		],
	];

	public function test_no_name_means_the_locks_of_the_database(): void {
		$this->assertNull( LockManagers::describe( null, self::CONFIGURED ) );
	}

	public function test_an_entry_of_redis_is_described(): void {
		$this->assertSame( [
			'driver' => 'redis',
			'servers' => [ '10.0.0.1:6379', '10.0.0.2' ],
			'password' => 'canary',
			'timeout' => 500,
		], LockManagers::describe( 'redisLockManager', self::CONFIGURED ) );
	}

	public function test_another_class_is_refused_by_name(): void {
		$this->expectException( InvalidExtensionSettingException::class );
		$this->expectExceptionMessage( 'dispatchingLockManager' );
		LockManagers::describe( 'fsLockManager', self::CONFIGURED );
	}

	public function test_a_name_that_nobody_configured_is_refused(): void {
		$this->expectException( InvalidExtensionSettingException::class );
		$this->expectExceptionMessage( 'ghostLockManager' );
		LockManagers::describe( 'ghostLockManager', self::CONFIGURED );
	}
}
