<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Trigger;

use MediaWiki\Hook\ApiBeforeMainHook;
use MediaWiki\Hook\BeforeInitializeHook;

/**
 * Tells the lookout of requests to the API and for pages.
 */
class RequestHandler implements ApiBeforeMainHook, BeforeInitializeHook {

	public function __construct( private readonly Lookout $lookout ) {
	}

	/**
	 * @inheritDoc
	 */
	public function onApiBeforeMain( &$main ) {
		$this->lookout->requestCame();
	}

	/**
	 * @inheritDoc
	 */
	public function onBeforeInitialize( $title, $unused, $output, $user, $request, $mediaWiki ) {
		$this->lookout->requestCame();
	}
}
