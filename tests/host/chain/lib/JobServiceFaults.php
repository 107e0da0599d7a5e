<?php
/**
 * What goes wrong on the way of a job through Redis and the job service, each a case with edits of its own.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchChain;

class JobServiceFaults implements Faults {

	public function __construct( private readonly Trial $trial, private readonly JobServiceChain $chain ) {
	}

	/**
	 * @inheritDoc
	 */
	public function cases(): array {
		return [
			'nothing goes wrong' => function (): void {
				$this->trial->edit( 240, 40, 20 );
				$this->trial->await();
			},
			'runners and their service are killed' => function (): void {
				for ( $i = 0; $i < 5; $i++ ) {
					$this->trial->edit( 20, 10, 20 );
					$this->awaitRunner();
					$this->chain->runners->kill();
					$this->chain->runners->start();
				}
				$this->trial->await( true );
			},
			'runners stand still until their claims have ended' => function (): void {
				$this->trial->edit( 40, 20, 20 );
				$this->awaitRunner();
				$this->chain->runners->freeze();
				sleep( $this->chain->claimTtl + 3 );
				$this->chain->runners->thaw();
				$this->trial->await( true );
			},
			'nobody hands out delayed jobs for 15 s' => function (): void {
				$this->chain->chron->kill();
				$this->trial->edit( 40, 20, 20 );
				sleep( 15 );
				$this->chain->chron->start();
				$this->trial->await( true );
			},
			'Redis restarts with what it had written down' => function (): void {
				for ( $i = 0; $i < 3; $i++ ) {
					$this->trial->edit( 20, 10, 20 );
					$this->awaitRunner();
					$this->chain->redis->persist();
					$this->trial->edit( 20, 10, 20 );
					$this->chain->redis->crash();
				}
				$this->trial->await( true );
			},
			'Redis restarts with nothing' => function (): void {
				$this->trial->edit( 40, 20, 20 );
				$this->awaitRunner();
				$this->chain->redis->connect()->flushAll();
				$this->chain->redis->persist();
				$this->chain->redis->crash();
				$this->trial->await( true );
			},
		];
	}

	/**
	 * @inheritDoc
	 */
	public function complaints(): array {
		$abandoned = 0;
		$redis = $this->chain->redis->connect();
		foreach ( $redis->keys( '*:z-abandoned' ) as $key ) {
			$abandoned += $redis->zCard( $key );
		}
		return [ 'jobs given up' => $abandoned ];
	}

	/** Until a job was taken and is not done. */
	private function awaitRunner(): void {
		$redis = $this->chain->redis->connect();
		for ( $tries = 0; $tries < 1000; $tries++ ) {
			foreach ( [ ...JobTypes::DISPATCHING, ...JobTypes::NOTIFICATIONS ] as $type ) {
				foreach ( $redis->keys( "*:jobqueue:$type:z-claimed" ) as $key ) {
					if ( $redis->zCard( $key ) > 0 ) {
						return;
					}
				}
			}
			usleep( 20_000 );
		}
	}
}
