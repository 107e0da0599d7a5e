<?php
/**
 * A farm whose jobs go through a chain.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchChain;

use WikibaseDispatchTests\Farm;

class ChainFarm extends Farm {

	private const EDITOR = __DIR__ . '/../../../../benches/mediawiki/Editor.php';

	public function __construct( string $folder ) {
		parent::__construct( $folder );
		self::addSettings( $folder );
	}

	/** Has the wikis of a farm read wiki/LocalSettings.php, too. */
	public static function addSettings( string $folder ): void {
		$file = realpath( __DIR__ . '/../wiki/LocalSettings.php' );
		file_put_contents( "$folder/LocalSettings.php", 'require ' . var_export( $file, true ) . ";\n", FILE_APPEND );
	}

	public function use( Chain $chain ): void {
		$this->describe( [ 'bench' => [ 'chain' => $chain->settings() ] ] );
	}

	/**
	 * Writes changes as edits do, in bursts, and waits for the end of that.
	 *
	 * @param list<array<string,?string>> $changes rows of the change buffer
	 * @param int $burst so many at once
	 * @param float $rate a second, on average
	 * @return array<int,float> change id => Unix time of its commit
	 */
	public function edit( array $changes, int $burst, float $rate ): array {
		$file = "{$this->folder}/edits.jsonl";
		file_put_contents( $file, implode( "\n", array_map( 'json_encode', $changes ) ) . "\n" );
		$this->run( $this->repo, self::EDITOR, [
			'--changes', $file, '--rate', (string)$rate, '--burst', (string)$burst, '--result', "$file.times",
		], 600 );
		return json_decode( (string)file_get_contents( "$file.times" ), true );
	}
}
