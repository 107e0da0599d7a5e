<?php
/**
 * Records when passes for a client begin and end and how `chd_seen` moves, by an SQL trigger on the dispatch states: so
 * it sees whatever anybody does to them. On MariaDB only, where a trigger knows whose connection it serves.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchTests;

class PassRecord {

	public function __construct( private readonly Farm $farm ) {
	}

	public function install(): void {
		$this->farm->execute( $this->farm->repo, 'CREATE TABLE demo_pass (
			pass_id {:auto_id}, pass_site VARCHAR(32) NOT NULL, pass_connection BIGINT NOT NULL,
			pass_user VARCHAR(128) NOT NULL, pass_event VARCHAR(8) NOT NULL,
			pass_from BIGINT NOT NULL DEFAULT 0, pass_to BIGINT NOT NULL DEFAULT 0
		)' );
		// A process that holds a claim is in a pass. The cron dispatcher reports its passes itself.
		$this->farm->execute( $this->farm->repo, "CREATE TRIGGER demo_pass AFTER UPDATE ON {wb_changes_dispatch}
			FOR EACH ROW
			INSERT INTO demo_pass ( pass_site, pass_connection, pass_user, pass_event, pass_from, pass_to )
			SELECT NEW.chd_site, CONNECTION_ID(), USER(),
				CASE WHEN NEW.chd_lock IS NOT NULL THEN 'begin'
					WHEN OLD.chd_lock IS NOT NULL THEN 'free' ELSE 'move' END,
				OLD.chd_seen, NEW.chd_seen" );
	}

	/**
	 * A dispatcher that knows no claims overwrites one when its pass has ended: no pass of its own, but the end of the
	 * other, which cannot record anything any more.
	 *
	 * @return array{overlaps:list<string>,back:array<string,int>,passes:array<string,int>,atOnce:int,
	 *   claimsLost:int} overlaps in words; by user, how often chd_seen was set back, and how many passes there were;
	 *   how many clients were in a pass at once, at most; how many claims were written over by another user
	 */
	public function findings(): array {
		$overlaps = [];
		$atOnce = 0;
		$back = $passes = [];
		$claimsLost = 0;
		/** @var array<string,array{int,string}> $holders client => connection and user whose pass it is */
		$holders = [];
		foreach ( $this->farm->rows( $this->farm->repo, 'SELECT * FROM demo_pass ORDER BY pass_id' ) as $row ) {
			$site = $row['pass_site'];
			if ( !in_array( $site, $this->farm->wikis, true ) ) {
				// A note of ours in the same table, which belongs to no client.
				continue;
			}
			$connection = (int)$row['pass_connection'];
			$user = strtok( $row['pass_user'], '@' );
			$event = $row['pass_event'];
			[ $holder, $holdersUser ] = $holders[$site] ?? [ $connection, $user ];
			if ( $event === 'free' && $holder !== $connection && $holdersUser !== $user ) {
				$claimsLost++;
			} elseif ( $event !== 'move' && $holder !== $connection ) {
				$overlaps[] = "$site: $user (connection $connection) writes '$event' "
					. "while connection $holder is in a pass (event {$row['pass_id']})";
			}
			if ( $event === 'begin' ) {
				if ( ( $holders[$site][0] ?? null ) !== $connection ) {
					$passes[$user] = ( $passes[$user] ?? 0 ) + 1;
				}
				$holders[$site] = [ $connection, $user ];
				$atOnce = max( $atOnce, count( $holders ) );
			} elseif ( $event !== 'move' ) {
				unset( $holders[$site] );
			}
			if ( $row['pass_to'] < $row['pass_from'] ) {
				$back[$user] = ( $back[$user] ?? 0 ) + 1;
			}
		}
		return [
			'overlaps' => $overlaps, 'back' => $back, 'passes' => $passes, 'atOnce' => $atOnce,
			'claimsLost' => $claimsLost,
		];
	}
}
