<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit;

use MediaWiki\Extension\WikibaseDispatch\Base\Native\Module;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\EditQueue;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\WithheldJobs;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\WithheldQueue;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\DispatchTriggerJob;
use MediaWiki\Extension\WikibaseDispatch\Registration;
use MediaWiki\JobQueue\Job;
use MediaWiki\JobQueue\JobSpecification;
use MediaWiki\WikiMap\WikiMap;
use PHPUnit\Framework\TestCase;
use Wikimedia\ObjectCache\WANObjectCache;

/**
 * What the extension does for versions of MediaWiki that lack something.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Registration
 */
class RegistrationTest extends TestCase {

	private const OURS = [ 'class' => DispatchTriggerJob::class, 'services' => [], 'needsPage' => false ];
	private const THEIRS = [ 'class' => 'SomebodyElsesJob', 'services' => [] ];

	protected function setUp(): void {
		$GLOBALS['wgJobTypeConf'] = [ 'default' => [ 'class' => 'JobQueueDB' ] ];
		$GLOBALS['wgJobTypesExcludedFromDefaultQueue'] = [ 'upload' ];
	}

	protected function tearDown(): void {
		unset( $GLOBALS['wgJobClasses'], $GLOBALS['wgJobTypeConf'], $GLOBALS['wgJobTypesExcludedFromDefaultQueue'] );
	}

	public function test_our_jobs_can_be_made_by_every_version(): void {
		$GLOBALS['wgJobClasses'] = [ 'wikibase-dispatch-trigger' => self::OURS ];
		Registration::register( new Module( '0.1.0', '0.1.0' ) );
		$spec = $GLOBALS['wgJobClasses']['wikibase-dispatch-trigger'];
		if ( version_compare( MW_VERSION, '1.40', '<' ) ) {
			$this->assertIsCallable( $spec );
		} else {
			$this->assertSame( self::OURS, $spec );
		}
	}

	/**
	 * @dataProvider provideQueues
	 */
	public function test_edits_push_to_their_own_queue_where_it_is_in_the_database(
		string $class, bool $isTheirs
	): void {
		$GLOBALS['wgJobTypeConf'] = [ 'default' => [ 'class' => $class, 'order' => 'fifo' ] ];
		$GLOBALS['wgJobClasses'] = [
			'wikibase-dispatch-trigger' => self::OURS,
			'wikibase-dispatch-client' => self::THEIRS,
		];
		Registration::register( new Module( '0.1.0', '0.1.0' ) );
		$this->assertSame(
			$isTheirs ? [ 'wikibase-dispatch-trigger' => [ 'class' => EditQueue::class, 'order' => 'fifo' ] ] : [],
			array_diff_key( $GLOBALS['wgJobTypeConf'], [ 'default' => true ] )
		);
	}

	public static function provideQueues(): array {
		return [
			'in the database' => [ 'JobQueueDB', true ],
			'by its present name' => [ '\\MediaWiki\\JobQueue\\JobQueueDB', true ],
			'elsewhere' => [ 'JobQueueRedis', false ],
			'somebody\'s own' => [ 'QueueOfAFarm', false ],
		];
	}

	public function test_jobs_of_former_names_can_be_made_unless_somebody_else_has_the_name(): void {
		$GLOBALS['wgJobClasses'] = [
			'wikibase-dispatch-trigger' => self::OURS,
			'wikibase-dispatch-prune' => self::OURS,
			'PruneChanges' => self::THEIRS,
		];
		Registration::register( new Module( '0.1.0', '0.1.0' ) );
		$classes = $GLOBALS['wgJobClasses'];
		$this->assertSame( self::THEIRS, $classes['PruneChanges'] );
		$this->assertArrayNotHasKey( 'DispatchClient', $classes );
		if ( version_compare( MW_VERSION, '1.40', '<' ) ) {
			$this->assertIsCallable( $classes['DispatchTrigger'] );
		} else {
			$this->assertSame( self::OURS + [ 'args' => [ 'DispatchTrigger' ] ], $classes['DispatchTrigger'] );
		}
	}

	public function test_the_jobs_of_others_are_left_alone(): void {
		$GLOBALS['wgJobClasses'] = [ 'theirs' => self::THEIRS, 'core' => 'HTMLCacheUpdateJob' ];
		Registration::register( new Module( '0.1.0', '0.1.0' ) );
		$this->assertSame(
			[ 'theirs' => self::THEIRS, 'core' => 'HTMLCacheUpdateJob' ],
			array_intersect_key( $GLOBALS['wgJobClasses'], [ 'theirs' => true, 'core' => true ] )
		);
	}

	public function test_wikibase_handles_its_own_notifications_where_it_can_and_we_where_it_cannot(): void {
		$wikibase = 'Wikibase\\SomeJob::newFromGlobalState';
		$GLOBALS['wgJobClasses'] = [ 'EntityChangeNotification' => $wikibase ];
		Registration::register( new Module( '0.1.0', '0.1.0' ) );
		$this->assertSame( $wikibase, $GLOBALS['wgJobClasses']['EntityChangeNotification'] );
		$spec = $GLOBALS['wgJobClasses']['ChangeNotification'];
		$this->assertTrue( is_callable( $spec ) || isset( $spec['services'] ) );
	}

	/**
	 * @dataProvider provideUnusableModules
	 */
	public function test_without_a_module_that_can_be_used_jobs_that_take_it_are_withheld( string $version ): void {
		$theirs = [
			'wikibase-dispatch-client' => self::THEIRS,
			'ChangeNotification' => 'Wikibase\\SomeJob',
			'theirs' => self::THEIRS,
		];
		$GLOBALS['wgJobClasses'] = [ 'wikibase-dispatch-trigger' => self::OURS ] + $theirs;
		$module = new Module( '0.1.0', $version );
		Registration::register( $module );
		$this->assertSame( $theirs, array_intersect_key( $GLOBALS['wgJobClasses'], $theirs ) );
		$this->assertSame( [ 'class' => 'JobQueueDB' ], $GLOBALS['wgJobTypeConf']['default'] );
		$withheld = array_diff_key( $GLOBALS['wgJobTypeConf'], [ 'default' => true ] );
		$this->assertSame(
			[ 'wikibase-dispatch-trigger', 'EntityChangeNotification', 'DispatchTrigger' ],
			array_keys( $withheld )
		);
		foreach ( $withheld as $type => $config ) {
			$this->assertSame( [
				'class' => WithheldQueue::class,
				'queue' => [ 'class' => $type === 'wikibase-dispatch-trigger' ? EditQueue::class : 'JobQueueDB' ],
				'why' => $module->whyNot(),
			], $config );
		}
		$this->assertSame( [ 'upload' ], $GLOBALS['wgJobTypesExcludedFromDefaultQueue'], 'a job runner tells why' );
	}

	public static function provideUnusableModules(): array {
		return [ 'none' => [ '' ], 'another version' => [ '0.2.0' ] ];
	}

	public function test_every_job_of_ours_is_withheld_or_takes_no_module(): void {
		$services = [];
		$manifest = json_decode( file_get_contents( __DIR__ . '/../../../extension.json' ), true );
		foreach ( $manifest['JobClasses'] as $type => $spec ) {
			if ( !in_array( $type, WithheldJobs::TYPES, true ) ) {
				$services = [ ...$services, ...$spec['services'] ];
			}
		}
		$this->assertSame( [ 'WikibaseDispatch.RecentChangeTeller' ], $services );
	}

	public function test_present_names_of_core_classes_are_known(): void {
		foreach ( [ Job::class, JobSpecification::class, WANObjectCache::class, WikiMap::class ] as $class ) {
			$this->assertTrue( class_exists( $class ), $class );
		}
	}
}
