<?php
/**
 * Edits of entities through the API, in the words of somebody who edits; and what there is to edit.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchDifferential\Wiki;

class Entities {

	/** As in the data that the kinds of edits come from. */
	private const ALL = [
		'labels' => [ 'en' => 'label', 'de' => 'Beschriftung' ],
		'descriptions' => [ 'en' => 'description' ],
		'aliases' => [ 'en' => [ 'one', 'two' ], 'de' => [ 'eins' ] ],
	];

	/** Who makes the next edits. */
	public string $as = 'Admin';
	public string $summary = '';
	public bool $isBot = false;

	public function __construct( private readonly Api $api ) {
	}

	public function call( string $action, array $params ): array {
		$optional = array_filter( [ 'summary' => $this->summary, 'bot' => $this->isBot ] );
		return $this->api->call( $this->as, [ 'action' => $action ] + $params + $optional );
	}

	/**
	 * @param string $type item or property
	 * @param string $name that makes labels differ
	 * @param array<string,string> $links site => page
	 * @return string id
	 */
	public function create( string $type, string $name, array $links = [], bool $withStatements = true ): string {
		$data = [];
		foreach ( [ 'labels', 'descriptions' ] as $field ) {
			foreach ( self::ALL[$field] as $language => $text ) {
				$data[$field][$language] = [ 'language' => $language, 'value' => "$text $name" ];
			}
		}
		foreach ( self::ALL['aliases'] as $language => $texts ) {
			foreach ( $texts as $text ) {
				$data['aliases'][$language][] = [ 'language' => $language, 'value' => "$text $name" ];
			}
		}
		if ( $type === 'property' ) {
			$data['datatype'] = 'string';
		}
		if ( $withStatements ) {
			$data['claims'] = [
				self::statement( 'P1', 'one', [ 'P2' => 'qualifies' ], 'P3' ),
				self::statement( 'P2', 'two', [ 'P3' => 'qualifies' ] ),
			];
		}
		foreach ( $links as $site => $page ) {
			$data['sitelinks'][$site] = [ 'site' => $site, 'title' => $page ];
		}
		return $this->call( 'wbeditentity', [ 'new' => $type, 'data' => $data ] )['entity']['id'];
	}

	/**
	 * @param array<string,string> $qualifiers property => value
	 */
	public static function statement(
		string $property,
		string $value,
		array $qualifiers = [],
		?string $reference = null
	): array {
		$statement = [ 'type' => 'statement', 'rank' => 'normal', 'mainsnak' => self::snak( $property, $value ) ];
		foreach ( $qualifiers as $of => $text ) {
			$statement['qualifiers'][$of][] = self::snak( $of, $text );
		}
		if ( $reference !== null ) {
			$statement['references'][] = [ 'snaks' => [ $reference => [ self::snak( $reference, 'says' ) ] ] ];
		}
		return $statement;
	}

	public static function snak( string $property, string $value ): array {
		return [
			'snaktype' => 'value', 'property' => $property,
			'datavalue' => [ 'type' => 'string', 'value' => $value ],
		];
	}

	public function read( string $id ): array {
		return $this->api->call( 'Admin', [ 'action' => 'wbgetentities', 'ids' => $id ] )['entities'][$id];
	}

	/** The first statement with a property. */
	public function statementOf( string $id, string $property ): array {
		return $this->read( $id )['claims'][$property][0];
	}

	/** Saves several parts of an entity by one edit. */
	public function edit( string $id, array $data, bool $clear = false ): array {
		return $this->call( 'wbeditentity', [ 'id' => $id, 'data' => $data ?: (object)[], 'clear' => $clear ] );
	}

	public function setLabel( string $id, string $language, string $text ): void {
		$this->call( 'wbsetlabel', [ 'id' => $id, 'language' => $language, 'value' => $text ] );
	}

	public function setDescription( string $id, string $language, string $text ): void {
		$this->call( 'wbsetdescription', [ 'id' => $id, 'language' => $language, 'value' => $text ] );
	}

	/**
	 * @param string $how add, remove or set
	 */
	public function changeAliases( string $id, string $language, string $how, string $texts ): void {
		$this->call( 'wbsetaliases', [ 'id' => $id, 'language' => $language, $how => $texts ] );
	}

	public function addStatement( string $id, string $property, string $value ): void {
		$this->call( 'wbcreateclaim', [
			'entity' => $id, 'property' => $property, 'snaktype' => 'value', 'value' => json_encode( $value ),
		] );
	}

	public function removeStatement( array $statement ): void {
		$this->call( 'wbremoveclaims', [ 'claim' => $statement['id'] ] );
	}

	public function saveStatement( array $statement ): void {
		$this->call( 'wbsetclaim', [ 'claim' => $statement ] );
	}

	/** Null takes the link away. */
	public function setLink( string $id, string $site, ?string $page, ?string $badges = null ): void {
		$this->call( 'wbsetsitelink', array_filter(
			[ 'id' => $id, 'linksite' => $site, 'linktitle' => $page, 'badges' => $badges ],
			static fn ( ?string $value ) => $value !== null
		) );
	}

	public function merge( string $from, string $to ): void {
		$this->call( 'wbmergeitems', [ 'fromid' => $from, 'toid' => $to, 'ignoreconflicts' => 'description' ] );
	}

	public function redirect( string $from, string $to ): void {
		$this->call( 'wbcreateredirect', [ 'from' => $from, 'to' => $to ] );
	}

	/** The page of an entity. */
	public static function title( string $id ): string {
		return ( $id[0] === 'P' ? 'Property:' : 'Item:' ) . $id;
	}

	public function delete( string $id ): void {
		$this->api->call( 'Admin', [ 'action' => 'delete', 'title' => self::title( $id ), 'reason' => 'deleted' ] );
	}

	public function undelete( string $id ): void {
		$this->api->call( 'Admin', [ 'action' => 'undelete', 'title' => self::title( $id ), 'reason' => 'restored' ] );
	}

	/** Undoes the last edit. */
	public function undo( string $id ): void {
		$this->api->call( $this->as, array_filter( [
			'action' => 'edit', 'title' => self::title( $id ), 'undo' => $this->revisions( $id, 1 )[0]['revid'],
			'bot' => $this->isBot,
		] ) );
	}

	public function rollBack( string $id ): void {
		$last = $this->revisions( $id, 1 )[0];
		$this->api->call( 'Admin', [
			'action' => 'rollback', 'title' => self::title( $id ), 'user' => $last['user'], 'markbot' => $this->isBot,
		] );
	}

	/**
	 * @return list<array{revid:int,user:string}> newest first
	 */
	public function revisions( string $id, int $count ): array {
		$pages = $this->api->call( 'Admin', [
			'action' => 'query', 'prop' => 'revisions', 'titles' => self::title( $id ), 'rvprop' => 'ids|user',
			'rvlimit' => $count,
		] )['query']['pages'];
		return reset( $pages )['revisions'];
	}

	/**
	 * Hides what a revision says, or shows it again.
	 *
	 * @param string $id
	 * @param int $revision
	 * @param string $what content, comment and user, joined by |
	 * @return bool whether that was done: the content of the latest revision cannot be hidden
	 */
	public function setHidden( string $id, int $revision, string $what, bool $hidden = true ): bool {
		$result = $this->api->call( 'Admin', [
			'action' => 'revisiondelete', 'type' => 'revision', 'target' => self::title( $id ), 'ids' => $revision,
			( $hidden ? 'hide' : 'show' ) => $what, 'reason' => 'seen',
		] );
		return ( $result['revisiondelete']['items'][0]['errors'] ?? [] ) === [];
	}
}
