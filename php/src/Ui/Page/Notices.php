<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Ui\Page;

use MediaWiki\Extension\WikibaseDispatch\Status\Explain\Notices as ShellNotices;
use MediaWiki\Extension\WikibaseDispatch\Status\FarmStatus;
use MediaWiki\Html\Html;
use MessageLocalizer;

/**
 * What a reader should know beside the verdict: what needs attention, which clients are not told as wanted, and which
 * changes were late or set aside.
 */
final class Notices {

	public function __construct( private readonly MessageLocalizer $localizer, private readonly Words $words ) {
	}

	public function html( FarmStatus $status ): string {
		$notices = '';
		foreach ( $status->warnings() as $code ) {
			$message = $this->localizer->msg( "wikibasedispatch-warning-$code" );
			if ( $message->exists() ) {
				$params = $code === FarmStatus::UNKNOWN_FORM ? [ $this->forms( $status ) ] : [];
				$notices .= $this->notice( $code, $message->rawParams( ...$params )->parse() );
			}
		}
		foreach ( $status->toldOtherwise() as $group ) {
			$message = $this->localizer->msg( "wikibasedispatch-status-told-{$group['why']}" )
				->rawParams( $this->some( $group['clients'] ) )
				->params( $group['format'], $group['wanted'], count( $group['clients'] ) );
			$notices .= $this->notice( "told-{$group['why']}", $message->parse() );
		}
		if ( $status->setAside() !== [] ) {
			$notices .= $this->notice( 'set-aside', $this->aside( $status ) );
		}
		if ( $status->lateChanges() !== [] ) {
			$notices .= $this->notice( 'late-changes', $this->late( $status ) );
		}
		return $notices;
	}

	/**
	 * @param list<string> $clients
	 * @return string HTML
	 */
	private function some( array $clients ): string {
		$comma = $this->localizer->msg( 'comma-separator' )->escaped();
		$named = array_map(
			static fn ( string $client ) => Html::element( 'bdi', [], $client ),
			array_slice( $clients, 0, ShellNotices::MOST )
		);
		return implode( $comma, $named ) . ( count( $clients ) > count( $named ) ? $comma . '…' : '' );
	}

	/** As HTML: names are what came out of the change buffer. */
	private function forms( FarmStatus $status ): string {
		$named = [];
		foreach ( $status->unknownForms() as $form ) {
			$name = Html::element( 'code', [], $form['form'] );
			$named[] = $form['change'] === null ? $name : $this->localizer->msg( 'wikibasedispatch-status-form' )
				->rawParams( $name )->params( (string)$form['change'] )->escaped();
		}
		return implode( $this->localizer->msg( 'comma-separator' )->escaped(), $named );
	}

	private function aside( FarmStatus $status ): string {
		$changes = $status->setAside();
		$named = [];
		foreach ( array_slice( $changes, 0, ShellNotices::MOST ) as $aside ) {
			$named[] = $this->localizer->msg( 'wikibasedispatch-status-aside' )
				->rawParams( Html::element( 'bdi', [], $aside['client'] ) )
				->plaintextParams( (string)$aside['id'], $aside['entity'] )
				->params( $this->words->moment( $aside['time'], $status->takenAt() ) )
				->escaped();
		}
		$comma = $this->localizer->msg( 'comma-separator' )->escaped();
		$more = count( $changes ) > count( $named ) ? $comma . '…' : '';
		return $this->localizer->msg( 'wikibasedispatch-status-set-aside' )
			->numParams( count( $changes ) )
			->rawParams( implode( $comma, $named ) . $more )
			->parse();
	}

	private function late( FarmStatus $status ): string {
		$changes = $status->lateChanges();
		$named = [];
		foreach ( array_slice( $changes, 0, ShellNotices::MOST ) as $late ) {
			$named[] = $this->localizer->msg(
				'wikibasedispatch-status-late-change',
				(string)$late['id'],
				$this->words->moment( $late['found'], $status->takenAt() )
			)->text();
		}
		$comma = $this->localizer->msg( 'comma-separator' )->text();
		$more = count( $changes ) > count( $named ) ? $comma . '…' : '';
		return $this->localizer->msg( 'wikibasedispatch-status-late-changes' )
			->numParams( count( $changes ) )
			->params( implode( $comma, $named ) . $more )
			->parse();
	}

	private function notice( string $name, string $html ): string {
		return Html::rawElement( 'p', [ 'class' => 'wbd-notice', 'data-notice' => $name ], $html );
	}
}
