<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Migration\Takeover;

use MediaWiki\Extension\WikibaseDispatch\Base\Compat\ClassNames;
use MediaWiki\Extension\WikibaseDispatch\Base\Compat\UnknownWikibaseException;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\WikiSettings;
use MediaWiki\Extension\WikibaseDispatch\Migration\Rollout\RolloutStore;
use MediaWiki\Extension\WikibaseDispatch\Migration\Rollout\ShadowRecord;
use MediaWiki\JobQueue\Job;
use MediaWiki\JobQueue\JobQueueGroupFactory;
use MediaWiki\MediaWikiServices;
use ReflectionMethod;
use ReflectionNamedType;
use Wikibase\Lib\Changes\ChangeStore;
use Wikibase\Lib\Store\Sql\EntityChangeLookup;
use Wikibase\Repo\ChangeModification\DispatchChangesJob;

/**
 * Makes Wikibase's own `DispatchChanges` jobs.
 *
 * Which clients a job serves, which changes it takes and what becomes of these is decided by three of the services that
 * its constructor asks for. So the job runs as Wikibase wrote it, with three services that know of the rollout; the
 * rest are Wikibase's. They are given by type, not by place.
 */
class WikibaseJobs {

	/** Type of a parameter => service of MediaWiki's container. */
	private const SERVICES = [
		'Wikibase\DataModel\Entity\EntityIdParser' => 'WikibaseRepo.EntityIdParser',
		'Psr\Log\LoggerInterface' => 'WikibaseRepo.Logger',
		'Liuggio\StatsdClient\Factory\StatsdDataFactoryInterface' => 'PerDbNameStatsdDataFactory',
		'Wikimedia\Stats\StatsFactory' => 'StatsFactory',
	];

	public function __construct(
		private readonly MediaWikiServices $services,
		private readonly RolloutStore $store,
		private readonly ShadowRecord $shadow,
		private readonly WikiSettings $settings
	) {
	}

	/**
	 * The job for those clients that are Wikibase's, and for the changes that it has not handed over yet.
	 *
	 * @param array<string,mixed> $params
	 */
	public function forItsOwnClients( array $params ): Job {
		ClassNames::load( Job::class );
		$constructor = new ReflectionMethod( DispatchChangesJob::class, '__construct' );
		$arguments = [];
		foreach ( $constructor->getParameters() as $parameter ) {
			$type = $parameter->getType();
			$arguments[] = $this->argument( $type instanceof ReflectionNamedType ? $type->getName() : '', $params );
		}
		return new DispatchChangesJob( ...$arguments );
	}

	private function argument( string $type, array $params ): mixed {
		switch ( $type ) {
			case 'array':
				return $params;
			case JobQueueGroupFactory::class:
				return new OwnClientsQueueGroupFactory(
					$this->services->getJobQueueGroupFactory(),
					$this->store,
					$this->shadow,
					$this->settings->clients()
				);
			case EntityChangeLookup::class:
				return new UnhandedChangeLookup(
					$this->services->get( 'WikibaseRepo.EntityChangeLookup' ), $this->store
				);
			case ChangeStore::class:
				return new KeepingChangeStore(
					$this->services->get( 'WikibaseRepo.Store' )->getChangeStore(), $this->store
				);
			case 'Wikibase\Repo\Store\SubscriptionLookup':
				return new \Wikibase\Repo\Store\Sql\SqlSubscriptionLookup(
					$this->services->get( 'WikibaseRepo.RepoDomainDbFactory' )->newRepoDb()
				);
		}
		if ( !isset( self::SERVICES[$type] ) ) {
			throw new UnknownWikibaseException( $type );
		}
		return $this->services->get( self::SERVICES[$type] );
	}
}
