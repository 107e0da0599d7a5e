<?php
/**
 * How the measurements of each experiment are shown: title, labels, columns.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench\Output;

use WikibaseDispatchBench\Measure\Measurement;
use WikibaseDispatchBench\Measure\Results;

final class Layout {

	public const TITLES = [
		'backlog' => 'Backlog to all clients (W1), side by side',
		'clients' => 'Growth with clients: the same deliveries over more and more of them',
		'idle' => 'Clients that receive nothing',
		'changes' => 'Growth with changes',
		'steady' => 'Steady load: seconds from the commit of a change to the queue of a client',
		'edit' => 'What an edit pays',
		'memory' => 'Memory of a job runner that lives long',
		'client' => 'The client\'s side (W2): the notifications of a real wiki',
		'way' => 'The whole way (W3): 12,967 real changes on five wikis',
		'core' => 'The core alone',
	];

	/**
	 * @return list<Column>
	 */
	public static function columns( string $experiment ): array {
		$mega = 1 / 1e6;
		$backlog = [
			new Column( 'PHP and native CPU s', 'cpu', 1, 2 ),
			new Column( 'database CPU s', 'databaseCpu', 1, 2 ),
			new Column( 'wall s', 'seconds', 1, 1 ),
			new Column( 'statements', 'statements' ),
			new Column( 'rows read', 'rowsRead' ),
			new Column( 'MB from database', 'bytesSent', $mega, 1 ),
			new Column( 'client jobs', 'jobs' ),
			new Column( 'MB of parameters', 'jobBytes', $mega, 1 ),
			new Column( 'peak MB', 'peakMemory', $mega, 1 ),
		];
		return match ( $experiment ) {
			'backlog' => [
				...$backlog,
				new Column( 'part: wall s', 'partSeconds', 1, 3 ), new Column( 'part: CPU s', 'partCpu', 1, 3 ),
			],
			'clients', 'idle', 'changes' => $backlog,
			'steady' => [
				new Column( 'p50', 'p50', 1, 2 ), new Column( 'p95', 'p95', 1, 2 ), new Column( 'p99', 'p99', 1, 2 ),
				new Column( 'max', 'max', 1, 2 ),
				new Column( 'both runners, % of a core', 'runnersCpuShare', 100, 1 ),
				new Column( 'database, % of a core', 'databaseCpuShare', 100, 1 ),
				new Column( 'statements per edit', 'statementsPerEdit', 1, 1 ),
				new Column( 'client jobs', 'jobs' ), new Column( 'deliveries', 'deliveries' ),
			],
			'edit' => [
				new Column( 'CPU µs per edit', 'cpuPerEdit', 1e6, 3 ),
				new Column( 'database CPU µs per edit', 'databaseCpuPerEdit', 1e6, 1 ),
				new Column( 'statements per edit', 'statementsPerEdit', 1, 3 ),
				new Column( 'jobs waiting in the end', 'jobs' ),
			],
			'memory' => [
				new Column( 'passes', 'passes' ),
				new Column( 'MB after a tenth of them', 'allBefore', $mega, 1 ),
				new Column( 'MB in the end', 'allAfter', $mega, 1 ),
				new Column( 'MB grown', 'allGrown', $mega, 1 ),
				new Column( 'MB grown in PHP code alone', 'phpGrown', $mega, 1 ),
			],
			'client' => [
				new Column( 'PHP and native CPU s', 'cpu', 1, 2 ),
				new Column( 'database CPU s', 'databaseCpu', 1, 2 ),
				new Column( 'statements', 'statements' ),
				new Column( 'notifications', 'notifications' ),
				new Column( 'htmlCacheUpdate queued', 'htmlCacheUpdate' ),
				new Column( 'refreshLinks queued', 'refreshLinks' ),
				new Column( 'recent changes jobs queued', 'wikibase-dispatch-recent-changes' ),
				new Column( 'rows written', 'rows' ),
			],
			'way' => [
				new Column( 'statements', 'statements' ),
				new Column( 'PHP and native CPU s', 'cpu', 1, 2 ),
				new Column( 'database CPU s', 'databaseCpu', 1, 2 ),
				new Column( 'MB of binlog', 'binlogBytes', $mega, 1 ),
				new Column( 'jobs', 'jobs' ),
				new Column( 'MB of parameters', 'jobBytes', $mega, 1 ),
				new Column( 'purges queued', 'purges' ),
				new Column( 'parses queued', 'parses' ),
				new Column( 'pages parsed', 'parsedPages' ),
				new Column( 'recent changes', 'recentChanges' ),
				new Column( 'peak MB', 'peakMemory', $mega, 1 ),
			],
			'core' => [ new Column( 'µs', 'nanoseconds', 1e-3, 3 ) ],
		};
	}

	/** Columns that some of the measurements have. */
	public static function usedColumns( string $experiment, array $measurements ): array {
		return array_values( array_filter(
			self::columns( $experiment ),
			static fn ( $column ) => array_filter( $measurements, static fn ( $it ) => $it->has( $column->measure ) )
		) );
	}

	/** Names a measurement within its experiment. */
	public static function label( Measurement $measurement ): string {
		$setting = $measurement->setting;
		$label = match ( $measurement->experiment ) {
			'clients' => number_format( $setting['clients'] ) . " clients: $measurement->subject",
			'idle' => number_format( $setting['clients'] - $setting['idle'] ) . ' clients'
				. ( $setting['idle'] ? ' and as many idle' : '' ) . ": $measurement->subject",
			'changes' => number_format( $setting['changes'] ) . " changes: $measurement->subject",
			'steady' => "{$setting['rate']} edits/s, {$setting['queue']}: $measurement->subject",
			default => $measurement->subject . ( isset( $setting['note'] ) ? " ({$setting['note']})" : '' ),
		};
		return $label;
	}

	/**
	 * @return list<string> engines that were measured, in the order in which they were
	 */
	public static function engines( Results $results, string $experiment ): array {
		return array_values( array_unique( array_map(
			static fn ( $it ) => $it->setting['engine'] ?? '', $results->of( $experiment )
		) ) );
	}
}
