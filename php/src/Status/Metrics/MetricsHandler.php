<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Status\Metrics;

use MediaWiki\Extension\WikibaseDispatch\Base\Settings\WikiSettings;
use MediaWiki\Extension\WikibaseDispatch\Status\RecentStatus;
use MediaWiki\Rest\HttpException;
use MediaWiki\Rest\Response;
use MediaWiki\Rest\SimpleHandler;
use MediaWiki\Rest\StringStream;

/**
 * `GET /wikibase-dispatch/v0/metrics`: the status of dispatching for Prometheus. Everybody who can read the wiki can
 * read it.
 */
class MetricsHandler extends SimpleHandler {

	public function __construct(
		private readonly WikiSettings $settings,
		private readonly RecentStatus $status
	) {
	}

	/**
	 * @throws HttpException
	 */
	public function run(): Response {
		if ( !$this->settings->isRepo() ) {
			throw new HttpException( 'This wiki has no clients that it dispatches to', 404 );
		}
		$status = $this->status->get();
		if ( $status === null ) {
			// Prometheus takes it for a failed scrape.
			$why = $this->status->whyUnknown()[0];
			throw new HttpException( "The status of dispatching is unknown on this host: $why", 503 );
		}
		$response = $this->getResponseFactory()->create();
		$response->setHeader( 'Content-Type', PrometheusText::CONTENT_TYPE );
		$response->setHeader( 'Cache-Control', 'no-store' );
		$response->setBody( new StringStream( StatusMetrics::text( $status ) ) );
		return $response;
	}

	/**
	 * @inheritDoc
	 */
	public function needsWriteAccess() {
		return false;
	}
}
