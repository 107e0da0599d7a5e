<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client;

use MediaWiki\Extension\WikibaseDispatch\Settings\WikiSettings;
use MediaWiki\User\ActorNormalization;
use MediaWiki\User\UserIdentity;
use MediaWiki\User\UserIdentityLookup;
use MediaWiki\User\UserIdentityValue;
use Wikimedia\IPUtils;
use Wikimedia\Rdbms\IDatabase;

/**
 * Finds or makes the actors for those who changed entities on the repo.
 *
 * Addresses are the same everywhere. Accounts are not: somebody else may have the name here, so a remote one carries
 * the repo's site id before its name, unless this wiki is the repo.
 */
class RemoteActors {

	/** Bytes that the database has for a name. */
	private const MAX_BYTES = 255;

	private const NAMELESS = 'Unknown user';

	/** @var array<string,int> key of the user => actor id */
	private array $ids = [];

	public function __construct(
		private readonly ActorNormalization $actors,
		private readonly UserIdentityLookup $users,
		private readonly WikiSettings $settings
	) {
	}

	/**
	 * @param IDatabase $db
	 * @param string $repo site id
	 * @param int $userId on the repo; 0 if not logged in
	 * @param string $name
	 */
	public function actorId( IDatabase $db, string $repo, int $userId, string $name ): int {
		$this->ids["$repo|$userId|$name"] ??= $this->actors->acquireActorId(
			$this->localUser( $repo, $userId, $name ) ?? self::remoteUser( $repo, $userId, $name ),
			$db
		);
		return $this->ids["$repo|$userId|$name"];
	}

	/** Actor ids that a transaction made are gone when it is rolled back. */
	public function forget(): void {
		$this->ids = [];
	}

	private function localUser( string $repo, int $userId, string $name ): ?UserIdentity {
		if ( $userId === 0 || !$this->settings->isRepo() || $this->settings->repoSiteId() !== $repo ) {
			return null;
		}
		$user = $this->users->getUserIdentityByUserId( $userId );
		return $user && $user->getName() === $name ? $user : null;
	}

	private static function remoteUser( string $repo, int $userId, string $name ): UserIdentity {
		if ( $userId === 0 && IPUtils::isIPAddress( $name ) ) {
			return UserIdentityValue::newAnonymous( $name );
		}
		$name = $name === '' ? self::NAMELESS : $name;
		return UserIdentityValue::newAnonymous( mb_strcut( "$repo>$name", 0, self::MAX_BYTES ) );
	}
}
