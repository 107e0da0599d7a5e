<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Status\Report;

use MediaWiki\Extension\WikibaseDispatch\Client\Subscription\RebuildState;
use MediaWiki\Extension\WikibaseDispatch\Migration\Rollout\RolloutRow;
use MediaWiki\Extension\WikibaseDispatch\Status\ClientStatus;
use MediaWiki\Extension\WikibaseDispatch\Status\Explain\Sentence;
use MediaWiki\Extension\WikibaseDispatch\Status\History\ClientSample;

/**
 * All that is known of one client.
 */
final class ClientReport {

	/**
	 * @param ClientStatus $status
	 * @param list<list<Sentence>> $explanation paragraphs: what it is waiting for
	 * @param list<ClientSample> $history in order of time
	 * @param list<array{time:int,step:string,error:string}> $errors the last one first
	 * @param list<array{id:int,entity:string,type:string,time:int,isSubscribed:bool}> $waiting the next changes
	 * @param RolloutRow|null $rollout null: it cannot be served
	 * @param array<int,list<int>> $differences what only Wikibase, or only we, sent to it
	 * @param RebuildState|null $rebuild of its subscriptions; null: there was none
	 */
	public function __construct(
		public readonly ClientStatus $status,
		public readonly array $explanation,
		public readonly array $history,
		public readonly array $errors,
		public readonly array $waiting,
		public readonly ?RolloutRow $rollout,
		public readonly array $differences,
		public readonly ?RebuildState $rebuild
	) {
	}
}
