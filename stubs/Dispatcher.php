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
	 *   certificates) or `caPath` (a folder with such files; default: those that the web trusts), `cert` and `key`
	 *   (files with a certificate of our own, for a server that asks for one) and `verify` (default true);
	 *   `connectTimeout` (default 3000) and `timeout` for a statement (default 10000): milliseconds, 1…600000;
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
	 * The job that looks who needs a pass, and sees to it, by `dispatchStrategy`.
	 *
	 * @param int|null $heldBackUntil Unix time until which the queue was to hold the job back; null if it was to run
	 *   at once
	 */
	public function trigger( ?int $heldBackUntil = null ): Job {
	}

	/**
	 * Passes for one client, until it is up to the horizon or `dispatchMaxTime` is over. Fails with
	 * an {@see UnknownClientException} if the client is not configured.
	 *
	 * @param string $siteId
	 * @param int|null $heldBackUntil as for {@see trigger()}
	 */
	public function client( string $siteId, ?int $heldBackUntil = null ): Job {
	}

	/**
	 * Deletes changes that may go: every client that is configured and enabled has seen them, `pruneGraceSeconds` ago
	 * or longer, and they are older than `pruneKeepSeconds`. A disabled client holds back nothing; one that has no
	 * dispatch state yet holds back everything. Waits for the replicas between two batches.
	 */
	public function prune(): Job {
	}

	/**
	 * Asks for a trigger if changes wait although nobody is going to look. A few small statements.
	 */
	public function lookOut(): Job {
	}

	/**
	 * Passes here and now, until each client has seen what could be dispatched when it began. It stops between two
	 * passes when it is answered `stop`.
	 *
	 * @param list<string> $siteIds of clients; none: all
	 */
	public function catchUp( array $siteIds ): Job {
	}

	/**
	 * What is left to Wikibase's own dispatching, around its own job.
	 */
	public function wikibase(): Job {
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
	 * How far the clients are behind. A few statements, however many clients there are; still nothing to ask for in
	 * every request.
	 */
	public function lag(): LagReport {
	}

	/**
	 * How dispatching is: whether it is healthy, why it is not, and where each client stands. A bounded number of
	 * statements, however many clients and changes there are.
	 *
	 * @param array<string,array{time:int,step:string,...}>|null $failures what failed last, of each client by its
	 *   site id, and of the trigger under the empty name: when, in seconds since the epoch by the database's clock,
	 *   and whether at `push`, handing notifications to the queue, at `configuration`, if that cannot be done as the
	 *   repo is configured, or anything else
	 */
	public function status( ?array $failures = null ): Status {
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
	 * Disables a client, because somebody says so: it gets nothing from here on, and holds back no pruning.
	 *
	 * @return string `done`; `already`, if it was disabled; `unknown`, if no client of this name has a dispatch state;
	 *   `left`, if it is Wikibase's
	 */
	public function disable( string $siteId ): string {
	}

	/**
	 * Enables a client that somebody has disabled: it gets what was written after a change. A rest after failures is
	 * over.
	 *
	 * @param string $siteId
	 * @param int $after 0 or more
	 * @return string as {@see disable()}; `already`, if it was enabled
	 * @throws BeyondHorizonException if something can still commit before `$after`
	 */
	public function enable( string $siteId, int $after ): string {
	}

	/**
	 * Ends a client's rest after failures, because somebody says so: it can be served at once. How often it has failed
	 * is not forgotten.
	 *
	 * @return string `done`; `already`, if it does not rest; `claimed`, if somebody does a pass for it; `disabled`, if
	 *   it is disabled
	 * @throws UnknownClientException if the client is not configured
	 */
	public function wake( string $siteId ): string {
	}

	/**
	 * Delivers a change again that was set aside for a client, because somebody says so. A trigger does it, on its own,
	 * as with a late change; if the client still cannot handle it, it is set aside again.
	 *
	 * @return string `done`; `not-aside`, if it is not set aside for this client; `gone`, if it was pruned; `disabled`,
	 *   if the client is disabled
	 * @throws UnknownClientException if the client is not configured
	 */
	public function takeUp( string $siteId, int $changeId ): string {
	}

	/**
	 * The changes that a client cannot handle, and that were set aside for it, in ascending id.
	 *
	 * @return list<array{client:string,id:int,entity:string,time:int}> `time` in Unix seconds
	 * @throws UnknownClientException if the client is not configured
	 */
	public function setAside( string $siteId ): array {
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

}
