<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Hooks;

use MediaWiki\Extension\WikibaseDispatch\Base\Native\LookoutGate;
use MediaWiki\Extension\WikibaseDispatch\WikibaseDispatchServices;
use MediaWiki\Hook\ApiBeforeMainHook;
use MediaWiki\Hook\BeforeInitializeHook;
use MediaWiki\MediaWikiServices;

/**
 * Has one request in a minute, to the API or for a page, look out.
 */
class RequestHandler implements ApiBeforeMainHook, BeforeInitializeHook {

	public function __construct( private readonly LookoutGate $gate ) {
	}

	/**
	 * @inheritDoc
	 */
	public function onApiBeforeMain( &$main ) {
		$this->requestCame();
	}

	/**
	 * @inheritDoc
	 */
	public function onBeforeInitialize( $title, $unused, $output, $user, $request, $mediaWikiEntryPoint ) {
		$this->requestCame();
	}

	private function requestCame(): void {
		if ( $this->gate->opens() ) {
			// Not injected: what it needs would be made for every request.
			WikibaseDispatchServices::lookout( MediaWikiServices::getInstance() )->lookWhenAnswered();
		}
	}
}
