<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Dispatch;

use MediaWiki\Extension\WikibaseDispatch\Base\Queue\LocalQueueException;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\PushFailedException;
use PHPUnit\Framework\TestCase;
use RuntimeException;

/**
 * What is said of a client whose queue cannot be reached.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Dispatch\PushFailedException
 */
class PushFailedExceptionTest extends TestCase {

	private const HINT = "name it 'my?hclient' in localClientDatabases";

	public function test_a_dash_may_be_one_in_the_databases_name(): void {
		$this->assertStringContainsString( self::HINT, $this->message( 'my-client' ) );
	}

	public function test_where_it_is_none_nothing_is_said_of_it(): void {
		foreach ( [ 'my?hclient', 'enwiki', 'farm-en_', 'my?hfarm-en_' ] as $domain ) {
			$this->assertSame(
				"cannot push to the queue of $domain: no such table: clientjob", $this->message( $domain )
			);
		}
		$cause = new LocalQueueException( 'DispatchNotification', 'my-client' );
		$this->assertSame(
			"cannot push to the queue of my-client: {$cause->getMessage()}",
			( new PushFailedException( 'my-client', $cause ) )->getMessage()
		);
	}

	private function message( string $domain ): string {
		return ( new PushFailedException( $domain, new RuntimeException( 'no such table: clientjob' ) ) )->getMessage();
	}
}
