<?php
/**
 * Uses a wiki with Wikibase that is its own client, for tests/host/install: makes an item and a page that shows its
 * value, edits the value, and says what came of it.
 *
 * Usage, with MW_INSTALL_PATH: php TryWikibase.php prepare|edit|look|view|dispatched [VALUE]
 */

declare( strict_types = 1 );

require_once getenv( 'MW_INSTALL_PATH' ) . '/maintenance/Maintenance.php';

class TryWikibase extends Maintenance {

	private const PAGE = 'Page with data';
	/** Holds what later calls need. */
	private const NOTES = '/srv/notes.json';

	public function __construct() {
		parent::__construct();
		$this->addArg( 'act', 'prepare, edit, look, view or dispatched' );
		$this->addArg( 'value', 'What the item says', false );
	}

	public function execute(): void {
		$act = $this->getArg( 0 );
		$this->output( $this->$act( (string)$this->getArg( 1 ) ) . "\n" );
		DeferredUpdates::doUpdates();
	}

	private function prepare(): string {
		$property = $this->entity( [ 'new' => 'property' ], [ 'datatype' => 'string' ] );
		$this->note( [ 'property' => $property['id'] ] );
		$item = $this->entity( [ 'new' => 'item' ], [ 'claims' => [ $this->claim( 'zero' ) ] ] );
		$this->note( [ 'item' => $item['id'], 'claim' => $item['claims'][$property['id']][0]['id'] ] );
		$this->api( [
			'action' => 'edit', 'title' => self::PAGE,
			'text' => "It says: {{#property:{$property['id']}|from={$item['id']}}}.",
		] );
		return $item['id'];
	}

	private function edit( string $value ): string {
		$item = $this->entity( [ 'id' => $this->notes()['item'] ], [ 'claims' => [ $this->claim( $value ) ] ] );
		$this->note( [ 'value' => $value, 'revision' => $item['lastrevid'] ] );
		return (string)$item['lastrevid'];
	}

	/** Whether the last edit is in recent changes, and its value on the page. */
	private function look(): string {
		$listed = 'not listed';
		$rows = $this->getDB( DB_PRIMARY )->select( 'recentchanges', 'rc_params', [ 'rc_source' => 'wb' ], __METHOD__ );
		foreach ( $rows as $row ) {
			$change = unserialize( $row->rc_params, [ 'allowed_classes' => false ] )['wikibase-repo-change'];
			if ( (int)$change['rev_id'] === $this->notes()['revision'] ) {
				$listed = 'listed';
			}
		}
		return "$listed, " . $this->view();
	}

	private function view(): string {
		$parsed = $this->api( [ 'action' => 'parse', 'page' => self::PAGE, 'prop' => 'text' ] )['parse']['text'];
		$text = trim( strip_tags( is_array( $parsed ) ? $parsed['*'] : $parsed ) );
		return $text === "It says: {$this->notes()['value']}." ? 'shown' : "not shown: $text";
	}

	/** Wikibase's job deletes what it has dispatched; ours keep it for a while. */
	private function dispatched(): string {
		$dbw = $this->getDB( DB_PRIMARY );
		$last = $dbw->selectField( 'wb_changes', 'MAX(change_id)', '', __METHOD__ );
		$seen = $dbw->selectField( 'wb_changes_dispatch', 'MIN(chd_seen)', [ 'chd_disabled' => 0 ], __METHOD__ );
		return $last !== null && (int)$seen >= (int)$last ? 'by us' : "seen $seen of $last";
	}

	private function claim( string $value ): array {
		$notes = $this->notes();
		return [
			'type' => 'statement', 'rank' => 'normal',
			'mainsnak' => [
				'snaktype' => 'value', 'property' => $notes['property'],
				'datavalue' => [ 'type' => 'string', 'value' => $value ],
			],
		] + ( isset( $notes['claim'] ) ? [ 'id' => $notes['claim'] ] : [] );
	}

	private function entity( array $which, array $data ): array {
		return $this->api( [ 'action' => 'wbeditentity', 'data' => json_encode( $data ) ] + $which )['entity'];
	}

	private function api( array $params ): array {
		// Somebody who is not logged in, and so needs no session for the token.
		$context = new DerivativeContext( RequestContext::getMain() );
		$context->setUser( new User() );
		$context->setRequest( new FauxRequest( $params + [ 'token' => '+\\' ], true ) );
		$api = new ApiMain( $context, true );
		$api->execute();
		return $api->getResult()->getResultData( null, [ 'Strip' => 'all' ] );
	}

	private function notes(): array {
		return is_file( self::NOTES ) ? json_decode( file_get_contents( self::NOTES ), true ) : [];
	}

	private function note( array $notes ): void {
		file_put_contents( self::NOTES, json_encode( $notes + $this->notes() ) );
	}
}

$maintClass = TryWikibase::class;
require_once RUN_MAINTENANCE_IF_MAIN;
