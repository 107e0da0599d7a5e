<?php
/**
 * A host of the farm: the folder from which its processes take their configuration. The first host is the farm's own
 * folder, others are beside it and have the same databases.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchSwitching;

use WikibaseDispatchTests\Farm;

class Host {

	public readonly Farm $farm;

	public function __construct( private readonly string $folder ) {
		$this->farm = new Farm( $folder );
	}

	/** Another host of the same farm. */
	public static function beside( self $other, string $name ): self {
		$folder = "{$other->folder}/$name";
		mkdir( $folder );
		mkdir( "$folder/tmp" );
		foreach ( [ 'cache', 'images' ] as $shared ) {
			symlink( "{$other->folder}/$shared", "$folder/$shared" );
		}
		foreach ( [ 'farm.json', 'LocalSettings.php', 'php', 'mw', 'env' ] as $file ) {
			$text = (string)file_get_contents( "{$other->folder}/$file" );
			if ( $file === 'mw' || $file === 'env' ) {
				$text = str_replace( "{$other->folder}/", "$folder/", $text );
			}
			file_put_contents( "$folder/$file", $text );
			chmod( "$folder/$file", fileperms( "{$other->folder}/$file" ) );
		}
		return new self( $folder );
	}

	public function serve( string $wiki ): WebServer {
		preg_match( "/MW_INSTALL_PATH='(.+)'/", (string)file_get_contents( "{$this->folder}/env" ), $match );
		return new WebServer( $this->folder, $match[1], $wiki );
	}

	/**
	 * Processes that begin from now on go by this.
	 *
	 * @param array<string,string> $rollout client => state
	 */
	public function configure( array $rollout ): void {
		$file = "{$this->folder}/farm.json";
		$farm = json_decode( (string)file_get_contents( $file ), true, 32, JSON_THROW_ON_ERROR );
		$farm['settings']['rollout'] = $rollout;
		file_put_contents( "$file.new", json_encode( $farm, JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES ) );
		// Nobody reads half of it.
		rename( "$file.new", $file );
	}
}
