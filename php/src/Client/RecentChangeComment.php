<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client;

use Closure;
use MediaWiki\Site\SiteLookup;

/**
 * Says what a change did, in this wiki's language: by the messages that Wikibase's client has for it, and where it has
 * none by the summary that the edit had on the repo.
 */
class RecentChangeComment {

	/**
	 * @param SiteLookup $sites
	 * @param Closure(string,list<string>):?string $message text of a message with its parameters; null: there is none
	 *   of the name
	 * @param Closure(list<string>):string $join makes one text of several
	 */
	public function __construct(
		private readonly SiteLookup $sites,
		private readonly Closure $message,
		private readonly Closure $join
	) {
	}

	/**
	 * @param list<string|array<string,mixed>> $comments of the changes that were merged into the one, as native code
	 *   made them
	 */
	public function text( array $comments ): string {
		$texts = array_map(
			fn ( $comment ) => is_string( $comment ) ? $comment : $this->message( $comment ),
			$comments
		);
		return count( $texts ) === 1 ? $texts[0] : ( $this->join )( $texts );
	}

	private function message( array $comment ): string {
		$pages = array_values( $comment['pages'] );
		$links = array_map( fn ( array $page ) => $this->link( $page[0], $page[1] ), $pages );
		return ( $this->message )( $comment['message'], $links ) ?? $comment['summary'];
	}

	private function link( string $siteId, string $title ): string {
		$prefix = ( $this->sites->getSite( $siteId )?->getInterwikiIds() ?? [] )[0] ?? null;
		return $prefix === null ? "$siteId:$title" : "[[:$prefix:$title]]";
	}
}
