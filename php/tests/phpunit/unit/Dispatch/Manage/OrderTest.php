<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Dispatch\Manage;

use MediaWiki\Extension\WikibaseDispatch\Dispatch\Manage\Order;
use MediaWiki\User\UserIdentity;
use PHPUnit\Framework\TestCase;

/**
 * What somebody gives as a reason.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Dispatch\Manage\Order
 */
class OrderTest extends TestCase {

	public function test_a_reason_is_one_line_so_that_it_looks_like_no_other_line_of_the_log(): void {
		$reason = " closed\r\n2026-01-31 Admin disabled dewiki\t";
		$order = Order::ofUser( $this->createMock( UserIdentity::class ), $reason );
		$this->assertSame( 'closed  2026-01-31 Admin disabled dewiki', $order->reason );
	}
}
