<?php

declare( strict_types = 1 );

namespace WikibaseDispatch;

/**
 * The notification is of a later version than this module reads: update the module on this wiki.
 *
 * Code 1004; retrying can help.
 */
class UnsupportedNotificationException extends DispatchException {
}
