<?php
/**
 * Maintenance script: edits, moves, deletes and restores pages of a wiki by chance, so that changes meet pages that
 * have gone, or use something else by now. Prints what it did, a line each.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchDifferential\Wiki;

use MediaWiki\WikiMap\WikiMap;

require_once __DIR__ . '/Script.php';

class EditPages extends Script {

	private const WEIGHTS = [ 'edit' => 5, 'move' => 2, 'delete' => 1, 'undelete' => 1 ];

	public function execute(): void {
		$wiki = WikiMap::getCurrentWikiId();
		$items = State::read( $this->getOption( 'state' ) )->items;
		$api = $this->api();
		$chance = new Chance( "{$this->getOption( 'seed' )} edits of pages of $wiki" );
		$pages = new Pages( $api, $chance );
		for ( $left = (int)$this->getOption( 'count' ); $left > 0; $left-- ) {
			$api->passTime( $chance->below( 3 ) );
			$kind = $chance->byWeight( self::WEIGHTS );
			$title = "Page {$chance->below( Pages::COUNT )}";
			$as = $chance->oneOf( [ 'Alice', 'Admin' ] );
			try {
				if ( $kind === 'edit' ) {
					$pages->save( $title, $pages->text( $items ), $as );
				} else {
					$api->call( 'Admin', [ 'action' => $kind, 'reason' => 'by chance' ] + ( $kind === 'move'
						? [ 'from' => $title, 'to' => "Page {$chance->below( 2 * Pages::COUNT )}" ]
						: [ 'title' => $title ] ) );
				}
				$result = 'ok';
			} catch ( RefusedCall $e ) {
				$result = $e->getMessage();
			}
			$this->output( "$kind\t$title\t$as\t$result\n" );
		}
	}
}

$maintClass = EditPages::class;
require_once RUN_MAINTENANCE_IF_MAIN;
