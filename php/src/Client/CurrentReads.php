<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client;

use Closure;
use MediaWiki\Extension\WikibaseDispatch\Base\Compat\UsageDatabase;
use MediaWiki\Extension\WikibaseDispatch\Base\Log\Event;
use Psr\Log\LoggerInterface;
use Wikimedia\ObjectCache\BagOStuff;
use Wikimedia\Rdbms\DBError;
use Wikimedia\Rdbms\IDatabase;
use Wikimedia\Rdbms\ILBFactory;

/**
 * Gives databases that have everything that was committed before they were asked for: a replica that has reached the
 * position of its primary, else the primary.
 *
 * Nothing older will do. A page may be parsed with the state of before an edit, and write its usages long after that
 * edit: up to the moment when the notification is handled. The time of the change, or of the notification, says nothing
 * of these usages. The lag that MediaWiki knows of a replica is too coarse to tell, and is unknown where replication
 * has stopped. So the primary says how far it is, and the replica says that it is as far.
 *
 * A replica that is late, or cannot be asked, costs one wait, and no more until some time has passed.
 */
class CurrentReads {

	/** Seconds for which a replica is waited for: a healthy one takes milliseconds, and reading the primary not more. */
	private const PATIENCE = 1;

	/** Seconds for which the primary is read after a replica was waited for in vain. */
	private const REST = 60;

	/** Where MediaWiki says which server of its list a connection is to, and the first one. */
	private const SERVER = 'serverIndex';
	private const PRIMARY = 0;

	/** @var array<string,float> until when the primary is read, by domain */
	private array $rests = [];

	/**
	 * @param ILBFactory $loadBalancers
	 * @param UsageDatabase $usages
	 * @param BagOStuff $cache that the processes of this host share, if there is one
	 * @param Closure():float $now seconds of a clock that never goes back
	 * @param LoggerInterface $logger
	 */
	public function __construct(
		private readonly ILBFactory $loadBalancers,
		private readonly UsageDatabase $usages,
		private readonly object $cache,
		private readonly Closure $now,
		private readonly LoggerInterface $logger
	) {
	}

	/** To read this wiki's tables from. To be called outside of transactions. */
	public function ofWiki(): IDatabase {
		$servers = $this->loadBalancers->getMainLB();
		return $this->current( $servers->getConnection( DB_PRIMARY ), $servers->getConnection( DB_REPLICA ) );
	}

	/**
	 * To read usages from, which may be in another database.
	 *
	 * @param IDatabase $wiki what {@see ofWiki()} has just given
	 */
	public function ofUsages( IDatabase $wiki ): IDatabase {
		return $this->usages->isVirtual()
			? $this->current( $this->usages->primary(), $this->usages->replica() ) : $wiki;
	}

	private function current( IDatabase $primary, IDatabase $replica ): IDatabase {
		$domain = $primary->getDomainID();
		if ( $this->isResting( $domain ) ) {
			return $primary;
		}
		try {
			if ( $replica->getLBInfo( self::SERVER ) === self::PRIMARY ) {
				return $primary;
			}
			$why = $this->whyNot( $primary, $replica );
		} catch ( DBError $e ) {
			$why = $e->getMessage();
		}
		if ( $why === null ) {
			return $replica;
		}
		$this->rest( $domain, $why );
		return $primary;
	}

	/** Why the replica cannot be read; null: it has what the primary has. */
	private function whyNot( IDatabase $primary, IDatabase $replica ): ?string {
		// @mago-expect analysis:non-existent-method - the connection has it; since 1.42 its interface says less
		$position = $primary->getPrimaryPos();
		if ( !$position ) {
			return 'the primary does not say its position: its user may lack the privilege REPLICATION CLIENT';
		}
		// @mago-expect analysis:non-existent-method - likewise
		$waited = $replica->primaryPosWait( $position, self::PATIENCE );
		if ( $waited === null ) {
			return 'the replica does not follow the primary';
		}
		if ( $waited < 0 ) {
			return 'the replica is late';
		}
		// A transaction that has begun to read would go on to read what was there then.
		$replica->flushSnapshot( __METHOD__ );
		return null;
	}

	private function isResting( string $domain ): bool {
		return ( $this->rests[$domain] ?? 0.0 ) > ( $this->now )() || $this->cache->get( $this->key( $domain ) );
	}

	private function rest( string $domain, string $why ): void {
		$this->rests[$domain] = ( $this->now )() + self::REST;
		$this->cache->set( $this->key( $domain ), 1, self::REST );
		Event::ReplicaNotRead->write( $this->logger, [
			'database' => $domain, 'seconds' => self::REST, 'why' => $why,
		] );
	}

	private function key( string $domain ): string {
		return $this->cache->makeGlobalKey( 'wikibase-dispatch-reads', $domain );
	}
}
