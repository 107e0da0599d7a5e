<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client;

use MediaWiki\Extension\WikibaseDispatch\Base\Settings\WikiSettings;
use MediaWiki\Site\SiteLookup;
use MediaWiki\User\ActorNormalization;
use MediaWiki\User\CentralId\CentralIdLookup;
use MediaWiki\User\UserIdentity;
use MediaWiki\User\UserIdentityLookup;
use MediaWiki\User\UserIdentityValue;
use Wikimedia\IPUtils;
use Wikimedia\Rdbms\IDatabase;

/**
 * Finds or makes the actors for those who changed entities on the repo.
 *
 * Somebody else may have the name here, so a remote one carries the repo's interwiki prefix before its name, as with
 * Wikibase; an address, too, which keeps it apart from what was done from there on this wiki. Only who is known to be
 * the same here, by a central account or because this wiki is the repo, is that user, or that address.
 */
class RemoteActors {

	/** Bytes that the database has for a name. */
	private const MAX_BYTES = 255;

	private const NAMELESS = 'Unknown user';

	/** @var array<string,UserIdentity> by what the repo says of them */
	private array $identities = [];

	/** @var array<string,int> user => actor id */
	private array $ids = [];

	/** @var array<string,string> repo => prefix */
	private array $prefixes = [];

	public function __construct(
		private readonly ActorNormalization $actors,
		private readonly UserIdentityLookup $users,
		private readonly ?CentralIdLookup $centralUsers,
		private readonly SiteLookup $sites,
		private readonly WikiSettings $settings
	) {
	}

	/**
	 * @param string $repo site id
	 * @param int $userId on the repo; 0 if not logged in
	 * @param string $name
	 * @param int $centralId of the user's central account; 0 if there is none
	 */
	public function identity( string $repo, int $userId, string $name, int $centralId ): UserIdentity {
		$this->identities["$repo|$userId|$centralId|$name"] ??=
			$this->localUser( $repo, $userId, $name, $centralId ) ?? $this->remoteUser( $repo, $name );
		return $this->identities["$repo|$userId|$centralId|$name"];
	}

	public function actorId( IDatabase $db, UserIdentity $user ): int {
		$this->ids["{$user->getId()}|{$user->getName()}"] ??= $this->actors->acquireActorId( $user, $db );
		return $this->ids["{$user->getId()}|{$user->getName()}"];
	}

	/** Actor ids that a transaction made are gone when it is rolled back. */
	public function forget(): void {
		$this->identities = $this->ids = [];
	}

	private function localUser( string $repo, int $userId, string $name, int $centralId ): ?UserIdentity {
		$isRepo = $this->settings->isRepo() && $this->settings->repoSiteId() === $repo;
		if ( $userId === 0 ) {
			return $isRepo && IPUtils::isIPAddress( $name ) ? UserIdentityValue::newAnonymous( $name ) : null;
		}
		$user = $centralId === 0 ? null : $this->centralUsers?->localUserFromCentralId( $centralId );
		if ( $user ) {
			return $user;
		}
		if ( !$isRepo ) {
			return null;
		}
		$user = $this->users->getUserIdentityByUserId( $userId );
		return $user && $user->getName() === $name ? $user : null;
	}

	private function remoteUser( string $repo, string $name ): UserIdentity {
		$name = $name === '' ? self::NAMELESS : $name;
		$this->prefixes[$repo] ??= ( $this->sites->getSite( $repo )?->getInterwikiIds() ?? [] )[0] ?? $repo;
		return UserIdentityValue::newAnonymous( mb_strcut( "{$this->prefixes[$repo]}>$name", 0, self::MAX_BYTES ) );
	}
}
