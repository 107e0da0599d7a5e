<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Dispatch;

/**
 * What has been done for the clients that were due.
 */
class Served {

	/** Passes whose notifications were pushed. */
	public int $passes = 0;

	/** @var list<string> site ids of clients whose queue did not take them */
	public array $failed = [];

	/** Whether there was no time to serve some of those who were claimed. */
	public bool $areSomeLeft = false;
}
