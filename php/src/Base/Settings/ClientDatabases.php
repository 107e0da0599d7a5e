<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Base\Settings;

/**
 * The clients that `localClientDatabases` names: the one place where its keys become site ids.
 *
 * PHP turns keys that are digits into integers, and gives entries without a key integers, too. So an integer key is
 * either a position in a list, where the value is both the site id and the database, as Wikibase reads it; or a site id
 * of digits. Low integers are positions, also where entries of the list were taken out.
 *
 * An entry that cannot be served is refused by its name, and the others are served.
 */
final class ClientDatabases {

	public const SETTING = 'localClientDatabases';

	/** Bytes of a site id, by MediaWiki's table of sites and by our own tables. */
	private const MAX_SITE_ID = 64;
	private const MAX_DOMAIN = 255;

	/** Integer keys below this, or below twice the number of entries, are positions in a list. */
	private const POSITIONS = 100;

	/** Characters of a name that is not one, where it is shown. */
	private const MAX_SHOWN = 80;

	/** @var array<string,string> */
	private array $clients = [];
	/** @var array<string,string> */
	private array $refused = [];

	/**
	 * @param array<int|string,mixed> $setting
	 * @param array<int|string,string> $own site id => database domain of a repo that is its own client: it need not be
	 *   listed, and what is listed counts first
	 * @throws InvalidExtensionSettingException
	 */
	public function __construct( array $setting, array $own = [] ) {
		$isPosition = self::positions( $setting );
		foreach ( $setting as $key => $value ) {
			// The keys of another map may be integers for the same reason.
			$domain = is_int( $value ) ? (string)$value : $value;
			if ( is_string( $domain ) && $domain !== '' ) {
				$this->add( $isPosition( $key ) ? $domain : (string)$key, $domain );
			} else {
				$this->refuse( $isPosition( $key ) ? "entry $key" : (string)$key, 'it has no database' );
			}
		}
		$this->refuseSharedDatabases();
		foreach ( $own as $site => $domain ) {
			if ( !isset( $this->refused[$site] ) ) {
				// @mago-expect analysis:invalid-property-assignment-value - to PHP, the key 7 is an integer
				$this->clients += [ $site => $domain ];
			}
		}
	}

	/**
	 * The clients that can be served.
	 *
	 * @return array<string,string> site id => database domain; in PHP, a site id of digits is an integer here
	 */
	public function served(): array {
		return $this->clients;
	}

	/**
	 * Those that cannot, whether they are ours or not.
	 *
	 * @return array<string,string> name => why
	 */
	public function refused(): array {
		return $this->refused;
	}

	private function add( string $site, string $domain ): void {
		$why = self::whyNot( $site, $domain );
		if ( $why !== null ) {
			$this->refuse( $site, $why );
		} elseif ( ( $this->clients[$site] ?? $domain ) !== $domain ) {
			$this->refuse( $site, "it is listed twice, with the databases {$this->clients[$site]} and $domain" );
			unset( $this->clients[$site] );
		} elseif ( !isset( $this->refused[$site] ) ) {
			$this->clients[$site] = $domain;
		}
	}

	private function refuse( string $name, string $why ): void {
		$name = mb_scrub( $name, 'UTF-8' );
		$name = (string)preg_replace( '/[[:cntrl:]]/', '?', mb_substr( $name, 0, self::MAX_SHOWN, 'UTF-8' ) );
		$this->refused += [ $name === '' ? '(empty)' : $name => $why ];
	}

	/** Which of two site ids a wiki goes by is not ours to guess: the wrong one has no subscriptions. */
	private function refuseSharedDatabases(): void {
		foreach ( array_count_values( $this->clients ) as $domain => $count ) {
			if ( $count > 1 ) {
				$sites = array_keys( $this->clients, (string)$domain, true );
				foreach ( $sites as $site ) {
					unset( $this->clients[$site] );
					$this->refuse(
						(string)$site, "the database $domain has several site ids: " . implode( ', ', $sites )
					);
				}
			}
		}
	}

	private static function whyNot( string $site, string $domain ): ?string {
		$isName = static fn ( string $name ) => mb_check_encoding( $name, 'UTF-8' )
			&& !preg_match( '/\p{Cc}/u', $name );
		return match ( true ) {
			$site === '' => "the database $domain has no site id",
			strlen( $site ) > self::MAX_SITE_ID => 'its site id has ' . strlen( $site ) . ' bytes, and at most '
				. self::MAX_SITE_ID . ' are possible',
			!$isName( $site ) => 'its site id has control characters, or is not UTF-8',
			strlen( $domain ) > self::MAX_DOMAIN =>
				'its database has a name of more than ' . self::MAX_DOMAIN . ' bytes',
			!$isName( $domain ) => 'its database has control characters in its name, or is not UTF-8',
			default => null,
		};
	}

	/**
	 * @param array<int|string,mixed> $setting
	 * @return callable(int|string):bool whether a key is a position in a list
	 * @throws InvalidExtensionSettingException where nobody can tell
	 */
	private static function positions( array $setting ): callable {
		$end = max( self::POSITIONS, 2 * count( $setting ) );
		$isPosition = static fn ( int|string $key ) => is_int( $key ) && $key < $end;
		$integers = array_filter( array_keys( $setting ), 'is_int' );
		$positions = array_filter( $integers, $isPosition );
		$others = array_diff( $integers, $positions );
		if ( $positions !== [] && $others !== [] ) {
			$key = reset( $others );
			throw new InvalidExtensionSettingException(
				self::SETTING, [ $key => $setting[$key] ],
				"a map of site ids to databases where a site id is a number: beside entries without a key, $key may be "
				. 'a site id as well as a position in the list'
			);
		}
		return $isPosition;
	}
}
