<?php
/**
 * `<uses>Q42#L.en Q7#X</uses>` on a page: it uses these aspects of these entities. Stands for whatever shows data of
 * entities on a wiki without Wikibase's client.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchFarm;

use Parser;

final class UsesTag {

	public static function register( Parser $parser ): void {
		$parser->setHook( 'uses', static function ( ?string $usages, array $attributes, Parser $parser ): string {
			foreach ( preg_split( '/\s+/', (string)$usages, -1, PREG_SPLIT_NO_EMPTY ) as $usage ) {
				$parser->getOutput()->appendExtensionData( 'wikibase-entity-usage', $usage );
			}
			return '';
		} );
	}
}
