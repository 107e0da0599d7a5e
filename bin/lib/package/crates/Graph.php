<?php

declare( strict_types = 1 );

namespace WikibaseDispatchPackage;

/**
 * The crates of the module, from the output of `cargo metadata` for one platform.
 */
class Graph {

	private array $packages;
	private array $nodes;
	/** The module's own id. */
	public readonly string $root;

	public function __construct( string $metadata ) {
		$metadata = json_decode( $metadata, true, 512, JSON_THROW_ON_ERROR );
		$this->packages = array_column( $metadata['packages'], null, 'id' );
		$this->nodes = array_column( $metadata['resolve']['nodes'], null, 'id' );
		$this->root = $metadata['resolve']['root'];
	}

	public function package( string $id ): array {
		return $this->packages[$id];
	}

	/** `serde 1.0.229`. */
	public function name( string $id ): string {
		return "{$this->packages[$id]['name']} {$this->packages[$id]['version']}";
	}

	/**
	 * All that building and testing take.
	 * @return list<string> ids
	 */
	public function all(): array {
		return $this->sorted( array_keys( $this->nodes ) );
	}

	/**
	 * What is compiled into the module, itself included; not what it needs to be built or tested, nor what only writes
	 * code for it.
	 * @return list<string> ids
	 */
	public function compiled(): array {
		$compiled = [];
		$open = [ $this->root ];
		while ( $open !== [] ) {
			$id = array_pop( $open );
			if ( !isset( $compiled[$id] ) ) {
				$compiled[$id] = true;
				array_push( $open, ...$this->needs( $id ) );
			}
		}
		return $this->sorted( array_keys( $compiled ) );
	}

	/**
	 * What a crate needs when it runs.
	 * @return list<string> ids
	 */
	public function needs( string $id ): array {
		$needs = array_filter(
			$this->nodes[$id]['deps'],
			fn ( array $dependency ): bool =>
				in_array( null, array_column( $dependency['dep_kinds'], 'kind' ), true ) &&
				!$this->isMacro( $dependency['pkg'] )
		);
		return $this->sorted( array_column( $needs, 'pkg' ) );
	}

	private function isMacro( string $id ): bool {
		return in_array( [ 'proc-macro' ], array_column( $this->packages[$id]['targets'], 'kind' ), true );
	}

	private function sorted( array $ids ): array {
		usort( $ids, fn ( string $a, string $b ): int => $this->name( $a ) <=> $this->name( $b ) );
		return $ids;
	}
}
