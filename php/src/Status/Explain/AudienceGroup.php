<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Status\Explain;

/**
 * The clients to which a change is equally far on its way. However many there are, only some are named.
 */
final class AudienceGroup {

	/**
	 * @param AudienceState $state
	 * @param int $count
	 * @param list<AudienceMember> $named
	 */
	private function __construct(
		public readonly AudienceState $state,
		public readonly int $count,
		public readonly array $named
	) {
	}

	/**
	 * @param list<AudienceMember> $members
	 * @param int $most to name of each group
	 * @return list<self>
	 */
	public static function of( array $members, int $most ): array {
		$groups = [];
		foreach ( AudienceState::cases() as $state ) {
			$same = array_values( array_filter(
				$members, static fn ( AudienceMember $member ) => $member->state === $state
			) );
			if ( $same !== [] ) {
				$groups[] = new self( $state, count( $same ), array_slice( $same, 0, $most ) );
			}
		}
		return $groups;
	}

	/** What its clients have in common, and how many they are. */
	public function title(): Sentence {
		return Sentence::of( "explain-group-{$this->state->value}", Param::number( $this->count ) );
	}

	/** Says that not all are named; null if they are. */
	public function rest(): ?Sentence {
		$rest = $this->count - count( $this->named );
		return $rest > 0 ? Sentence::of( 'explain-more-clients', Param::number( $rest ) ) : null;
	}
}
