<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Compat;

use MediaWiki\Extension\WikibaseDispatch\Compat\Registration;
use MediaWiki\Extension\WikibaseDispatch\Native\IncompatibleModuleException;
use MediaWiki\Extension\WikibaseDispatch\Trigger\DispatchTriggerJob;
use MediaWiki\JobQueue\Job;
use MediaWiki\JobQueue\JobSpecification;
use MediaWiki\WikiMap\WikiMap;
use PHPUnit\Framework\TestCase;
use Wikimedia\ObjectCache\WANObjectCache;

/**
 * What the extension does for versions of MediaWiki that lack something.
 */
class RegistrationTest extends TestCase {

	private const OURS = [ 'class' => DispatchTriggerJob::class, 'services' => [], 'needsPage' => false ];
	private const THEIRS = [ 'class' => 'SomebodyElsesJob', 'services' => [] ];

	protected function setUp(): void {
		$GLOBALS['wgJobTypeConf'] = [ 'default' => [ 'class' => 'JobQueueDB' ] ];
	}

	protected function tearDown(): void {
		unset( $GLOBALS['wgJobClasses'], $GLOBALS['wgJobTypeConf'] );
	}

	public function test_our_jobs_can_be_made_by_every_version(): void {
		$GLOBALS['wgJobClasses'] = [ 'DispatchTrigger' => self::OURS ];
		Registration::register( '0.1.0', '0.1.0' );
		$spec = $GLOBALS['wgJobClasses']['DispatchTrigger'];
		if ( version_compare( MW_VERSION, '1.40', '<' ) ) {
			$this->assertIsCallable( $spec );
		} else {
			$this->assertSame( self::OURS, $spec );
		}
	}

	public function test_the_jobs_of_others_are_left_alone(): void {
		$GLOBALS['wgJobClasses'] = [ 'theirs' => self::THEIRS, 'core' => 'HTMLCacheUpdateJob' ];
		Registration::register( '0.1.0', '0.1.0' );
		$this->assertSame(
			[ 'theirs' => self::THEIRS, 'core' => 'HTMLCacheUpdateJob' ],
			array_intersect_key( $GLOBALS['wgJobClasses'], [ 'theirs' => true, 'core' => true ] )
		);
	}

	public function test_wikibase_handles_its_own_notifications_where_it_can_and_we_where_it_cannot(): void {
		$wikibase = 'Wikibase\\SomeJob::newFromGlobalState';
		$GLOBALS['wgJobClasses'] = [ 'EntityChangeNotification' => $wikibase ];
		Registration::register( '0.1.0', '0.1.0' );
		$this->assertSame( $wikibase, $GLOBALS['wgJobClasses']['EntityChangeNotification'] );
		$spec = $GLOBALS['wgJobClasses']['ChangeNotification'];
		$this->assertTrue( is_callable( $spec ) || isset( $spec['services'] ) );
	}

	public function test_nothing_is_registered_with_a_module_that_it_cannot_work_with(): void {
		$GLOBALS['wgJobClasses'] = [];
		try {
			Registration::register( '0.1.0', '0.2.0' );
			$this->fail( 'it was registered' );
		} catch ( IncompatibleModuleException ) {
			$this->assertSame( [], $GLOBALS['wgJobClasses'] );
		}
	}

	public function test_present_names_of_core_classes_are_known(): void {
		foreach ( [ Job::class, JobSpecification::class, WANObjectCache::class, WikiMap::class ] as $class ) {
			$this->assertTrue( class_exists( $class ), $class );
		}
	}
}
