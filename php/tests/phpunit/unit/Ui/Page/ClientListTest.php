<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Ui\Page;

use MediaWiki\Extension\WikibaseDispatch\Status\ClientStatus;
use MediaWiki\Extension\WikibaseDispatch\Status\StatusDocument;
use MediaWiki\Extension\WikibaseDispatch\Ui\Page\ClientList;
use MediaWiki\Extension\WikibaseDispatch\Ui\Page\View;
use PHPUnit\Framework\TestCase;

/**
 * Which clients a view shows, and in what order.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Ui\Page\ClientList
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
		yield [ [ 'sort' => 'condition' ], [ 'enwiki', 'dewiki', 'frwiki', 'svwiki' ] ];
		yield [ [ 'sort' => 'rollout' ], [ 'dewiki', 'enwiki', 'frwiki', 'svwiki' ] ];
	}

	public function test_clients_are_chosen_by_a_part_of_their_name_and_by_condition(): void {
		$this->assertSame( [ 'enwiki' ], $this->shown( [ 'client' => 'EN' ] ) );
		$this->assertSame( [ 'frwiki', 'svwiki' ], $this->shown( [ 'condition' => 'up-to-date' ] ) );
		$this->assertSame( [ 'frwiki' ], $this->shown( [ 'condition' => 'up-to-date', 'client' => 'fr' ] ) );
		$list = ClientList::of( self::clients(), View::fromRequest( [ 'client' => 'nobody' ] ) );
		$this->assertSame( [ 4, 0, [] ], [ $list->total, $list->matching, $list->shown ] );
		$this->assertSame( [ 'failing' => 1, 'due' => 1, 'up-to-date' => 2 ], $list->conditions, 'of all' );
	}

	public function test_a_page_is_bounded_and_sorted_before_it_is_cut_off(): void {
		$clients = [];
		for ( $i = 0; $i < 1000; $i++ ) {
			$clients[] = new ClientStatus( "w{$i}wiki", "w{$i}wiki", 'on', 'due', 0, 0, ( $i * 379 ) % 1000 );
		}
		$list = ClientList::of( $clients, View::fromRequest( [ 'offset' => '50' ] ) );
		$this->assertSame( [ 1000, 1000, 50 ], [ $list->total, $list->matching, count( $list->shown ) ] );
		$this->assertSame( [ 949, 900 ], [ $list->shown[0]->lagSeconds(), $list->shown[49]->lagSeconds() ] );
		$last = ClientList::of( $clients, View::fromRequest( [ 'offset' => '5000' ] ) );
		$this->assertSame( [ 950, 50 ], [ $last->offset, count( $last->shown ) ], 'the last page instead' );
	}

	public function test_those_in_trouble_come_by_how_bad_it_is_and_not_by_the_names_of_codes(): void {
		$client = static fn ( string $siteId, string $condition, ?string $trouble, int $lag ) => new ClientStatus(
			$siteId, $siteId, 'on', $condition, lagSeconds: $lag, trouble: $trouble
		);
		$clients = [
			$client( 'a', 'claimed', 'lagging', 900 ),
			$client( 'b', 'due', null, 5 ),
			$client( 'c', 'failing', 'failing', 200 ),
			$client( 'd', 'lock-held', 'stuck', 800 ),
			$client( 'e', 'failing', 'stuck', 700 ),
			$client( 'f', 'failing', 'stuck', 900 ),
			$client( 'g', 'disabled', null, 0 ),
		];
		$name = static fn ( ClientStatus $client ) => $client->siteId();
		$names = static fn ( array $clients ) => implode( '', array_map( $name, $clients ) );
		$this->assertSame( 'dfeca', $names( ClientList::troubled( $clients ) ) );
		$list = ClientList::of( $clients, View::fromRequest( [ 'sort' => 'condition' ] ) );
		$this->assertSame( 'dfecabg', $names( $list->shown ) );
	}

	public function test_every_condition_has_its_place(): void {
		$this->assertEqualsCanonicalizing( StatusDocument::CONDITIONS, ClientList::SEVERITY );
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
			new ClientStatus( 'enwiki', 'enwiki', 'on', 'failing', 10, 20, 600, 1000, null, 2000, 3 ),
			new ClientStatus( 'dewiki', 'dewiki', 'on', 'due', 8, 22, 60, 1001 ),
			new ClientStatus( 'frwiki', 'frwiki', 'on', 'up-to-date', 30, 0, 0, 1002 ),
			new ClientStatus( 'svwiki', 'svwiki', 'on', 'up-to-date', 30, 0, 0 ),
		];
	}
}
