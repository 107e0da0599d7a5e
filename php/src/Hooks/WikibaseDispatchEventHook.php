<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Hooks;

use Throwable;

/**
 * For other extensions on the repo: implement this interface in a hook handler, and name it in extension.json under
 * "Hooks" as "WikibaseDispatchEvent".
 *
 * @stable to implement
 */
interface WikibaseDispatchEventHook {

	/**
	 * Something happened while a job of the repo dispatched changes: a client got some, a pass failed, changes were
	 * pruned.
	 *
	 * It is called while the job goes on. Do not write to the database: the job commits, or rolls back, when it needs
	 * to. Push a job, or add a deferred update. An exception is logged as `event-handler-failed`, and ends nothing.
	 *
	 * @param string $event one of the names listed in docs/native-api.md#events; there may be more in later versions
	 * @param array<string,mixed> $data its fields
	 * @param Throwable|null $cause what went wrong, where something did
	 * @return void
	 */
	public function onWikibaseDispatchEvent( string $event, array $data, ?Throwable $cause ): void;
}
