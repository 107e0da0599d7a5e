<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Native;

use WikibaseDispatch\InvalidNotificationException;
use WikibaseDispatch\Notification;

/**
 * Decodes the parameters of notification jobs.
 */
class NotificationDecoder {

	/**
	 * @throws InvalidNotificationException
	 */
	public function decode( string $changes ): Notification {
		return Notification::decode( $changes );
	}
}
