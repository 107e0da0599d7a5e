<?php
/**
 * One rollout on a farm: entities and pages that use them, then edits, runners and switches at the same time, and then
 * runners alone until nothing waits.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchSwitching;

use RuntimeException;
use WikibaseDispatchTests\Farm;
use WikibaseDispatchTests\JobRunners;
use WikibaseDispatchTests\Process;
use WikibaseDispatchTests\Progress;

class Trial {

	private const ITEMS = 6;
	/** Seconds until the queues are empty. */
	private const PATIENCE = 900;
	/** Seconds until nothing may wait any more. Wikibase's job is pushed for a forgotten change after five minutes. */
	private const PATIENCE_IN_THE_END = 420;
	/** Seconds between two requests for a page when nothing else happens. */
	private const VISIT = 5;

	public readonly Farm $farm;
	public readonly Record $record;
	/** Configurations that were switched to. */
	public int $switches = 0;
	/** Seconds from the last edit until all was delivered and the tables were as they should be; null: never. */
	public ?float $settled = null;
	/** Requests for a page that were made in that time. */
	public int $visits = 0;
	/** @var list<string> when what was configured where */
	public array $diary = [];
	/** @var array<string,int> what came of an edit => how often */
	public array $edits = [];
	/** @var list<Host> */
	private array $hosts;
	/** @var list<WebServer> */
	private array $servers = [];
	/** @var list<string> */
	private array $items = [];
	/** @var array<string,string> client => state that is configured on the first host */
	private array $wanted = [];

	public function __construct( string $folder, private readonly Progress $progress ) {
		$first = new Host( $folder );
		$this->hosts = [ $first, Host::beside( $first, 'second' ) ];
		$this->farm = $first->farm;
		$this->record = new Record( $this->farm );
	}

	/** Entities, and on each wiki a page that uses all of them. */
	public function prepare(): void {
		foreach ( $this->hosts as $host ) {
			$this->servers[] = $host->serve( $this->farm->repo );
		}
		$api = new Api( $this->servers[0]->address );
		$property = $api->require( [ 'action' => 'wbeditentity', 'new' => 'property', 'data' => [
			'datatype' => 'string', 'labels' => [ [ 'language' => 'en', 'value' => 'value' ] ],
		] ] )['entity']['id'];
		$text = '';
		for ( $number = 1; $number <= self::ITEMS; $number++ ) {
			$id = $api->require( [ 'action' => 'wbeditentity', 'new' => 'item', 'data' => [
				'labels' => [ [ 'language' => 'en', 'value' => "item $number" ] ],
			] ] )['entity']['id'];
			$this->items[] = $id;
			$text .= "{{#statements:$property|from=$id}} ";
		}
		foreach ( $this->farm->wikis as $wiki ) {
			$server = $wiki === $this->farm->repo ? $this->servers[0] : $this->hosts[0]->serve( $wiki );
			// In the namespace of wikitext on every wiki.
			( new Api( $server->address ) )
				->require( [ 'action' => 'edit', 'title' => 'Project:Page', 'text' => $text ] );
			if ( $server !== $this->servers[0] ) {
				$server->stop();
			}
		}
		$this->runUntilEmpty();
		$this->assertSubscribed();
		$left = $this->farm->number( $this->farm->repo, 'SELECT COUNT(*) FROM {wb_changes}' );
		if ( $left > 0 ) {
			throw new RuntimeException( "Wikibase has left $left changes in the buffer, before any rollout" );
		}
		$this->record->install();
	}

	/**
	 * @param list<array<string,string>> $steps client => state, of each switch
	 * @param int $seconds from one to the next, on average
	 * @param bool $late whether the second host comes later
	 * @param string $seed
	 */
	public function roll( array $steps, int $seconds, bool $late, string $seed ): void {
		$enough = "{$this->farm->folder}/enough";
		$runners = new Runners( $this->hosts, $seconds );
		$editors = [];
		foreach ( $this->servers as $number => $server ) {
			$editors[] = new Process(
				[ 'php', dirname( __DIR__ ) . '/edit.php', $server->address, (string)$number, $seed, $enough,
					...$this->items ],
				"{$this->farm->folder}/log/editor-$number.log"
			);
		}
		try {
			foreach ( $steps as $step ) {
				$length = $seconds * mt_rand( 50, 150 ) / 100;
				$lateness = $late ? min( $length, $seconds * mt_rand( 0, 100 ) / 100 ) : 0;
				$this->configure( 0, $step );
				$this->tend( $runners, $editors, $lateness );
				$this->configure( 1, $step );
				$this->tend( $runners, $editors, $length - $lateness );
			}
			touch( $enough );
			while ( array_filter( $editors, static fn ( Process $editor ) => $editor->isRunning() ) ) {
				$this->tend( $runners, [], 0.1 );
			}
			array_map( static fn ( Process $editor ) => $editor->assertSuccess(), $editors );
			$end = microtime( true );
			$this->countEdits( $editors );
			$runners->waitUntilDone();
			$this->settle( $end );
		} finally {
			$runners->kill();
			array_map( static fn ( Process $editor ) => $editor->kill(), $editors );
		}
	}

	public function stop(): void {
		array_map( static fn ( WebServer $server ) => $server->stop(), $this->servers );
	}

	/**
	 * @return array<string,list<int>> client => changes that have not reached it
	 */
	public function missing(): array {
		$changes = array_keys( $this->record->changes() );
		$missing = [];
		foreach ( $this->farm->wikis as $client ) {
			$delivered = array_merge( [], ...array_column( $this->record->notifications( $client ), 2 ) );
			$missing[$client] = array_values( array_diff( $changes, $delivered ) );
		}
		return $missing;
	}

	/**
	 * What is in the tables that should not be, by what is configured.
	 *
	 * @return list<string>
	 */
	public function leftOver(): array {
		$states = array_unique( array_values( $this->wanted ) );
		$expected = match ( $states ) {
			[ 'off' ] => [ 'wb_changes_rollout' => 0, 'wb_changes_handed' => 0, 'wb_changes' => 0 ],
			// The row that says so.
			[ 'on' ] => [ 'wb_changes_rollout' => 1 ],
		};
		$left = [];
		foreach ( $expected as $table => $count ) {
			$rows = $this->farm->rows( $this->farm->repo, "SELECT * FROM {{$table}}" );
			if ( count( $rows ) !== $count ) {
				$left[] = "$table has " . count( $rows ) . " rows instead of $count: "
					. substr( (string)json_encode( $rows, JSON_INVALID_UTF8_SUBSTITUTE ), 0, 1000 );
			}
		}
		return $left;
	}

	/**
	 * @return list<string>
	 */
	public function runnerErrors( string $wiki ): array {
		return array_merge( ...array_map(
			static fn ( Host $host ) => $host->farm->runnerErrors( $wiki ),
			$this->hosts
		) );
	}

	public function versions(): string {
		$answer = ( new Api( $this->servers[0]->address ) )
			->require( [ 'action' => 'query', 'meta' => 'siteinfo' ] );
		return "{$answer['query']['general']['generator']}, {$answer['query']['general']['dbtype']} "
			. $answer['query']['general']['dbversion'];
	}

	/**
	 * Notes of changes that Wikibase's job has handed over (where all are on, these stay until the floor moves again),
	 * and of what it sent to a client that was watched when it looked, and is not any more.
	 */
	public function notesLeft(): string {
		$handed = $this->farm->number( $this->farm->repo, 'SELECT COUNT(*) FROM {wb_changes_handed}' );
		$shadow = $this->farm->number( $this->farm->repo, 'SELECT COUNT(*) FROM {wb_changes_shadow}' );
		return "$handed in wb_changes_handed, $shadow in wb_changes_shadow";
	}

	private function configure( int $host, array $step ): void {
		$this->hosts[$host]->configure( $step );
		$this->diary[] = sprintf( '%.3f host %d: %s', microtime( true ), $host + 1, json_encode( $step ) );
		if ( $host === 0 ) {
			$this->wanted = $step;
			$this->switches++;
		}
	}

	/**
	 * @param Runners $runners
	 * @param list<Process> $editors who must not end
	 * @param float $seconds
	 */
	private function tend( Runners $runners, array $editors, float $seconds ): void {
		$end = microtime( true ) + $seconds;
		while ( microtime( true ) < $end ) {
			$runners->tend();
			foreach ( $editors as $editor ) {
				if ( !$editor->isRunning() ) {
					$editor->assertSuccess();
				}
			}
			$this->progress->show( fn () => "switch {$this->switches}, {$this->record->countChanges()} changes" );
			usleep( 50_000 );
		}
	}

	/** Nobody edits any more. Jobs run, and somebody looks at a page now and then if that is not enough. */
	private function settle( float $end ): void {
		$this->runUntilEmpty();
		while ( $this->leftOver() !== [] || array_filter( $this->missing() ) !== [] ) {
			if ( microtime( true ) > $end + self::PATIENCE_IN_THE_END || $this->isSomethingGone() ) {
				return;
			}
			$this->progress->show( fn () => 'waiting: ' . implode( '; ', [
				...$this->leftOver(),
				array_sum( array_map( 'count', $this->missing() ) ) . ' deliveries are missing',
			] ) );
			( new Api( $this->servers[$this->visits % 2]->address ) )->require( [ 'action' => 'query' ] );
			$this->visits++;
			$this->runUntilEmpty();
			sleep( self::VISIT );
		}
		$this->settled = microtime( true ) - $end;
	}

	/** Whether a change that has not reached a client is not in the buffer any more. */
	private function isSomethingGone(): bool {
		$missing = array_unique( array_merge( ...array_values( $this->missing() ) ) );
		$there = $this->farm->rows( $this->farm->repo, 'SELECT change_id FROM {wb_changes}' );
		return array_diff( $missing, array_map( 'intval', array_column( $there, 'change_id' ) ) ) !== [];
	}

	private function runUntilEmpty(): void {
		( new JobRunners( $this->farm, self::PATIENCE ) )->runUntilEmpty( function ( array $left ): void {
			$this->progress->show( static fn () => array_sum( $left ) . ' jobs left' );
		} );
	}

	private function assertSubscribed(): void {
		foreach ( $this->items as $item ) {
			$count = $this->farm->number( $this->farm->repo,
				'SELECT COUNT(*) FROM {wb_changes_subscription} WHERE {:text cs_entity_id} = ?', [ $item ] );
			if ( $count !== count( $this->farm->wikis ) ) {
				throw new RuntimeException( "$count clients are subscribed to $item, not all" );
			}
		}
	}

	/** @param list<Process> $editors */
	private function countEdits( array $editors ): void {
		foreach ( $editors as $editor ) {
			foreach ( file( $editor->log, FILE_IGNORE_NEW_LINES ) as $line ) {
				$this->edits[$line] = ( $this->edits[$line] ?? 0 ) + 1;
			}
		}
	}
}
