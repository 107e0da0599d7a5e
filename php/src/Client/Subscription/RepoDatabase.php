<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client\Subscription;

use MediaWiki\Extension\WikibaseDispatch\Base\Queue\Domains;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\UnrecognisedDomainException;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\ClientSettings;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\WikiSettings;
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
	 * The primary of the repo that a notification came from. Wikibase, too, takes a repo's site id for the name of its
	 * database, so that will do where nothing is configured.
	 *
	 * @param string|null $siteId null: the notification does not say it
	 * @throws UnknownRepoException
	 * @throws UnrecognisedDomainException
	 */
	public function primaryNamed( ?string $siteId ): IDatabase {
		if ( $this->client->repoDatabase() !== null || $this->wiki->isRepo() ) {
			return $this->primary();
		}
		if ( $siteId === null || WikiMap::isCurrentWikiDbDomain( $siteId ) ) {
			throw new UnknownRepoException();
		}
		return $this->primaryOf( $siteId );
	}

	/**
	 * @param string $domain of a repo
	 * @throws UnrecognisedDomainException
	 */
	public function primaryOf( string $domain ): IDatabase {
		if ( !Domains::isOfFarm( $domain, $this->farm ) ) {
			throw new UnrecognisedDomainException( $domain, $this->farm, 'repoDatabase' );
		}
		return $this->loadBalancers->getMainLB( $domain )->getConnection( DB_PRIMARY, [], $domain );
	}
}
