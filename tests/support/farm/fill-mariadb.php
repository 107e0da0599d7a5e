<?php
/**
 * What `create` does on the server of a farm, by plain SQL.
 *
 *   php fill-mariadb.php FOLDER prepare    a user for the wikis, their databases, and one for the installer
 *   php fill-mariadb.php FOLDER clone      makes every wiki a copy of what the installer has made
 */

declare( strict_types = 1 );

const TEMPLATE = 'template';
// What MediaWiki needs at runtime, for its installer and for its updates.
const RIGHTS = 'SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER, INDEX, LOCK TABLES, CREATE TEMPORARY TABLES';

[ , $folder, $action ] = $argv;
$farm = json_decode( file_get_contents( "$folder/farm.json" ), true, 32, JSON_THROW_ON_ERROR );
$database = $farm['database'];
$db = new PDO( "mysql:unix_socket={$database['socket']}", $database['administrator'], '', [
	PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION,
] );

if ( $action === 'prepare' ) {
	$db->exec( "CREATE USER {$database['user']}@localhost IDENTIFIED BY " . $db->quote( $database['password'] ) );
	foreach ( [ TEMPLATE, ...$farm['wikis'] ] as $name ) {
		$db->exec( "CREATE DATABASE $name CHARACTER SET binary" );
		// In a grant, _ stands for any character.
		$pattern = strtr( $name, [ '_' => '\\_' ] );
		$db->exec( 'GRANT ' . RIGHTS . " ON `$pattern`.* TO {$database['user']}@localhost" );
	}
	exit;
}

$tables = $db->query( 'SHOW TABLES FROM ' . TEMPLATE )->fetchAll( PDO::FETCH_COLUMN );
foreach ( $farm['wikis'] as $name ) {
	$prefix = $database['prefixes'][$name] ?? '';
	foreach ( $tables as $table ) {
		$db->exec( "CREATE TABLE $name.`$prefix$table` LIKE " . TEMPLATE . ".`$table`" );
		$db->exec( "INSERT INTO $name.`$prefix$table` SELECT * FROM " . TEMPLATE . ".`$table`" );
	}
}
$db->exec( 'DROP DATABASE ' . TEMPLATE );
$db->exec( 'REVOKE ALL PRIVILEGES ON ' . TEMPLATE . ".* FROM {$database['user']}@localhost" );
