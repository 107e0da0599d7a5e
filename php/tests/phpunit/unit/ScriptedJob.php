<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit;

use Throwable;
use WikibaseDispatch\Job;

/**
 * A job that asks for what a test says, and remembers what it was answered.
 */
class ScriptedJob extends Job {

	/** @var list<string> answers, with the number of what was thrown: `done`, `thrown 0` */
	public array $answers = [];

	/**
	 * @param list<array<string,mixed>> $steps what {@see next()} gives, in order; `state` and `events` may be left out.
	 *   When there are none left the job has ended.
	 * @param list<Throwable> $failures of native code
	 */
	public function __construct( private array $steps, private readonly array $failures = [] ) {
	}

	/**
	 * @param array<string,mixed> ...$actions
	 * @return array<string,mixed> a step
	 */
	public static function asks( array ...$actions ): array {
		return [ 'actions' => $actions ];
	}

	/**
	 * @param array<string,mixed> ...$events
	 */
	public static function tells( array ...$events ): self {
		return new self( [ [ 'state' => 'ended', 'events' => $events ] ] );
	}

	/**
	 * @inheritDoc
	 */
	public function next( ?string $answer = null, int $thrown = 0 ): array {
		if ( $answer !== null ) {
			$this->answers[] = match ( $answer ) {
				'thrown', 'too-large', 'perhaps-too-large' => "$answer $thrown",
				default => $answer,
			};
		}
		$step = array_shift( $this->steps ) ?? [ 'state' => 'ended' ];
		return $step + [ 'state' => 'act', 'events' => [] ];
	}

	/**
	 * @inheritDoc
	 */
	public function raise( int $number ): void {
		throw $this->failures[$number];
	}
}
