<?php
/**
 * Maintenance script: makes the accounts and sites of a wiki, and on the repo the entities.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchDifferential\Wiki;

use MediaWiki\MediaWikiServices;
use MediaWiki\Site\Site;

require_once __DIR__ . '/Script.php';

class Prepare extends Script {

	private const ITEMS = 40;

	public function execute(): void {
		$services = MediaWikiServices::getInstance();
		$api = $this->api();
		$this->makeSites( $services );
		$isRepo = $services->hasService( 'WikibaseRepo.Settings' );
		$this->makeAccounts( $services, $isRepo );
		if ( $isRepo ) {
			$state = new State();
			$this->makeEntities( new Entities( $api ), $state );
			$state->save( $this->getOption( 'state' ) );
		}
	}

	/** Not of the kind that asks another wiki over the network what its pages are called. */
	private function makeSites( MediaWikiServices $services ): void {
		$sites = [];
		foreach ( self::WIKIS as $id ) {
			$site = new Site();
			$site->setGlobalId( $id );
			$site->setGroup( 'farm' );
			$site->setLanguageCode( 'en' );
			$site->setLinkPath( "http://$id.invalid/wiki/\$1" );
			$site->addInterwikiId( preg_replace( '/wiki$/', '', $id ) );
			$sites[] = $site;
		}
		$services->getSiteStore()->saveSites( $sites );
	}

	private function makeAccounts( MediaWikiServices $services, bool $isRepo ): void {
		foreach ( [ 'Admin', ...self::USERS, ...self::BOTS, self::TEMPORARY ] as $name ) {
			if ( $name === self::USERS[1] && !$isRepo ) {
				continue;
			}
			$user = $services->getUserFactory()->newFromName( $name );
			if ( !$user->isRegistered() ) {
				$user->addToDatabase();
			}
			if ( in_array( $name, self::BOTS, true ) ) {
				$services->getUserGroupManager()->addUserToGroup( $user, 'bot' );
			}
		}
		$admin = $services->getUserFactory()->newFromName( 'Admin' );
		$services->getUserGroupManager()->addUserToGroup( $admin, 'suppress' );
	}

	private function makeEntities( Entities $entities, State $state ): void {
		foreach ( [ 'badge one', 'badge two' ] as $name ) {
			$entities->create( 'item', $name, [], false );
		}
		foreach ( [ 'first', 'second', 'third' ] as $name ) {
			$entities->create( 'property', $name, [], false );
		}
		$state->kinds = ( new Kinds( $entities ) )->prepare();
		for ( $number = 0; $number < self::ITEMS; $number++ ) {
			$links = [];
			foreach ( $number % 3 === 0 ? self::WIKIS : [] as $wiki ) {
				$links[$wiki] = "Page $number";
			}
			$state->items[] = $entities->create( 'item', "item $number", $links );
		}
	}
}

$maintClass = Prepare::class;
require_once RUN_MAINTENANCE_IF_MAIN;
