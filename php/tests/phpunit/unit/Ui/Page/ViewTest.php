<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Ui\Page;

use MediaWiki\Extension\WikibaseDispatch\Ui\Page\View;
use PHPUnit\Framework\TestCase;

/**
 * What the parameters of an address stand for.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Ui\Page\View
 */
class ViewTest extends TestCase {

	public function test_without_parameters_the_most_lagged_of_all_clients_come_first(): void {
		$view = View::fromRequest( [] );
		$this->assertSame(
			[ '', '', 'lag', true, 0, 3 ],
			[ $view->client, $view->condition, $view->sort, $view->descending, $view->offset, $view->hours ]
		);
		$this->assertSame( [], $view->parameters() );
	}

	public function test_an_address_that_was_made_leads_to_the_same_view(): void {
		$view = View::fromRequest( [
			'client' => ' en ', 'condition' => 'failing', 'sort' => 'client', 'desc' => '1', 'offset' => '100',
			'hours' => '24',
		] );
		$this->assertSame( [ 'en', true, 100, 24 ], [ $view->client, $view->descending, $view->offset, $view->hours ] );
		$this->assertEquals( $view, View::fromRequest( array_map( 'strval', $view->parameters() ) ) );
		$this->assertSame( 0, View::fromRequest( [] )->parameters( [ 'desc' => false ] )['desc'] );
	}

	/** G15. */
	public function test_g15_what_makes_no_sense_is_left_out(): void {
		$view = View::fromRequest( [
			'client' => [ 'x' ], 'sort' => 'drop table', 'offset' => '-3', 'hours' => '1000000', 'condition' => [ 1 ],
		] );
		$this->assertEquals( View::fromRequest( [] ), $view );
		$this->assertSame( 50, View::fromRequest( [ 'offset' => '99' ] )->offset, 'whole pages' );
		$this->assertSame( 64, strlen( View::fromRequest( [ 'client' => str_repeat( 'x', 5000 ) ] )->client ) );
	}
}
