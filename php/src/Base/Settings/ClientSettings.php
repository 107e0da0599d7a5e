<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Base\Settings;

use Closure;
use MediaWiki\Title\NamespaceInfo;

/**
 * What this wiki's configuration says about being a client, with what it leaves out taken from Wikibase's settings.
 */
class ClientSettings {

	/** Whole numbers from 1 on: name => default. */
	private const NUMBERS = [
		'purgeCacheBatchSize' => 300,
		'recentChangesBatchSize' => 300,
		'recentChangesMaxPages' => 300,
	];

	/** Native code knows nothing of these. */
	public const NAMES = [
		'siteGlobalID', 'repoDatabase', 'injectRecentChanges', 'purgeCacheBatchSize', 'recentChangesBatchSize',
		'recentChangesMaxPages',
	];

	/** Settings of Wikibase's client that count where ours say nothing. */
	public const OF_WIKIBASE = [
		'siteGlobalID', 'changesDatabase', 'repoDatabase', 'entitySources', 'injectRecentChanges',
		'purgeCacheBatchSize', 'recentChangesBatchSize', 'recentChangesMaxPages',
	];

	/**
	 * @param array<string,mixed> $configured `$wgWikibaseDispatchSettings`
	 * @param array<string,mixed> $wikibase settings of Wikibase's client; empty where nobody has set any
	 * @param WikiSettings $wiki
	 * @param string $databaseName
	 * @param NamespaceInfo $namespaces
	 */
	public function __construct(
		private readonly array $configured,
		private readonly array $wikibase,
		private readonly WikiSettings $wiki,
		private readonly string $databaseName,
		private readonly NamespaceInfo $namespaces
	) {
	}

	/** What site links and subscriptions call this wiki. */
	public function siteId(): string {
		return (string)( $this->value( 'siteGlobalID' ) ?? $this->databaseName );
	}

	/** Database domain of the repo; null: nobody has said it. */
	public function repoDatabase(): ?string {
		foreach ( [ 'changesDatabase', 'repoDatabase' ] as $name ) {
			$database = $this->value( $name );
			if ( is_string( $database ) && $database !== '' ) {
				return $database;
			}
		}
		// The words of Wikibase 1.43.
		$sources = $this->value( 'entitySources' );
		foreach ( is_array( $sources ) ? $sources : [] as $source ) {
			if ( isset( $source['entityNamespaces']['item'] ) && is_string( $source['repoDatabase'] ?? null ) ) {
				return $source['repoDatabase'];
			}
		}
		return null;
	}

	/** The repo whose changes come to this wiki, where the notification does not say it. */
	public function repoSiteId(): string {
		// Wikibase, too, takes one for the other: it knows the repo's site by the name of its database.
		return (string)( $this->configured['repoSiteId'] ?? $this->repoDatabase() ?? $this->wiki->repoSiteId() );
	}

	/** Whether changes are told in this wiki's recent changes. */
	public function injectsRecentChanges(): bool {
		return (bool)( $this->value( 'injectRecentChanges' ) ?? true );
	}

	/** Pages of a `htmlCacheUpdate` job. */
	public function purgeCacheBatchSize(): int {
		return $this->number( 'purgeCacheBatchSize' );
	}

	/** Rows of a `wikibase-dispatch-recent-changes` job, which writes them by one insert. */
	public function recentChangesBatchSize(): int {
		return $this->number( 'recentChangesBatchSize' );
	}

	/** Pages that are told of one change. */
	public function recentChangesMaxPages(): int {
		return $this->number( 'recentChangesMaxPages' );
	}

	/**
	 * @return list<int>
	 */
	public function contentNamespaces(): array {
		return array_map( 'intval', array_values( $this->namespaces->getContentNamespaces() ) );
	}

	private function number( string $name ): int {
		$value = $this->value( $name ) ?? self::NUMBERS[$name];
		if ( !is_int( $value ) || $value < 1 ) {
			throw new InvalidExtensionSettingException( $name, $value, 'a whole number of at least 1' );
		}
		return $value;
	}

	/** Wikibase lets any of its settings be a function of the others; such a one is as good as none. */
	private function value( string $name ): mixed {
		$value = $this->configured[$name] ?? $this->wikibase[$name] ?? null;
		return $value instanceof Closure ? null : $value;
	}
}
