<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Dispatch\Manage;

use MediaWiki\Extension\WikibaseDispatch\Base\Log\Event;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\CaughtUp;
use MediaWiki\Logging\ManualLogEntry;
use MediaWiki\Page\PageReference;
use MediaWiki\SpecialPage\SpecialPage;
use Psr\Log\LoggerInterface;
use Wikimedia\Rdbms\ILBFactory;

/**
 * The record of what people have done to clients: an entry of `Special:Log`, and a line in the log channel.
 *
 * There is no page for a client; an entry is about the client's part of `Special:DispatchStatus`.
 */
class ActionLog {

	public const TYPE = 'wikibasedispatch';

	/** Subtypes of what only scripts do: passes run at once, for one client or for all. */
	public const CAUGHT_UP = 'caughtup';
	public const CAUGHT_UP_ALL = 'caughtupall';

	private const STATUS_PAGE = 'DispatchStatus';

	public function __construct(
		private readonly LoggerInterface $logger, private readonly ILBFactory $loadBalancers
	) {
	}

	/** What entries about a client are about; null: about all clients. */
	public static function target( ?string $siteId ): PageReference {
		return SpecialPage::getTitleFor( self::STATUS_PAGE, $siteId ?? false );
	}

	public function record( Outcome $outcome, Order $order ): void {
		$context = [ 'before' => $outcome->before, 'after' => $outcome->after ];
		self::eventOf( $outcome->action )->write(
			$this->logger, [ 'client' => $outcome->siteId ] + $context + self::who( $order )
		);
		$parameters = match ( $outcome->action ) {
			Action::Disable => [ '4::seen' => $outcome->before['seen'] ?? '' ],
			Action::Enable, Action::Seek => [
				'4::before' => $outcome->before['seen'] ?? '', '5::after' => $outcome->after['seen'] ?? '',
			],
			Action::CatchUp => [
				'4::seen' => $outcome->before['seen'] ?? '', '5:number:failures' => $outcome->before['failures'] ?? 0,
			],
			Action::RebuildSubscriptions => [
				'4:msg:before' => self::rebuild( (string)( $outcome->before['progress'] ?? 'none' ) ),
			],
			Action::TakeUp => [
				'4::change' => $outcome->before['change'] ?? '', '5::entity' => $outcome->before['entity'] ?? '',
			],
		};
		$this->enter( $outcome->action->value, $outcome->siteId, $parameters, $order );
	}

	/**
	 * @param list<string> $clients site ids; none: all
	 * @param CaughtUp $caughtUp
	 * @param array<array-key,int> $before what each of the clients had seen
	 * @param array<array-key,int> $after what each has seen now
	 * @param Order $order
	 */
	public function recordCatchUp(
		array $clients, CaughtUp $caughtUp, array $before, array $after, Order $order
	): void {
		Event::CaughtUp->write( $this->logger, [
			'clients' => $clients,
			'target' => $caughtUp->target,
			'passes' => $caughtUp->passes,
			'changes' => $caughtUp->changes,
			'failed' => array_map( 'strval', array_keys( $caughtUp->failed ) ),
			'left' => $caughtUp->left,
		] + self::who( $order ) );
		if ( $clients === [] ) {
			$this->enter( self::CAUGHT_UP_ALL, null, [
				'4::target' => $caughtUp->target,
				'5:number:behind' => count( $caughtUp->failed ) + count( $caughtUp->left ),
			], $order );
		}
		foreach ( array_unique( $clients ) as $siteId ) {
			$from = $before[$siteId] ?? null;
			$to = $after[$siteId] ?? null;
			// To one that was up to date already, or failed at once, nothing was dispatched.
			if ( $from !== null && $to !== null && $from !== $to ) {
				$this->enter( self::CAUGHT_UP, $siteId, [ '4::before' => $from, '5::after' => $to ], $order );
			}
		}
	}

	private static function eventOf( Action $action ): Event {
		return match ( $action ) {
			Action::Disable => Event::ClientDisabled,
			Action::Enable => Event::ClientEnabled,
			Action::Seek => Event::ClientSet,
			Action::CatchUp => Event::CatchUpAsked,
			Action::RebuildSubscriptions => Event::RebuildAsked,
			Action::TakeUp => Event::TakenUp,
		};
	}

	/** Name of the message that says how far the last rebuild had come. */
	private static function rebuild( string $phase ): string {
		return 'wikibasedispatch-log-rebuild-' . match ( $phase ) {
			'none', 'done' => $phase,
			default => 'unfinished',
		};
	}

	private static function who( Order $order ): array {
		return [ 'performer' => $order->performer->getName(), 'reason' => $order->reason ];
	}

	/**
	 * @param string $subtype
	 * @param string|null $siteId null: all clients
	 * @param array<string,int|string|bool> $parameters
	 * @param Order $order
	 */
	private function enter( string $subtype, ?string $siteId, array $parameters, Order $order ): void {
		$entry = new ManualLogEntry( self::TYPE, $subtype );
		$entry->setPerformer( $order->performer );
		$entry->setTarget( self::target( $siteId ) );
		$entry->setComment( $order->reason );
		$entry->setParameters( $parameters + ( $siteId === null ? [] : [ 'client' => $siteId ] ) );
		// Recent changes hide by default what cron does.
		$entry->setForceBotFlag( $order->isOfScript );
		$id = $entry->insert();
		// Native code may come next, by a connection of its own.
		$this->loadBalancers->commitPrimaryChanges( __METHOD__ );
		$entry->publish( $id );
	}
}
