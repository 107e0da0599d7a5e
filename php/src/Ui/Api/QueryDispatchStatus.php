<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Ui\Api;

use MediaWiki\Api\ApiBase;
use MediaWiki\Api\ApiQuery;
use MediaWiki\Api\ApiQueryBase;
use MediaWiki\Extension\WikibaseDispatch\Base\Compat\FoundVersions;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\WikiSettings;
use MediaWiki\Extension\WikibaseDispatch\Status\ClientStatus;
use MediaWiki\Extension\WikibaseDispatch\Status\FarmStatus;
use MediaWiki\Extension\WikibaseDispatch\Status\RecentStatus;
use MediaWiki\Extension\WikibaseDispatch\Status\StatusDocument;
use Wikimedia\ParamValidator\ParamValidator;
use Wikimedia\ParamValidator\TypeDef\IntegerDef;

/**
 * `action=query&meta=dispatchstatus`: the status of dispatching, for everybody who can read the wiki. What stands in
 * it is {@see StatusDocument}'s matter.
 */
class QueryDispatchStatus extends ApiQueryBase {

	/**
	 * @param ApiQuery $query MediaWiki 1.39 knows it by another name only, which a declared type would not ask for
	 * @param string $moduleName
	 * @param WikiSettings $settings
	 * @param RecentStatus $status
	 */
	public function __construct(
		$query,
		string $moduleName,
		private readonly WikiSettings $settings,
		private readonly RecentStatus $status
	) {
		parent::__construct( $query, $moduleName, 'ds' );
	}

	/**
	 * @inheritDoc
	 */
	public function execute() {
		if ( !$this->settings->isRepo() ) {
			$this->dieWithError( 'apierror-wikibasedispatch-not-a-repo', 'notarepo' );
		}
		$status = $this->status->get();
		if ( $status === null ) {
			$this->dieUnknown( $this->status->whyUnknown() );
		}
		$parameters = $this->extractRequestParams();
		$chosen = $this->chosen( $status, $parameters );
		$page = array_slice( $chosen, 0, $parameters['limit'] );
		if ( isset( $chosen[$parameters['limit']] ) ) {
			$this->setContinueEnumParameter( 'continue', self::place( $chosen[$parameters['limit']] ) );
		}
		$clients = array_map( StatusDocument::client( ... ), $page );
		$result = $this->getResult();
		$farm = self::farm( $status );
		$result->setIndexedTagName( $farm['warnings'], 'warning' );
		$result->setIndexedTagName( $farm['latechanges'], 'change' );
		$result->setIndexedTagName( $farm['setaside'], 'change' );
		$result->setIndexedTagName( $farm['unknownforms'], 'form' );
		$result->setIndexedTagName( $clients, 'client' );
		$result->addValue( 'query', $this->getModuleName(), $farm + [
			'versions' => FoundVersions::here()->document(),
			'clients' => $clients,
		] );
	}

	/**
	 * @param non-empty-list<string> $why
	 * @return never
	 */
	private function dieUnknown( array $why ): void {
		$reason = $why[0];
		if ( $reason === RecentStatus::UNREADABLE ) {
			$this->dieWithError( 'apierror-wikibasedispatch-unknown', 'unknownstatus', null, 503 );
		}
		$why[0] = "wikibasedispatch-status-$reason";
		$this->dieWithError( $why, str_replace( '-', '', $reason ), null, 503 );
	}

	/**
	 * @param FarmStatus $status
	 * @param array $parameters
	 * @return list<ClientStatus>
	 */
	private function chosen( FarmStatus $status, array $parameters ): array {
		$from = null;
		if ( $parameters['continue'] !== null ) {
			$from = explode( '|', $parameters['continue'], 3 );
			$isPlace = count( $from ) === 3 && ctype_digit( $from[0] ) && ctype_digit( $from[1] );
			$this->dieContinueUsageIf( !$isPlace );
			$from = [ (int)$from[0], (int)$from[1], $from[2] ];
		}
		$isAmong = static fn ( string $value, ?array $values ) => $values === null || in_array( $value, $values, true );
		$clients = array_filter( $status->clients(), static fn ( ClientStatus $client ) =>
			( $from === null || self::order( $client ) >= $from )
			&& $isAmong( $client->siteId(), $parameters['client'] )
			&& $isAmong( $client->condition(), $parameters['condition'] ) );
		usort( $clients, static fn ( $a, $b ) => self::order( $a ) <=> self::order( $b ) );
		return $clients;
	}

	/**
	 * Where a client stands in the list: the most lagged first, those that are not served last. Clients only ever move
	 * towards the end, so a continued query may return one twice, and misses none.
	 *
	 * @return array{int,int,string}
	 */
	private static function order( ClientStatus $client ): array {
		$group = match ( $client->condition() ) {
			ClientStatus::NOT_OURS => 2,
			'disabled' => 1,
			default => 0,
		};
		return [ $group, $client->seen(), $client->siteId() ];
	}

	private static function place( ClientStatus $client ): string {
		return implode( '|', self::order( $client ) );
	}

	private static function farm( FarmStatus $status ): array {
		$farm = StatusDocument::farm( $status );
		foreach ( [ 'reasonparams', 'conditions' ] as $map ) {
			$farm[$map] = self::assoc( $farm[$map] );
		}
		return $farm;
	}

	/** A map stays one when it is empty. */
	private static function assoc( array $map ): array {
		return $map + [ '_type' => 'assoc' ];
	}

	/**
	 * @inheritDoc
	 */
	public function getAllowedParams() {
		return [
			'client' => [ ParamValidator::PARAM_ISMULTI => true ],
			'condition' => [
				ParamValidator::PARAM_ISMULTI => true,
				ParamValidator::PARAM_TYPE => StatusDocument::CONDITIONS,
				ApiBase::PARAM_HELP_MSG_PER_VALUE => array_combine( StatusDocument::CONDITIONS, array_map(
					static fn ( string $condition ) => "wikibasedispatch-status-condition-$condition",
					StatusDocument::CONDITIONS
				) ),
			],
			'limit' => [
				ParamValidator::PARAM_DEFAULT => 50,
				ParamValidator::PARAM_TYPE => 'limit',
				IntegerDef::PARAM_MIN => 1,
				IntegerDef::PARAM_MAX => ApiBase::LIMIT_BIG1,
				IntegerDef::PARAM_MAX2 => ApiBase::LIMIT_BIG2,
			],
			'continue' => [ ApiBase::PARAM_HELP_MSG => 'api-help-param-continue' ],
		];
	}

	/**
	 * @inheritDoc
	 */
	protected function getExamplesMessages() {
		return [
			'action=query&meta=dispatchstatus' => 'apihelp-query+dispatchstatus-example-1',
			'action=query&meta=dispatchstatus&dscondition=failing|lock-held&dslimit=max'
				=> 'apihelp-query+dispatchstatus-example-2',
		];
	}
}
