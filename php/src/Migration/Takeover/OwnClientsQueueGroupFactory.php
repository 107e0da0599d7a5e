<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Migration\Takeover;

use MediaWiki\Extension\WikibaseDispatch\Migration\Rollout\AppliedRollout;
use MediaWiki\Extension\WikibaseDispatch\Migration\Rollout\RolloutStore;
use MediaWiki\Extension\WikibaseDispatch\Migration\Rollout\ShadowRecord;
use MediaWiki\JobQueue\JobQueueGroupFactory;

/**
 * Gives Wikibase's job the queues of the clients that are Wikibase's, and for each of the others one that takes
 * nothing.
 *
 * A job asks for queues when it has read its changes, and that is when it is looked up whose clients they are: a
 * client that is ours by then begins at a change that this job has not noted yet.
 * (The rules are in native code, `src/domain/rollout`.)
 */
class OwnClientsQueueGroupFactory extends JobQueueGroupFactory {

	private ?AppliedRollout $applied = null;

	/**
	 * @param JobQueueGroupFactory $groups
	 * @param RolloutStore $store
	 * @param ShadowRecord $shadow
	 * @param array<string,string> $clients site id => database domain
	 */
	public function __construct(
		private readonly JobQueueGroupFactory $groups,
		private readonly RolloutStore $store,
		private readonly ShadowRecord $shadow,
		private readonly array $clients
	) {
	}

	/**
	 * @inheritDoc
	 */
	public function makeJobQueueGroup( $domain = false ): \JobQueueGroup {
		$this->applied ??= $this->store->load();
		$client = (string)array_search( $domain, $this->clients, true );
		// When all have become ours meanwhile, none is listed any more.
		$isOurs = $this->applied->wikibase() === AppliedRollout::IDLE
			|| $this->applied->of( $client ) === AppliedRollout::ON;
		if ( $isOurs ) {
			return new DeafQueueGroup();
		}
		$group = $this->groups->makeJobQueueGroup( $domain );
		return $this->applied->of( $client ) === AppliedRollout::SHADOW
			? new WatchedQueueGroup( $group, $client, $this->shadow )
			: $group;
	}
}
