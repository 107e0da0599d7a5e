<?php

declare( strict_types = 1 );

namespace WikibaseDispatch;

/**
 * The repo's side of change propagation, on one database.
 *
 * Opening is lazy: the constructor validates, the first call connects. The connection is this object's own:
 * it does not see uncommitted writes of any other connection, so commit before calling. After a fork the
 * child opens its own.
 *
 * Every method may throw a {@see StoreException} (or one of its kinds); {@see DispatchException::isRetryable()}
 * says whether trying again can help.
 */
class Dispatcher {

	/**
	 * @param array<string,mixed> $connection by `driver`:
	 *   `sqlite`: `path` of the database file, which must exist; `timeout`: milliseconds to wait for another writer
	 *   (1…600000, default 10000).
	 *   `mysql`, for MariaDB and MySQL: either `host` (over TCP, `localhost` included) with `port` (default 3306), or
	 *   `socket`; `user`, `password`, `database`; `tls`: true, or an array with `ca` (the file with the trusted
	 *   certificates; default: those that the web trusts) and `verify` (default true); `connectTimeout` (default 3000)
	 *   and `timeout` for a statement (default 10000): milliseconds, 1…600000;
	 *   `replicas`: a list of servers that replicate the database by GTID, each an array with `host` and `port`, or
	 *   `socket`, and, where they differ, `user` with `password`, and `tls`. Changes and subscriptions are read from
	 *   one of them when it has everything that the horizon was found in; all else, and what it cannot answer, is read
	 *   on the primary.
	 *   Both: `prefix`: MediaWiki's table prefix.
	 * @param Settings $settings
	 * @param array{driver:string,servers?:list<string>,password?:string,timeout?:int}|null $lockManager
	 *   locks beside the claim, for others who do not know claims. null: the database's named locks, under the names
	 *   that Wikibase's own dispatcher used (`mysql`), or none (`sqlite`). `driver`: `claim` for none, or `redis` with
	 *   `servers`: `host`, `host:port` or `/path/to/socket` each, of which the majority decides; `password`;
	 *   `timeout`: milliseconds, default 2000
	 * @throws InvalidConnectionException naming the key that is missing or wrong
	 */
	public function __construct( array $connection, Settings $settings, ?array $lockManager = null ) {
	}

	/**
	 * Gives every configured client that has none a dispatch state with `chd_seen` 0, and brings `chd_db` of
	 * the others up to date.
	 *
	 * @return list<string> site ids that are new
	 */
	public function initialiseClients(): array {
	}

	/**
	 * The highest change id up to which no transaction can still commit a row; 0 when there are no changes.
	 */
	public function horizon(): int {
	}

	/**
	 * The dispatch state of every configured client that has been initialised, ordered by site id.
	 *
	 * @return list<DispatchState>
	 */
	public function dispatchStates(): array {
	}

	/**
	 * Clients that are due for a pass now: configured, not disabled, behind the horizon, not claimed, and
	 * either rested (`dispatchDefaultDispatchInterval`) or more than a batch behind. At most
	 * `dispatchDefaultDispatchRandomness` of them, the most lagged, in random order.
	 *
	 * @return list<string> site ids
	 */
	public function selectLagged(): array {
	}

	/**
	 * Moves every client for which nothing up to the horizon is relevant to the horizon, in one statement.
	 * Looks back at most one pass's worth of changes; never touches a claimed or disabled client.
	 *
	 * @return int how many clients were moved
	 */
	public function fastForward(): int {
	}

	/**
	 * Everything a `DispatchTrigger` job has to do before it pushes jobs: initialise, find the horizon,
	 * fast-forward, and select.
	 */
	public function trigger(): TriggerOutcome {
	}

	/**
	 * Claims a client and assembles its next batch. A configured client that has no dispatch state yet gets one.
	 *
	 * @param string $siteId
	 * @return Pass|null null when the client needs no pass: nothing is pending, or it is disabled
	 * @throws ClientClaimedException if changes are pending, but another runner holds the claim
	 * @throws ClientRestingException if changes are pending, but the client rests after a failure
	 * @throws UnknownClientException if the client is not configured
	 */
	public function beginPass( string $siteId ): ?Pass {
	}

	/**
	 * How far the clients are behind. A few statements, however many clients there are; still nothing to ask for in
	 * every request.
	 */
	public function lag(): LagReport {
	}

	/**
	 * How dispatching is: whether it is healthy, why it is not, and where each client stands. A bounded number of
	 * statements, however many clients and changes there are.
	 *
	 * @param array<string,array{time:int,step:string}>|null $failures what failed last, of each client by its site id,
	 *   and of the trigger under the empty name: when, in seconds since the epoch by the database's clock, and whether
	 *   at `push`, handing notifications to the queue, or anything else
	 */
	public function status( ?array $failures = null ): Status {
	}

	/**
	 * Whether somebody should prune: nobody has for ten minutes. {@see TriggerOutcome::pruneIsDue()} tells, too; this
	 * is for a repo with one client, which has no triggers.
	 */
	public function pruneIsDue(): bool {
	}

	/**
	 * Deletes one batch of changes that may go: every client that is configured and enabled has seen them,
	 * `pruneGraceSeconds` ago or longer, and they are older than `pruneKeepSeconds`. A disabled client holds back
	 * nothing; one that has no dispatch state yet holds back everything.
	 *
	 * A call does a bounded amount of work. Wait for the replicas before the next one.
	 *
	 * @param int|null $limit the last change that may go at most: somebody who is no client of this dispatcher needs
	 *   what was written after it
	 */
	public function prune( ?int $limit = null ): PruneOutcome {
	}

	/**
	 * Sets a client to another place, because somebody says so: forwards, and what lies between is skipped; backwards,
	 * and what is still in the buffer is handed over again. A rest after failures is over.
	 *
	 * @param string $siteId
	 * @param int $from where the client stands
	 * @param int $to 0 or more: the last change that is to count as dealt with
	 * @return bool whether it was done: not if the client does not stand at `$from` any more
	 * @throws ClientClaimedException while somebody holds the client's claim, or its lock
	 * @throws BeyondHorizonException if `$to` is beyond the horizon
	 * @throws UnknownClientException if the client is not configured
	 */
	public function seek( string $siteId, int $from, int $to ): bool {
	}

	/**
	 * Counts what lies after one change and up to another, or the horizon, for one client. Reads all of it.
	 *
	 * @throws UnknownClientException if the client is not configured
	 */
	public function relevance( string $siteId, int $after, int $upTo ): Relevance {
	}

	/**
	 * The name of a client's lock, if somebody holds it: a runner that does a pass, or an older dispatcher.
	 *
	 * @return string|null null if nobody does, or if there are no locks beside the claim
	 * @throws UnknownClientException if the client is not configured
	 */
	public function heldLock( string $siteId ): ?string {
	}

	/**
	 * Who must hear of a change, and why.
	 *
	 * @return ChangeAudience|null null if it is not in the buffer
	 */
	public function audience( int $changeId ): ?ChangeAudience {
	}

	/**
	 * Whether somebody must look at a client again, although it needs no pass now: it is the only client, and a
	 * change is visible that it has not seen, because a transaction that has not ended held the horizon back. Nobody
	 * announces a rollback. With more clients the answer is no: there {@see TriggerOutcome::waitsForGap()} tells.
	 *
	 * A successor may run at once: {@see beginPass()} waits for the gap, a bounded time.
	 *
	 * @throws UnknownClientException if the client is not configured
	 */
	public function needsSuccessor( string $siteId ): bool {
	}
}
