<?php
/**
 * The real changes of the demo are in the form of Wikibase 1.44 and earlier. Half of them are written in that of 1.45
 * and later, as on a repo that was upgraded while changes waited.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchTests;

class MixedForms {

	/**
	 * @param array<string,?string> $row of the change buffer
	 * @return array<string,?string> the same, or the same in the new form
	 */
	public static function of( array $row ): array {
		$info = json_decode( (string)$row['change_info'], true );
		if ( (int)$row['change_id'] % 2 === 0 || !isset( $info['compactDiff'] ) ) {
			return $row;
		}
		$diff = json_decode( $info['compactDiff'], true );
		// Which alias, the old form does not say.
		$aliases = $diff['otherChanges'] ? [ 'en' ] : [];
		$info['compactDiff'] = json_encode( [
			'arrayFormatVersion' => 1,
			'labelChanges' => $diff['labelChanges'],
			'descriptionChanges' => $diff['descriptionChanges'],
			'aliasChanges' => $aliases,
			'statementChangesExcludingQualOrRefOnlyChanges' => $diff['statementChanges'],
			'statementChangesQualOrRefOnly' => [],
			'siteLinkChanges' => $diff['siteLinkChanges'],
			'otherChanges' => false,
		] );
		return array_replace( $row, [ 'change_info' => json_encode( $info ) ] );
	}
}
