<?php
/**
 * What changes touch, in plain words and in either form of diff, as a Wikibase of the version that wrote the data sees
 * it; and what we add to that, because usages are as old as the last parse of their page.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchComparison;

class Touched {

	private const LISTS = [
		'labelChanges' => [ 'L' ],
		'descriptionChanges' => [ 'D' ],
		'aliasChanges' => [ 'A' ],
		'statementChanges' => [ 'C' ],
		'statementChangesExcludingQualOrRefOnlyChanges' => [ 'C', 'CQR' ],
		'statementChangesQualOrRefOnly' => [ 'CQR' ],
	];

	/**
	 * @param bool $tracksQualifiers whether that Wikibase knows `CQR`: before, both lists of statements touch `C` alone
	 * @param bool $hasTwoLists of statements; if it does not know `CQR`, it writes no change of qualifiers alone
	 */
	public function __construct( private readonly bool $tracksQualifiers, private readonly bool $hasTwoLists ) {
	}

	/** Whether a change may be missing in a run: it is of qualifiers, references or ranks alone. */
	public function missesQualifiers(): bool {
		return $this->hasTwoLists && !$this->tracksQualifiers;
	}

	/**
	 * @param array $change as {@see Changes} has it
	 * @param string $wiki
	 * @return list<string> aspects that Wikibase looks up
	 */
	public function byWikibase( array $change, string $wiki ): array {
		$touched = [];
		foreach ( self::LISTS as $name => $aspects ) {
			foreach ( $change['diff'][$name] ?? [] as $modifier ) {
				foreach ( $this->tracksQualifiers ? $aspects : [ $aspects[0][0] ] as $aspect ) {
					array_push( $touched, $aspect, "$aspect.$modifier" );
				}
			}
		}
		if ( $change['links'] !== [] ) {
			$touched[] = 'S';
		}
		[ $old, $new ] = $change['links'][$wiki] ?? [ null, null ];
		if ( $old !== $new ) {
			$touched[] = 'T';
		}
		if ( $touched === [] || ( $change['diff']['otherChanges'] ?? true ) ) {
			$touched[] = 'O';
		}
		return [ ...$touched, 'X' ];
	}

	/**
	 * @param array $change as {@see Changes} has it
	 * @return list<string> aspects that we look up besides
	 */
	public function byUsBesides( array $change ): array {
		$touched = ( $change['diff']['aliasChanges'] ?? [] ) === [] ? [] : [ 'O' ];
		foreach ( self::LISTS as $name => $aspects ) {
			foreach ( self::isOfStatements( $name ) ? $change['diff'][$name] ?? [] : [] as $property ) {
				array_push( $touched, 'CQR', "CQR.$property" );
			}
		}
		return $touched;
	}

	/**
	 * @param array $change as {@see Changes} has it
	 * @return array<string,list<string>> each single thing that it changed => aspects by which a page uses it
	 */
	public function things( array $change ): array {
		$things = $change['diff']['otherChanges'] ? [ 'otherChanges' => [ 'O', 'X' ] ] : [];
		foreach ( self::LISTS as $name => $aspects ) {
			$aspects = self::isOfStatements( $name ) ? [ 'C', 'CQR' ] : $aspects;
			foreach ( $change['diff'][$name] ?? [] as $of ) {
				$used = array_map( static fn ( string $aspect ) => [ $aspect, "$aspect.$of" ], $aspects );
				$things["{$aspects[0]}.$of"] = array_merge( [ 'X' ], ...$used );
			}
		}
		foreach ( array_keys( $change['links'] ) as $site ) {
			$things["S.$site"] = [ 'S', 'T', 'X' ];
		}
		return $things;
	}

	private static function isOfStatements( string $list ): bool {
		return self::LISTS[$list][0][0] === 'C';
	}
}
