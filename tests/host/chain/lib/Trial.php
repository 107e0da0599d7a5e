<?php
/**
 * Edits in bursts on a farm with a chain, and what has come of them at the clients.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchChain;

use MediaWiki\Extension\WikibaseDispatch\Base\Queue\Jobs;
use RuntimeException;
use WikibaseDispatchBench\Measure\Deliveries;
use WikibaseDispatchTests\Data;
use WikibaseDispatchTests\Farm;

class Trial {

	private readonly Data $data;
	/** @var iterable<array<string,?string>> */
	private \Iterator $changes;
	/** @var array<int,float> change id => when it was committed */
	private array $committed = [];
	/** Of everything before the case. */
	private array $before = [ 'repeats' => 0, 'triggers' => 0, 'notifications' => 0, 'changes' => [] ];

	/**
	 * @param ChainFarm $farm
	 * @param Chain $chain that has been started
	 * @param float $patience seconds without progress after which something is lost
	 */
	public function __construct(
		public readonly ChainFarm $farm, public readonly Chain $chain, private readonly float $patience
	) {
		$this->data = new Data( Data::DEFAULT_FOLDER );
		$this->changes = ( fn () => yield from $this->data->rows( 'wb_changes' ) )();
	}

	/** Pages, usages and subscriptions. To be called before anything else. */
	public function prepare(): void {
		foreach ( $this->farm->wikis as $wiki ) {
			$this->farm->run( $wiki, Farm::SCRIPTS . '/LoadWiki.php',
				$wiki === $this->farm->repo ? [ '--subscriptions', '--links' ] : [] );
		}
	}

	/**
	 * Further changes, so many at once.
	 *
	 * @param int $count
	 * @param int $burst
	 * @param float $rate
	 * @param callable|null $alter has another `change_info` written
	 */
	public function edit( int $count, int $burst, float $rate, ?callable $alter = null ): void {
		$rows = [];
		for ( ; $count > 0 && $this->changes->valid(); $count-- ) {
			$row = $this->changes->current();
			if ( $alter ) {
				$row['change_info'] = json_encode( $alter( json_decode( $row['change_info'], true ) ) );
			}
			$rows[] = $row;
			$this->changes->next();
		}
		$this->committed += $this->farm->edit( $rows, $burst, $rate );
	}

	/**
	 * Until everything that was written is handled.
	 *
	 * @param bool $visits whether the wiki goes on being edited, now and then: what was lost is looked for then
	 */
	public function await( bool $visits = false ): void {
		$last = -1;
		$end = 0.0;
		$visit = microtime( true ) + 3;
		do {
			$missing = array_sum( array_map( count( ... ), $this->missing() ) );
			if ( $missing !== $last ) {
				$last = $missing;
				$end = microtime( true ) + $this->patience;
			} elseif ( microtime( true ) > $end ) {
				throw new RuntimeException( "$missing changes were not handled within {$this->patience} s: "
					. json_encode( array_map( static fn ( $ids ) => array_slice( $ids, 0, 5 ), $this->missing() ) ) );
			}
			if ( $visits && microtime( true ) > $visit ) {
				$this->farm->run( $this->farm->repo, Farm::SCRIPTS . '/Announce.php' );
				$visit = microtime( true ) + 3;
			}
			usleep( 200_000 );
		} while ( $missing > 0 );
	}

	/**
	 * @return array<string,list<int>> client => changes that it has not handled
	 */
	private function missing(): array {
		$handled = $this->handled();
		$missing = [];
		foreach ( $this->expected() as $client => $due ) {
			$missing[$client] = array_values( array_diff( array_keys( $due ), array_keys( $handled[$client] ?? [] ) ) );
		}
		return array_filter( $missing );
	}

	/**
	 * @return array<string,array<int,true>>
	 */
	private function expected(): array {
		$due = array_intersect_key( $this->data->expectedDeliveries(), array_flip( $this->farm->wikis ) );
		return array_map( fn ( $changes ) => array_intersect_key( $changes, $this->committed ), $due );
	}

	/**
	 * @return array<string,array<int,list<float>>> client => change => when it was handled, each time
	 */
	private function handled(): array {
		$changes = [];
		foreach ( $this->chain->pushed( JobTypes::NOTIFICATIONS ) as $job ) {
			$changes[$job['id']] = Deliveries::changesIn( $job['type'], $job['params'] );
		}
		$handled = [];
		foreach ( $this->chain->run() as $job ) {
			foreach ( $changes[$job['id']] ?? [] as $change ) {
				$handled[$job['wiki']][$change][] = $job['at'];
			}
		}
		return $handled;
	}

	/** What has come of the edits since the last result, in numbers. */
	public function result(): Result {
		$result = new Result();
		$new = array_diff_key( $this->committed, $this->before['changes'] );
		$result->changes = count( $new );
		$firstPush = [];
		foreach ( $this->chain->pushed( JobTypes::NOTIFICATIONS ) as $job ) {
			$result->notifications++;
			foreach ( Deliveries::changesIn( $job['type'], $job['params'] ) as $change ) {
				$firstPush[$job['wiki']][$change] ??= $job['at'];
			}
		}
		$handled = $this->handled();
		foreach ( $this->expected() as $client => $due ) {
			foreach ( array_keys( $due ) as $change ) {
				$times = $handled[$client][$change] ?? [];
				$result->repeats += max( 0, count( $times ) - 1 );
				if ( !isset( $new[$change] ) ) {
					continue;
				}
				$result->expected++;
				if ( $times ) {
					$result->handled++;
					$result->toPush[] = $firstPush[$client][$change] - $new[$change];
					$result->toHandled[] = $times[0] - $new[$change];
				}
			}
		}
		foreach ( $this->chain->run() as $job ) {
			$result->triggers += (int)( $job['type'] === Jobs::TRIGGER );
		}
		$totals = [
			'repeats' => $result->repeats, 'triggers' => $result->triggers, 'notifications' => $result->notifications,
			'changes' => $this->committed,
		];
		$result->repeats -= $this->before['repeats'];
		$result->triggers -= $this->before['triggers'];
		$result->notifications -= $this->before['notifications'];
		$this->before = $totals;
		foreach ( $this->farm->wikis as $wiki ) {
			$result->doubledRows += $this->farm->number( $wiki, 'SELECT COALESCE( SUM( n - 1 ), 0 ) FROM (
				SELECT COUNT(*) AS n FROM {recentchanges} WHERE rc_type = 5
				GROUP BY rc_cur_id, rc_timestamp, rc_params ) AS rows_of_one' );
		}
		return $result;
	}
}
