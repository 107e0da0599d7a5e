<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Hooks;

use MediaWiki\Api\Hook\APIQuerySiteInfoStatisticsInfoHook;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\WikiSettings;
use MediaWiki\Extension\WikibaseDispatch\Status\ClientStatus;
use MediaWiki\Extension\WikibaseDispatch\Status\FarmStatus;
use MediaWiki\Extension\WikibaseDispatch\Status\RecentStatus;
use Wikimedia\Rdbms\ILBFactory;

/**
 * Tells the numbers that Wikibase told up to 1.37 in `siprop=statistics`, under `dispatch`, for programs that still
 * look there. What a key means is in docs/monitoring.md.
 */
class StatisticsHandler implements APIQuerySiteInfoStatisticsInfoHook {

	private const KEY = 'dispatch';

	public function __construct(
		private readonly WikiSettings $settings,
		private readonly RecentStatus $status,
		private readonly ILBFactory $loadBalancers
	) {
	}

	/**
	 * @inheritDoc
	 */
	// phpcs:ignore Generic.NamingConventions.CamelCapsFunctionName.ScopeNotCamelCaps -- MediaWiki's name.
	public function onAPIQuerySiteInfoStatisticsInfo( &$results ): void {
		if ( isset( $results[self::KEY] ) || !$this->settings->isRepo() ) {
			return;
		}
		$status = $this->status->get();
		$clients = $status === null ? [] : self::served( $status );
		if ( $status !== null && $clients !== [] ) {
			$results[self::KEY] = [
				'oldest' => $this->change( 'ASC' ),
				'newest' => $this->change( 'DESC' ),
			] + self::lags( $status, $clients );
		}
	}

	/**
	 * @param FarmStatus $status
	 * @return list<ClientStatus> the most lagged first
	 */
	private static function served( FarmStatus $status ): array {
		return array_values( array_filter(
			$status->clients(),
			static fn ( ClientStatus $client ) =>
				$client->isOurs() && !in_array( $client->condition(), [ 'disabled', 'uninitialised' ], true )
		) );
	}

	/**
	 * @param FarmStatus $status
	 * @param non-empty-list<ClientStatus> $clients
	 */
	private static function lags( FarmStatus $status, array $clients ): array {
		$pending = static fn ( ClientStatus $client ) => max( 0, $status->newest() - $client->seen() );
		$row = static fn ( ClientStatus $client ) => [
			'pending' => $pending( $client ),
			'lag' => $client->lagSeconds(),
			'site' => $client->siteId(),
			'position' => $client->seen(),
			'touched' => $client->lastPass() === null ? null : wfTimestamp( TS_ISO_8601, $client->lastPass() ),
		];
		$count = count( $clients );
		return [
			'freshest' => $row( $clients[$count - 1] ),
			'median' => $row( $clients[intdiv( $count, 2 )] ),
			'stalest' => $row( $clients[0] ),
			'average' => [
				'pending' => intdiv( array_sum( array_map( $pending, $clients ) ), $count ),
				'lag' => intdiv(
					array_sum( array_map( static fn ( ClientStatus $client ) => $client->lagSeconds(), $clients ) ),
					$count
				),
			],
		];
	}

	/**
	 * @param string $direction
	 * @return array{id:int,timestamp:string} id and time of the first or last change in the buffer
	 */
	private function change( string $direction ): array {
		$row = $this->loadBalancers->getMainLB()->getConnection( DB_REPLICA )->newSelectQueryBuilder()
			->select( [ 'change_id', 'change_time' ] )
			->from( 'wb_changes' )
			->orderBy( 'change_id', $direction )
			->limit( 1 )
			->caller( __METHOD__ )
			->fetchRow();
		return $row
			? [ 'id' => (int)$row->change_id, 'timestamp' => (string)wfTimestamp( TS_MW, $row->change_time ) ]
			: [ 'id' => 0, 'timestamp' => '' ];
	}
}
