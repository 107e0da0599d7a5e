<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Status\Explain;

use MediaWiki\Extension\WikibaseDispatch\Status\ClientStatus;
use MediaWiki\Extension\WikibaseDispatch\Status\FarmStatus;
use MediaWiki\Extension\WikibaseDispatch\Status\Health;

/**
 * Makes statuses that differ in what a test is about.
 */
final class SampleStatus {

	public const NOW = 1_800_000_000;

	public static function client( string $condition, mixed ...$rest ): ClientStatus {
		return new ClientStatus( ...$rest + [
			'siteId' => 'enwiki',
			'domain' => 'enwiki',
			'rollout' => 'on',
			'condition' => $condition,
			'seen' => 70,
			'pending' => 20,
			'lagSeconds' => 300,
			'lastPass' => self::NOW - 90,
		] );
	}

	/**
	 * @param list<ClientStatus> $clients
	 * @param mixed ...$rest
	 */
	public static function farm( array $clients, mixed ...$rest ): FarmStatus {
		return new FarmStatus( ...$rest + [
			'health' => Health::Healthy,
			'reason' => 'none',
			'reasonClient' => null,
			'reasonParams' => [],
			'takenAt' => self::NOW,
			'horizon' => 90,
			'newest' => 100,
			'waiting' => 30,
			'medianLag' => 12,
			'gap' => null,
			'activeAt' => self::NOW - 90,
			'clients' => $clients,
		] );
	}
}
