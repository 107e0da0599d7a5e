<?php
/**
 * Accounts that are the same on all wikis of a farm, without a database of their own: the central id is made of the
 * name. Stands for what large farms have for this.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchFarm;

use MediaWiki\User\CentralId\CentralIdLookup;
use MediaWiki\User\UserIdentity;
use Wikimedia\Rdbms\ILBFactory;

class SharedAccounts extends CentralIdLookup {

	public function __construct( private readonly ILBFactory $loadBalancers ) {
	}

	/** @inheritDoc */
	public function isAttached( UserIdentity $user, $wikiId = UserIdentity::LOCAL ): bool {
		return $user->isRegistered();
	}

	/** @inheritDoc */
	public function lookupCentralIds( array $idToName, $audience = self::AUDIENCE_PUBLIC, $flags = 0 ): array {
		foreach ( $this->names() as $name ) {
			$id = self::centralId( $name );
			if ( array_key_exists( $id, $idToName ) ) {
				$idToName[$id] = $name;
			}
		}
		return $idToName;
	}

	/** @inheritDoc */
	public function lookupUserNames( array $nameToId, $audience = self::AUDIENCE_PUBLIC, $flags = 0 ): array {
		return $this->lookupUserNamesWithFilter( $nameToId, null, $audience, $flags );
	}

	/** @inheritDoc */
	protected function lookupUserNamesWithFilter(
		array $nameToId,
		$filter,
		$audience = self::AUDIENCE_PUBLIC,
		$flags = 0,
		$wikiId = UserIdentity::LOCAL
	): array {
		foreach ( array_intersect( $this->names(), array_map( 'strval', array_keys( $nameToId ) ) ) as $name ) {
			$nameToId[$name] = self::centralId( $name );
		}
		return $nameToId;
	}

	/**
	 * @return list<string> of the accounts of this wiki
	 */
	private function names(): array {
		return $this->loadBalancers->getMainLB()->getConnection( DB_PRIMARY )->newSelectQueryBuilder()
			->select( 'user_name' )->from( 'user' )->caller( __METHOD__ )->fetchFieldValues();
	}

	private static function centralId( string $name ): int {
		return crc32( $name ) & 0x7fffffff;
	}
}
