<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Dispatch\Manage;

use MediaWiki\User\UserIdentity;

/**
 * Who wants something done, and why.
 */
final class Order {

	private function __construct(
		public readonly UserIdentity $performer,
		public readonly string $reason,
		public readonly bool $isOfScript
	) {
	}

	/** Of a user whose right was checked. */
	public static function ofUser( UserIdentity $performer, string $reason ): self {
		return new self( $performer, self::line( $reason ), false );
	}

	/** Of a maintenance script. */
	public static function ofScript( string $reason ): self {
		return new self( SystemUser::get(), self::line( $reason ), true );
	}

	/** On one line: nobody can write lines of their own to the log channel. */
	private static function line( string $reason ): string {
		return trim( strtr( $reason, "\r\n\t", '   ' ) );
	}
}
