<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Subscription;

use MediaWiki\Extension\WikibaseDispatch\Queue\UnrecognisedDomainException;
use MediaWiki\Extension\WikibaseDispatch\Settings\ClientSettings;
use MediaWiki\Extension\WikibaseDispatch\Settings\WikiSettings;
use MediaWiki\WikiMap\WikiMap;
use Wikimedia\Rdbms\IDatabase;
use Wikimedia\Rdbms\ILBFactory;

/**
 * The repo's database, seen from a client.
 */
class RepoDatabase {

	/**
	 * @param ILBFactory $loadBalancers
	 * @param ClientSettings $client
	 * @param WikiSettings $wiki
	 * @param list<string> $farm wiki ids of `$wgLocalDatabases`
	 */
	public function __construct(
		private readonly ILBFactory $loadBalancers,
		private readonly ClientSettings $client,
		private readonly WikiSettings $wiki,
		private readonly array $farm
	) {
	}

	/**
	 * The primary of the repo that this wiki is configured to be a client of.
	 *
	 * @throws UnknownRepoException
	 * @throws UnrecognisedDomainException
	 */
	public function primary(): IDatabase {
		$domain = $this->client->repoDatabase();
		if ( $domain === null && !$this->wiki->isRepo() ) {
			throw new UnknownRepoException();
		}
		return $this->primaryOf( $domain ?? $this->loadBalancers->getLocalDomainID() );
	}

	/**
	 * @param string $domain of a repo
	 * @throws UnrecognisedDomainException
	 */
	public function primaryOf( string $domain ): IDatabase {
		if ( !in_array( WikiMap::getWikiIdFromDbDomain( $domain ), $this->farm, true )
			&& !WikiMap::isCurrentWikiDbDomain( $domain )
		) {
			throw new UnrecognisedDomainException( $domain );
		}
		return $this->loadBalancers->getMainLB( $domain )->getConnection( DB_PRIMARY, [], $domain );
	}
}
