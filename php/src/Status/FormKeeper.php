<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Status;

use MediaWiki\Extension\WikibaseDispatch\Dispatch\EventListener;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\ThrownByJob;
use Throwable;

/**
 * Keeps in mind which forms of changes a pass met that are not known, for the status. Clients log and count them.
 */
class FormKeeper extends EventListener {

	public function __construct( private readonly MetForms $forms ) {
	}

	/**
	 * @inheritDoc
	 */
	public function hear( string $name, array $event, ?Throwable $e, ThrownByJob $thrown ): void {
		if ( $name !== 'unknown-forms' ) {
			return;
		}
		try {
			$this->forms->note( $event['forms'] );
		} catch ( Throwable ) {
			// The next edit of that form is met again.
		}
	}
}
