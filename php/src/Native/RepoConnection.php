<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Native;

use Wikimedia\Rdbms\DatabaseDomain;
use Wikimedia\Rdbms\ILBFactory;

/**
 * Describes this wiki's primary database in the words of native code, which opens a connection of its own to it.
 */
class RepoConnection {

	/** MediaWiki's list of servers always begins with the primary. */
	private const PRIMARY = 0;

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
				return MysqlConnection::describe(
					$loadBalancer->getServerInfo( self::PRIMARY ),
					DatabaseDomain::newFromId( $domain )
				);
			default:
				throw new UnsupportedDatabaseException( $type, $domain );
		}
	}
}
