<?php
/**
 * Kills the process that handles a change of one entity, whatever the change says: a client that cannot handle it.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchFarm;

use MediaWiki\Extension\WikibaseDispatch\Base\Native\NotificationDecoder;
use MediaWiki\Extension\WikibaseDispatch\WikibaseDispatchServices;
use MediaWiki\MediaWikiServices;
use WikibaseDispatch\Notification;

final class FatalDecoder extends NotificationDecoder {

	/** As a handler of the hook `MediaWikiServices`. */
	public static function install( MediaWikiServices $services ): void {
		$services->redefineService(
			'WikibaseDispatch.NotificationDecoder',
			static fn () => new self( WikibaseDispatchServices::module( $services ) )
		);
	}

	/** Of the entity that FARM_FATAL_ENTITY in the environment names. */
	public function decode( mixed $changes ): Notification {
		$notification = parent::decode( $changes );
		if ( in_array( getenv( 'FARM_FATAL_ENTITY' ), array_column( $notification->changes(), 'object_id' ), true ) ) {
			posix_kill( getmypid(), SIGKILL );
		}
		return $notification;
	}
}
