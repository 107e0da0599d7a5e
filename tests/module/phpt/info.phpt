--TEST--
phpinfo() tells the version and the libraries
--FILE--
<?php
ob_start();
phpinfo( INFO_MODULES );
preg_match( '/wikibase_dispatch\n\n(.*?)\n\n/s', ob_get_clean(), $section );
echo $section[1], "\n";
var_dump( phpversion( 'wikibase_dispatch' ) );
?>
--EXPECTF--
Wikibase Dispatch => enabled
Version => %d.%d.%d
SQLite library => 3.%s
Built with => rustc %s
Trigger gate => shared by all workers
string(%d) "%d.%d.%d"
