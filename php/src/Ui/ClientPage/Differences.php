<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Ui\ClientPage;

use MediaWiki\Extension\WikibaseDispatch\Migration\Rollout\ShadowRecord;

/**
 * In what Wikibase and this extension differ for a client in shadow.
 */
final class Differences {

	/** IDs that are named of each kind. */
	private const MOST = 10;

	public function __construct( private readonly Markup $markup ) {
	}

	/**
	 * @param array<int,list<int>> $differences who alone sent it => change IDs
	 */
	public function html( array $differences ): string {
		$parts = [];
		$kinds = [ ShadowRecord::WIKIBASE => 'rollout-only-wikibase', ShadowRecord::OURS => 'rollout-only-ours' ];
		foreach ( $kinds as $who => $name ) {
			$ids = $differences[$who] ?? [];
			if ( $ids !== [] ) {
				$parts[] = $this->markup->parsed( $name, $this->some( $ids ) );
			}
		}
		return $parts === []
			? htmlspecialchars( $this->markup->text( 'rollout-no-differences' ) )
			: implode( $this->markup->localizer->msg( 'semicolon-separator' )->escaped(), $parts );
	}

	/**
	 * @param list<int> $ids
	 */
	private function some( array $ids ): string {
		$comma = $this->markup->localizer->msg( 'comma-separator' )->text();
		$named = implode( $comma, array_slice( $ids, 0, self::MOST ) );
		return $this->markup->text(
			'rollout-count-and-ids',
			$this->markup->words->number( count( $ids ) ),
			$named . ( count( $ids ) > self::MOST ? $comma . '…' : '' )
		);
	}
}
