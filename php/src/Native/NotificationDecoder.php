<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Native;

use WikibaseDispatch\InvalidNotificationException;
use WikibaseDispatch\Notification;

/**
 * Decodes what notification jobs brought, in any of their formats.
 */
class NotificationDecoder {

	/**
	 * @throws InvalidNotificationException
	 */
	public function decode( string $changes ): Notification {
		return Notification::decode( $changes );
	}

	/**
	 * @param list<array<string,mixed>> $rows columns of `wb_changes`, without their prefix
	 */
	public function ofRows( array $rows ): Notification {
		return Notification::ofRows( $rows );
	}
}
