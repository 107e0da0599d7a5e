<?php
/**
 * What a trial has shown.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchChain;

class Result {

	public int $changes = 0;
	public int $notifications = 0;
	/** Pairs of a change and a client. */
	public int $expected = 0;
	public int $handled = 0;
	/** How often such a pair was handled once more. */
	public int $repeats = 0;
	/** Rows of recent changes that stand there more than once. */
	public int $doubledRows = 0;
	public int $triggers = 0;
	/** @var list<float> seconds from a change's commit */
	public array $toPush = [];
	/** @var list<float> seconds from a change's commit */
	public array $toHandled = [];

	public function isComplete(): bool {
		return $this->handled === $this->expected && $this->expected > 0 && $this->doubledRows === 0;
	}

	public function __toString(): string {
		return sprintf(
			"%d of %d handled, %d repeats, %d rows doubled; %d notifications, %.2f triggers an edit; "
				. "commit to push %s, to handled %s",
			$this->handled, $this->expected, $this->repeats, $this->doubledRows, $this->notifications,
			$this->triggers / max( 1, $this->changes ), Figures::latency( $this->toPush ),
			Figures::latency( $this->toHandled )
		);
	}
}
