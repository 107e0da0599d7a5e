--TEST--
Whatever PHP values are given to it, native code answers or throws, and neither panics nor dies (G12, G15)
--EXTENSIONS--
pdo
pdo_sqlite
--INI--
memory_limit=512M
--FILE--
<?php
require __DIR__ . '/repo.inc';

use WikibaseDispatch\Dispatcher;
use WikibaseDispatch\DispatchException;
use WikibaseDispatch\Notification;
use WikibaseDispatch\Settings;
use WikibaseDispatch\TriggerGate;

const TRIES = 300;

$circle = [ 'a' => 1 ];
$circle['circle'] = &$circle;
$deep = [];
for ( $i = 0; $i < 50_000; $i++ ) {
	$deep = [ 'metadata' => $deep ];
}
$text = 'enwiki';
$reference = [ &$text ];
$values = [
	null, true, false, 0, 1, -1, PHP_INT_MAX, PHP_INT_MIN, 4294967296, 0.5, NAN, INF, -0.0, '', '0', '-1', ' 1', '1e3', 'enwiki', 'Q1',
	"\0", "a\0b", "\xff\xfe", "\u{1F600}", str_repeat( 'x', 1 << 20 ), "'\"%_\\;--", '99999999999999999999', '[]', '{"v":1,"changes":[]}',
	'{"v":1,"changes":[{"id":1,"type":"x","time":"20260131235959","entity":"Q1","revision":1,"user":1,"info":{}}]}',
	[], [ [] ], [ 1, 2 ], [ 'enwiki' ], [ 'enwiki' => 'enwiki' ], [ 5 => 'x' ], [ PHP_INT_MIN => 'x', '' => "\xff" ], [ "\0" => null ], $circle, $deep,
	$reference, [ [ 'id' => '1', 'info' => '{}', 'time' => '20260131235959' ] ], [ [ 'id' => -1, 'info' => NAN ] ], [ 'Q1' => [ 'X' => [ '7' ] ] ],
	new stdClass, new ArrayObject( [ 1 ] ), static fn () => 1, STDIN, new DateTime( '2026-01-31' ),
];
$repo = new Repo();
$repo->subscribe( 'enwiki', 'Q1' );
$seed = (int)( getenv( 'HOSTILE_SEED' ) ?: 20260131 );
mt_srand( $seed );
$settings = [ 'repoSiteId' => 'r', 'localClientDatabases' => [ 'enwiki' ] ];
$outcomes = [];

$ofNotification = static fn () => Notification::ofRows( [ [ 'id' => 1, 'info' => '{}', 'type' => 'wikibase-item~update',
	'time' => '20260131235959', 'object_id' => 'Q1' ] ] );
$makers = [
	'Settings' => static fn () => new Settings( $settings ),
	'TriggerGate' => static fn () => new TriggerGate( new Settings( $settings ), 'r' ),
	'Dispatcher' => static fn () => $repo->dispatcher( $settings ),
	'Notification' => $ofNotification,
	'ClientUpdate' => static fn () => $ofNotification()->update( 'enwiki', [ 0 ], 5 ),
	// Not begun, or where it has asked for something.
	'Job' => static function () use ( $repo, $settings ) {
		$repo->change( 'Q1' );
		$repo->sql->exec( 'UPDATE wb_changes_dispatch SET chd_lock = NULL' );
		$job = $repo->dispatcher( $settings )->client( 'enwiki' );
		if ( mt_rand( 0, 2 ) > 0 ) {
			$job->next();
		}
		return $job;
	},
	'LagReport' => static fn () => $repo->dispatcher( $settings )->lag(),
];

foreach ( get_declared_classes() as $class ) {
	if ( !str_starts_with( $class, 'WikibaseDispatch\\' ) || is_subclass_of( $class, Throwable::class ) || is_a( $class, Throwable::class, true ) ) {
		continue;
	}
	foreach ( ( new ReflectionClass( $class ) )->getMethods() as $method ) {
		if ( $method->getNumberOfParameters() === 0 || ( !$method->isPublic() && !$method->isConstructor() ) ) {
			continue;
		}
		for ( $try = 0; $try < TRIES; $try++ ) {
			$arguments = [];
			foreach ( $method->getParameters() as $parameter ) {
				$type = $parameter->getType();
				$fits = array_filter( $values, static fn ( $value ) => match ( $type instanceof ReflectionNamedType ? $type->getName() : '' ) {
					'int' => is_int( $value ), 'string' => is_string( $value ), 'array' => is_array( $value ), default => true } );
				$value = $values[array_rand( mt_rand( 0, 3 ) ? $fits : $values )];
				if ( $type instanceof ReflectionNamedType && $type->getName() === Settings::class ) {
					$value = mt_rand( 0, 3 ) ? new Settings( $settings ) : $value;
				}
				if ( $method->class === Settings::class && is_array( $value ) && mt_rand( 0, 3 ) ) {
					// One setting at a time, under a name that there is.
					$names = array_keys( ( new Settings( $settings ) )->toArray() );
					$value = [ $names[array_rand( $names )] => $values[array_rand( $values )] ] + $settings;
				}
				if ( $method->class === Dispatcher::class && $parameter->getName() === 'connection' && mt_rand( 0, 3 ) ) {
					$names = [ 'driver', 'path', 'prefix', 'timeout', 'host', 'port', 'socket', 'user', 'password', 'database', 'tls', 'replicas' ];
					$value = [ $names[array_rand( $names )] => $values[array_rand( $values )] ]
						+ ( mt_rand( 0, 1 ) ? [ 'driver' => 'sqlite', 'path' => $repo->path ]
						: [ 'driver' => 'mysql', 'socket' => '/nowhere', 'user' => 'u', 'database' => 'd' ] );
				}
				$arguments[] = $value;
			}
			try {
				if ( $method->isConstructor() ) {
					$method->isPublic() ? new $class( ...$arguments ) : null;
				} elseif ( $method->isStatic() ) {
					$class::{$method->getName()}( ...$arguments );
				} else {
					$short = substr( $class, 17 );
					if ( !isset( $makers[$short] ) ) {
						continue 2;
					}
					$answer = $makers[$short]()->{$method->getName()}( ...$arguments );
					// A job that came before its time waits.
					$waits = array_filter( $arguments, static fn ( $value ) => is_numeric( $value ) && $value > time() );
					$answer instanceof WikibaseDispatch\Job && $waits === [] && run( $answer );
				}
				$outcome = 'answered';
			} catch ( DispatchException $e ) {
				$outcome = 'refused';
				if ( strlen( $e->getMessage() ) > 1000 ) {
					echo "$class::{$method->getName()}: a message of ", strlen( $e->getMessage() ), " bytes\n";
				}
			} catch ( TypeError | ValueError $e ) {
				$outcome = 'wrong type';
			} catch ( Throwable $e ) {
				$outcome = 'other';
				echo "$class::{$method->getName()}, seed $seed: ", get_class( $e ), ': ', substr( $e->getMessage(), 0, 300 ), "\n";
			}
			$outcomes[$outcome] = ( $outcomes[$outcome] ?? 0 ) + 1;
		}
	}
}
ksort( $outcomes );
echo implode( ', ', array_keys( $outcomes ) ), "\n";
?>
--EXPECT--
answered, refused, wrong type
