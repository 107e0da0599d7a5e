<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Dispatch;

/**
 * What {@see CatchUp} has done.
 */
class CaughtUp {

	/** The last change that the clients were to see. */
	public int $target = 0;

	/** Whether more was visible, behind an edit that has not ended. */
	public bool $isHeldBack = false;

	/** Passes that were finished. */
	public int $passes = 0;

	/** Changes that were handed over. */
	public int $changes = 0;

	/** @var array<string,string> site id => why its pass failed */
	public array $failed = [];

	/** @var list<string> site ids of clients that are still behind and have not failed: it was stopped */
	public array $left = [];
}
