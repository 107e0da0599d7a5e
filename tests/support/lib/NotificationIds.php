<?php
/**
 * Which changes a notification in our own format has: by the format's own rules, sharing nothing with the core.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchTests;

use RuntimeException;

class NotificationIds {

	/** Bytes of the checksum. */
	private const CHECKSUM = 4;

	/**
	 * @param string $changes parameter of a `DispatchNotification` job
	 * @return list<int>
	 */
	public static function in( string $changes ): array {
		$document = json_decode( $changes, true, 64, JSON_THROW_ON_ERROR );
		return match ( $document['v'] ) {
			1 => array_column( $document['changes'], 'id' ),
			2 => self::packed( (string)base64_decode( strtr( $document['packed'], '-_', '+/' ), true ) ),
		};
	}

	/**
	 * @return list<int>
	 */
	private static function packed( string $body ): array {
		if ( hash( 'crc32b', substr( $body, self::CHECKSUM ) ) !== bin2hex( strrev( substr( $body, 0, self::CHECKSUM ) ) ) ) {
			throw new RuntimeException( 'a notification has another checksum' );
		}
		$at = self::CHECKSUM;
		$count = self::number( $body, $at );
		$id = 0;
		$ids = [];
		for ( $i = 0; $i < $count; $i++ ) {
			$difference = self::number( $body, $at );
			$ids[] = $id += $difference % 2 ? -intdiv( $difference + 1, 2 ) : intdiv( $difference, 2 );
		}
		return $ids;
	}

	private static function number( string $body, int &$at ): int {
		$number = $shift = 0;
		do {
			$byte = ord( $body[$at++] );
			$number |= ( $byte & 0x7f ) << $shift;
			$shift += 7;
		} while ( $byte & 0x80 );
		return $number;
	}
}
