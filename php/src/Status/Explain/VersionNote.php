<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Status\Explain;

use MediaWiki\Extension\WikibaseDispatch\Base\Compat\Versions;

/**
 * Says which versions run here, and whether they were tested together.
 */
final class VersionNote {

	/**
	 * @return list<Sentence>
	 */
	public static function of( Versions $versions ): array {
		$names = array_map( Param::name( ... ), [ $versions->extension, $versions->module, $versions->mediaWiki ] );
		return [
			$versions->wikibase === null
				? Sentence::of( 'status-versions', ...$names )
				: Sentence::of( 'status-versions-wikibase', ...[ ...$names, Param::name( $versions->wikibase ) ] ),
			Sentence::of( $versions->wereRunTogether() ? 'status-run-together' : 'status-never-run-together' ),
		];
	}
}
