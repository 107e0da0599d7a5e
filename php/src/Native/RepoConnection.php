<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Native;

use Wikimedia\Rdbms\ILBFactory;

/**
 * Describes this wiki's primary database in the words of native code, which opens a connection of its own to it.
 */
class RepoConnection {

	public function __construct( private readonly ILBFactory $loadBalancers ) {
	}

	/**
	 * @return array{driver:string,path:string,prefix:string}
	 * @throws UnsupportedDatabaseException
	 */
	public function describe(): array {
		$db = $this->loadBalancers->getMainLB()->getConnection( DB_PRIMARY );
		if ( $db->getType() !== 'sqlite' ) {
			throw new UnsupportedDatabaseException( $db->getType(), $db->getDomainID() );
		}
		return [
			'driver' => 'sqlite',
			'path' => $db->getDbFilePath(),
			'prefix' => $db->tablePrefix(),
		];
	}
}
