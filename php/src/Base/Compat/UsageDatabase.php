<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Base\Compat;

use MediaWiki\MediaWikiServices;
use Wikimedia\Rdbms\IDatabase;
use Wikimedia\Rdbms\ILBFactory;

/**
 * The database of `wbc_entity_usage`: that of the wiki, or the one that a virtual domain of Wikibase names.
 *
 * A wiki whose usages moved may still have a table of the same name, with what was true once. So this goes where
 * Wikibase's own code on the wiki goes, and without Wikibase where the configuration says.
 */
class UsageDatabase {

	private const VIRTUAL_DOMAIN = 'virtual-wikibase-entityusage';

	/** The class with which Wikibase began to go by the virtual domain. */
	private const WIKIBASE = 'Wikibase\Client\Usage\Sql\EntityUsageDomainDb';

	private const MAPPING = 'VirtualDomainsMapping';

	/**
	 * @param ILBFactory $loadBalancers
	 * @param bool $isVirtual whether to go by the virtual domain
	 */
	public function __construct( private readonly ILBFactory $loadBalancers, private readonly bool $isVirtual ) {
	}

	public static function of( MediaWikiServices $services ): self {
		return new self( $services->getDBLoadBalancerFactory(), self::isMapped( $services ) );
	}

	private static function isMapped( MediaWikiServices $services ): bool {
		$mapping = HostSettings::map( $services->getMainConfig(), self::MAPPING );
		return isset( $mapping[self::VIRTUAL_DOMAIN] )
			&& method_exists( $services->getDBLoadBalancerFactory(), 'getPrimaryDatabase' )
			&& ( !InstalledWikibase::isClient( $services ) || class_exists( self::WIKIBASE ) );
	}

	/** Whether it is another than the wiki's, or may be. */
	public function isVirtual(): bool {
		return $this->isVirtual;
	}

	public function primary(): IDatabase {
		return $this->isVirtual
			? $this->loadBalancers->getPrimaryDatabase( self::VIRTUAL_DOMAIN )
			: $this->loadBalancers->getMainLB()->getConnection( DB_PRIMARY );
	}

	public function replica(): IDatabase {
		return $this->isVirtual
			? $this->loadBalancers->getReplicaDatabase( self::VIRTUAL_DOMAIN )
			: $this->loadBalancers->getMainLB()->getConnection( DB_REPLICA );
	}
}
