<?php
/**
 * Has every wiki of a farm say about itself that it loads the extension, which it else does by its first job: so tests
 * and demos need not wait for that. Argument: the farm's folder.
 */

declare( strict_types = 1 );

require __DIR__ . '/../lib/autoload.php';

$farm = json_decode( (string)file_get_contents( "$argv[1]/farm.json" ), true, 32, JSON_THROW_ON_ERROR );
( new WikibaseDispatchTests\Databases( $argv[1] ) )->mark( $farm['repo'], $farm['wikis'] );
