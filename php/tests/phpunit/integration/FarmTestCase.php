<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration;

use MediaWiki\Extension\WikibaseDispatch\Base\Compat\FoundVersions;
use MediaWiki\Extension\WikibaseDispatch\Base\Native\NativeFactory;
use MediaWiki\Extension\WikibaseDispatch\Base\Native\RepoConnection;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\WikiSettings;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\Edits;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\Interpreter;
use MediaWiki\Extension\WikibaseDispatch\WikibaseDispatchServices;
use MediaWiki\MediaWikiServices;
use PHPUnit\Framework\TestCase;
use Psr\Log\NullLogger;
use WikibaseDispatch\Dispatcher;

/**
 * A test on the farm, which starts empty: no changes, no jobs, no pages but the main page.
 */
abstract class FarmTestCase extends TestCase {

	protected const PAGE = 7;

	/** What an edit says of itself that is not to be merged with the one before. */
	protected const SOMEBODY_ELSE = [ 'user_text' => 'Bob', 'rev_id' => 9, 'parent_id' => 8 ];

	protected Farm $farm;

	protected function setUp(): void {
		$this->farm = Farm::used();
		$this->farm->reset();
	}

	/** Subscribes clients to an entity. */
	protected function subscribe( string $entityId, string ...$siteIds ): void {
		$insert = $this->farm->database( Farm::REPO )->prepare(
			'INSERT INTO wb_changes_subscription (cs_entity_id, cs_subscriber_id) VALUES (?, ?)'
		);
		foreach ( $siteIds as $siteId ) {
			$insert->execute( [ $entityId, $siteId ] );
		}
	}

	/**
	 * @return list<string> the entities that a client is subscribed to
	 */
	protected function subscriptions( string $siteId ): array {
		$select = $this->farm->database( Farm::REPO )->prepare(
			'SELECT cs_entity_id FROM wb_changes_subscription WHERE cs_subscriber_id = ? ORDER BY cs_entity_id'
		);
		$select->execute( [ $siteId ] );
		return $select->fetchAll( \PDO::FETCH_COLUMN );
	}

	/** Text that packing makes no smaller; the same for the same number. */
	protected static function noise( int $number, int $bytes ): string {
		$noise = '';
		for ( $part = 0; strlen( $noise ) < $bytes; $part++ ) {
			$noise .= base64_encode( hash( 'sha512', "$number $part", true ) );
		}
		return substr( $noise, 0, $bytes );
	}

	/**
	 * Writes a change as Wikibase does.
	 *
	 * @param string $entityId
	 * @param array<string,mixed> $diff members of the diff that are not empty
	 * @param array<string,mixed> $metadata
	 * @param int $userId
	 * @return int its id
	 */
	protected function writeChange(
		string $entityId,
		array $diff = [ 'labelChanges' => [ 'en' ] ],
		array $metadata = [],
		int $userId = 5
	): int {
		return $this->writeRawChange( $entityId, json_encode( [
			'compactDiff' => json_encode( $diff + [
				'arrayFormatVersion' => 1,
				'labelChanges' => [],
				'descriptionChanges' => [],
				'statementChanges' => [],
				'siteLinkChanges' => [],
				'otherChanges' => false,
			] ),
			'metadata' => array_merge( [
				'page_id' => 42,
				'rev_id' => 8,
				'parent_id' => 7,
				'comment' => '/* wbsetlabel-set:1|en */ Berlin',
				'user_text' => 'Alice',
				'central_user_id' => 0,
				'bot' => 0,
			], $metadata ),
		] ), $userId );
	}

	protected function writeRawChange( string $entityId, string $info, int $userId = 5 ): int {
		$db = $this->farm->database( Farm::REPO );
		$db->prepare(
			'INSERT INTO wb_changes (change_type, change_time, change_object_id, change_revision_id, change_user_id,' .
			" change_info) VALUES ('wikibase-item~update', '20260131120000', ?, 8, ?, ?)"
		)->execute( [ $entityId, $userId, $info ] );
		return (int)$db->lastInsertId();
	}

	/** Creates a page on a client. Usages: entity id => aspects. */
	protected function createPage( string $wiki, int $pageId, string $title, array $usages ): void {
		$db = $this->farm->database( $wiki );
		$db->prepare(
			'INSERT INTO page (page_id, page_namespace, page_title, page_random, page_touched, page_latest, page_len)' .
			" VALUES (?, 0, ?, 0.5, '20200101000000', ?, 123)"
		)->execute( [ $pageId, $title, $pageId + 1000 ] );
		$insert = $db->prepare(
			'INSERT INTO wbc_entity_usage (eu_entity_id, eu_aspect, eu_page_id) VALUES (?, ?, ?)'
		);
		foreach ( $usages as $entityId => $aspects ) {
			foreach ( $aspects as $aspect ) {
				$insert->execute( [ $entityId, $aspect, $pageId ] );
			}
		}
	}

	/** Tells the extension, in this process, that changes were written. */
	protected function announce( int $count = 1 ): void {
		WikibaseDispatchServices::edits( MediaWikiServices::getInstance() )->changesWritten( $count );
	}

	/** Runs the wiki's own job runner; again if it left jobs alone because one of their type had failed. */
	protected function runJobs( string $wiki, string ...$arguments ): CommandResult {
		do {
			$result = $this->farm->maintenance( $wiki, 'runJobs', ...$arguments );
			$this->assertSame( 0, $result->status, $result->output );
		} while ( $this->farm->forgetBackoffs() );
		return $result;
	}

	/** Announces what was written, and runs the jobs of the repo and then of the clients. */
	protected function dispatchAll(): void {
		$this->announce();
		foreach ( Farm::WIKIS as $wiki ) {
			$this->runJobs( $wiki );
		}
	}

	/**
	 * Jobs of a type in a wiki's queue, whether a runner has claimed them or not.
	 *
	 * @return list<array<string,mixed>> their parameters
	 */
	protected function jobs( string $wiki, string $type ): array {
		$select = $this->farm->database( $wiki )->prepare(
			'SELECT job_params FROM job WHERE job_cmd = ? ORDER BY job_id'
		);
		$select->execute( [ $type ] );
		return array_map( 'unserialize', $select->fetchAll( \PDO::FETCH_COLUMN ) );
	}

	/** Puts a job into a wiki's queue. */
	protected function queueJob( string $wiki, string $type, array $params ): void {
		$this->farm->database( $wiki )->prepare(
			'INSERT INTO job (job_cmd, job_namespace, job_title, job_timestamp, job_params, job_random, job_attempts,' .
			" job_token, job_sha1) VALUES (?, -1, '', '20260131120000', ?, 1, 0, '', ?)"
		)->execute( [ $type, serialize( $params ), md5( $type . serialize( $params ) ) ] );
	}

	/**
	 * @return list<array<string,mixed>> rows that tell of changes on the repo, with actor and comment
	 */
	protected function recentChanges( string $wiki ): array {
		return $this->farm->database( $wiki )->query(
			'SELECT recentchanges.*, actor_name, actor_user, comment_text FROM recentchanges' .
			' JOIN actor ON actor_id = rc_actor JOIN comment ON comment_id = rc_comment_id' .
			" WHERE rc_source = 'wb' ORDER BY rc_id"
		)->fetchAll();
	}

	/** `chd_seen` of a client; null if it has no dispatch state. */
	protected function seen( string $siteId ): ?int {
		$select = $this->farm->database( Farm::REPO )->prepare(
			'SELECT chd_seen FROM wb_changes_dispatch WHERE chd_site = ?'
		);
		$select->execute( [ $siteId ] );
		$seen = $select->fetchColumn();
		return $seen === false ? null : (int)$seen;
	}

	/**
	 * The settings of the repo, with some replaced.
	 *
	 * @param array<string,mixed> $settings
	 */
	protected function settings( array $settings = [] ): WikiSettings {
		return new WikiSettings(
			$settings + [ 'repoSiteId' => Farm::REPO, 'localClientDatabases' => Farm::WIKIS ],
			[],
			Farm::REPO,
			WikibaseDispatchServices::jobQueues( MediaWikiServices::getInstance() ),
			new NullLogger()
		);
	}

	protected function nativeFactory( WikiSettings $settings ): NativeFactory {
		return new NativeFactory(
			FoundVersions::module(),
			$settings,
			new RepoConnection( MediaWikiServices::getInstance()->getDBLoadBalancerFactory() ),
			static fn (): array => []
		);
	}

	/** What an edit has done, by these settings. */
	protected function edits( WikiSettings $settings ): Edits {
		$triggers = WikibaseDispatchServices::triggers( MediaWikiServices::getInstance() );
		return new Edits( $this->nativeFactory( $settings ), $this->interpreter(), $triggers, $settings );
	}

	/** That of the repo, which this process is one of. */
	protected function interpreter(): Interpreter {
		return WikibaseDispatchServices::interpreter( MediaWikiServices::getInstance() );
	}

	/** Of the repo, by its settings. */
	protected function dispatcher(): Dispatcher {
		return WikibaseDispatchServices::nativeFactory( MediaWikiServices::getInstance() )->dispatcher();
	}

	/** Gives clients that were configured just now their dispatch states, as the first trigger does. */
	protected function initialise(): void {
		// Its first step is the look; what it asks for then is left undone.
		$settings = $this->settings( [ 'dispatchStrategy' => 'jobs' ] );
		$this->assertSame( 'act', $this->nativeFactory( $settings )->dispatcher()->trigger()->next()['state'] );
	}
}
