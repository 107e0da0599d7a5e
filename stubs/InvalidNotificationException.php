<?php

declare( strict_types = 1 );

namespace WikibaseDispatch;

/**
 * The parameters of a notification are not what a pass makes.
 *
 * Code 1003; retrying does not help.
 */
class InvalidNotificationException extends DispatchException {
}
