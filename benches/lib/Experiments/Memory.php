<?php
/**
 * Whether a job runner that lives long stays as large as it was: what it holds after each tenth of its rounds. (How
 * much a large backlog takes is measured by the experiment with changes.)
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench\Experiments;

use RuntimeException;
use WikibaseDispatchBench\Bench;
use WikibaseDispatchBench\Input\Stream;
use WikibaseDispatchBench\Measure\Measurement;
use WikibaseDispatchBench\Measure\Process;

class Memory implements Experiment {

	private const ROUNDS = 10_000;
	private const ROUNDS_QUICK = 2_000;
	/** Nobody else has to do with it. */
	private const ENTITY = 'Q0';

	/**
	 * @inheritDoc
	 */
	public function run( Bench $bench, string $engine ): void {
		$rounds = $bench->options->quick ? self::ROUNDS_QUICK : self::ROUNDS;
		foreach ( $bench->ours() as $ours ) {
			$bench->note( "memory, $engine: {$ours->name()}, $rounds rounds" );
			$measures = $this->once( $bench, $engine, $ours->settings(), $rounds, '--entity', self::ENTITY );
			if ( $measures['passes'] !== $rounds ) {
				throw new RuntimeException( "memory: {$measures['passes']} of $rounds rounds delivered something" );
			}
			$this->add( $bench, $engine, $ours->name(), $rounds, $measures );
		}
		$bench->note( "memory, $engine: MediaWiki's own job, $rounds rounds" );
		$measures = $this->once( $bench, $engine, [], $rounds );
		$this->add( $bench, $engine, "MediaWiki's own job that does nothing", $rounds, $measures );
	}

	private function add( Bench $bench, string $engine, string $subject, int $rounds, array $measures ): void {
		$setting = [ 'engine' => $engine, 'clients' => 2, 'rounds' => $rounds ];
		$bench->results->add( new Measurement( 'memory', $subject, $setting, [ $measures ] ) );
	}

	/**
	 * @return array<string,float|int> bytes after the first tenth, and after the last
	 */
	private function once(
		Bench $bench, string $engine, array $settings, int $rounds, string ...$arguments
	): array {
		$farm = $bench->farm( $engine );
		$stream = Stream::spread( $bench->data, 2, 0 );
		$farm->prepare( $stream );
		$farm->restore( $stream, $settings );
		// Each round is a pass, and a job in the queue of the one client that is subscribed.
		$client = $stream->clients[0];
		$farm->engine->repo()->exec( "INSERT INTO wb_changes_subscription ( cs_entity_id, cs_subscriber_id )
			VALUES ( '" . self::ENTITY . "', '$client' )" );
		$result = "{$farm->folder}/result.json";
		Process::run(
			$farm->script( 'LongLife', '--rounds', (string)$rounds, '--result', $result, ...$arguments ),
			"{$farm->folder}/measured.log"
		);
		$samples = json_decode( (string)file_get_contents( $result ), true );
		unlink( $result );
		$measures = [ 'passes' => count( $farm->engine->jobs( $client ) ) ];
		foreach ( [ 'all', 'php' ] as $kind ) {
			$bytes = array_column( $samples, $kind );
			$measures["{$kind}Before"] = reset( $bytes );
			$measures["{$kind}After"] = end( $bytes );
			$measures["{$kind}Grown"] = end( $bytes ) - reset( $bytes );
		}
		return $measures;
	}
}
