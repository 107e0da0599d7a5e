<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Base\Queue;

use MediaWiki\JobQueue\IJobSpecification;
use MediaWiki\JobQueue\JobQueueGroupFactory;
use MediaWiki\WikiMap\WikiMap;

/**
 * The job queues of this wiki and of the clients, with a push that never fails in silence.
 */
class JobQueues {

	/** Names of the class of MediaWiki's queue in the database, in one version and another. */
	public const IN_DATABASE = [ 'JobQueueDB', 'MediaWiki\\JobQueue\\JobQueueDB' ];

	/** The setting that names other wikis to push to. */
	private const CLIENTS = 'localClientDatabases';

	/**
	 * @param JobQueueGroupFactory $groups
	 * @param list<string> $farm wiki ids of `$wgLocalDatabases`
	 * @param array<string,array> $queueConfigs `$wgJobTypeConf`
	 * @param SeenDelays $delays
	 */
	public function __construct(
		private readonly JobQueueGroupFactory $groups,
		private readonly array $farm,
		private readonly array $queueConfigs,
		private readonly SeenDelays $delays
	) {
	}

	/** Whether this wiki's queue for a job says that it can hold it back until a given time. */
	public function claimsToDelay( string $type ): bool {
		return $this->groups->makeJobQueueGroup()->get( $type )->delayedJobsEnabled();
	}

	/** Whether it does: see {@see SeenDelays}. */
	public function canDelay( string $type ): bool {
		return $this->claimsToDelay( $type ) && $this->delays->areSeen( $type );
	}

	/**
	 * Types of jobs that the queue says it can hold back, of which one was, and has not come.
	 *
	 * @return array<string,int> Unix time by type
	 */
	public function missingDelayed(): array {
		return array_filter( $this->delays->missing(), $this->claimsToDelay( ... ), ARRAY_FILTER_USE_KEY );
	}

	/** Whether no job of a type waits on this wiki. */
	public function isEmpty( string $type ): bool {
		return $this->groups->makeJobQueueGroup()->get( $type )->isEmpty();
	}

	/** Whether this wiki's queue cannot tell how many jobs wait, as that of EventBus: it is never empty, and has no job. */
	public function isUncountable( string $type ): bool {
		$queue = $this->groups->makeJobQueueGroup()->get( $type );
		return !$queue->isEmpty() && $queue->getSize() === 0 && $queue->delayedJobsEnabled();
	}

	/**
	 * Pushes to this wiki's queues. Where the queue is in the wiki's own database and a transaction is open, the
	 * jobs are only as durable as that transaction.
	 *
	 * @param list<IJobSpecification> $jobs
	 */
	public function push( array $jobs ): void {
		if ( $jobs !== [] ) {
			$this->groups->makeJobQueueGroup()->push( $jobs );
		}
	}

	/**
	 * Pushes to the queues of another wiki (or of this one), as {@see push()} does.
	 *
	 * @param string $domain
	 * @param list<IJobSpecification> $jobs
	 * @throws UnrecognisedDomainException where core would log, drop the jobs and return
	 * @throws LocalQueueException where core would push the jobs to this wiki instead
	 */
	public function pushTo( string $domain, array $jobs ): void {
		if ( $jobs === [] ) {
			return;
		}
		if ( !Domains::isOfFarm( $domain, $this->farm ) ) {
			throw new UnrecognisedDomainException( $domain, $this->farm, self::CLIENTS );
		}
		if ( !WikiMap::isCurrentWikiDbDomain( $domain ) ) {
			foreach ( $jobs as $job ) {
				$this->assertReachesOthers( $job->getType(), $domain );
			}
		}
		$this->groups->makeJobQueueGroup( $domain )->push( $jobs );
	}

	/**
	 * Whether the queue can tell that a job has an equal one waiting which was not marked when it was pushed. The queue
	 * in the database can: it writes down of every job what tells them apart, and looks only when it is asked to, by
	 * a statement more. Others know of marked jobs alone.
	 */
	public function recognisesUnmarked( string $type ): bool {
		$config = $this->queueConfigs[$type] ?? $this->queueConfigs['default'] ?? [];
		return in_array( ltrim( $config['class'] ?? '', '\\' ), self::IN_DATABASE, true );
	}

	/**
	 * A queue in a database of its own (`server`) has no column for the wiki: whoever pushes, the jobs are those of
	 * the one wiki that uses that database.
	 */
	private function assertReachesOthers( string $type, string $domain ): void {
		$config = $this->queueConfigs[$type] ?? $this->queueConfigs['default'] ?? [];
		if ( isset( $config['server'] ) ) {
			throw new LocalQueueException( $type, $domain );
		}
	}
}
