<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client;

use Closure;
use MediaWiki\Extension\WikibaseDispatch\Base\Log\Event;
use MediaWiki\Extension\WikibaseDispatch\Base\Metrics\Metric;
use MediaWiki\Extension\WikibaseDispatch\Base\Metrics\Metrics;
use Psr\Log\LoggerInterface;

/**
 * Reports what native code met in changes and usages that it does not know. Each is counted, and is logged once: a repo
 * that was upgraded writes it with every edit.
 */
class UnknownFormReport {

	/**
	 * @param Closure(string):bool $isNews whether this form has not been reported on this wiki for a while
	 * @param Metrics $metrics
	 * @param LoggerInterface $logger
	 */
	public function __construct(
		private readonly Closure $isNews,
		private readonly Metrics $metrics,
		private readonly LoggerInterface $logger
	) {
	}

	/**
	 * @param list<array{form:string,count:int,change:?int}> $forms
	 * @param string $repo site id
	 */
	public function report( array $forms, string $repo ): void {
		foreach ( $forms as $form ) {
			$this->metrics->count( Metric::UnknownForms, $form['count'] );
			if ( ( $this->isNews )( $form['form'] ) ) {
				Event::UnknownForm->write( $this->logger, [ 'repo' => $repo ] + $form );
			}
		}
	}
}
