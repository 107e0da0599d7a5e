<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Ui\Shell;

use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Farm;

/**
 * The status at a shell, and for monitoring.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Ui\Shell\StatusText
 */
class ShowStatusTest extends ScriptTestCase {

	public function test_a_healthy_farm_is_told_as_such_with_all_its_clients(): void {
		$this->subscribe( 'Q1', 'enwiki' );
		$this->writeChange( 'Q1' );
		$this->dispatchAll();
		$output = $this->script( 'ShowStatus' );
		$this->assertStringStartsWith( 'Healthy (none): ', $output );
		foreach ( Farm::WIKIS as $wiki ) {
			$this->assertMatchesRegularExpression( "/^$wiki +0 s +0 .*up to date$/m", $output );
		}
		$this->assertStringContainsString( 'MediaWiki ' . MW_VERSION . ', no Wikibase. These versions ', $output );
	}

	public function test_programs_get_a_document_of_a_version(): void {
		$this->subscribe( 'Q1', 'enwiki' );
		$changeId = $this->writeChange( 'Q1' );
		$this->dispatchAll();
		$document = json_decode( $this->script( 'ShowStatus', '--json' ), true, 16, JSON_THROW_ON_ERROR );
		$this->assertSame(
			[ 2, 'healthy', 'none', $changeId ],
			[ $document['version'], $document['health'], $document['reason'], $document['horizon'] ]
		);
		$clients = array_column( $document['clients'], null, 'siteid' );
		$this->assertSame(
			[ 'up-to-date', $changeId ], [ $clients['enwiki']['condition'], $clients['enwiki']['seen'] ]
		);
		$this->assertMatchesRegularExpression( '/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/', $document['takenat'] );
	}

	public function test_the_exit_code_is_that_of_a_monitoring_plugin(): void {
		$this->subscribe( 'Q1', 'enwiki' );
		$this->writeChange( 'Q1' );
		$stuck = $this->startScript( 'ShowStatus' )->result();
		$this->assertSame( 2, $stuck->status, $stuck->output );
		$this->assertStringStartsWith(
			'Stuck (no-runner): No dispatch job has run recently. One change is waiting', $stuck->output
		);
		$this->script( 'CatchUp' );
		$this->writeChange( 'Q1' );
		$lagging = $this->startScript( 'ShowStatus' )->result();
		$this->assertSame( 1, $lagging->status, $lagging->output );
		$this->assertStringStartsWith( 'Lagging (lagging): ', $lagging->output );
		$this->farm->setSettings( [ 'dispatchDefaultBatchSize' => 0 ] );
		$unknown = $this->startScript( 'ShowStatus' )->result();
		$this->assertSame( 3, $unknown->status, $unknown->output );
		$this->assertStringContainsString( 'dispatchDefaultBatchSize', $unknown->output );
	}

	/**
	 * @dataProvider provideTables
	 */
	public function test_a_missing_table_is_a_sentence_that_names_it_and_exit_code_3( string $table ): void {
		$output = $this->farm->without( Farm::REPO, $table, fn () => $this->scriptEnding( 3, 'ShowStatus' ) );
		$this->assertStringContainsString( $table, $output );
		$this->assertStringContainsString( 'maintenance/update.php', $output );
	}

	public static function provideTables(): array {
		return [
			'of the dispatch states' => [ 'wb_changes_dispatch' ],
			'of failures' => [ 'wb_changes_failure' ],
			'of the history' => [ 'wb_changes_history' ],
			'of the rollout' => [ 'wb_changes_rollout' ],
		];
	}

	public function test_only_the_clients_that_are_asked_for_are_shown(): void {
		$this->subscribe( 'Q1', 'enwiki' );
		$this->writeChange( 'Q1' );
		$this->dispatchAll();
		$this->writeChange( 'Q1' );
		$this->set( 'enwiki', "chd_lock = 'wd1r:" . ( time() + 200 ) . ":1:3'" );
		$siteIds = fn ( string ...$arguments ) => array_column( json_decode(
			$this->startScript( 'ShowStatus', '--json', ...$arguments )->result()->output, true
		)['clients'], 'siteid' );
		$this->assertSame( [ 'enwiki' ], $siteIds( '--problems' ) );
		$this->assertSame( [ 'enwiki' ], $siteIds( '--condition', 'failing' ) );
		$this->assertSame( [], $siteIds( '--condition', 'gap' ) );
		$this->assertCount( 1, $siteIds( '--limit', '1' ) );
		$text = $this->startScript( 'ShowStatus', '--problems' )->result()->output;
		$this->assertStringContainsString( "\nenwiki ", $text );
		$this->assertStringNotContainsString( "\ndewiki ", $text );
		$this->assertStringNotContainsString( "\e", $text, 'colours are for terminals' );
	}

	/**
	 * @dataProvider provideWrongArguments
	 */
	public function test_what_it_does_not_know_is_refused_with_exit_code_3( string $says, string ...$arguments ): void {
		$this->assertStringContainsString( $says, $this->scriptEnding( 3, 'ShowStatus', ...$arguments ) );
	}

	public static function provideWrongArguments(): array {
		return [
			[ "--condition takes one of these, not 'asleep': claimed, ", '--condition', 'asleep' ],
			[ "--limit takes a number of clients, not 'all'", '--limit', 'all' ],
			[ "--limit takes a number of clients, not '0'", '--limit', '0' ],
			[ 'limit', '--limit' ],
			[ 'problem', '--problem' ],
			[ "Unexpected argument 'enwiki'!", 'enwiki' ],
		];
	}

	public function test_who_watches_sees_what_changes_until_he_interrupts(): void {
		$this->subscribe( 'Q1', 'enwiki' );
		$this->writeChange( 'Q1' );
		$watch = $this->startScript( 'ShowStatus', '--watch' );
		$watch->waitFor( 'Stuck (no-runner)' );
		$this->script( 'CatchUp' );
		$watch->waitFor( 'Healthy (none)' );
		$watch->signal( SIGINT );
		$this->assertSame( 0, $watch->result()->status );
	}
}
