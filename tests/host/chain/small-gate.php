<?php
/**
 * Runs a small gate until it is stopped. Arguments: port, address of the job endpoint, file for what was accepted.
 */

declare( strict_types = 1 );

require __DIR__ . '/autoload.php';

( new WikibaseDispatchChain\SmallGate( (int)$argv[1], $argv[2], $argv[3] ) )->serve();
