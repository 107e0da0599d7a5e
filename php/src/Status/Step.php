<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Status;

use MediaWiki\Extension\WikibaseDispatch\Base\Queue\DatabaseErrors;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\LocalQueueException;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\UnrecognisedDomainException;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\PushFailedException;
use Throwable;

/**
 * What was done when something failed.
 */
enum Step: string {

	/** Handing notifications to the client's queue. */
	case Push = 'push';

	/** The same, as this wiki is configured: no retry mends that. */
	case Configuration = 'configuration';

	/** Anything else: claiming, reading, recording what the client has seen. */
	case Other = 'other';

	public static function of( Throwable $e ): self {
		if ( !$e instanceof PushFailedException ) {
			return self::Other;
		}
		$cause = $e->cause;
		return $cause instanceof UnrecognisedDomainException || $cause instanceof LocalQueueException
			|| DatabaseErrors::isPermanent( $cause ) ? self::Configuration : self::Push;
	}
}
