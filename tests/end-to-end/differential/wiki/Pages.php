<?php
/**
 * Pages of a client that use entities: one for each aspect of each entity that a kind of edit is made on, and some that
 * use a few entities by chance, through Wikibase's parser functions or, for aspects that these do not give, by a tag.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchDifferential\Wiki;

use ReflectionClass;
use Wikibase\Client\Usage\EntityUsage;

class Pages {

	public const COUNT = 45;

	private const ASPECTS = [
		'L', 'L.en', 'L.de', 'L.fr', 'D', 'D.en', 'A', 'A.en', 'A.de', 'C', 'C.P1', 'C.P2', 'C.P3',
		'CQR', 'CQR.P1', 'CQR.P2', 'S', 'T', 'O', 'X',
	];
	/** On other wikis fewer are enough. */
	private const FEW = [ 'S', 'T', 'O', 'X' ];

	public function __construct( private readonly Api $api, private readonly Chance $chance ) {
	}

	/**
	 * @return list<string> aspects that the Wikibase of this wiki knows
	 */
	public static function aspects(): array {
		$known = ( new ReflectionClass( EntityUsage::class ) )->getConstants();
		return array_values( array_filter(
			self::ASPECTS,
			static fn ( string $aspect ) => in_array( explode( '.', $aspect )[0], $known, true )
		) );
	}

	/**
	 * @param string $wiki
	 * @param array<string,string> $kinds kind => entity
	 */
	public function makeForKinds( string $wiki, array $kinds ): void {
		$aspects = $wiki === 'enwiki' ? self::aspects() : array_intersect( self::FEW, self::aspects() );
		foreach ( $kinds as $kind => $entity ) {
			foreach ( $aspects as $aspect ) {
				$this->save( "Kind $kind $aspect", "<uses>$entity#$aspect</uses>" );
			}
			foreach ( str_contains( $kind, 'link' ) || str_contains( $kind, 'badge' )
				|| in_array( $kind, [ 'delete', 'undelete', 'clear' ], true ) ? [ 'Linked', 'Linked2' ] : [] as $name
			) {
				$this->save( "$name $kind", 'Says nothing of an entity.' );
			}
		}
	}

	/**
	 * @param list<string> $items
	 */
	public function makeByChance( array $items ): void {
		for ( $number = 0; $number < self::COUNT; $number++ ) {
			$this->save( "Page $number", $this->text( $items ) );
			if ( $number % 9 === 0 ) {
				$this->save( "Talk:Page $number", $this->text( $items ) );
			}
			if ( $number % 15 === 0 ) {
				$this->save( "Template:Page $number", $this->text( $items ) );
			}
		}
	}

	/**
	 * @param list<string> $items
	 */
	public function text( array $items ): string {
		$parts = [];
		for ( $left = 1 + $this->chance->below( 3 ); $left > 0; $left-- ) {
			$item = $this->chance->oneOf( $this->chance->isOf100( 40 ) ? array_slice( $items, 0, 8 ) : $items );
			$property = $this->chance->oneOf( [ 'P1', 'P2', 'P3' ] );
			$aspect = $this->chance->oneOf( self::aspects() );
			$parts[] = match ( $this->chance->below( 6 ) ) {
				0, 1 => "{{#statements:$property|from=$item}}",
				2 => "{{#property:$property|from=$item}}",
				3 => "{{#statements:$property}}",
				default => "<uses>$item#$aspect</uses>",
			};
		}
		return implode( "\n", $parts );
	}

	public function save( string $title, string $text, string $as = 'Admin' ): void {
		$this->api->call( $as, [ 'action' => 'edit', 'title' => $title, 'text' => $text ] );
	}
}
