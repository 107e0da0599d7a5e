<?php
/**
 * The 41 kinds of edit, each made on an entity of its own: first all entities as they are before, then all edits. Which
 * aspects each touches differs by the version of Wikibase; which page it is that differs names the kind.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchDifferential\Wiki;

use MediaWiki\MediaWikiServices;
use Wikibase\Repo\PropertyDataTypeChanger;
use Wikibase\Repo\WikibaseRepo;

class Kinds {

	/** Kinds whose entity has a link to a page of enwiki before. */
	private const LINKED = [
		'link-change-en', 'link-remove-en', 'badge-en', 'badge+title-en', 'undelete', 'delete', 'clear',
	];
	/** Those that have links to other wikis, too. */
	private const LINKED_EVERYWHERE = [ 'undelete', 'delete', 'clear' ];
	/** Kinds that two entities are needed for: the other of each. */
	private const PAIRS = [ 'merge-from' => 'merge-to', 'redirect' => 'redirect-to' ];

	public function __construct( private readonly Entities $entities ) {
	}

	/**
	 * @return array<string,callable(string):void> kind => what edits its entity
	 */
	private function edits(): array {
		$edit = $this->entities;
		$value = static fn ( array $statement, string $value ) =>
			[ 'mainsnak' => Entities::snak( $statement['mainsnak']['property'], $value ) ] + $statement;
		$qualified = static function ( array $s, string $property = 'P3' ): array {
			$s['qualifiers'][$property][] = Entities::snak( $property, 'more' );
			unset( $s['qualifiers-order'] );
			return $s;
		};
		$first = static fn ( string $id ) => $edit->statementOf( $id, 'P1' );
		$label = [ 'labels' => [ 'en' => [ 'language' => 'en', 'value' => 'changed with more' ] ] ];
		$alias = [ 'aliases' => [ [ 'language' => 'en', 'value' => 'three', 'add' => '' ] ] ];
		return [
			'label-en' => static fn ( $id ) => $edit->setLabel( $id, 'en', 'changed' ),
			'label-de' => static fn ( $id ) => $edit->setLabel( $id, 'de', 'geändert' ),
			'label-fr-add' => static fn ( $id ) => $edit->setLabel( $id, 'fr', 'ajouté' ),
			'desc-en' => static fn ( $id ) => $edit->setDescription( $id, 'en', 'changed' ),
			'alias-en-add' => static fn ( $id ) => $edit->changeAliases( $id, 'en', 'add', 'three' ),
			'alias-en-remove' => static fn ( $id ) =>
				$edit->changeAliases( $id, 'en', 'remove', 'two alias-en-remove' ),
			'alias-de-set' => static fn ( $id ) => $edit->changeAliases( $id, 'de', 'set', 'zwei|drei' ),
			'stmt-value' => static fn ( $id ) => $edit->saveStatement( $value( $first( $id ), 'changed' ) ),
			'stmt-add' => static fn ( $id ) => $edit->addStatement( $id, 'P3', 'added' ),
			'stmt-remove' => static fn ( $id ) => $edit->removeStatement( $first( $id ) ),
			'qual-add' => static fn ( $id ) => $edit->saveStatement( $qualified( $first( $id ) ) ),
			'qual-change' => static function ( $id ) use ( $edit, $first ) {
				$statement = $first( $id );
				$statement['qualifiers']['P2'] = [ Entities::snak( 'P2', 'changed' ) ];
				$edit->saveStatement( $statement );
			},
			'ref-add' => static function ( $id ) use ( $edit, $first ) {
				$statement = $first( $id );
				$statement['references'][] = [ 'snaks' => [ 'P2' => [ Entities::snak( 'P2', 'says' ) ] ] ];
				$edit->saveStatement( $statement );
			},
			'rank-only' => static fn ( $id ) => $edit->saveStatement( [ 'rank' => 'preferred' ] + $first( $id ) ),
			'value+qual' => static fn ( $id ) =>
				$edit->saveStatement( $qualified( $value( $first( $id ), 'changed' ) ) ),
			'qualP1+valueP2' => static fn ( $id ) => $edit->edit( $id, [ 'claims' => [
				$qualified( $first( $id ) ), $value( $edit->statementOf( $id, 'P2' ), 'changed' ),
			] ] ),
			'valueP1+qualP2' => static fn ( $id ) => $edit->edit( $id, [ 'claims' => [
				$value( $first( $id ), 'changed' ), $qualified( $edit->statementOf( $id, 'P2' ), 'P1' ),
			] ] ),
			'label+qual' => static fn ( $id ) =>
				$edit->edit( $id, $label + [ 'claims' => [ $qualified( $first( $id ) ) ] ] ),
			'label+alias' => static fn ( $id ) => $edit->edit( $id, $label + $alias ),
			'alias+qual' => static fn ( $id ) =>
				$edit->edit( $id, $alias + [ 'claims' => [ $qualified( $first( $id ) ) ] ] ),
			'alias+stmt' => static fn ( $id ) =>
				$edit->edit( $id, $alias + [ 'claims' => [ $value( $first( $id ), 'changed' ) ] ] ),
			'link-add' => static fn ( $id ) => $edit->setLink( $id, 'enwiki', 'Linked link-add' ),
			'link-change-en' => static fn ( $id ) => $edit->setLink( $id, 'enwiki', 'Linked2 link-change-en' ),
			'link-change-de' => static fn ( $id ) => $edit->setLink( $id, 'dewiki', 'Linked2 link-change-de' ),
			'link-remove-en' => static fn ( $id ) => $edit->setLink( $id, 'enwiki', '' ),
			'badge-en' => static fn ( $id ) => $edit->setLink( $id, 'enwiki', null, 'Q1' ),
			'badge+title-en' => static fn ( $id ) => $edit->setLink( $id, 'enwiki', 'Linked2 badge+title-en', 'Q1' ),
			'delete' => static fn ( $id ) => $edit->delete( $id ),
			'undelete' => static function ( $id ) use ( $edit ) {
				$edit->delete( $id );
				$edit->undelete( $id );
			},
			'clear' => static fn ( $id ) => $edit->edit( $id, [], true ),
			'undo' => static function ( $id ) use ( $edit ) {
				$edit->setLabel( $id, 'en', 'done' );
				$edit->undo( $id );
			},
			'prop-label' => static fn ( $id ) => $edit->setLabel( $id, 'en', 'changed property' ),
			'prop-alias' => static fn ( $id ) => $edit->changeAliases( $id, 'en', 'add', 'three' ),
			'prop-stmt' => static fn ( $id ) => $edit->saveStatement( $value( $first( $id ), 'changed' ) ),
			'prop-datatype' => self::changeDatatype( ... ),
			'prop-qual' => static fn ( $id ) => $edit->saveStatement( $qualified( $first( $id ) ) ),
			'main-edit-many' => static function ( $id ) use ( $edit ) {
				foreach ( [ 'three', 'four', 'five' ] as $text ) {
					$edit->changeAliases( $id, 'en', 'add', $text );
					$edit->setLabel( $id, 'de', $text );
				}
			},
		];
	}

	/**
	 * @return array<string,string> kind => id of its entity
	 */
	public function prepare(): array {
		$ids = [];
		$kinds = [ ...array_keys( $this->edits() ), ...array_keys( self::PAIRS ), ...self::PAIRS ];
		foreach ( $kinds as $kind ) {
			$links = in_array( $kind, self::LINKED, true ) ? [ 'enwiki' => "Linked $kind" ] : [];
			if ( in_array( $kind, self::LINKED_EVERYWHERE, true ) ) {
				$links += [ 'dewiki' => "Linked $kind", 'repowiki' => "Linked $kind" ];
			}
			if ( $kind === 'link-change-de' ) {
				$links = [ 'dewiki' => "Linked $kind" ];
			}
			$ids[$kind] = $this->entities->create(
				str_starts_with( $kind, 'prop-' ) ? 'property' : 'item', $kind, $links
			);
		}
		return $ids;
	}

	/**
	 * @param array<string,string> $ids kind => id
	 * @param callable(string):void $before called with each kind
	 */
	public function make( array $ids, callable $before ): void {
		foreach ( $this->edits() as $kind => $edit ) {
			$before( $kind );
			$edit( $ids[$kind] );
		}
		$before( 'merge-from' );
		$this->entities->merge( $ids['merge-from'], $ids['merge-to'] );
		$before( 'redirect' );
		$this->entities->edit( $ids['redirect'], [], true );
		$this->entities->redirect( $ids['redirect'], $ids['redirect-to'] );
	}

	/** There is no API for it. */
	private static function changeDatatype( string $id ): void {
		$services = MediaWikiServices::getInstance();
		$changer = new PropertyDataTypeChanger(
			WikibaseRepo::getEntityRevisionLookup( $services ),
			WikibaseRepo::getEntityStore( $services ),
			WikibaseRepo::getDataTypeFactory( $services )
		);
		$changer->changeDataType(
			WikibaseRepo::getEntityIdParser( $services )->parse( $id ),
			$services->getUserFactory()->newFromName( 'Admin' ),
			'external-id'
		);
	}
}
