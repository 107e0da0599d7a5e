<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Dispatch;

use Closure;
use MediaWiki\Extension\WikibaseDispatch\Base\Log\BadChangeReport;
use MediaWiki\Extension\WikibaseDispatch\Base\Log\Event;
use MediaWiki\Extension\WikibaseDispatch\Base\Log\Spans;
use Psr\Log\LoggerInterface;
use Throwable;

/**
 * Writes to the log what jobs tell.
 */
class EventLog extends EventListener {

	/** A restored table can make thousands of changes late; the count says so, and these show which. */
	private const MAX_SHOWN = 20;

	/** Seconds for which a process does not repeat a warning: it holds for as long as nobody acts on it. */
	private const PAUSE = 3600.0;

	/** @var array<string,float> event and client => when this process may log it again */
	private array $silentUntil = [];

	/**
	 * @param LoggerInterface $logger
	 * @param Closure():float $clock seconds; never goes back
	 */
	public function __construct( private readonly LoggerInterface $logger, private readonly Closure $clock ) {
	}

	/**
	 * @inheritDoc
	 */
	public function hear( string $name, array $event, ?Throwable $e, ThrownByJob $thrown ): void {
		$context = array_diff_key( $event, [ 'event' => true, 'cause' => true ] );
		$known = Event::tryFrom( $name );
		match ( $known ) {
			null => null,
			Event::LockWaits, Event::UnsafeTopology, Event::NoLedger => $this->warn( $known ),
			Event::ReceiptsRefused => $this->warn( $known, $context, $event['client'] ),
			Event::BadChanges => $this->writeBad( $event ),
			Event::LateChanges => $this->writeLate( $event['lateChanges'] ),
			Event::PassDeferred => $known->write( $this->logger, $context + [ 'reason' => (string)$e?->getMessage() ] ),
			Event::RolloutChanged => $known->write( $this->logger, [
				'on' => implode( ', ', $event['on'] ) ?: 'none',
				'shadow' => implode( ', ', $event['shadow'] ) ?: 'none',
			] ),
			Event::Pruned => $this->writePruned( $context ),
			default => $known->write( $this->logger, $context, $e ),
		};
	}

	private function warn( Event $event, array $context = [], string $client = '' ): void {
		$now = ( $this->clock )();
		$name = "$event->value $client";
		if ( $now >= ( $this->silentUntil[$name] ?? $now ) ) {
			$this->silentUntil[$name] = $now + self::PAUSE;
			$event->write( $this->logger, $context );
		}
	}

	private function writeBad( array $event ): void {
		$client = $event['client'];
		( new BadChangeReport( $this->logger ) )->report(
			$event['badChanges'],
			$client === null ? 'the change buffer' : "the pass for $client",
			$client === null ? [] : [ 'client' => $client ]
		);
	}

	/**
	 * @param list<array{id:int,lateBy:int|null,clients:list<string>}> $changes
	 */
	private function writeLate( array $changes ): void {
		$shown = array_slice( $changes, 0, self::MAX_SHOWN );
		$texts = array_map( self::describe( ... ), $shown );
		if ( count( $changes ) > self::MAX_SHOWN ) {
			$texts[] = '…';
		}
		Event::LateChanges->write( $this->logger, [
			'count' => count( $changes ),
			'changes' => implode( '; ', $texts ),
			'lateChanges' => $shown,
		] );
	}

	/**
	 * @param array{id:int,lateBy:int|null,clients:list<string>} $change
	 */
	private static function describe( array $change ): string {
		$late = $change['lateBy'] === null ? 'nobody knows how late' : Spans::span( $change['lateBy'] ) . ' late';
		$clients = $change['clients'] === [] ? 'for no client' : 'for ' . implode( ', ', $change['clients'] );
		return "{$change['id']} ($late, $clients)";
	}

	private function writePruned( array $context ): void {
		$unconfigured = $context['unconfigured'];
		Event::Pruned->write( $this->logger, array_diff_key( $context, [ 'unconfigured' => true ] ) );
		if ( $unconfigured !== [] ) {
			Event::UnconfiguredClients->write(
				$this->logger, [ 'count' => count( $unconfigured ), 'clients' => $unconfigured ]
			);
		}
	}
}
