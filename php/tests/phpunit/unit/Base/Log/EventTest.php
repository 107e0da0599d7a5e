<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Base\Log;

use FilesystemIterator;
use MediaWiki\Extension\WikibaseDispatch\Base\Log\Event;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\RecordingLogger;
use PHPUnit\Framework\TestCase;
use RecursiveDirectoryIterator;
use RecursiveIteratorIterator;
use RuntimeException;
use WikibaseDispatch\DispatchException;

/**
 * The log: what stands in each line, and that there are no others.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Base\Log\Event
 */
class EventTest extends TestCase {

	private const PROJECT = __DIR__ . '/../../../../../..';

	public function test_a_line_names_its_event_and_what_went_wrong(): void {
		$logger = new RecordingLogger();
		Event::PassFailed->write( $logger, [ 'client' => 'enwiki' ], new RuntimeException( 'queue is down', 7 ) );
		[ $record ] = $logger->records;
		$this->assertSame( [ 'error', 'dispatching to {client} failed: {exception}' ],
			[ $record['level'], $record['message'] ] );
		$this->assertSame( [ 'event' => 'pass-failed', 'client' => 'enwiki', 'code' => 7, 'retryable' => true ],
			array_diff_key( $record['context'], [ 'exception' => 1 ] ) );
		Event::Pruned->write( $logger );
		$this->assertSame( [ 'event' => 'pruned' ], $logger->records[1]['context'] );
	}

	public function test_g13_whether_a_retry_can_help_is_what_native_code_says(): void {
		$final = $this->createMock( DispatchException::class );
		$final->method( 'isRetryable' )->willReturn( false );
		$logger = new RecordingLogger();
		Event::TriggerFailed->write( $logger, [], $final );
		$this->assertFalse( $logger->records[0]['context']['retryable'] );
	}

	public function test_every_event_is_in_the_table_of_the_documentation_with_its_level(): void {
		$documented = [];
		$document = file_get_contents( self::PROJECT . '/docs/monitoring.md' );
		preg_match_all( '/^\| (`[a-z`, -]+`) \| (error|warning|info) \|/m', $document, $rows, PREG_SET_ORDER );
		foreach ( $rows as [ , $names, $level ] ) {
			preg_match_all( '/[a-z-]+/', $names, $matches );
			$documented += array_fill_keys( $matches[0], $level );
		}
		$events = [];
		foreach ( Event::cases() as $event ) {
			$events[$event->value] = $event->level();
		}
		ksort( $documented );
		ksort( $events );
		$this->assertSame( $events, $documented );
	}

	public function test_nothing_else_is_logged(): void {
		$others = [];
		foreach ( self::sources() as $path => $code ) {
			if ( preg_match( '/logger->(?:emergency|alert|critical|error|warning|notice|info|debug|log)\(/i', $code )
				&& basename( $path ) !== 'Event.php'
			) {
				$others[] = basename( $path );
			}
		}
		$this->assertSame( [], $others );
	}

	public function test_every_event_is_written_somewhere(): void {
		$code = implode( '', iterator_to_array( self::sources() ) );
		$told = file_get_contents( self::PROJECT . '/src/binding/events_to_php.rs' )
			. file_get_contents( self::PROJECT . '/src/domain/horizon.rs' );
		$unwritten = array_filter( Event::cases(), static fn ( Event $event ) =>
			!str_contains( $code, "Event::{$event->name}" ) && !str_contains( $told, "\"{$event->value}\"" ) );
		$this->assertSame( [], array_column( $unwritten, 'value' ), 'nor does native code tell it' );
	}

	/**
	 * @return iterable<string,string> path => code
	 */
	private static function sources(): iterable {
		$files = new RecursiveIteratorIterator(
			new RecursiveDirectoryIterator( self::PROJECT . '/php/src', FilesystemIterator::SKIP_DOTS )
		);
		foreach ( $files as $file ) {
			yield $file->getPathname() => file_get_contents( $file->getPathname() );
		}
	}
}
