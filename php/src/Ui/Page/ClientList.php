<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Ui\Page;

use MediaWiki\Extension\WikibaseDispatch\Status\ClientStatus;

/**
 * The clients that a view shows: some of all, sorted, and of these no more than fit on a page.
 */
final class ClientList {

	/** Conditions, the worst first. */
	public const SEVERITY = [
		ClientStatus::REFUSED, 'lock-held', 'failing', 'gap', 'unhandled', 'due', 'not-due', 'claimed', 'uninitialised',
		'disabled', ClientStatus::NOT_OURS, 'up-to-date',
	];

	/** Troubles, the worst first; then there is none. */
	private const TROUBLES = [ 'stuck', 'failing', 'lagging' ];

	/**
	 * @param int $total how many there are
	 * @param int $matching how many are as the view wants them
	 * @param int $offset how many of these come before those that are shown
	 * @param list<ClientStatus> $shown
	 * @param array<string,int> $conditions condition => how many of all clients are in it
	 */
	private function __construct(
		public readonly int $total,
		public readonly int $matching,
		public readonly int $offset,
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
		// Of a page beyond the last, the last.
		$offset = min( $view->offset, intdiv( max( 0, count( $matching ) - 1 ), View::ROWS ) * View::ROWS );
		return new self(
			count( $clients ),
			count( $matching ),
			$offset,
			array_slice( $matching, $offset, View::ROWS ),
			$conditions
		);
	}

	/**
	 * The clients that something is wrong with, the worst first.
	 *
	 * @param list<ClientStatus> $clients
	 * @return list<ClientStatus>
	 */
	public static function troubled( array $clients ): array {
		$troubled = array_filter( $clients, static fn ( ClientStatus $client ) => $client->trouble() !== null );
		usort(
			$troubled,
			static fn ( ClientStatus $a, ClientStatus $b ) => self::severity( $a ) <=> self::severity( $b )
		);
		return $troubled;
	}

	/**
	 * @return list<int|string> the worse, the less
	 */
	private static function severity( ClientStatus $client ): array {
		$place = static fn ( ?string $code, array $codes ): int =>
			( $found = array_search( $code, $codes, true ) ) === false ? count( $codes ) : (int)$found;
		return [
			$place( $client->trouble(), self::TROUBLES ),
			$place( $client->condition(), self::SEVERITY ),
			-$client->lagSeconds(),
			$client->siteId(),
		];
	}

	/**
	 * @return list<int|string>
	 */
	private static function key( ClientStatus $client, string $column ): array {
		// @mago-expect analysis:match-not-exhaustive - a view knows no other columns: View::SORTABLE
		return match ( $column ) {
			'client' => [ $client->siteId() ],
			'condition' => self::severity( $client ),
			'lag' => [ $client->lagSeconds(), $client->pending() ],
			'pending' => [ $client->pending(), $client->lagSeconds() ],
			// Never is longer ago than anything.
			'pass' => [ $client->lastPass() ?? 0 ],
			'rollout' => [ $client->rollout() ],
			'failures' => [ $client->failures(), $client->lagSeconds() ],
		};
	}
}
