<?php
/**
 * Keeps several writers going, each a process of its own, at a rate of changes that they share. One that was killed,
 * or that lost the server, is replaced: what was not committed is rolled back, as with an edit whose request has died.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchTests;

class Writers {

	/** @var list<Process> */
	private array $running = [];
	private bool $isEnough = false;
	private readonly string $until;

	public function __construct(
		private readonly Farm $farm,
		private readonly int $atOnce,
		private readonly int $rate
	) {
		$this->until = "{$farm->folder}/enough";
	}

	public function tend(): void {
		$this->running = array_filter( $this->running, static fn ( Process $writer ) => $writer->isRunning() );
		while ( !$this->isEnough && count( $this->running ) < $this->atOnce ) {
			$this->running[] = $this->farm->start( $this->farm->repo, dirname( __DIR__ ) . '/KeepWriting.php', [
				'--farm', $this->farm->folder, '--until', $this->until, '--seed', (string)mt_rand(),
				'--rate', (string)intdiv( $this->rate, $this->atOnce )
			] );
		}
	}

	/** Kills one of them by chance; says whether that met it alive. */
	public function killOne(): bool {
		return $this->running && $this->running[array_rand( $this->running )]->kill();
	}

	/** From now on nothing more is begun. */
	public function enough(): void {
		$this->isEnough = true;
		touch( $this->until );
	}

	public function areRunning(): bool {
		return $this->running !== [];
	}

	public function kill(): void {
		array_map( static fn ( Process $writer ) => $writer->kill(), $this->running );
	}
}
