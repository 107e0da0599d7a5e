<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Dispatch;

use MediaWiki\Extension\WikibaseDispatch\Base\Queue\Domains;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\LocalQueueException;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\UnrecognisedDomainException;
use RuntimeException;
use Throwable;

/**
 * Notifications could not be handed to a client's queue. What was thrown there is the previous exception.
 */
class PushFailedException extends RuntimeException {

	public function __construct( string $domain, public readonly Throwable $cause ) {
		$code = $cause->getCode();
		$knowsBetter = $cause instanceof UnrecognisedDomainException || $cause instanceof LocalQueueException;
		$hint = $knowsBetter ? '' : Domains::hint( $domain );
		$reason = self::withoutStatement( $cause->getMessage() );
		parent::__construct(
			"cannot push to the queue of $domain$hint: $reason", is_int( $code ) ? $code : 0, $cause
		);
	}

	/** A database's error ends with the whole statement: all that was pushed, which may be megabytes, and hidden by now. */
	private static function withoutStatement( string $message ): string {
		return rtrim( explode( "\nQuery: ", $message, 2 )[0] );
	}
}
