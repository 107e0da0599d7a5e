<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Status;

use Closure;
use Wikimedia\ObjectCache\BagOStuff;

/**
 * Forms of changes that were met in the change buffer and that the module does not know, for the status.
 *
 * Who writes such a form writes it with every edit, so what is lost here is soon met again. An upgrade of the module
 * begins anew: it may know them.
 */
class MetForms {

	/** Seconds after which it is noted again that a form was met. */
	private const AGAIN = 3600;

	/** Seconds after which one that was not met again is nobody's concern any more. */
	private const FORGOTTEN = 7 * 86400;

	/** Forms that are kept; more add nothing to what is to be done. */
	private const MOST = 20;

	private readonly string $key;

	/**
	 * @param BagOStuff $stash
	 * @param string $module its version
	 * @param Closure():int $clock Unix time
	 */
	public function __construct(
		private readonly BagOStuff $stash,
		string $module,
		private readonly Closure $clock
	) {
		$this->key = $stash->makeKey( 'wikibase-dispatch-met-forms', $module );
	}

	/**
	 * @param list<array{form:string,count:int,change:?int}> $forms
	 */
	public function note( array $forms ): void {
		$now = ( $this->clock )();
		$isNoted = static fn ( array $known, string $form ): bool => ( $known[$form]['met'] ?? 0 ) > $now - self::AGAIN;
		$known = $this->known();
		$news = array_filter( $forms, static fn ( array $form ) => !$isNoted( $known, $form['form'] ) );
		if ( $news === [] ) {
			return;
		}
		$this->stash->merge( $this->key, static function ( $stash, $key, $known ) use ( $news, $now ): array {
			$known = is_array( $known ) ? $known : [];
			foreach ( $news as $form ) {
				$known[$form['form']] = [ 'change' => $form['change'], 'met' => $now ];
			}
			uasort( $known, static fn ( array $a, array $b ) => $b['met'] <=> $a['met'] );
			return array_slice( $known, 0, self::MOST, true );
		}, self::FORGOTTEN );
	}

	/**
	 * @return list<array{form:string,change:?int,met:int}> what was met; a change that showed it last; and when
	 */
	public function all(): array {
		$since = ( $this->clock )() - self::FORGOTTEN;
		$all = [];
		foreach ( $this->known() as $form => $met ) {
			if ( $met['met'] > $since ) {
				$all[] = [ 'form' => (string)$form ] + $met;
			}
		}
		return $all;
	}

	/**
	 * @return array<string,array{change:?int,met:int}> by form, the last one first
	 */
	private function known(): array {
		$known = $this->stash->get( $this->key );
		return is_array( $known ) ? $known : [];
	}
}
