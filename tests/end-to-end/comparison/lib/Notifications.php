<?php
/**
 * The notifications that a wiki got from Wikibase: as it queued them where the data has that, else made by its own
 * rule. All waiting changes of an entity go to whoever is subscribed to it, or has a site link that one of them
 * touches.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchComparison;

use WikibaseDispatchTests\Data;
use WikibaseDispatchTests\Farm;

class Notifications {

	private const TYPE = 'EntityChangeNotification';

	/** @var list<list<array>> rows of changes, as the jobs carry them */
	private array $jobs;

	public function __construct( Data $data, Changes $changes, private readonly string $wiki ) {
		$this->jobs = $data->has( "$wiki.job." . self::TYPE )
			? self::queued( $data, $wiki )
			: self::made( $data, $changes, $wiki );
	}

	public function count(): int {
		return count( $this->jobs );
	}

	public function changeCount(): int {
		return array_sum( array_map( 'count', $this->jobs ) );
	}

	/**
	 * @return list<int> ids of all changes
	 */
	public function changeIds(): array {
		return array_map( 'intval', array_column( array_merge( ...$this->jobs ), 'id' ) );
	}

	public function queue( Farm $farm ): void {
		$db = $farm->databases->connection( $this->wiki );
		$db->beginTransaction();
		$insert = $db->prepare( $farm->databases->sql( $this->wiki, "INSERT INTO {job} (job_cmd, job_namespace,
			job_title, job_timestamp, job_params, job_random, job_attempts, job_token, job_sha1)
			VALUES (?, -1, '', '20260131120000', ?, ?, 0, '', ?)" ) );
		foreach ( $this->jobs as $place => $changes ) {
			$insert->execute( [ self::TYPE, serialize( [ 'changes' => $changes ] ), $place, "notification $place" ] );
		}
		$db->commit();
	}

	private static function queued( Data $data, string $wiki ): array {
		$jobs = [];
		foreach ( $data->rows( "$wiki.job." . self::TYPE ) as $row ) {
			$jobs[] = unserialize( $row['job_params'] )['changes'];
		}
		return $jobs;
	}

	private static function made( Data $data, Changes $changes, string $wiki ): array {
		$subscribed = [];
		foreach ( $data->rows( 'wb_changes_subscription' ) as $row ) {
			if ( $row['cs_subscriber_id'] === $wiki ) {
				$subscribed[$row['cs_entity_id']] = true;
			}
		}
		$jobs = [];
		foreach ( $changes->byEntity() as $entity => $rows ) {
			$links = array_merge( ...array_column( $rows, 'links' ) );
			if ( isset( $subscribed[$entity] ) || isset( $links[$wiki] ) ) {
				$jobs[] = array_map( self::fields( ... ), $rows );
			}
		}
		return $jobs;
	}

	private static function fields( array $row ): array {
		return [
			'id' => $row['id'],
			'time' => $row['change_time'],
			'info' => $row['change_info'],
			'user_id' => $row['change_user_id'],
			'revision_id' => $row['change_revision_id'],
			'object_id' => $row['change_object_id'],
			'type' => $row['change_type'],
		];
	}
}
