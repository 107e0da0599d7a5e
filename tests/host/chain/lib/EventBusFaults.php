<?php
/**
 * What goes wrong on the way of a job through EventBus and what is behind it, each a case with edits of its own.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchChain;

use MediaWiki\Extension\WikibaseDispatch\Base\Queue\Jobs;

class EventBusFaults implements Faults {

	public function __construct( private readonly Trial $trial, private readonly EndsAtEndpoint $chain ) {
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
			'JavaScript has been over odd parameters' => function (): void {
				$this->trial->edit( 40, 10, 20, self::odd( ... ) );
				$this->trial->await();
			},
			'the job endpoint answers too late' => function (): void {
				foreach ( [ Jobs::TRIGGER, Jobs::NOTIFICATION, Jobs::INJECT_RECENT_CHANGES ] as $type ) {
					$this->chain->endpoint()->fault( $type, 'answer too late', 2 );
					$this->trial->edit( 40, 20, 20 );
					$this->awaitFaults();
					$this->trial->await( true );
				}
			},
			'the job endpoint refuses' => function (): void {
				foreach ( [ Jobs::TRIGGER, Jobs::NOTIFICATION ] as $type ) {
					$this->chain->endpoint()->fault( $type, 'refuse', 3 );
					$this->trial->edit( 40, 20, 20 );
					$this->awaitFaults();
					$this->trial->await( true );
				}
			},
		] + ( $this->chain instanceof EventBusChain ? $this->onTheWay( $this->chain ) : [] );
	}

	/**
	 * @return array<string,callable>
	 */
	private function onTheWay( EventBusChain $chain ): array {
		return [
			'the gate refuses notifications by their schema' => function () use ( $chain ): void {
				$chain->refuse( Jobs::NOTIFICATION, 3 );
				$this->trial->edit( 40, 10, 20 );
				$this->trial->await( true );
			},
			'the gate takes 100 kB, and changes are larger' => function () use ( $chain ): void {
				$chain->limitGate( 100_000 );
				$this->trial->farm->use( $chain );
				$this->trial->edit( 40, 20, 20, self::large( ... ) );
				$this->trial->await( true );
				$chain->limitGate( EventBusChain::MOST );
				$this->trial->farm->use( $chain );
			},
			'the broker stands still' => function () use ( $chain ): void {
				$this->trial->edit( 40, 20, 20 );
				$chain->broker->server->freeze();
				// Each edit waits for the push in vain.
				$this->trial->edit( 3, 1, 20 );
				$chain->broker->server->thaw();
				$this->trial->edit( 40, 20, 20 );
				$this->trial->await( true );
			},
			'the broker restarts and has lost everything' => function () use ( $chain ): void {
				$this->trial->edit( 40, 20, 20 );
				$chain->loseBroker();
				$this->trial->await( true );
			},
			'change-propagation dies in the middle' => function () use ( $chain ): void {
				for ( $i = 0; $i < 3; $i++ ) {
					$this->trial->edit( 40, 20, 20 );
					usleep( mt_rand( 0, 2_000_000 ) );
					$chain->propagation->kill();
					$chain->propagation->start();
				}
				$this->trial->await( true );
			},
			'every partition is read twice' => function () use ( $chain ): void {
				$this->trial->edit( 40, 20, 20 );
				$this->trial->await();
				$chain->readAgain();
				$this->trial->edit( 40, 20, 20 );
				$this->trial->await( true );
			},
		];
	}

	/**
	 * @inheritDoc
	 */
	public function complaints(): array {
		return [ 'jobs changed on their way' => $this->chain->endpoint()->changed() ];
	}

	private function awaitFaults(): void {
		for ( $tries = 0; $this->chain->endpoint()->faultsLeft() > 0 && $tries < 200; $tries++ ) {
			usleep( 50_000 );
		}
	}

	/** What JavaScript writes otherwise than PHP: order of keys, integers of more than 53 bits, empty lists, floats. */
	private static function odd( array $info ): array {
		return $info + [
			'keys' => [ '10' => 'a', '9' => 'b', 'x' => 'c', '2' => 'd' ], 'large' => PHP_INT_MAX, 'empty' => [],
			'whole' => 1.0, 'small' => 1.0e-7, 'text' => "\u{2028}\u{1F600}/<",
		];
	}

	private static function large( array $info ): array {
		$info['metadata']['comment'] = bin2hex( random_bytes( mt_rand( 0, 9 ) ? 3000 : 80_000 ) );
		return $info;
	}
}
