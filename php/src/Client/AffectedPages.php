<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client;

/**
 * Matches what a change touches with what pages use.
 */
final class AffectedPages {

	/**
	 * @param array{entityId:string,aspects:list<string>} $change
	 * @param array<string,array<string,list<int>>> $usages entity id => aspect => page ids
	 * @return list<int> page ids, each once, in ascending order
	 */
	public static function ofChange( array $change, array $usages ): array {
		$used = array_intersect_key( $usages[$change['entityId']] ?? [], array_flip( $change['aspects'] ) );
		$pageIds = array_unique( array_merge( ...array_values( $used ) ) );
		sort( $pageIds );
		return $pageIds;
	}
}
