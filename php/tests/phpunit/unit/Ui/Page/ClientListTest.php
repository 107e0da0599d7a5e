<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Ui\Page;

use MediaWiki\Extension\WikibaseDispatch\Status\ClientStatus;
use MediaWiki\Extension\WikibaseDispatch\Ui\Page\ClientList;
use MediaWiki\Extension\WikibaseDispatch\Ui\Page\View;
use PHPUnit\Framework\TestCase;

/**
 * Which clients a view shows, and in what order.
 */
class ClientListTest extends TestCase {

	/**
	 * @dataProvider provideOrders
	 */
	public function test_clients_are_sorted_by_any_column( array $parameters, array $expected ): void {
		$this->assertSame( $expected, $this->shown( $parameters ) );
	}

	public static function provideOrders(): iterable {
		yield [ [], [ 'enwiki', 'dewiki', 'frwiki', 'svwiki' ] ];
		yield [ [ 'desc' => '0' ], [ 'frwiki', 'svwiki', 'dewiki', 'enwiki' ] ];
		yield [ [ 'sort' => 'client' ], [ 'dewiki', 'enwiki', 'frwiki', 'svwiki' ] ];
		yield [ [ 'sort' => 'client', 'desc' => '1' ], [ 'svwiki', 'frwiki', 'enwiki', 'dewiki' ] ];
		yield [ [ 'sort' => 'pending' ], [ 'dewiki', 'enwiki', 'frwiki', 'svwiki' ] ];
		yield [ [ 'sort' => 'pass', 'desc' => '0' ], [ 'svwiki', 'enwiki', 'dewiki', 'frwiki' ] ];
		yield [ [ 'sort' => 'failures' ], [ 'enwiki', 'dewiki', 'frwiki', 'svwiki' ] ];
		yield [ [ 'sort' => 'condition' ], [ 'dewiki', 'enwiki', 'frwiki', 'svwiki' ] ];
		yield [ [ 'sort' => 'rollout' ], [ 'dewiki', 'enwiki', 'frwiki', 'svwiki' ] ];
	}

	public function test_clients_are_chosen_by_a_part_of_their_name_and_by_condition(): void {
		$this->assertSame( [ 'enwiki' ], $this->shown( [ 'client' => 'EN' ] ) );
		$this->assertSame( [ 'frwiki', 'svwiki' ], $this->shown( [ 'condition' => 'up-to-date' ] ) );
		$this->assertSame( [ 'frwiki' ], $this->shown( [ 'condition' => 'up-to-date', 'client' => 'fr' ] ) );
		$list = ClientList::of( self::clients(), View::fromRequest( [ 'client' => 'nobody' ] ) );
		$this->assertSame( [ 4, 0, [] ], [ $list->total, $list->matching, $list->shown ] );
		$this->assertSame( [ 'up-to-date' => 2, 'resting' => 1, 'due' => 1 ], $list->conditions, 'of all' );
	}

	public function test_a_page_is_bounded_and_sorted_before_it_is_cut_off(): void {
		$clients = [];
		for ( $i = 0; $i < 1000; $i++ ) {
			$clients[] = new ClientStatus( "w{$i}wiki", "w{$i}wiki", 'on', 'due', 0, 0, ( $i * 379 ) % 1000 );
		}
		$list = ClientList::of( $clients, View::fromRequest( [ 'offset' => '50' ] ) );
		$this->assertSame( [ 1000, 1000, 50 ], [ $list->total, $list->matching, count( $list->shown ) ] );
		$this->assertSame( [ 949, 900 ], [ $list->shown[0]->lagSeconds(), $list->shown[49]->lagSeconds() ] );
		$this->assertSame( [], ClientList::of( $clients, View::fromRequest( [ 'offset' => '5000' ] ) )->shown );
	}

	/**
	 * @return list<string> site ids
	 */
	private function shown( array $parameters ): array {
		return array_map(
			static fn ( ClientStatus $client ) => $client->siteId(),
			ClientList::of( self::clients(), View::fromRequest( $parameters ) )->shown
		);
	}

	private static function clients(): array {
		return [
			new ClientStatus( 'enwiki', 'enwiki', 'on', 'resting', 10, 20, 600, 1000, null, 2000, 3 ),
			new ClientStatus( 'dewiki', 'dewiki', 'on', 'due', 8, 22, 60, 1001 ),
			new ClientStatus( 'frwiki', 'frwiki', 'on', 'up-to-date', 30, 0, 0, 1002 ),
			new ClientStatus( 'svwiki', 'svwiki', 'on', 'up-to-date', 30, 0, 0 ),
		];
	}
}
