<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Status;

use MediaWiki\Extension\WikibaseDispatch\Status\Health;

/**
 * The repo says which forms of changes are written that the module does not know (G17).
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Status\MetForms
 */
class MetFormsTest extends StatusTestCase {

	public function test_g17_a_form_that_is_not_known_is_told_with_its_remedy_by_all_who_tell_of_the_status(): void {
		$this->subscribe( 'L1', 'enwiki' );
		$this->writeChange( 'L1', [ 'labelChanges' => [ 'en' ] ] );
		$this->dispatchAll();
		$this->assertSame( [ [], [] ], [ $this->api()['warnings'], $this->api()['unknownforms'] ] );

		$changeId = $this->writeChange( 'L1', [ 'lemma<b>' => [ 'en' ] ] );
		$this->dispatchAll();
		$api = $this->api();
		$this->assertSame( [ Health::Healthy->value, [ 'unknown-form' ] ], [ $api['health'], $api['warnings'] ] );
		[ $form ] = $api['unknownforms'];
		$this->assertSame( [ 'compactDiff.lemma<b>', $changeId ], [ $form['form'], $form['change'] ] );
		$this->assertEqualsWithDelta( time(), strtotime( $form['met'] ), 60 );
		$page = self::$web->page( 'Special:DispatchStatus' );
		$this->assertStringContainsString( "<code>compactDiff.lemma&lt;b&gt;</code> (change $changeId)", $page );
		$this->assertStringContainsString( 'data-notice="unknown-form"', $page );
		$this->assertMatchesRegularExpression(
			'/^Healthy.*^Warning \(unknown-form\): .*Upgrade .*lemma<b> \(change ' . $changeId . '\)$/ms',
			$this->script( 'ShowStatus' )
		);
		$this->assertStringContainsString(
			"wikibase_dispatch_warning{warning=\"unknown-form\"} 1\n", $this->metrics()
		);
	}
}
