<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit;

use MediaWiki\Extension\WikibaseDispatch\Base\Queue\Jobs;
use MediaWiki\Extension\WikibaseDispatch\Registration;
use PHPUnit\Framework\TestCase;
use ReflectionClass;
use ReflectionNamedType;

/**
 * What extension.json and the service wiring say of each other and of the classes.
 *
 * @coversNothing
 */
class ExtensionTest extends TestCase {

	private const FOLDER = __DIR__ . '/../../..';

	public function test_mediawiki_loads_it_where_there_is_no_native_module(): void {
		$this->assertSame( [ 'php' ], array_keys( self::manifest()['requires']['platform'] ) );
	}

	public function test_every_job_has_the_services_that_its_class_asks_for(): void {
		$wiring = self::wiring();
		foreach ( self::jobClasses() as $command => $spec ) {
			$constructor = ( new ReflectionClass( $spec['class'] ) )->getConstructor();
			$required = $constructor->getNumberOfRequiredParameters();
			$asked = [];
			foreach ( array_slice( $constructor->getParameters(), 1, $required - 1 ) as $parameter ) {
				$asked[] = self::typeName( $parameter->getType() );
			}
			$given = array_map( static fn ( string $service ) => $wiring[$service], $spec['services'] );
			$this->assertSame( $asked, $given, $command );
			$this->assertFalse( $spec['needsPage'], $command );
		}
	}

	public function test_every_job_that_is_pushed_can_be_run(): void {
		$commands = array_keys( self::jobClasses() );
		sort( $commands );
		$pushed = [
			Jobs::CLIENT, Jobs::NOTIFICATION, Jobs::PRUNE, Jobs::TRIGGER, Jobs::INJECT_RECENT_CHANGES,
			Jobs::ENTITY_CHANGE_NOTIFICATION, Jobs::CHANGE_NOTIFICATION, Jobs::SETTLE_SUBSCRIPTIONS,
			Jobs::REBUILD_SUBSCRIPTIONS,
			Jobs::REPORT_RECEIPTS,
		];
		sort( $pushed );
		$this->assertSame( $commands, $pushed );
	}

	public function test_every_message_is_documented(): void {
		foreach ( self::manifest()['MessagesDirs']['WikibaseDispatch'] as $folder ) {
			$this->assertSame(
				array_keys( self::json( "$folder/en.json" ) ), array_keys( self::json( "$folder/qqq.json" ) )
			);
		}
		$this->assertArrayHasKey( self::manifest()['descriptionmsg'], self::json( 'i18n/en.json' ) );
	}

	/**
	 * @dataProvider provideSchemas
	 */
	public function test_both_databases_get_the_columns_of_the_abstract_schema( string $json, string $file ): void {
		foreach ( self::json( "sql/$json" ) as $table ) {
			foreach ( [ 'mysql', 'sqlite' ] as $type ) {
				$sql = file_get_contents( self::FOLDER . "/sql/$type/$file" );
				$pattern = "/CREATE TABLE \\/\\*_\\*\\/{$table['name']} \\((.*?)^\\)/ms";
				$this->assertSame( 1, preg_match( $pattern, $sql, $own ) );
				preg_match_all( '/^  ([a-z]\w+) /m', $own[1], $matches );
				$this->assertSame( array_column( $table['columns'], 'name' ), $matches[1], $type );
				foreach ( $table['indexes'] as $index ) {
					$this->assertStringContainsString( "INDEX {$index['name']} ", $sql, $type );
				}
			}
		}
	}

	public static function provideSchemas(): iterable {
		yield [ 'tables.json', 'tables-generated.sql' ];
		yield [ 'rollout.json', 'rollout-generated.sql' ];
		yield [ 'subscriptions.json', 'subscriptions-generated.sql' ];
		yield [ 'usages.json', 'usages-generated.sql' ];
		yield [ 'client.json', 'client-generated.sql' ];
		yield [ 'receipts.json', 'receipts-generated.sql' ];
		yield [ 'handled.json', 'handled-generated.sql' ];
		yield [ 'failure.json', 'failure-generated.sql' ];
		yield [ 'history.json', 'history-generated.sql' ];
		yield [ 'client_history.json', 'client_history-generated.sql' ];
		yield [ 'ledger.json', 'ledger-generated.sql' ];
	}

	/**
	 * @return array<string,array> those of the manifest, and those of Wikibase that are ours
	 */
	private static function jobClasses(): array {
		$ofWikibase = ( new ReflectionClass( Registration::class ) )->getConstant( 'JOBS_OF_WIKIBASE' );
		return self::manifest()['JobClasses'] + $ofWikibase;
	}

	/**
	 * @return array<string,string> service => class
	 */
	private static function wiring(): array {
		return array_map(
			static fn ( callable $make ) => self::typeName( ( new \ReflectionFunction( $make ) )->getReturnType() ),
			array_merge( ...array_map(
				static fn ( string $file ) => require self::FOLDER . "/$file",
				self::manifest()['ServiceWiringFiles']
			) )
		);
	}

	private static function typeName( ?\ReflectionType $type ): string {
		return $type instanceof ReflectionNamedType ? $type->getName() : '';
	}

	private static function manifest(): array {
		return self::json( 'extension.json' );
	}

	private static function json( string $file ): array {
		return json_decode( file_get_contents( self::FOLDER . "/$file" ), true, 32, JSON_THROW_ON_ERROR );
	}
}
