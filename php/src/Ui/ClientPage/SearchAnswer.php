<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Ui\ClientPage;

use MediaWiki\Extension\WikibaseDispatch\Status\Explain\AudienceGroup;
use MediaWiki\Extension\WikibaseDispatch\Status\Explain\AudienceState;
use MediaWiki\Extension\WikibaseDispatch\Status\Explain\ChangeExplainer;
use MediaWiki\Extension\WikibaseDispatch\Status\Explain\ChangeExplanation;
use MediaWiki\Extension\WikibaseDispatch\Status\Explain\SearchTerm;
use MediaWiki\Extension\WikibaseDispatch\Status\Explain\Sentence;
use MediaWiki\Extension\WikibaseDispatch\Status\FarmStatus;
use MediaWiki\Extension\WikibaseDispatch\Ui\Page\Design;
use MediaWiki\Extension\WikibaseDispatch\Ui\Page\SentenceHtml;
use MediaWiki\Html\Html;

/**
 * What was found: to which clients a change was delivered, where it waits, and why. However many clients there are,
 * they are counted, and a bounded number is named.
 */
final class SearchAnswer {

	private readonly SentenceHtml $sentences;

	/**
	 * @param Markup $markup
	 * @param ChangeExplainer $explainer
	 * @param FarmStatus $status
	 */
	public function __construct(
		private readonly Markup $markup,
		private readonly ChangeExplainer $explainer,
		private readonly FarmStatus $status
	) {
		$this->sentences = new SentenceHtml( $markup->localizer, $markup->words );
	}

	/**
	 * @param string $text that was searched for
	 * @param string $siteId the only client that is asked about; '' for all
	 */
	public function html( string $text, string $siteId ): string {
		$term = SearchTerm::parse( $text );
		if ( $term === null ) {
			return Html::rawElement(
				'div',
				[ 'class' => 'wbd-notice', 'role' => 'alert' ],
				Design::box( 'warning', $this->markup->parsed( 'search-invalid', $text ) )
			);
		}
		$all = $siteId === '' ? '' : $this->markup->paragraph( Html::element(
			'a',
			[ 'href' => ClientLink::address( '', [ SearchForm::NAME => $term->text() ] ) ],
			$this->markup->text( 'search-all-clients' )
		) );
		return $this->markup->section(
			'found',
			$this->markup->text( 'search-result', $term->text() ),
			$this->found( $term, $siteId === '' ? null : $siteId ) . $all
		);
	}

	private function found( SearchTerm $term, ?string $only ): string {
		$horizon = $this->status->horizon();
		if ( $term->entityId === null ) {
			return $this->change( $this->explainer->explain( (int)$term->changeId, $only, false, $horizon ) );
		}
		$found = $this->explainer->explainEntity( $term->entityId, $only, false, $horizon );
		return $this->paragraphs( $found->search ) . implode( '', array_map( $this->change( ... ), $found->changes ) );
	}

	private function change( ChangeExplanation $change ): string {
		$groups = implode( '', array_map( $this->group( ... ), $change->groups() ) );
		return Html::rawElement(
			'article',
			[ 'class' => 'wbd-change', 'data-change' => $change->changeId ],
			Html::element( 'h3', [], $this->markup->text( 'search-change', (string)$change->changeId ) )
			. $this->paragraphs( $change->change ) . $groups . $this->paragraphs( $change->end )
		);
	}

	private function group( AudienceGroup $group ): string {
		$items = '';
		foreach ( $group->named as $member ) {
			// Of one that waits, what it waits for is the question.
			$client = $group->state === AudienceState::Waiting ? $this->status->client( $member->siteId ) : null;
			$items .= Html::rawElement(
				'li',
				[],
				$this->sentences->html( $member->sentence )
				. ( $client === null ? '' : ' ' . $this->markup->condition( $client->condition() ) )
			);
		}
		$rest = $group->rest();
		if ( $rest !== null ) {
			$items .= Html::rawElement( 'li', [], $this->sentences->html( $rest ) );
		}
		return Html::rawElement( 'h4', [], $this->sentences->html( $group->title() ) )
			. Html::rawElement( 'ul', [ 'data-state' => $group->state->value ], $items );
	}

	/**
	 * @param list<Sentence> $sentences
	 */
	private function paragraphs( array $sentences ): string {
		return implode( '', array_map(
			fn ( Sentence $sentence ) => $this->markup->paragraph( $this->sentences->html( $sentence ) ), $sentences
		) );
	}
}
