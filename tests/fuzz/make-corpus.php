<?php
/**
 * Makes the fuzz targets' first inputs from the real changes and notifications in tests/data: of each kind of edit one.
 *
 * Usage: php make-corpus.php FOLDER
 *
 * FOLDER gets a folder for each target that reads changes.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchFuzz;

use WikibaseDispatchTests\Data;

require __DIR__ . '/../support/lib/autoload.php';

/** Longer inputs make a fuzzer slow, and tell it nothing new. */
const LONGEST = 4096;
/** Changes of one entity in one input. */
const RUN = 5;
/** Notifications: the first ones, which differ. */
const NOTIFICATIONS = 60;

$folder = $argv[1];
$data = new Data( Data::DEFAULT_FOLDER );
$kinds = [];
$runs = [];
$notifications = 0;
foreach ( $data->rows( 'wb_changes' ) as $row ) {
	$kind = kindOf( $row['change_type'], $row['change_info'] );
	if ( !isset( $kinds[$kind] ) ) {
		$kinds[$kind] = true;
		save( $folder, 'change_info', $row['change_info'] );
		$runs[$row['change_object_id']] ??= [];
	}
	if ( isset( $runs[$row['change_object_id']] ) && count( $runs[$row['change_object_id']] ) < RUN ) {
		unset( $row['change_id'] );
		[ 'change_type' => $type, 'change_time' => $time, 'change_object_id' => $entity ] = $row;
		$runs[$entity][] = implode( "\t",
			[ $type, $time, $entity, $row['change_revision_id'], $row['change_user_id'], $row['change_info'] ] );
	}
}
foreach ( $runs as $lines ) {
	save( $folder, 'rows', implode( "\n", $lines ) );
	save( $folder, 'client_update', implode( "\n", $lines ) );
	save( $folder, 'unknown_key', "\x01\x00\x01\n" . implode( "\n", $lines ) );
}
foreach ( $data->rows( 'enwiki.job.EntityChangeNotification' ) as $job ) {
	$rows = array_slice( unserialize( $job['job_params'], [ 'allowed_classes' => false ] )['changes'], 0, RUN );
	$kind = implode( ' ', array_map( static fn ( array $row ) => kindOf( $row['type'], $row['info'] ), $rows ) );
	if ( isset( $kinds[$kind] ) || $notifications === NOTIFICATIONS ) {
		continue;
	}
	$kinds[$kind] = true;
	$notifications++;
	$changes = array_map( documentOf( ... ), $rows );
	save( $folder, 'notification', '{"v":1,"repo":"repowiki","changes":[' . implode( ',', $changes ) . ']}' );
	[ $size, $body ] = pack2( $rows );
	$packed = strtr( rtrim( base64_encode( strrev( hash( 'crc32b', $body, true ) ) . $body ), '=' ), '+/', '-_' );
	save( $folder, 'notification', "{\"v\":2,\"size\":$size,\"packed\":\"$packed\"}" );
	save( $folder, 'packed', substr( pack( 'V', $size ), 0, 3 ) . $body );
}

/** What sort of edit a change is of: what it touches, and the name of its summary. */
function kindOf( string $type, string $info ): string {
	$info = json_decode( $info, true );
	$diff = json_decode( $info['compactDiff'] ?? '[]', true );
	preg_match( '~^/\* ([a-z-]+)~', $info['metadata']['comment'] ?? '', $summary );
	return "$type " . implode( ',', array_keys( array_filter( $diff ) ) ) . ' ' . ( $summary[1] ?? '' );
}

/**
 * A change of Wikibase's own notification as it stands in ours.
 *
 * @param array<string,mixed> $change
 */
function documentOf( array $change ): string {
	$head = json_encode( [
		'id' => (int)$change['id'],
		'type' => $change['type'],
		'time' => $change['time'],
		'entity' => $change['object_id'],
		'revision' => (int)$change['revision_id'],
		'user' => (int)$change['user_id'],
	] );
	return substr( $head, 0, -1 ) . ',"info":' . $change['info'] . '}';
}

/**
 * Changes in version 2 of our own format, with no phrase compressed, and none cut.
 *
 * @param list<array<string,mixed>> $changes
 * @return array{int,string} what it unpacks to, and the body
 */
function pack2( array $changes ): array {
	$size = $before = $time = $revision = 0;
	$ids = $bodies = '';
	$phrases = [];
	$text = static fn ( string $text ) => number( strlen( $text ) ) . $text;
	foreach ( $changes as $change ) {
		$size += 512 + strlen( $change['type'] . $change['time'] . $change['object_id'] . $change['info'] );
		$ids .= difference( $before, $before = (int)$change['id'] );
		// Its time is a number, and its info one text.
		$bodies .= number( 1 | 4 | 1 << 3 );
		$head = $text( $change['type'] ) . $text( $change['object_id'] ) . number( (int)$change['user_id'] ) . $text( '' );
		foreach ( [ $head, $change['info'] ] as $phrase ) {
			$isNew = !isset( $phrases[$phrase] );
			$phrases[$phrase] ??= count( $phrases );
			$bodies .= number( $phrases[$phrase] ) . ( $isNew ? number( strlen( $phrase ) ) . number( 0 ) . $phrase : '' );
		}
		$bodies .= difference( $time, $time = (int)$change['time'] );
		$bodies .= difference( $revision, $revision = (int)$change['revision_id'] );
	}
	return [ $size, number( count( $changes ) ) . $ids . $bodies ];
}

function difference( int $from, int $to ): string {
	return number( $to >= $from ? 2 * ( $to - $from ) : 2 * ( $from - $to ) - 1 );
}

function number( int $number ): string {
	return $number < 0x80 ? chr( $number ) : chr( $number & 0x7f | 0x80 ) . number( $number >> 7 );
}

function save( string $folder, string $target, string $input ): void {
	if ( strlen( $input ) > LONGEST ) {
		return;
	}
	if ( !is_dir( "$folder/$target" ) ) {
		mkdir( "$folder/$target", 0777, true );
	}
	file_put_contents( "$folder/$target/" . sha1( $input ), $input );
}
