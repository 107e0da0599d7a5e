<?php
/**
 * Notifications that Wikibase's own client cannot handle: where a run of changes begins or ends at a revision that is a
 * redirect, an exception that nobody expects ends the job, each time. It is taken out of the queue, as MediaWiki does
 * after some tries, and the changes that were lost are written down.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchDifferential\Wiki;

use MediaWiki\MediaWikiServices;
use MediaWiki\WikiMap\WikiMap;

class FailedJobs {

	private const TYPE = 'EntityChangeNotification';
	private const ERROR = 'RevisionedUnresolvedRedirectException';

	public function __construct( private readonly string $file ) {
	}

	/**
	 * @param string $type
	 * @param string $error
	 * @return bool whether it is that
	 */
	public static function isKnown( string $type, string $error ): bool {
		return $type === self::TYPE && str_contains( $error, self::ERROR );
	}

	/** Those that were begun and have not ended: nobody else runs jobs. */
	public function takeOut(): void {
		$db = MediaWikiServices::getInstance()->getDBLoadBalancerFactory()->getPrimaryDatabase();
		$rows = $db->newSelectQueryBuilder()
			->select( [ 'job_id', 'job_params' ] )
			->from( 'job' )
			->where( [ 'job_cmd' => self::TYPE, $db->expr( 'job_token', '!=', '' ) ] )
			->caller( __METHOD__ )
			->fetchResultSet();
		foreach ( $rows as $row ) {
			foreach ( unserialize( $row->job_params, [ 'allowed_classes' => false ] )['changes'] as $change ) {
				$line = json_encode( [ 'wiki' => WikiMap::getCurrentWikiId(), 'id' => (int)$change['id'] ] );
				file_put_contents( $this->file, "$line\n", FILE_APPEND );
			}
			$db->newDeleteQueryBuilder()
				->deleteFrom( 'job' )
				->where( [ 'job_id' => $row->job_id ] )
				->caller( __METHOD__ )
				->execute();
		}
	}
}
