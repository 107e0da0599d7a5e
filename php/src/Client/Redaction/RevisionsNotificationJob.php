<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client\Redaction;

use MediaWiki\JobQueue\Job;

/**
 * What the jobs of Wikibase have in common that tell a client what became of revisions on the repo. Parameters:
 * `revisionIdentifiersJson`, a list of `entityIdSerialization`, `revisionTimestamp` and `revisionId`.
 *
 * Wikibase's own jobs go by the last revision of a row alone. These find each row in whose run one of the revisions is.
 */
abstract class RevisionsNotificationJob extends Job {

	public function __construct(
		string $command,
		array $params,
		protected readonly RecentChangeRedactor $redactor
	) {
		parent::__construct( $command, $params );
		$this->removeDuplicates = true;
		// It commits portions.
		$this->executionFlags |= self::JOB_NO_EXPLICIT_TRX_ROUND;
	}

	/**
	 * @param list<ToldRow> $rows that tell of any of them
	 * @param list<int> $revisions
	 */
	abstract protected function redact( array $rows, array $revisions ): void;

	/**
	 * @param array<int,string> $revisions revision id => when it was made
	 * @return list<string>|null when a run may end that one of them is part of; null: that is not known
	 */
	abstract protected function times( array $revisions ): ?array;

	/**
	 * @inheritDoc
	 */
	public function run() {
		foreach ( $this->revisions() as $entity => $revisions ) {
			$this->redact( $this->rows( (string)$entity, $revisions ), array_keys( $revisions ) );
		}
		return true;
	}

	/**
	 * @return array<string,array<int,string>> entity id => revision id => when it was made
	 */
	private function revisions(): array {
		$revisions = [];
		$identifiers = json_decode( (string)( $this->params['revisionIdentifiersJson'] ?? '' ), true );
		foreach ( is_array( $identifiers ) ? $identifiers : [] as $revision ) {
			$time = (string)wfTimestamp( TS_MW, $revision['revisionTimestamp'] );
			$revisions[$revision['entityIdSerialization']][(int)$revision['revisionId']] = $time;
		}
		return $revisions;
	}

	/**
	 * @param string $entity
	 * @param array<int,string> $revisions
	 * @return list<ToldRow>
	 */
	private function rows( string $entity, array $revisions ): array {
		$times = $this->times( $revisions );
		return $times === null
			? $this->redactor->rowsFrom( $entity, array_keys( $revisions ), min( $revisions ) )
			: $this->redactor->rowsAt( $entity, array_keys( $revisions ), $times );
	}
}
