<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client;

/**
 * `rc_params` of a recent change: what Wikibase's client keeps there of the change.
 */
final class RecentChangeParams {

	private const CHANGE = 'wikibase-repo-change';

	/** What quotes the edit. */
	public const SUMMARY = [ 'comment' ];
	/** What says who it was. */
	public const USER = [ 'user_text', 'user_id', 'central_user_id' ];

	private readonly array $params;

	public function __construct( string $serialized ) {
		// What is not of this form has no fields.
		// phpcs:ignore Generic.PHP.NoSilencedErrors.Discouraged
		$params = @unserialize( $serialized, [ 'allowed_classes' => false ] );
		$this->params = is_array( $params ) ? $params : [];
	}

	public function field( string $name ): mixed {
		return $this->params[self::CHANGE][$name] ?? null;
	}

	/**
	 * @param array<string,mixed> $fields new values of fields that are there
	 * @return string serialized
	 */
	public function with( array $fields ): string {
		$params = $this->params;
		foreach ( array_intersect_key( $fields, $params[self::CHANGE] ?? [] ) as $field => $value ) {
			$params[self::CHANGE][$field] = is_string( $params[self::CHANGE][$field] ) ? (string)$value : $value;
		}
		return serialize( $params );
	}

	/**
	 * @param list<string> $fields to be emptied
	 * @return string serialized
	 */
	public function without( array $fields ): string {
		$params = $this->params;
		foreach ( $fields as $field ) {
			if ( isset( $params[self::CHANGE][$field] ) ) {
				$params[self::CHANGE][$field] = is_string( $params[self::CHANGE][$field] ) ? '' : 0;
			}
		}
		return serialize( $params );
	}
}
