<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Base\Compat;

/**
 * Lets the code use the present names of core classes on versions that still know them by an older one.
 *
 * The alias is made when the present name is first asked for. A parameter type does not ask (PHP compares names
 * that are loaded already), so a class that only appears as a type has to be {@see load()}ed where it is injected.
 */
final class ClassNames {

	/** Present name => name before the class got a namespace, or another. */
	private const RENAMED = [
		'MediaWiki\Api\ApiBase' => 'ApiBase',
		'MediaWiki\Api\ApiQuery' => 'ApiQuery',
		'MediaWiki\Api\ApiQueryBase' => 'ApiQueryBase',
		'MediaWiki\CommentStore\CommentStore' => 'CommentStore',
		'MediaWiki\Deferred\DeferredUpdates' => 'DeferredUpdates',
		'MediaWiki\Deferred\TransactionRoundDefiningUpdate' => 'TransactionRoundDefiningUpdate',
		'MediaWiki\Deferred\Hook\LinksUpdateCompleteHook' => 'MediaWiki\Hook\LinksUpdateCompleteHook',
		'MediaWiki\Exception\UserBlockedError' => 'UserBlockedError',
		'MediaWiki\HTMLForm\HTMLForm' => 'HTMLForm',
		'MediaWiki\Html\Html' => 'Html',
		'MediaWiki\Installer\DatabaseUpdater' => 'DatabaseUpdater',
		'MediaWiki\JobQueue\IJobSpecification' => 'IJobSpecification',
		'MediaWiki\JobQueue\Job' => 'Job',
		'MediaWiki\JobQueue\JobQueue' => 'JobQueue',
		'MediaWiki\JobQueue\JobQueueDB' => 'JobQueueDB',
		'MediaWiki\JobQueue\JobQueueGroup' => 'JobQueueGroup',
		'MediaWiki\JobQueue\JobQueueRedis' => 'JobQueueRedis',
		'MediaWiki\JobQueue\JobSpecification' => 'JobSpecification',
		'MediaWiki\Language\RawMessage' => 'RawMessage',
		'MediaWiki\Logging\LogEventsList' => 'LogEventsList',
		'MediaWiki\Logging\LogFormatter' => 'LogFormatter',
		'MediaWiki\Logging\ManualLogEntry' => 'ManualLogEntry',
		'MediaWiki\Message\Message' => 'Message',
		'MediaWiki\RecentChanges\RecentChange' => 'RecentChange',
		'MediaWiki\Registration\ExtensionRegistry' => 'ExtensionRegistry',
		'MediaWiki\RevisionDelete\Hook\ArticleRevisionVisibilitySetHook' =>
			'MediaWiki\Hook\ArticleRevisionVisibilitySetHook',
		'MediaWiki\Site\SiteLookup' => 'SiteLookup',
		'MediaWiki\SpecialPage\SpecialPage' => 'SpecialPage',
		'MediaWiki\Status\Status' => 'Status',
		'MediaWiki\Title\NamespaceInfo' => 'NamespaceInfo',
		'MediaWiki\Title\TitleFactory' => 'TitleFactory',
		'MediaWiki\User\CentralId\CentralIdLookup' => 'CentralIdLookup',
		'MediaWiki\User\User' => 'User',
		'MediaWiki\WikiMap\WikiMap' => 'WikiMap',
		'Wikimedia\ObjectCache\BagOStuff' => 'BagOStuff',
		'Wikimedia\ObjectCache\WANObjectCache' => 'WANObjectCache',
	];

	private static bool $registered = false;

	/** Comes after core's own loader, which therefore wins wherever it knows the present name. */
	public static function register(): void {
		if ( !self::$registered ) {
			self::$registered = true;
			spl_autoload_register( [ self::class, 'autoload' ] );
		}
	}

	public static function autoload( string $class ): void {
		$former = self::RENAMED[$class] ?? null;
		if ( $former !== null && self::exists( $former ) ) {
			// Loading the former name may have declared the present one on its way.
			if ( !self::exists( $class, false ) ) {
				// @mago-expect analysis:possibly-invalid-argument - one of the names above
				class_alias( $former, $class );
			}
		}
	}

	/**
	 * @param class-string ...$classes
	 */
	public static function load( string ...$classes ): void {
		foreach ( $classes as $class ) {
			// @mago-expect analysis:unused-statement - the loader runs
			class_exists( $class );
		}
	}

	private static function exists( string $name, bool $autoload = true ): bool {
		return class_exists( $name, $autoload ) || interface_exists( $name, $autoload );
	}
}
