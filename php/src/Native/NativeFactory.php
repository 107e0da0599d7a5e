<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Native;

use Closure;
use MediaWiki\Extension\WikibaseDispatch\Settings\InvalidExtensionSettingException;
use MediaWiki\Extension\WikibaseDispatch\Settings\WikiSettings;
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

	private ?Settings $nativeSettings = null;
	private ?Dispatcher $dispatcher = null;
	private ?TriggerGate $gate = null;
	/** @var list<string> */
	private array $leaving = [];

	/**
	 * @param WikiSettings $settings
	 * @param RepoConnection $connection
	 * @param Closure():array $lockManagers gives `$wgLockManagers`; not the array itself, which may hold passwords
	 * @param Closure():list<string> $leavingClients gives the clients that are still ours, but not for long
	 */
	public function __construct(
		private readonly WikiSettings $settings,
		private readonly RepoConnection $connection,
		private readonly Closure $lockManagers,
		private readonly Closure $leavingClients
	) {
	}

	/**
	 * @throws InvalidSettingException
	 * @throws InvalidConnectionException
	 * @throws UnsupportedDatabaseException
	 * @throws InvalidExtensionSettingException
	 */
	public function dispatcher(): Dispatcher {
		$this->dispatcher ??= self::withoutArgumentsInTraces(
			fn () => new Dispatcher(
				$this->connection->describe(),
				$this->settings(),
				LockManagers::describe( $this->settings->lockManager(), ( $this->lockManagers )() )
			)
		);
		return $this->dispatcher;
	}

	/**
	 * To be called when a job begins: a client may have begun to leave since the last one, and a trigger that does not
	 * know of it would be the last.
	 */
	public function learnWhoLeaves(): void {
		if ( $this->nativeSettings !== null && ( $this->leavingClients )() !== $this->leaving ) {
			$this->nativeSettings = null;
			$this->dispatcher = null;
		}
	}

	/**
	 * Seconds after which somebody else takes over what was claimed.
	 *
	 * @throws InvalidSettingException
	 */
	public function claimTtl(): int {
		return $this->settings()->toArray()['claimTtl'];
	}

	/**
	 * @throws InvalidSettingException
	 */
	public function gate(): TriggerGate {
		// An edit does not ask the database who leaves: the gate has no use for clients.
		$this->gate ??= new TriggerGate( new Settings( $this->settings->forNative() ), WikiMap::getCurrentWikiId() );
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

	private function settings(): Settings {
		if ( $this->nativeSettings === null ) {
			$this->leaving = ( $this->leavingClients )();
			$this->nativeSettings = new Settings( $this->settings->forNative( $this->leaving ) );
		}
		return $this->nativeSettings;
	}
}
