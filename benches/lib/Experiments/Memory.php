<?php
/**
 * Whether a job runner that lives long stays as large as it was: what it holds after each tenth of its rounds. (How
 * much a large backlog takes is measured by the experiment with changes.)
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench\Experiments;

use RuntimeException;
use WikibaseDispatchBench\Bench;
use WikibaseDispatchBench\Farm\Farm;
use WikibaseDispatchBench\Input\Stream;
use WikibaseDispatchBench\Measure\Measurement;
use WikibaseDispatchBench\Measure\Process;

class Memory implements Experiment {

	private const ROUNDS = 10_000;
	private const ROUNDS_QUICK = 500;
	/** Nobody else has to do with it. */
	private const ENTITY = 'Q0';

	/**
	 * @inheritDoc
	 */
	public function run( Bench $bench, string $engine ): void {
		$rounds = $bench->options->quick ? self::ROUNDS_QUICK : self::ROUNDS;
		foreach ( $bench->ours() as $ours ) {
			$bench->note( "memory, $engine: {$ours->name()}, $rounds rounds" );
			$measures = $this->once( $bench, $bench->farm( $engine ), $ours->settings(), $rounds );
			$bench->results->add( new Measurement( 'memory', $ours->name(),
				[ 'engine' => $engine, 'clients' => 2, 'rounds' => $rounds ], [ $measures ] ) );
		}
	}

	/**
	 * @return array<string,float|int> `after…` => bytes
	 */
	private function once( Bench $bench, Farm $farm, array $settings, int $rounds ): array {
		$stream = Stream::spread( $bench->data, 2, 0 );
		$farm->prepare( $stream );
		$farm->restore( $stream, $settings );
		// Each round is a pass, and a job in the queue of the one client that is subscribed.
		$farm->engine->repo()->exec( 'INSERT INTO wb_changes_subscription ( cs_entity_id, cs_subscriber_id )
			VALUES ( \'' . self::ENTITY . '\', \'' . $stream->clients[0] . '\' )' );
		$result = "{$farm->folder}/result.json";
		Process::run(
			$farm->script(
				'LongLife', '--rounds', (string)$rounds, '--entity', self::ENTITY, '--result', $result
			),
			"{$farm->folder}/measured.log"
		);
		$samples = json_decode( (string)file_get_contents( $result ), true );
		unlink( $result );
		$passes = count( $farm->engine->jobs( $stream->clients[0] ) );
		if ( $passes !== $rounds ) {
			throw new RuntimeException( "memory: $rounds rounds, but $passes passes that delivered something" );
		}
		$measures = [ 'passes' => $passes, 'grown' => end( $samples ) - reset( $samples ) ];
		foreach ( $samples as $round => $bytes ) {
			$measures["after$round"] = $bytes;
		}
		return $measures;
	}
}
