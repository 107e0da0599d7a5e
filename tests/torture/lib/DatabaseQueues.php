<?php
/**
 * Queues in the wikis' databases. They give a dead runner's jobs to the next; only the clients' are emptied, not the
 * repo's.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchTests;

class DatabaseQueues implements Queues {

	private readonly DeliveryRecord $record;

	public function __construct( private readonly Farm $farm ) {
		$this->record = new DeliveryRecord( $farm );
	}

	/**
	 * @inheritDoc
	 */
	public function install(): void {
		$this->record->install();
	}

	/**
	 * @inheritDoc
	 */
	public function notifications(): int {
		return array_sum( array_map( $this->record->notifications( ... ), $this->farm->wikis ) );
	}

	/**
	 * @inheritDoc
	 */
	public function jobs( string $wiki ): array {
		return $this->farm->jobs( $wiki );
	}

	/**
	 * @inheritDoc
	 */
	public function empty(): int {
		$lost = 0;
		foreach ( $this->farm->wikis as $wiki ) {
			if ( $wiki === $this->farm->repo ) {
				continue;
			}
			$lost += $this->farm->number(
				$wiki, "SELECT COUNT(*) FROM {job} WHERE {:text job_cmd} = 'DispatchNotification'"
			);
			if ( $lost ) {
				$this->farm->execute( $wiki, 'DELETE FROM {job}' );
			}
		}
		return $lost;
	}

	/**
	 * @inheritDoc
	 */
	public function unreturned(): int {
		return 0;
	}
}
