<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration;

/**
 * Notifications that come twice, cannot be read, or come to a wiki that is no client.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Client\DispatchNotificationJob
 * @covers \MediaWiki\Extension\WikibaseDispatch\Client\EntityChangeNotificationJob
 * @covers \MediaWiki\Extension\WikibaseDispatch\Client\ChangeNotificationJob
 */
class NotificationTest extends FarmTestCase {

	public function test_a_repeated_notification_writes_no_second_rows(): void {
		$this->subscribe( 'Q1', 'enwiki' );
		$this->createPage( 'enwiki', 7, 'Berlin', [ 'Q1' => [ 'L.en' ] ] );
		$this->createPage( 'enwiki', 8, 'Germany', [ 'Q1' => [ 'X' ] ] );
		$this->writeChange( 'Q1' );
		$this->writeChange( 'Q1', [ 'labelChanges' => [ 'en' ] ], self::SOMEBODY_ELSE );
		$this->announce();
		$this->runJobs( Farm::REPO );
		$queued = $this->farm->database( 'enwiki' )->query( 'SELECT * FROM job' )->fetchAll();

		$this->runJobs( 'enwiki' );
		$this->assertCount( 4, $this->recentChanges( 'enwiki' ) );
		foreach ( $queued as $job ) {
			$this->queueAgain( $job );
		}
		$this->runJobs( 'enwiki' );
		$this->assertCount( 4, $this->recentChanges( 'enwiki' ) );
		$this->assertSame( [], $this->jobs( 'enwiki', 'DispatchNotification' ) );
	}

	public function test_a_notification_that_nobody_can_read_is_reported_and_not_tried_again(): void {
		$this->queueNotification( 'no notification' );
		$this->runJobs( 'enwiki' );
		$this->assertStringContainsString( 'handling a notification of repowiki failed', $this->farm->log() );
		$this->assertSame( [], $this->jobs( 'enwiki', 'DispatchNotification' ) );
	}

	public function test_parameters_that_are_no_texts_are_no_notification(): void {
		foreach ( [ null, 7, 1.5, true, [], [ 'v' => 2, 'packed' => '' ] ] as $changes ) {
			$this->queueNotification( $changes );
			$this->runJobs( 'enwiki' );
			$this->assertStringContainsString( 'cannot decode a notification', $this->farm->log() );
			$this->assertSame( [], $this->jobs( 'enwiki', 'DispatchNotification' ) );
		}
	}

	public function test_a_wiki_that_is_no_client_says_which_table_is_missing_and_keeps_the_job(): void {
		$this->subscribe( 'Q1', 'enwiki' );
		$this->writeChange( 'Q1' );
		$this->announce();
		$this->runJobs( Farm::REPO );
		$this->farm->without( 'enwiki', 'wbc_entity_usage', fn () => $this->runJobs( 'enwiki' ) );
		$this->assertStringContainsString( "no table 'wbc_entity_usage'", $this->farm->log() );
		$this->assertCount( 1, $this->jobs( 'enwiki', 'DispatchNotification' ) );
	}

	private function queueNotification( mixed $changes ): void {
		$this->queueAgain( [
			'job_cmd' => 'DispatchNotification',
			'job_namespace' => -1,
			'job_title' => '',
			'job_timestamp' => '20260131120000',
			'job_params' => serialize( [ 'repo' => Farm::REPO, 'changes' => $changes ] ),
			'job_random' => 1,
			'job_attempts' => 0,
			'job_token' => '',
			'job_token_timestamp' => null,
			'job_sha1' => md5( serialize( $changes ) ),
		] );
	}

	private function queueAgain( array $job ): void {
		unset( $job['job_id'] );
		$columns = implode( ', ', array_keys( $job ) );
		$values = implode( ', ', array_fill( 0, count( $job ), '?' ) );
		$this->farm->database( 'enwiki' )->prepare( "INSERT INTO job ($columns) VALUES ($values)" )
			->execute( array_values( $job ) );
	}
}
