<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Status\Explain;

use MediaWiki\Extension\WikibaseDispatch\Status\FarmStatus;

/**
 * What an admin should know beside the verdict: what needs attention, which clients receive changes in another format
 * than the wanted one, and which changes were late or set aside.
 */
final class Notices {

	/**
	 * @return list<array{string,Sentence}> each with its code; that of a warning is the same as everywhere else
	 */
	public static function of( FarmStatus $status ): array {
		$notices = array_map(
			static fn ( string $code ) => [ $code, self::warning( $code, $status ) ], $status->warnings()
		);
		foreach ( $status->toldOtherwise() as $group ) {
			[ 'why' => $why, 'format' => $format, 'wanted' => $wanted, 'clients' => $clients ] = $group;
			$notices[] = [ "told-$why", self::toldOtherwise( $why, $format, $wanted, ...$clients ) ];
		}
		if ( $status->setAside() !== [] ) {
			$notices[] = [ 'set-aside', self::aside( $status ) ];
		}
		if ( $status->lateChanges() !== [] ) {
			$notices[] = [ 'late-changes', self::late( $status ) ];
		}
		return $notices;
	}

	/** Which clients receive changes in another format than the wanted one, why, and what to do. */
	public static function toldOtherwise( string $why, string $format, string $wanted, string ...$clients ): Sentence {
		return Sentence::of(
			"status-told-$why",
			Param::items( array_values( array_map( Param::name( ... ), $clients ) ) ),
			Param::name( $format ),
			Param::name( $wanted ),
			Param::number( count( $clients ) )
		);
	}

	private static function warning( string $code, FarmStatus $status ): Sentence {
		if ( $code !== FarmStatus::UNKNOWN_FORM ) {
			return Sentence::of( "warning-$code" );
		}
		return Sentence::of( "warning-$code", Param::items( array_map(
			static fn ( array $form ) => $form['change'] === null ? Param::name( $form['form'] )
				: Sentence::of( 'status-form', Param::name( $form['form'] ), Param::id( $form['change'] ) ),
			$status->unknownForms()
		) ) );
	}

	private static function aside( FarmStatus $status ): Sentence {
		$changes = $status->setAside();
		return Sentence::of( 'status-set-aside', Param::number( count( $changes ) ), Param::items( array_map(
			static fn ( array $aside ) => Sentence::of(
				'status-aside',
				Param::name( $aside['client'] ),
				Param::id( $aside['id'] ),
				Param::name( $aside['entity'] ),
				Param::moment( $aside['time'], $status->takenAt() )
			),
			$changes
		) ) );
	}

	private static function late( FarmStatus $status ): Sentence {
		$changes = $status->lateChanges();
		return Sentence::of( 'status-late-changes', Param::number( count( $changes ) ), Param::items( array_map(
			static fn ( array $late ) => Sentence::of(
				'status-late-change', Param::id( $late['id'] ), Param::moment( $late['found'], $status->takenAt() )
			),
			$changes
		) ) );
	}
}
