<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Ui\Page;

use MediaWiki\Extension\WikibaseDispatch\Status\Explain\Notices as NoticesOfStatus;
use MediaWiki\Extension\WikibaseDispatch\Status\FarmStatus;
use MediaWiki\Html\Html;

/**
 * What a reader should know beside the verdict.
 */
final class Notices {

	public function __construct( private readonly SentenceHtml $sentences ) {
	}

	public function html( FarmStatus $status ): string {
		$notices = '';
		foreach ( NoticesOfStatus::of( $status ) as [ $code, $sentence ] ) {
			$html = $this->sentences->html( $sentence );
			if ( $html !== '' ) {
				$notices .= Html::rawElement(
					'div',
					[ 'class' => 'wbd-notice', 'data-notice' => $code, 'data-key' => $code ],
					Design::box( 'warning', Html::rawElement( 'p', [], $html ) )
				);
			}
		}
		return $notices;
	}
}
