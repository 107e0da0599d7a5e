<?php
/**
 * Calls a wiki's web API within one process, as if each call were a request of its own: what a request leaves to its
 * end is done after each, and what Wikibase keeps for the length of a request is emptied. A few thousand edits take
 * minutes so, and an hour by HTTP.
 *
 * Time stands still but for {@see passTime()}, so that two farms make the same edits in the same seconds.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchDifferential\Wiki;

use MediaWiki\Api\ApiMain;
use MediaWiki\Api\ApiMessage;
use MediaWiki\Api\ApiUsageException;
use MediaWiki\Context\RequestContext;
use MediaWiki\Deferred\DeferredUpdates;
use MediaWiki\MediaWikiServices;
use MediaWiki\Request\FauxRequest;
use MediaWiki\User\User;
use ReflectionProperty;
use Wikimedia\ScopedCallback;
use Wikimedia\Timestamp\ConvertibleTimestamp;

class Api {

	private const ADDRESS = '192.0.2.17';
	private const HELD_CHANGES = 'WikibaseRepo.ChangeHolder';

	public function __construct( private int $now ) {
		ConvertibleTimestamp::setFakeTime( fn (): int => $this->now );
	}

	public function passTime( int $seconds ): void {
		$this->now += $seconds;
	}

	/**
	 * @param string $as name of an account, or an address
	 * @param array<string,mixed> $params
	 * @return array<string,mixed>
	 * @throws RefusedCall
	 */
	public function call( string $as, array $params ): array {
		$services = MediaWikiServices::getInstance();
		$user = self::user( $services, $as );
		$request = new FauxRequest( array_map( self::value( ... ), $params ), true );
		$request->setIP( $user->isRegistered() ? self::ADDRESS : $as );
		$context = RequestContext::getMain();
		$context->setRequest( $request );
		$context->setUser( $user );
		$salt = $params['action'] === 'rollback' ? 'rollback' : '';
		$request->setVal( 'token', $user->getEditToken( $salt, $request ) );
		$factory = $services->getDBLoadBalancerFactory();
		$untilTheEnd = DeferredUpdates::preventOpportunisticUpdates();
		try {
			$api = new ApiMain( $context, true );
			$api->execute();
			return $api->getResult()->getResultData( null, [ 'Strip' => 'all' ] );
		} catch ( ApiUsageException $e ) {
			$factory->rollbackPrimaryChanges( __METHOD__ );
			throw new RefusedCall( self::reason( $e ), $e );
		} finally {
			ScopedCallback::consume( $untilTheEnd );
			$factory->commitPrimaryChanges( __METHOD__ );
			DeferredUpdates::doUpdates();
			$this->forgetRequest( $services );
		}
	}

	private static function user( MediaWikiServices $services, string $name ): User {
		$factory = $services->getUserFactory();
		return filter_var( $name, FILTER_VALIDATE_IP )
			? $factory->newAnonymous( $name )
			: $factory->newFromName( $name );
	}

	private static function value( mixed $value ): string {
		return match ( true ) {
			is_array( $value ), is_object( $value ) => json_encode( $value, JSON_THROW_ON_ERROR ),
			is_bool( $value ) => $value ? '1' : '',
			default => (string)$value,
		};
	}

	/** Its code and, of a save that has failed, why. */
	private static function reason( ApiUsageException $e ): string {
		$message = ApiMessage::create( $e->getStatusValue()->getErrors()[0]['message'] );
		$details = array_column( $message->getApiData()['messages'] ?? [], 'name' );
		return implode( ', ', [ $message->getApiCode(), ...$details ] );
	}

	/** Wikibase saves with each recent change all changes that this request has made. */
	private function forgetRequest( MediaWikiServices $services ): void {
		if ( $services->hasService( self::HELD_CHANGES ) ) {
			$holder = $services->get( self::HELD_CHANGES );
			( new ReflectionProperty( $holder, 'changes' ) )->setValue( $holder, [] );
		}
	}
}
