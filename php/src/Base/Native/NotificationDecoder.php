<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Base\Native;

use WikibaseDispatch\InvalidNotificationException;
use WikibaseDispatch\Notification;

/**
 * Decodes what notification jobs brought, in any of their formats.
 */
class NotificationDecoder {

	public function __construct( private readonly Module $module ) {
	}

	/**
	 * @param mixed $changes as it came from the queue; what is no text is no notification
	 * @throws UnusableModuleException
	 * @throws InvalidNotificationException
	 */
	public function decode( mixed $changes ): Notification {
		$this->module->require();
		return Notification::decode( is_string( $changes ) ? $changes : '' );
	}

	/**
	 * @param list<array<string,mixed>> $rows columns of `wb_changes`, without their prefix
	 * @throws UnusableModuleException
	 */
	public function ofRows( array $rows ): Notification {
		$this->module->require();
		return Notification::ofRows( $rows );
	}
}
