--TEST--
Memory and descriptors stay flat over 5000 triggers and passes on SQLite (G12)
--EXTENSIONS--
pdo
pdo_sqlite
--ENV--
TMPDIR=/dev/shm
--FILE--
<?php
require __DIR__ . '/repo.inc';
require __DIR__ . '/flat.inc';
stayFlat( new Repo(), 5000 );
?>
--EXPECTF--
5000 passes
descriptors: %d before, as many after
memory: flat
