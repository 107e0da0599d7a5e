<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Base\Native;

use Wikimedia\Rdbms\DatabaseDomain;
use Wikimedia\Rdbms\ILBFactory;
use Wikimedia\Rdbms\ILoadBalancer;

/**
 * Describes this wiki's database, its primary and its replicas, in the words of native code, which opens connections of
 * its own to them.
 */
class RepoConnection {

	/** MediaWiki's list of servers always begins with the primary. */
	private const PRIMARY = 0;

	/** Types of databases that native code can open. */
	public const SUPPORTED = [ 'sqlite', 'mysql' ];

	public function __construct( private readonly ILBFactory $loadBalancers ) {
	}

	/**
	 * @return array{driver:string,prefix:string,...} may hold a password
	 * @throws UnsupportedDatabaseException
	 */
	public function describe(): array {
		$loadBalancer = $this->loadBalancers->getMainLB();
		$domain = $loadBalancer->getLocalDomainID();
		$type = $loadBalancer->getServerType( self::PRIMARY );
		switch ( $type ) {
			case 'sqlite':
				$db = $loadBalancer->getConnection( DB_PRIMARY );
				return [
					'driver' => 'sqlite',
					'path' => $db->getDbFilePath(),
					'prefix' => $db->tablePrefix(),
				];
			case 'mysql':
				return self::describeMysql( $loadBalancer, DatabaseDomain::newFromId( $domain ) );
			default:
				throw new UnsupportedDatabaseException( $type, $domain );
		}
	}

	/**
	 * To be called where a table of ours is asked before native code is: no repo on another database has any.
	 *
	 * @throws UnsupportedDatabaseException
	 */
	public function requireSupported(): void {
		$type = $this->unsupportedType();
		if ( $type !== null ) {
			throw new UnsupportedDatabaseException( $type, $this->loadBalancers->getLocalDomainID() );
		}
	}

	/** The type of the database if native code cannot open it; null: it can. */
	public function unsupportedType(): ?string {
		$type = $this->loadBalancers->getMainLB()->getServerType( self::PRIMARY );
		return in_array( $type, self::SUPPORTED, true ) ? null : $type;
	}

	/**
	 * @return array{driver:string,prefix:string,...}
	 */
	private static function describeMysql( ILoadBalancer $loadBalancer, DatabaseDomain $domain ): array {
		$primary = MysqlConnection::describe( $loadBalancer->getServerInfo( self::PRIMARY ) ?: [], $domain );
		$replicas = [];
		for ( $index = self::PRIMARY + 1; $index < $loadBalancer->getServerCount(); $index++ ) {
			if ( self::isReplicaForReading( $loadBalancer, $index ) ) {
				$replicas[] = MysqlConnection::describeReplica( $loadBalancer->getServerInfo( $index ) ?: [], $domain );
			}
		}
		return $replicas ? $primary + [ 'replicas' => $replicas ] : $primary;
	}

	/**
	 * A server without load is there for other things, or not at all; one that is static does not replicate.
	 */
	private static function isReplicaForReading( ILoadBalancer $loadBalancer, int $index ): bool {
		$server = $loadBalancer->getServerInfo( $index );
		return $server && ( $server['load'] ?? 0 ) > 0 && empty( $server['is static'] )
			&& $loadBalancer->getServerType( $index ) === 'mysql';
	}
}
