<?php
/**
 * Four reasons more than there are for recorded data, where both sides got the same notifications and no revision was
 * hidden. They stand in docs/differences.md as well.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchDifferential;

use WikibaseDispatchComparison\Changes;
use WikibaseDispatchComparison\Reasons;
use WikibaseDispatchComparison\Row;
use WikibaseDispatchComparison\Touched;
use WikibaseDispatchComparison\Usages;

class LiveReasons extends Reasons {

	public const OTHERS = 'a change that is of no use to the client: Wikibase hands over whatever waits of an entity';

	public const HIDDEN = 'text that is hidden on the repo: Wikibase leaves it in the row, we take it out';

	public const UNFINDABLE = 'an id by which Wikibase finds no summary: a change that it was told of beside others';

	public const FAILED = 'a notification that Wikibase cannot handle, because a run begins or ends at a redirect';

	public const DRIFTED = 'a page that was parsed again on one farm alone, for a reason: it uses other entities there';

	/** What tells of a hidden text, or of somebody whose name is hidden. */
	private const COLUMNS = [ 'rc_params', 'rc_deleted', 'rc_ip', 'actor_name', 'actor_user' ];
	private const PARAMS = [ 'comment', 'user_text', 'user_id', 'central_user_id' ];
	private const NOTHING = [ '', '0', 'Unknown user', 'unknown user' ];

	/** @var array<int,int> revision that is hidden, or was => what of it is, in bits; 1 is its content */
	private array $hidden = [];
	/** @var array<int,list<int>> page => revisions of it that are hidden, or were */
	private array $hiddenOfPage = [];
	/** @var array<int,true> changes of notifications that Wikibase could not handle here */
	private array $failed = [];
	/** @var array<string,true> entities that the wiki is subscribed to */
	private array $subscribed = [];

	/**
	 * @param LiveData $data
	 * @param Changes $changes
	 * @param string $wiki
	 * @param list<Row> $expected
	 * @param array<int,list<string>> $drifted page => entities that it uses otherwise on the two farms
	 */
	public function __construct(
		LiveData $data,
		private readonly Changes $changes,
		private readonly string $wiki,
		array $expected,
		private readonly array $drifted
	) {
		$usages = new Usages( $data, $wiki );
		$touched = new Touched( $changes->tracksQualifiers, $changes->hasTwoLists );
		parent::__construct( $changes, $usages, $touched, $wiki, $expected );
		foreach ( $data->rows( 'hidden_revision' ) as $row ) {
			$this->hidden[(int)$row['rev_id']] = (int)$row['rev_deleted'];
			$this->hiddenOfPage[(int)$row['rev_page']][] = (int)$row['rev_id'];
		}
		foreach ( $data->rows( 'failed_change' ) as $row ) {
			if ( $row['wiki'] === $wiki ) {
				$this->failed[$row['id']] = true;
			}
		}
		foreach ( $data->rows( 'wb_changes_subscription' ) as $row ) {
			if ( $row['cs_subscriber_id'] === $wiki ) {
				$this->subscribed[$row['cs_entity_id']] = true;
			}
		}
	}

	/** @inheritDoc */
	public function whyDifferent( Row $expected, Row $actual, array $columns ): ?string {
		if ( $columns === [ 'rc_params' ] && $expected->comment === $actual->comment
			&& $expected->change === $actual->change
		) {
			return self::UNFINDABLE;
		}
		$isSame = $columns === [] && $expected->comment === $actual->comment;
		if ( $isSame || !$this->isHidden( $actual ) || array_diff( $columns, self::COLUMNS ) !== [] ) {
			return null;
		}
		foreach ( $expected->change as $name => $value ) {
			$ours = $actual->change[$name] ?? null;
			$isTakenOut = in_array( $name, self::PARAMS, true ) && in_array( (string)$ours, self::NOTHING, true );
			if ( $ours !== $value && !$isTakenOut ) {
				return null;
			}
		}
		$notHidden = (int)$expected->columns['rc_deleted'] & ~(int)$actual->columns['rc_deleted'];
		return $notHidden === 0 ? self::HIDDEN : null;
	}

	/** @inheritDoc */
	public function whyMore( Row $row, array $ofPage ): ?string {
		$ids = array_column( $this->changes->told( $row->change ), 'id' );
		if ( $ids === [] ) {
			return null;
		}
		$idsOfPage = array_map(
			fn ( Row $other ) => array_column( $this->changes->told( $other->change ), 'id' ), $ofPage
		);
		foreach ( $this->cannotBeLoaded( $row ) ? $idsOfPage : [] as $its ) {
			if ( $its !== [] && array_diff( $its, $ids ) === [] ) {
				return self::NOT_MERGED;
			}
		}
		if ( $this->haveFailed( $ids ) ) {
			return self::FAILED;
		}
		$reason = parent::whyMore( $row, $ofPage );
		foreach ( $reason === null ? $ofPage : [] as $place => $other ) {
			if ( array_diff( $ids, $idsOfPage[$place] ) === [] && $this->isAboutOthers( $other ) ) {
				return self::OTHERS;
			}
		}
		return $reason ?? $this->whyDrifted( $row );
	}

	/** @inheritDoc */
	public function whyMissing( Row $row, array $unmerged ): ?string {
		return parent::whyMissing( $row, $unmerged )
			?? ( $this->isAboutOthers( $row ) ? self::OTHERS : $this->whyDrifted( $row ) );
	}

	/**
	 * Why a page was updated by us alone although no row tells it why: its entity was deleted before anything was told.
	 *
	 * @param int $pageId
	 * @param int $after the last change that had been dispatched before
	 */
	public function whyUntold( int $pageId, int $after ): ?string {
		foreach ( $this->changes->byEntity() as $entity => $changes ) {
			$uses = $this->usages->ofPage( $entity, $pageId );
			$new = array_filter( $changes, static fn ( array $change ) => $change['id'] > $after );
			$isRemoved = preg_grep( '/~remove$/', array_column( $new, 'change_type' ) ) !== [];
			foreach ( $uses !== [] && $isRemoved ? self::runs( $new ) : [] as $run ) {
				$reason = $this->haveFailed( array_column( $run, 'id' ) ) ? self::FAILED : null;
				$reason ??= ( count( $run ) > 1 ? $this->whyGone( $uses, $run ) : null )
					?? $this->whyBesides( $uses, $run );
				if ( $reason !== null ) {
					return $reason;
				}
			}
		}
		return null;
	}

	/**
	 * @param list<int> $ids of changes
	 */
	private function haveFailed( array $ids ): bool {
		return array_diff_key( array_flip( $ids ), $this->failed ) === [];
	}

	/**
	 * @param array $changes of an entity
	 * @return list<list<array>> of one user each
	 */
	private static function runs( array $changes ): array {
		$runs = [];
		$before = null;
		foreach ( $changes as $change ) {
			$by = "{$change['change_type']} {$change['metadata']['user_text']}";
			if ( $by !== $before ) {
				$runs[] = [];
			}
			$runs[array_key_last( $runs )][] = $change;
			$before = $by;
		}
		return $runs;
	}

	private function whyDrifted( Row $row ): ?string {
		return in_array( $row->change['object_id'], $this->drifted[$row->pageId] ?? [], true ) ? self::DRIFTED : null;
	}

	/**
	 * Whether a change of the row is of a revision that was hidden, or deleted with its page, or one was hidden in the
	 * run that no change was written of; or, where the row names nobody, it is beside one by the same user: Wikibase's
	 * own client might have merged them.
	 */
	private function isHidden( Row $row ): bool {
		if ( $row->change['id'] === null ) {
			foreach ( $this->hiddenOfPage[(int)$row->change['page_id']] ?? [] as $revision ) {
				if ( $row->change['parent_id'] < $revision && $revision < $row->change['rev_id'] ) {
					return true;
				}
			}
		}
		$ids = array_column( $this->changes->told( $row->change ), 'id' );
		$namesNobody = in_array( $row->change['user_text'], self::NOTHING, true );
		$told = $hidden = [];
		$stretch = 0;
		$before = null;
		foreach ( $this->changes->byEntity()[$row->change['object_id']] ?? [] as $change ) {
			if ( $told !== [] && str_ends_with( $change['change_type'], '~remove' ) ) {
				return true;
			}
			$stretch += !$namesNobody || $change['metadata']['user_text'] !== $before ? 1 : 0;
			$before = $change['metadata']['user_text'];
			if ( in_array( $change['id'], $ids, true ) ) {
				$told[$stretch] = true;
			}
			if ( isset( $this->hidden[(int)$change['metadata']['rev_id']] ) ) {
				$hidden[$stretch] = true;
			}
		}
		return array_intersect_key( $told, $hidden ) !== [];
	}

	private function cannotBeLoaded( Row $row ): bool {
		$parent = $this->hidden[(int)$row->change['parent_id']] ?? 0;
		return ( ( $parent | ( $this->hidden[(int)$row->change['rev_id']] ?? 0 ) ) & 1 ) !== 0;
	}

	/** Whether a change of the row does not concern the wiki: it is not subscribed, and no link to it is changed. */
	private function isAboutOthers( Row $row ): bool {
		if ( isset( $this->subscribed[$row->change['object_id']] ) ) {
			return false;
		}
		foreach ( $this->changes->told( $row->change ) as $change ) {
			if ( !isset( $change['links'][$this->wiki] ) ) {
				return true;
			}
		}
		return false;
	}
}
