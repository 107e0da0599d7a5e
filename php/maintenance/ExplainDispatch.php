<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Maintenance;

use MediaWiki\Extension\WikibaseDispatch\Status\Explain\SearchTerm;
use MediaWiki\Extension\WikibaseDispatch\Status\Explain\Sentence;
use MediaWiki\Extension\WikibaseDispatch\Ui\Shell\PlainText;
use MediaWiki\Extension\WikibaseDispatch\WikibaseDispatchServices;
use MediaWiki\MediaWikiServices;

require_once __DIR__ . '/RepoScript.php';

/**
 * For an admin who asks why a change has not arrived.
 */
class ExplainDispatch extends RepoScript {

	public function __construct() {
		parent::__construct();
		$this->describe(
			'Explains what a client is waiting for; or which clients were or will be notified of a change, or of the ' .
			'newest changes of an entity, and why.'
		);
		$this->addArg(
			'client', 'Site ID of the client; with --change or --entity: explain only for this client', false
		);
		$this->addOption( 'change', 'ID of the change to explain', false, true );
		$this->addOption( 'entity', 'ID of an entity: explain its newest changes', false, true );
	}

	/**
	 * @inheritDoc
	 */
	protected function run( MediaWikiServices $services ): bool {
		$paragraphs = array_map( PlainText::inEnglish()->paragraph( ... ), $this->explanation( $services ) );
		$this->output( implode( "\n", $paragraphs ) . "\n" );
		return true;
	}

	/**
	 * @return list<list<Sentence>> paragraphs
	 */
	private function explanation( MediaWikiServices $services ): array {
		$siteId = $this->getArg( 0 );
		$change = $this->getOption( 'change' );
		$entity = $this->getOption( 'entity' );
		if ( $change !== null && $entity !== null ) {
			$this->fatalError( 'Give either --change or --entity.', self::REFUSED );
		}
		$explainer = WikibaseDispatchServices::changeExplainer( $services );
		if ( $change !== null ) {
			$changeId = $this->changeId( '--change', $change );
			return self::lines( $explainer->explain( $changeId, $siteId, true )->sentences() );
		}
		if ( $entity !== null ) {
			$entityId = $this->entityId( $entity );
			return self::lines( $explainer->explainEntity( $entityId, $siteId, true )->sentences() );
		}
		if ( $siteId === null ) {
			$this->fatalError( 'Give the site ID of a client, --change ID, or --entity ID.', self::REFUSED );
		}
		return WikibaseDispatchServices::clientExplainer( $services )->explain( $siteId );
	}

	/**
	 * @param list<Sentence> $sentences
	 * @return list<list<Sentence>> one a line
	 */
	private static function lines( array $sentences ): array {
		return array_map( static fn ( Sentence $sentence ) => [ $sentence ], $sentences );
	}

	private function entityId( string $text ): string {
		$entityId = SearchTerm::parse( $text )?->entityId;
		if ( $entityId === null ) {
			$this->fatalError( "--entity takes the ID of an entity such as Q42, not '$text'.", self::REFUSED );
		}
		return $entityId;
	}
}

$maintClass = ExplainDispatch::class;
require_once RUN_MAINTENANCE_IF_MAIN;
