--TEST--
Memory and descriptors stay flat over 10000 triggers and passes on SQLite (G12)
--EXTENSIONS--
pdo
pdo_sqlite
--FILE--
<?php
require __DIR__ . '/repo.inc';
require __DIR__ . '/flat.inc';
stayFlat( new Repo(), 10000 );
?>
--EXPECTF--
10000 passes
descriptors: %d before, as many after
memory: flat
