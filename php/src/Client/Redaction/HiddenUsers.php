<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client\Redaction;

use stdClass;

/**
 * Marks changes whose user was hidden on the repo, and takes these users out of what Wikibase's own client is told.
 *
 * Our client side knows the mark, and has what it hides hidden in recent changes. Wikibase's does not.
 */
final class HiddenUsers {

	/**
	 * A name that MediaWiki reserves, so that every wiki can show it; and the same again for MediaWiki, but not where
	 * Wikibase compares the users of two changes. Two are enough to tell neighbours apart.
	 */
	private const NOBODY = [ 'Unknown user', 'unknown user' ];

	/** A central id below zero, of which nobody else makes anything: the true one, with all its bits turned. */
	private const MARK = '"central_user_id":-';

	/**
	 * @param stdClass $metadata of a change
	 */
	public static function mark( stdClass $metadata ): void {
		$central = (int)( $metadata->central_user_id ?? 0 );
		if ( $central >= 0 ) {
			$metadata->central_user_id = ~$central;
		}
	}

	/**
	 * Takes the names out of rows in Wikibase's form.
	 *
	 * Wikibase merges the changes of one user in a row. So all of these lose the name, where one must; and what was by
	 * different users is so still.
	 *
	 * @param list<array<string,mixed>> $rows
	 * @return list<array<string,mixed>>
	 */
	public static function leaveOut( array $rows ): array {
		$hiding = array_filter( $rows, static fn ( array $row ) => str_contains( $row['info'], self::MARK ) );
		foreach ( array_unique( array_column( $hiding, 'object_id' ) ) as $entity ) {
			$ofEntity = array_filter( $rows, static fn ( array $row ) => $row['object_id'] === $entity );
			$hidden = 0;
			foreach ( self::stretches( $ofEntity ) as $stretch ) {
				if ( array_intersect_key( $hiding, $stretch ) !== [] ) {
					$name = self::NOBODY[$hidden++ % 2];
					$rows = array_map( static fn ( array $row ) => self::by( $row, $name ), $stretch ) + $rows;
				}
			}
		}
		ksort( $rows );
		return array_values( $rows );
	}

	/**
	 * @param array<int,array<string,mixed>> $rows of one entity
	 * @return array<int,array<int,array<string,mixed>>> those of one user in a row
	 */
	private static function stretches( array $rows ): array {
		$stretches = [];
		$last = -1;
		$before = null;
		foreach ( $rows as $place => $row ) {
			$user = json_decode( $row['info'] )?->metadata->user_text ?? '';
			if ( $user !== $before ) {
				$last++;
			}
			$stretches[$last][$place] = $row;
			$before = $user;
		}
		return $stretches;
	}

	private static function by( array $row, string $name ): array {
		$info = json_decode( $row['info'] );
		if ( !( ( $info->metadata ?? null ) instanceof stdClass ) ) {
			return $row;
		}
		$info->metadata->user_text = $name;
		$info->metadata->central_user_id = 0;
		return array_replace( $row, [
			'info' => json_encode( $info, JSON_UNESCAPED_UNICODE ), 'user_id' => '0',
		] );
	}
}
