<?php
/**
 * The gate: what a small backlog, and the notifications of a real client, cost in statements and in jobs, against what
 * is committed in counts.json. Counts are exact on every machine, times are not. MediaWiki's queue makes a few
 * statements of difference now and then, by chance, which the tolerance allows; by far more where it gives out jobs at
 * random, so here it goes by their order.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench\Experiments;

use WikibaseDispatchBench\Bench;
use WikibaseDispatchBench\Contenders\Ours;
use WikibaseDispatchBench\Input\Stream;
use WikibaseDispatchBench\Measure\BacklogRun;

class Counts {

	private const FILE = __DIR__ . '/../../counts.json';
	private const CHANGES = 2000;
	/** Every so many of the real clients: about a hundred, large ones and such that receive nothing. */
	private const NTH_CLIENT = 8;
	/** How far a count may lie above what is committed. */
	private const TOLERANCE = 0.03;

	private const OF_CLIENT = [ 'clientStatements', 'clientJobs' ];

	/**
	 * @return array<string,int>
	 */
	public function take( Bench $bench ): array {
		$sample = static fn ( int $idle ) => Stream::sample( $bench->data, self::NTH_CLIENT, self::CHANGES, $idle );
		$clients = count( $sample( 0 )->clients );
		$run = new BacklogRun( $bench->farm( 'mariadb' ) );
		$ours = new Ours( null, [ 'orderedQueue' => true ] );
		$bench->note( 'counts: ' . self::CHANGES . " changes to $clients clients" );
		$counts = $run->run( $ours, $sample( 0 ) );
		$bench->note( "counts: the same, and $clients clients that receive nothing" );
		$doubled = $run->run( $ours, $sample( $clients ) );
		$bench->note( 'counts: a client that handles its notifications' );
		$client = ( new ClientSide() )->costs( $bench, '--ordered-queue' )['handling'];
		return [
			'changes' => self::CHANGES,
			'clients' => $clients,
			'deliveries' => $counts['deliveries'],
			'statements' => (int)$counts['statements'],
			'jobs' => $counts['jobs'],
			'statementsWithTwiceTheClients' => (int)$doubled['statements'],
			'clientStatements' => (int)$client['statements'],
			'clientJobs' => $client['htmlCacheUpdate'] + $client['refreshLinks']
				+ $client['wikibase-dispatch-recent-changes'],
		];
	}

	/**
	 * Against what is committed.
	 *
	 * @param array<string,int> $counts
	 * @return list<string> what has grown
	 */
	public function faults( array $counts ): array {
		$committed = json_decode( (string)file_get_contents( self::FILE ), true );
		$faults = [];
		foreach ( [ 'statements', 'jobs' ] as $kind ) {
			$now = $counts[$kind] / $counts['deliveries'];
			$allowed = $committed[$kind] / $committed['deliveries'] * ( 1 + self::TOLERANCE );
			if ( $now > $allowed ) {
				$faults[] = sprintf( '%.4f %s per delivered change, where %.4f are allowed', $now, $kind, $allowed );
			}
		}
		foreach ( self::OF_CLIENT as $kind ) {
			if ( $counts[$kind] > $committed[$kind] * ( 1 + self::TOLERANCE ) ) {
				$faults[] = "$kind: {$counts[$kind]}, where {$committed[$kind]} are committed";
			}
		}
		// A few may come and go with the order of jobs; what is not allowed is that each of those clients costs some.
		$idle = $counts['statementsWithTwiceTheClients'] - $counts['statements'];
		if ( $idle > min( self::TOLERANCE * $counts['statements'], $counts['clients'] / 2 ) ) {
			$faults[] = "{$counts['clients']} clients that receive nothing cost $idle statements";
		}
		return $faults;
	}

	/** Whether it has become so much better that the gate should be set anew. */
	public function isBetter( array $counts ): bool {
		$committed = json_decode( (string)file_get_contents( self::FILE ), true );
		foreach ( [ 'statements', 'jobs', ...self::OF_CLIENT ] as $kind ) {
			if ( $counts[$kind] < $committed[$kind] * ( 1 - self::TOLERANCE ) ) {
				return true;
			}
		}
		return false;
	}

	/**
	 * @param array<string,int> $counts
	 */
	public function accept( array $counts ): void {
		file_put_contents( self::FILE, json_encode( $counts, JSON_PRETTY_PRINT ) . "\n" );
	}
}
