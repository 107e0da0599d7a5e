<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Ui\Page;

use MediaWiki\Extension\WikibaseDispatch\Status\History\TimeWindow;

/**
 * What somebody wants to see: the parameters of the page's address, with what makes no sense left out.
 */
final class View {

	public const ROWS = 50;

	/** Of a part of a site id, as much as is looked for. */
	public const CLIENT_LENGTH = 64;

	/** Columns by which may be sorted => whether one wants to see the highest first. */
	public const SORTABLE = [
		'client' => false,
		'condition' => false,
		'lag' => true,
		'pending' => true,
		'pass' => true,
		'rollout' => false,
		'failures' => true,
	];

	private const DEFAULT_SORT = 'lag';

	/**
	 * @param string $client part of a site id; empty: all
	 * @param string $condition code of a condition; empty: all
	 * @param string $sort
	 * @param bool $descending
	 * @param int $offset rows to leave out
	 * @param int $hours that the plots show
	 */
	private function __construct(
		public readonly string $client,
		public readonly string $condition,
		public readonly string $sort,
		public readonly bool $descending,
		public readonly int $offset,
		public readonly int $hours
	) {
	}

	/**
	 * @param array<string,mixed> $parameters
	 */
	public static function fromRequest( array $parameters ): self {
		$text = static fn ( string $name ): string => is_string( $parameters[$name] ?? null ) ? $parameters[$name] : '';
		$sort = isset( self::SORTABLE[$text( 'sort' )] ) ? $text( 'sort' ) : self::DEFAULT_SORT;
		$hours = (int)$text( 'hours' );
		return new self(
			substr( trim( $text( 'client' ) ), 0, self::CLIENT_LENGTH ),
			$text( 'condition' ),
			$sort,
			$text( 'desc' ) === '' ? self::SORTABLE[$sort] : $text( 'desc' ) !== '0',
			// Whole pages only: so many addresses, and no more, show something.
			intdiv( max( 0, (int)$text( 'offset' ) ), self::ROWS ) * self::ROWS,
			in_array( $hours, TimeWindow::HOURS, true ) ? $hours : TimeWindow::HOURS[0]
		);
	}

	/**
	 * Parameters of this view's address, without what goes without saying.
	 *
	 * @param array{client?:string,condition?:string,sort?:string,desc?:bool,offset?:int,hours?:int} $changes
	 * @return array<string,string|int>
	 */
	public function parameters( array $changes = [] ): array {
		$sort = $changes['sort'] ?? $this->sort;
		$isDescending = $changes['desc'] ?? $this->descending;
		unset( $changes['desc'] );
		$all = $changes + [
			'client' => $this->client,
			'condition' => $this->condition,
			'sort' => $sort,
			...( $isDescending === self::SORTABLE[$sort] ? [] : [ 'desc' => (int)$isDescending ] ),
			'offset' => $this->offset,
			'hours' => $this->hours,
		];
		$silent = [
			'client' => '', 'condition' => '', 'sort' => self::DEFAULT_SORT, 'offset' => 0,
			'hours' => TimeWindow::HOURS[0],
		];
		return array_filter(
			$all,
			static fn ( $value, string $name ) => !array_key_exists( $name, $silent ) || $value !== $silent[$name],
			ARRAY_FILTER_USE_BOTH
		);
	}
}
