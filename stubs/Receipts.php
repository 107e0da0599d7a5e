<?php

declare( strict_types = 1 );

namespace WikibaseDispatch;

/**
 * What a client has to report of the notifications that it has handled.
 */
class Receipts {

	/** Use {@see report()}. */
	private function __construct() {
	}

	/**
	 * What to report to the repo, and which receipts to keep.
	 *
	 * @param list<array{stream:int|string,after:int|string,upto:int|string}> $kept receipts of this client, each as
	 *   {@see Notification::summary()} has asked for it
	 * @param string|null $sent what the repo has noted of this client (`csn_passes`), if it has
	 * @param string|null $said what this client has reported last (`crc_receipts`), if it has
	 * @param bool|null $isIdle whether no notification waits in this client's queue; null if the queue cannot tell
	 * @param string|null $failure class of the error by which a notification has just failed
	 * @return array{receipts:string,kept:list<array{stream:int,after:int,upto:int}>} for `crc_receipts`; and what to
	 *   keep in place of all that was kept
	 */
	public static function report(
		array $kept,
		?string $sent = null,
		?string $said = null,
		?bool $isIdle = null,
		?string $failure = null
	): array {
	}
}
