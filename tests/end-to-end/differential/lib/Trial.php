<?php
/**
 * One of the two farms, and what is done with it, step by step. What a step does depends on the seed and the farm's own
 * clock alone, so that both farms get the same.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchDifferential;

use Generator;
use WikibaseDispatchTests\Farm;
use WikibaseDispatchTests\Process;

class Trial {

	/** By the farm's clock, from one round to the next. */
	public const SECONDS = 2400;

	/** Types of jobs, in the order in which they are run: what dispatches, … */
	private const DISPATCHING = [
		'UpdateRepoOnMove', 'UpdateRepoOnDelete', 'DispatchChanges',
		'wikibase-dispatch-trigger', 'wikibase-dispatch-client',
	];
	/** … what handles, … */
	private const HANDLING = [ 'EntityChangeNotification', 'DispatchNotification', 'ChangeNotification' ];
	/** … and what tells. Then come all others. */
	private const TELLING = [ 'wikibase-InjectRCRecords', 'wikibase-dispatch-recent-changes' ];
	private const HIDING = [ 'DispatchChangeVisibilityNotification', 'DispatchChangeDeletionNotification' ];

	public readonly Farm $farm;
	private int $now;
	private bool $isOurs = false;

	public function __construct( string $folder, private readonly string $seed, private readonly int $start ) {
		$this->farm = new Farm( $folder );
		$this->now = $start;
	}

	/**
	 * Goes on with both farms at once, one process each at a time.
	 *
	 * @param list<Generator<Process>> $steps
	 */
	public static function together( array $steps ): void {
		try {
			while ( $steps !== [] ) {
				foreach ( $steps as $place => $step ) {
					if ( !$step->valid() ) {
						unset( $steps[$place] );
					} elseif ( !$step->current()->isRunning() ) {
						$step->current()->assertSuccess();
						$step->next();
					}
				}
				usleep( 10_000 );
			}
		} finally {
			foreach ( $steps as $step ) {
				$step->current()?->kill();
			}
		}
	}

	/** @return Generator<Process> */
	public function prepare(): Generator {
		foreach ( [ 'Prepare', 'MakePages' ] as $script ) {
			foreach ( $this->farm->wikis as $wiki ) {
				yield $this->start( $wiki, $script );
				$this->now += 60;
			}
		}
		foreach ( $this->farm->wikis as $wiki ) {
			yield $this->start( $wiki, 'RunQueue' );
		}
		// Parsing has told the repo who wants to hear of what.
		yield $this->start( $this->farm->repo, 'RunQueue' );
	}

	/** Writes down from now on what is put into queues, and what Wikibase writes of edits. */
	public function record(): void {
		( new Record( $this->farm ) )->install();
	}

	/** As the README has it: the module, `LocalSettings.php`, and the tables on the repo. */
	public function install( string $module, string $format ): void {
		$this->isOurs = true;
		file_put_contents( "{$this->farm->folder}/php",
			"#!/bin/sh\nexec php -d extension='$module' -d memory_limit=512M \"\$@\"\n" );
		$file = "{$this->farm->folder}/farm.json";
		$farm = json_decode( (string)file_get_contents( $file ), true );
		$farm['extension'] = dirname( __DIR__, 4 ) . '/php/extension.json';
		// With this format clients that are not the repo need neither the module nor the extension.
		$farm['extensionOn'] = $format === 'entity-change' ? [ $this->farm->repo ] : $this->farm->wikis;
		$farm['settings'] = [ 'notificationFormat' => $format ];
		file_put_contents( $file, json_encode( $farm, JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES ) );
		$this->farm->run( $this->farm->repo, 'update', [ '--quick', '--skip-external-dependencies' ], 900 );
	}

	/** That our classes which stand in for Wikibase's own can do so with this Wikibase. */
	public function assertFits(): void {
		$this->farm->run( $this->farm->repo, __DIR__ . '/../wiki/Fits.php' );
	}

	/**
	 * @param int $round
	 * @param int|null $count edits by chance; null: one of each kind
	 * @return Generator<Process>
	 */
	public function edit( int $round, ?int $count ): Generator {
		$this->now = $this->start + self::SECONDS * ( $round + 1 );
		yield $this->start( $this->farm->repo, 'EditEntities', $round,
			$count === null ? [] : [ '--count', (string)$count ] );
		foreach ( $count === null ? [] : $this->farm->wikis as $wiki ) {
			$this->now += 60;
			yield $this->start( $wiki, 'EditPages', $round, [ '--count', '5' ] );
		}
	}

	/** @return Generator<Process> */
	public function dispatch( int $round ): Generator {
		$this->now = $this->start + self::SECONDS * ( $round + 2 ) - 60;
		$repo = $this->farm->repo;
		yield $this->runJobs( $repo, $round, self::DISPATCHING );
		foreach ( $this->farm->wikis as $wiki ) {
			yield $this->runJobs( $wiki, $round, self::HANDLING );
			yield $this->runJobs( $wiki, $round, self::TELLING );
		}
		yield $this->runJobs( $repo, $round, self::HIDING );
		foreach ( [ ...$this->farm->wikis, $repo ] as $wiki ) {
			yield $this->runJobs( $wiki, $round );
		}
	}

	private function runJobs( string $wiki, int $round, array $types = [] ): Process {
		return $this->start( $wiki, 'RunQueue', $round, $this->isOurs ? $types : [ '--wikibase-alone', ...$types ] );
	}

	/**
	 * What was edited since it was last asked for.
	 *
	 * @return list<string>
	 */
	public function takeEdits(): array {
		$lines = [];
		foreach ( $this->farm->wikis as $wiki ) {
			foreach ( [ 'EditEntities', 'EditPages' ] as $script ) {
				$log = "{$this->farm->folder}/log/$wiki.$script.log";
				foreach ( is_file( $log ) ? file( $log, FILE_IGNORE_NEW_LINES ) : [] as $line ) {
					$lines[] = "$wiki\t$line";
				}
				if ( is_file( $log ) ) {
					unlink( $log );
				}
			}
		}
		return $lines;
	}

	/**
	 * @return list<string> summaries that were hidden on the repo
	 */
	public function hiddenSummaries(): array {
		return json_decode( (string)file_get_contents( $this->stateFile() ), true )['hidden'];
	}

	public function versions(): string {
		$this->farm->run( $this->farm->repo, __DIR__ . '/../wiki/Versions.php' );
		return trim( (string)file_get_contents( "{$this->farm->folder}/log/{$this->farm->repo}.Versions.log" ) );
	}

	private function stateFile(): string {
		return "{$this->farm->folder}/state.json";
	}

	private function start( string $wiki, string $script, int $round = -1, array $arguments = [] ): Process {
		return $this->farm->start( $wiki, __DIR__ . "/../wiki/$script.php", [
			'--now', (string)$this->now, '--seed', "{$this->seed}/$round", '--state', $this->stateFile(), ...$arguments,
		] );
	}
}
