<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Ui\Page;

use MediaWiki\Extension\WikibaseDispatch\Status\ClientStatus;

/**
 * The clients that a view shows: some of all, sorted, and of these no more than fit on a page.
 */
final class ClientList {

	/**
	 * @param int $total how many there are
	 * @param int $matching how many are as the view wants them
	 * @param list<ClientStatus> $shown
	 * @param array<string,int> $conditions condition => how many of all clients are in it
	 */
	private function __construct(
		public readonly int $total,
		public readonly int $matching,
		public readonly array $shown,
		public readonly array $conditions
	) {
	}

	/**
	 * @param list<ClientStatus> $clients
	 * @param View $view
	 */
	public static function of( array $clients, View $view ): self {
		$matching = array_values( array_filter(
			$clients,
			static fn ( ClientStatus $client ) =>
				( $view->client === '' || stripos( $client->siteId(), $view->client ) !== false )
				&& ( $view->condition === '' || $client->condition() === $view->condition )
		) );
		$direction = $view->descending ? -1 : 1;
		usort(
			$matching,
			static fn ( ClientStatus $a, ClientStatus $b ) =>
				$direction * ( self::key( $a, $view->sort ) <=> self::key( $b, $view->sort ) )
				?: strcmp( $a->siteId(), $b->siteId() )
		);
		$conditions = array_count_values( array_map(
			static fn ( ClientStatus $client ) => $client->condition(), $clients
		) );
		arsort( $conditions );
		return new self(
			count( $clients ),
			count( $matching ),
			array_slice( $matching, $view->offset, View::ROWS ),
			$conditions
		);
	}

	/**
	 * @return list<int|string>
	 */
	private static function key( ClientStatus $client, string $column ): array {
		// @mago-expect analysis:match-not-exhaustive - a view knows no other columns: View::SORTABLE
		return match ( $column ) {
			'client' => [ $client->siteId() ],
			'condition' => [ $client->condition(), -$client->lagSeconds() ],
			'lag' => [ $client->lagSeconds(), $client->pending() ],
			'pending' => [ $client->pending(), $client->lagSeconds() ],
			// Never is longer ago than anything.
			'pass' => [ $client->lastPass() ?? 0 ],
			'rollout' => [ $client->rollout() ],
			'failures' => [ $client->failures(), $client->lagSeconds() ],
		};
	}
}
