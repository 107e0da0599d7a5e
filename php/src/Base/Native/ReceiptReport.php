<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Base\Native;

use WikibaseDispatch\Receipts;

/**
 * Decides what a client reports of the notifications that it has handled.
 */
class ReceiptReport {

	public function __construct( private readonly Module $module ) {
	}

	/**
	 * @param list<array{stream:int,after:int,upto:int}> $kept
	 * @param string|null $sent what the repo has noted of this client
	 * @param string|null $said what this client has reported last
	 * @param bool|null $isIdle whether no notification waits in this client's queue; null if the queue cannot tell
	 * @param string|null $failure class of the error by which a notification has just failed
	 * @return array{receipts:string,kept:list<array{stream:int,after:int,upto:int}>}
	 * @throws UnusableModuleException
	 */
	public function of( array $kept, ?string $sent, ?string $said, ?bool $isIdle, ?string $failure ): array {
		$this->module->require();
		return Receipts::report( $kept, $sent, $said, $isIdle, $failure );
	}
}
