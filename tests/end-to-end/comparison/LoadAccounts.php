<?php
/**
 * Maintenance script: gives a wiki the accounts that the repo had, where the wiki is the repo: who changed an entity is
 * somebody there.
 */

declare( strict_types = 1 );

require_once getenv( 'MW_INSTALL_PATH' ) . '/maintenance/Maintenance.php';

class LoadAccounts extends Maintenance {

	public function __construct() {
		parent::__construct();
		$this->addDescription( 'Makes accounts of a wiki of the farm' );
		$this->addArg( 'account', 'ID=NAME', true, true );
	}

	public function execute(): void {
		$db = $this->getDB( DB_PRIMARY );
		$db->delete( 'user', '*', __METHOD__ );
		$db->delete( 'actor', '*', __METHOD__ );
		foreach ( $this->parameters->getArgs() as $account ) {
			[ $id, $name ] = explode( '=', $account, 2 );
			$db->insert( 'user', [
				'user_id' => (int)$id,
				'user_name' => $name,
				'user_password' => '',
				'user_newpassword' => '',
				'user_email' => '',
				'user_touched' => $db->timestamp(),
				'user_token' => '',
			], __METHOD__ );
			$db->insert( 'actor', [ 'actor_user' => (int)$id, 'actor_name' => $name ], __METHOD__ );
		}
	}
}

$maintClass = LoadAccounts::class;
require_once RUN_MAINTENANCE_IF_MAIN;
