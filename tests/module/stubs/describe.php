<?php
/**
 * Prints, as JSON, what reflection says of every class in the namespace WikibaseDispatch: of the compiled module,
 * or, given a folder, of the stubs in it. The two must be the same; compare.php sees to that.
 */

declare( strict_types = 1 );

const NAMESPACE_PREFIX = 'WikibaseDispatch\\';

function describeType( ?ReflectionType $type ): ?string {
	return $type === null ? null : str_replace( 'self', '(own class)', (string)$type );
}

function describeParameter( ReflectionParameter $parameter ): array {
	return [
		'name' => $parameter->getName(),
		'type' => describeType( $parameter->getType() ),
		'optional' => $parameter->isOptional(),
		'default' => $parameter->isDefaultValueAvailable()
			? var_export( $parameter->getDefaultValue(), true ) : null,
		'byReference' => $parameter->isPassedByReference(),
		'variadic' => $parameter->isVariadic(),
	];
}

function describeMethod( ReflectionMethod $method ): array {
	return [
		'modifiers' => implode( ' ', Reflection::getModifierNames( $method->getModifiers() ) ),
		'parameters' => array_map( 'describeParameter', $method->getParameters() ),
		'returns' => str_replace(
			$method->getDeclaringClass()->getName(), '(own class)', (string)describeType( $method->getReturnType() )
		),
	];
}

function describeClass( ReflectionClass $class ): array {
	$methods = [];
	foreach ( $class->getMethods() as $method ) {
		if ( $method->getDeclaringClass()->getName() === $class->getName() ) {
			$methods[$method->getName()] = describeMethod( $method );
		}
	}
	ksort( $methods );
	$properties = array_map(
		static fn ( ReflectionProperty $property ) => $property->getName(),
		array_filter(
			$class->getProperties(),
			static fn ( $property ) => $property->getDeclaringClass()->getName() === $class->getName()
		)
	);
	return [
		'modifiers' => implode( ' ', Reflection::getModifierNames( $class->getModifiers() ) ),
		'parent' => $class->getParentClass() ? $class->getParentClass()->getName() : null,
		'interfaces' => array_values( array_diff(
			$class->getInterfaceNames(),
			$class->getParentClass() ? $class->getParentClass()->getInterfaceNames() : []
		) ),
		'constants' => array_keys( $class->getConstants() ),
		'properties' => array_values( $properties ),
		'methods' => $methods,
	];
}

/** A stub is also the documentation: every class and method says what it does. */
function undocumented( ReflectionClass $class ): array {
	$silent = $class->getDocComment() === false ? [ $class->getName() ] : [];
	foreach ( $class->getMethods() as $method ) {
		$isOwn = $method->getDeclaringClass()->getName() === $class->getName();
		if ( $isOwn && $method->getDocComment() === false && $method->getName() !== '__construct' ) {
			$silent[] = $class->getName() . '::' . $method->getName() . '()';
		}
	}
	return $silent;
}

$folder = $argv[1] ?? null;
if ( $folder !== null ) {
	spl_autoload_register( static function ( string $class ) use ( $folder ): void {
		require $folder . '/' . substr( $class, strlen( NAMESPACE_PREFIX ) ) . '.php';
	} );
	foreach ( glob( "$folder/*.php" ) as $file ) {
		class_exists( NAMESPACE_PREFIX . basename( $file, '.php' ) );
	}
}

$classes = [];
$silent = [];
foreach ( get_declared_classes() as $name ) {
	if ( str_starts_with( $name, NAMESPACE_PREFIX ) ) {
		$class = new ReflectionClass( $name );
		$classes[$name] = describeClass( $class );
		if ( $folder !== null ) {
			$silent = array_merge( $silent, undocumented( $class ) );
		}
	}
}
ksort( $classes );
echo json_encode( [ 'classes' => $classes, 'undocumented' => $silent ], JSON_PRETTY_PRINT | JSON_THROW_ON_ERROR ), "\n";
