--TEST--
Memory and descriptors stay flat over 2000 triggers and passes on MariaDB (G12)
--EXTENSIONS--
pdo
mysqlnd
pdo_mysql
posix
--FILE--
<?php
require __DIR__ . '/mariadb.inc';
require __DIR__ . '/flat.inc';
stayFlat( new MariaRepo(), 2000 );
?>
--EXPECTF--
2000 passes
descriptors: %d before, as many after
memory: flat
