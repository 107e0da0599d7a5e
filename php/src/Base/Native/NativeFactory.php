<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Base\Native;

use Closure;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\InvalidExtensionSettingException;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\WikiSettings;
use MediaWiki\WikiMap\WikiMap;
use WikibaseDispatch\Dispatcher;
use WikibaseDispatch\InvalidConnectionException;
use WikibaseDispatch\InvalidSettingException;
use WikibaseDispatch\Settings;
use WikibaseDispatch\TriggerGate;

/**
 * Makes the native objects of this wiki: one of each in a process, when it is first asked for.
 *
 * Late, because jobs are made before they run: a wrong setting shall fail the job, not the runner.
 */
class NativeFactory {

	private ?Dispatcher $dispatcher = null;
	private ?TriggerGate $gate = null;

	/**
	 * @param Module $module
	 * @param WikiSettings $settings
	 * @param RepoConnection $connection
	 * @param Closure():array $lockManagers gives `$wgLockManagers`; not the array itself, which may hold passwords
	 */
	public function __construct(
		private readonly Module $module,
		private readonly WikiSettings $settings,
		private readonly RepoConnection $connection,
		private readonly Closure $lockManagers
	) {
	}

	/** Whether there is anything to make them of: hosts that only answer requests need not have the native module. */
	public function isUsable(): bool {
		return $this->module->isUsable();
	}

	/**
	 * @throws UnusableModuleException
	 * @throws InvalidSettingException
	 * @throws InvalidConnectionException
	 * @throws UnsupportedDatabaseException
	 * @throws InvalidExtensionSettingException
	 */
	public function dispatcher(): Dispatcher {
		$this->module->require();
		return $this->dispatcher ??= self::withoutArgumentsInTraces(
			fn () => new Dispatcher(
				$this->connection->describe(),
				new Settings( $this->settings->forNative() ),
				LockManagers::describe( $this->settings->lockManager(), ( $this->lockManagers )() )
			)
		);
	}

	/**
	 * @throws UnusableModuleException
	 * @throws InvalidSettingException
	 */
	public function gate(): TriggerGate {
		$this->module->require();
		$this->gate ??= new TriggerGate( new Settings( $this->settings->forGate() ), WikiMap::getCurrentWikiId() );
		return $this->gate;
	}

	/**
	 * The description of a connection may hold a password. PHP 8.1 has no way to say so of a parameter, and compiled
	 * code has none in any version.
	 */
	private static function withoutArgumentsInTraces( callable $make ): mixed {
		$before = ini_set( 'zend.exception_ignore_args', '1' );
		try {
			return $make();
		} finally {
			ini_set( 'zend.exception_ignore_args', (string)$before );
		}
	}
}
