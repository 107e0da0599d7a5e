<?php

declare( strict_types = 1 );

namespace WikibaseDispatch;

/**
 * Validated settings of one repo.
 *
 * Built once from a plain array and then passed to the other classes. Names that are missing get their
 * default; names that are unknown, and values out of range, are refused, so that a typing error cannot
 * silently turn into a default.
 *
 * | name | type | default | unit |
 * |---|---|---|---|
 * | `repoSiteId` | string | (required) | site id of the repo |
 * | `localClientDatabases` | array | (required) | site id => database domain; a list means both are the same |
 * | `refusedClients` | list of strings | `[]` | clients that cannot be served: nothing is pruned |
 * | `dispatchDefaultBatchSize` | int 1…100000 | 1000 | changes a pass |
 * | `dispatchBatchChunkFactor` | int 1…100 | 3 | chunk = batch size × this |
 * | `dispatchDefaultMaxChunks` | int 1…10000 | 15 | chunks a pass |
 * | `dispatchDefaultDispatchInterval` | int 0…86400 | 0 | seconds of rest between two passes to a client |
 * | `dispatchDefaultDispatchRandomness` | int 1…100000 | 15 | clients |
 * | `claimTtl` | int 1…86400 | 60 | seconds after which a claim nobody finished may be taken over |
 * | `batchMaxBytes` | int 1024…1073741824 | 16777216 | bytes of change_info a pass |
 * | `windowMaxBytes` | int 1048576…1073741824 | 67108864 | bytes of changes kept to serve several clients |
 * | `memoryLimit` | int 0…1073741824 | 0: none | of PHP: bounds native memory; lowers the two defaults before |
 * | `notificationFormat` | `native`, `entity-change`, `change-ids`; or site id or `default` => one | `native` | |
 * | `notificationBatchSize` | int 1…100000 | 1000 | changes a notification |
 * | `notificationMaxBytes` | int 1024…16777216 | 1048576 | bytes of change_info a notification |
 * | `triggerEveryChanges` | int 1…1000000 | 100 | changes |
 * | `triggerMaxDelay` | int 0…3600 | 0 | seconds |
 * | `gapGrace` | int 0…60 | 3 | seconds for which a missing id must be known before it counts as rolled back |
 * | `longestTransaction` | int 0…3600 | 0 | seconds; 0: not said |
 * | `pruneGraceSeconds` | int 0…31536000 | 1200 | seconds for which a change stays after every client has seen it |
 * | `pruneKeepSeconds` | int 0…31536000 | 10800 | seconds for which a change stays after it was made, seen or not |
 * | `rollout` | site id => `off`, `shadow` or `on` | all `on` | who dispatches: Wikibase, both, or this |
 * | `dispatchStrategy` | `auto`, `inline`, `poll` or `jobs` | `auto` | how a trigger has due clients served |
 * | `dispatchMaxTime` | int 1…86400 | 60 | seconds after which a job begins nothing more |
 * | `dispatchMinChanges` | int 0…1000000000 | 0 | changes after which a trigger lets another go on; 0: any |
 * | `canDelay` | list of names of jobs | none | jobs that the repo's queue was seen to hold back until their time |
 * | `claimsToDelay` | list of names of jobs | none | jobs that it says it can hold back |
 */
class Settings {

	/**
	 * @param array<string,mixed> $settings
	 * @throws InvalidSettingException naming the setting, the value and what is allowed
	 */
	public function __construct( array $settings ) {
	}

	/**
	 * The effective value of every setting, defaults filled in.
	 *
	 * @return array<string,mixed>
	 */
	public function toArray(): array {
	}
}
