<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Client;

use MediaWiki\Extension\WikibaseDispatch\Base\Log\BadChangeReport;
use MediaWiki\Extension\WikibaseDispatch\Base\Metrics\Metrics;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\JobQueues;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\ClientSettings;
use MediaWiki\Extension\WikibaseDispatch\Client\ChangeHooks;
use MediaWiki\Extension\WikibaseDispatch\Client\CurrentReads;
use MediaWiki\Extension\WikibaseDispatch\Client\LinkedPageLookup;
use MediaWiki\Extension\WikibaseDispatch\Client\Mark\OwnMark;
use MediaWiki\Extension\WikibaseDispatch\Client\NotificationHandler;
use MediaWiki\Extension\WikibaseDispatch\Client\Receipt\Receipts;
use MediaWiki\Extension\WikibaseDispatch\Client\RecentChangeTeller;
use MediaWiki\Extension\WikibaseDispatch\Client\PageLookup;
use MediaWiki\Extension\WikibaseDispatch\Client\PageUpdater;
use MediaWiki\Extension\WikibaseDispatch\Client\UnknownFormReport;
use MediaWiki\Extension\WikibaseDispatch\Client\UsageLookup;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\RecordingLogger;
use PHPUnit\Framework\TestCase;
use RuntimeException;
use WikibaseDispatch\ClientUpdate;
use WikibaseDispatch\Notification;
use Wikimedia\Rdbms\ILBFactory;

/**
 * A handler that fails has the job repeated, unless that cannot help.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Client\NotificationHandler
 */
class NotificationHandlerTest extends TestCase {

	private const UNKNOWN = [ [ 'form' => 'arrayFormatVersion 2', 'count' => 1, 'change' => 7 ] ];

	public function test_g17_a_handler_that_fails_on_a_form_that_is_not_known_keeps_no_page_from_its_update(): void {
		$logger = new RecordingLogger();
		$update = $this->createMock( ClientUpdate::class );
		$update->method( 'summary' )->willReturn( self::summary( self::UNKNOWN ) );
		$update->expects( $this->once() )->method( 'pageIds' )->willReturn( [] );
		$this->handle( $update, $logger );
		$this->assertSame( [ 'handlers-failed' ], array_column( $logger->contexts( 'error' ), 'event' ) );
	}

	public function test_a_handler_that_fails_on_any_other_change_fails_the_job(): void {
		$this->expectException( RuntimeException::class );
		$update = $this->createMock( ClientUpdate::class );
		$update->method( 'summary' )->willReturn( self::summary( [] ) );
		$this->handle( $update, new RecordingLogger() );
	}

	private static function summary( array $unknownForms ): array {
		return [ 'changes' => 1, 'untold' => 0, 'unknownForms' => $unknownForms ];
	}

	private function handle( ClientUpdate $update, RecordingLogger $logger ): void {
		$hooks = $this->createMock( ChangeHooks::class );
		$hooks->method( 'run' )->willThrowException( new RuntimeException( 'Unsupported format version 2' ) );
		$metrics = $this->createMock( Metrics::class );
		$notification = $this->createMock( Notification::class );
		$notification->method( 'summary' )
			->willReturn( [ 'changes' => 1, 'bad' => [], 'oldest' => null, 'covers' => null ] );
		$notification->method( 'update' )->willReturn( $update );
		$update->method( 'asks' )->willReturn( [ 'entities' => [], 'titles' => [] ] );
		$handler = new NotificationHandler(
			$this->createMock( CurrentReads::class ),
			$this->createMock( UsageLookup::class ),
			$this->createMock( LinkedPageLookup::class ),
			$this->createMock( PageLookup::class ),
			$this->createMock( PageUpdater::class ),
			$hooks,
			$this->createMock( JobQueues::class ),
			$this->createMock( ILBFactory::class ),
			$this->createMock( ClientSettings::class ),
			new BadChangeReport( $logger ),
			new UnknownFormReport( static fn (): bool => false, $metrics, $logger ),
			null,
			$this->createMock( OwnMark::class ),
			$this->createMock( Receipts::class ),
			fn () => $this->createMock( RecentChangeTeller::class ),
			$metrics,
			$logger
		);
		$handler->handle( 'repowiki', $notification, [] );
	}
}
