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
	 * @throws UnusableModuleException
	 * @throws InvalidNotificationException
	 */
	public function decode( string $changes ): Notification {
		$this->module->require();
		return Notification::decode( $changes );
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
