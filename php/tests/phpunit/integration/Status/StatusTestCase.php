<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Status;

use MediaWiki\Extension\WikibaseDispatch\Status\ClientStatus;
use MediaWiki\Extension\WikibaseDispatch\Status\FarmStatus;
use MediaWiki\Extension\WikibaseDispatch\Status\Health;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Farm;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\FarmTestCase;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Ui\Shell\Scripts;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\WebServer;
use MediaWiki\Extension\WikibaseDispatch\WikibaseDispatchServices;
use MediaWiki\MediaWikiServices;

/**
 * A test of what the status tells, by the model, over HTTP and at a shell.
 */
abstract class StatusTestCase extends FarmTestCase {

	use Scripts;

	/** Longer than a client may stand still. */
	private const LONG = 3600;

	protected static WebServer $web;

	public static function setUpBeforeClass(): void {
		self::$web = new WebServer( Farm::used(), Farm::REPO );
	}

	public static function tearDownAfterClass(): void {
		self::$web->stop();
	}

	protected function status(): FarmStatus {
		return WikibaseDispatchServices::statusReader( MediaWikiServices::getInstance() )->read();
	}

	protected function client( string $siteId ): ClientStatus {
		foreach ( $this->status()->clients() as $client ) {
			if ( $client->siteId() === $siteId ) {
				return $client;
			}
		}
		$this->fail( "the status does not know $siteId" );
	}

	/** What the API tells. */
	protected function api( array $parameters = [] ): array {
		$answer = self::$web->api(
			$parameters + [ 'action' => 'query', 'meta' => 'dispatchstatus', 'formatversion' => 2 ]
		);
		$this->assertArrayHasKey( 'query', $answer, json_encode( $answer ) );
		return $answer['query']['dispatchstatus'];
	}

	/** The metrics as Prometheus gets them. */
	protected function metrics(): string {
		return self::$web->get( '/rest.php/wikibase-dispatch/v0/metrics' );
	}

	/** That all who tell of the status tell this: the model, the API, the page and the metrics. */
	protected function assertTold( Health $health, string $reason, ?string $client ): void {
		$status = $this->status();
		$this->assertSame( [ $health->value, $reason, $client ],
			[ $status->health()->value, $status->reason(), $status->reasonClient() ], 'the model' );
		$api = $this->api();
		$this->assertSame( [ $health->value, $reason, $client ],
			[ $api['health'], $api['reason'], $api['reasonclient'] ], 'the API' );
		$page = self::$web->page( 'Special:DispatchStatus' );
		$this->assertStringContainsString( "wbd-headline wbd-is-{$health->value}\" data-reason=\"$reason\"", $page );
		$this->assertStringContainsString( (string)$client, $page );
		$this->assertShellTells( $health, $reason, $client );
		$metrics = $this->metrics();
		$this->assertStringContainsString( "wikibase_dispatch_health{state=\"{$health->value}\"} 1\n", $metrics );
		$this->assertStringContainsString( "wikibase_dispatch_reason{reason=\"$reason\"} 1\n", $metrics );
		$this->assertSame( 1, preg_match_all( '/^wikibase_dispatch_reason\{.*\} 1$/m', $metrics ) );
		if ( $client !== null && $health === Health::Stuck ) {
			$this->assertStringContainsString( "wikibase_dispatch_client_stalled{client=\"$client\"} 1\n", $metrics );
		}
	}

	/** The scripts serve monitoring (exit code), programs (JSON), and questions about one client. */
	private function assertShellTells( Health $health, string $reason, ?string $client ): void {
		$exitCode = [ 'healthy' => 0, 'lagging' => 1, 'stuck' => 2, 'untried' => 0 ][$health->value];
		$document = json_decode( $this->scriptEnding( $exitCode, 'ShowStatus', '--json' ), true );
		$this->assertSame( [ $health->value, $reason, $client ],
			[ $document['health'], $document['reason'], $document['reasonclient'] ], 'the shell' );
		$explained = $this->script( 'ExplainDispatch', $client ?? 'enwiki' );
		if ( $health === Health::Healthy ) {
			$this->assertStringNotContainsString( 'Overall status', $explained );
		} else {
			$this->assertStringContainsString( "Overall status: {$health->value} ($reason). ", $explained );
		}
	}

	/**
	 * @return array<string,string> site id => condition, ordered as Farm::WIKIS
	 */
	protected function conditions( FarmStatus $status ): array {
		$conditions = [];
		foreach ( $status->clients() as $client ) {
			$conditions[$client->siteId()] = $client->condition();
		}
		return array_replace( array_fill_keys( Farm::WIKIS, '' ), $conditions );
	}

	/**
	 * Makes the last passes of clients, and their claims, as old as if time had passed.
	 *
	 * @param list<string> $siteIds
	 */
	protected function letTimePass( array $siteIds ): void {
		$db = $this->farm->database( Farm::REPO );
		$select = $db->prepare( 'SELECT chd_touched, chd_lock FROM wb_changes_dispatch WHERE chd_site = ?' );
		$update = $db->prepare( 'UPDATE wb_changes_dispatch SET chd_touched = ?, chd_lock = ? WHERE chd_site = ?' );
		foreach ( $siteIds as $siteId ) {
			$select->execute( [ $siteId ] );
			$row = $select->fetch();
			$touched = strtotime( $row['chd_touched'] . ' UTC' ) - self::LONG;
			// wd1c:token:expires:…: of ten minutes, 28 seconds are left, less than half of what claims get here.
			$lock = preg_replace_callback(
				'/^(wd1c:\w+:)(\d+)/',
				static fn ( array $parts ) => $parts[1] . ( $parts[2] - 572 ),
				(string)$row['chd_lock']
			);
			// FIRST:LAST:MILLISECONDS since which ids are missing.
			$lock = preg_replace_callback(
				'/^(\d+:\d+:)(\d+)$/',
				static fn ( array $parts ) => $parts[1] . ( $parts[2] - 1000 * self::LONG ),
				$lock
			);
			$update->execute( [ gmdate( 'YmdHis', $touched ), $lock ?: null, $siteId ] );
		}
	}

	/** Ends the rests of clients that failed. */
	protected function endRests(): void {
		$db = $this->farm->database( Farm::REPO );
		$update = $db->prepare( 'UPDATE wb_changes_dispatch SET chd_lock = ? WHERE chd_lock = ?' );
		foreach ( $db->query( 'SELECT chd_lock FROM wb_changes_dispatch' )->fetchAll( \PDO::FETCH_COLUMN ) as $lock ) {
			$update->execute( [ preg_replace( '/^wd1r:\d+/', 'wd1r:1', (string)$lock ), $lock ] );
		}
	}

	protected function countRows( string $table ): int {
		return (int)$this->farm->database( Farm::REPO )->query( "SELECT COUNT(*) FROM $table" )->fetchColumn();
	}
}
