<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Status\Explain;

/**
 * What can be said of one change: what it is, and how far it is on its way to the clients that it concerns.
 */
final class ChangeExplanation {

	/** As many clients are listed one by one; more are grouped. */
	private const FEW = 10;

	/**
	 * @param int $changeId
	 * @param list<Sentence> $change what it is, or why it is not there
	 * @param list<AudienceMember> $members
	 * @param int $named how many members are named of each group
	 * @param list<Sentence> $end which clients it does not concern
	 */
	public function __construct(
		public readonly int $changeId,
		public readonly array $change,
		private readonly array $members = [],
		private readonly int $named = 0,
		public readonly array $end = []
	) {
	}

	/**
	 * @return list<AudienceGroup>
	 */
	public function groups(): array {
		return AudienceGroup::of( $this->members, $this->named );
	}

	/**
	 * @return list<Sentence> all of it, one after the other, of no more clients than can be read
	 */
	public function sentences(): array {
		return [ ...$this->change, ...$this->ofMembers(), ...$this->end ];
	}

	/**
	 * @return list<Sentence>
	 */
	private function ofMembers(): array {
		$each = static fn ( AudienceMember $member ) => $member->sentence;
		if ( count( $this->members ) <= self::FEW ) {
			return array_map( $each, $this->members );
		}
		$sentences = [];
		foreach ( $this->groups() as $group ) {
			$rest = $group->rest();
			array_push(
				$sentences,
				$group->title(),
				...array_map( $each, $group->named ),
				...( $rest === null ? [] : [ $rest ] )
			);
		}
		return $sentences;
	}
}
