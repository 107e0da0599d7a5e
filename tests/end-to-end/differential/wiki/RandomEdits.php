<?php
/**
 * Edits of entities by chance: by accounts, bots, a temporary account and an address; often several in a row by one
 * user on one entity, since these are merged; now and then with a secret in the summary, which is hidden later.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchDifferential\Wiki;

class RandomEdits {

	private const SITES = [ 'enwiki', 'dewiki', 'frwiki', 'repowiki' ];
	private const LANGUAGES = [ 'en', 'de', 'fr', 'en', 'de-at' ];

	/** Name of a method => weight. */
	private const WEIGHTS = [
		'label' => 20, 'removeLabel' => 3, 'description' => 8, 'aliases' => 8, 'value' => 16, 'addStatement' => 8,
		'removeStatement' => 3, 'qualifier' => 8, 'reference' => 4, 'rank' => 4, 'valueAndQualifier' => 4,
		'several' => 8, 'link' => 10, 'removeLink' => 3, 'badge' => 3, 'moveLink' => 3, 'undo' => 6, 'rollBack' => 3,
		'clear' => 1, 'nothing' => 1, 'merge' => 1, 'redirect' => 1, 'delete' => 2, 'undelete' => 3, 'hide' => 6,
		'show' => 1, 'new' => 2, 'property' => 3,
	];

	/**
	 * @param Entities $entities
	 * @param Chance $chance
	 * @param State $state
	 * @param list<string> $users
	 * @param list<string> $bots
	 */
	public function __construct(
		private readonly Entities $entities,
		private readonly Chance $chance,
		private readonly State $state,
		private readonly array $users,
		private readonly array $bots
	) {
	}

	/**
	 * @return array{string,string,string,string} kind, entity, user, and what came of it: ok, or why not
	 */
	public function one(): array {
		$kind = $this->chance->byWeight( self::WEIGHTS );
		if ( $this->state->entity === '' || !$this->chance->isOf100( 50 ) ) {
			$this->state->entity = $this->item();
			$this->state->user = $this->chance->oneOf( [ ...$this->users, ...$this->bots ] );
		}
		$edits = $this->entities;
		$edits->as = $this->state->user;
		$edits->isBot = in_array( $edits->as, $this->bots, true ) && $this->chance->isOf100( 80 );
		$entity = $kind === 'property' ? $this->chance->oneOf( [ 'P1', 'P2', 'P3' ] ) : $this->state->entity;
		$secret = $this->chance->isOf100( 6 ) ? "secret-{$this->state->nextNumber()}-" : '';
		$edits->summary = $secret ?: ( $this->chance->isOf100( 20 ) ? "says {$this->chance->below( 1000 )}" : '' );
		try {
			$result = $this->$kind( $entity ) ?? 'ok';
			if ( $secret !== '' && in_array( $kind, [ 'label', 'description', 'value', 'several', 'link' ], true ) ) {
				$this->state->secrets[] = [ $entity, $this->entities->revisions( $entity, 1 )[0]['revid'], $secret ];
			}
		} catch ( RefusedCall $e ) {
			$result = $e->getMessage();
		}
		return [ $kind, $entity, $edits->as, $result ];
	}

	private function item(): string {
		// A few are edited most of the time.
		$items = $this->state->items;
		return $this->chance->oneOf( $this->chance->isOf100( 40 ) ? array_slice( $items, 0, 8 ) : $items );
	}

	private function text(): string {
		$words = [ 'one', 'zwei', 'trois', "it's, \"so\"", 'Ünï→code' ];
		return $this->chance->oneOf( $words ) . " {$this->chance->below( 500 )}";
	}

	private function label( string $id ): void {
		$this->entities->setLabel( $id, $this->chance->oneOf( self::LANGUAGES ), $this->text() );
	}

	private function removeLabel( string $id ): void {
		$this->entities->setLabel( $id, $this->chance->oneOf( self::LANGUAGES ), '' );
	}

	private function description( string $id ): void {
		$this->entities->setDescription( $id, $this->chance->oneOf( self::LANGUAGES ), $this->text() );
	}

	private function aliases( string $id ): void {
		$how = $this->chance->oneOf( [ 'add', 'add', 'set', 'remove' ] );
		$this->entities->changeAliases( $id, $this->chance->oneOf( self::LANGUAGES ), $how, $this->text() );
	}

	private function addStatement( string $id ): void {
		$this->entities->addStatement( $id, $this->chance->oneOf( [ 'P1', 'P2', 'P3' ] ), $this->text() );
	}

	private function removeStatement( string $id ): ?string {
		return $this->withStatement( $id, fn ( array $statement ) => $this->entities->removeStatement( $statement ) );
	}

	private function value( string $id ): ?string {
		return $this->withStatement( $id, fn ( array $statement ) =>
			$this->entities->saveStatement( $this->withValue( $statement ) ) );
	}

	private function qualifier( string $id ): ?string {
		return $this->withStatement( $id, fn ( array $statement ) =>
			$this->entities->saveStatement( $this->withQualifier( $statement ) ) );
	}

	private function valueAndQualifier( string $id ): ?string {
		return $this->withStatement( $id, fn ( array $statement ) =>
			$this->entities->saveStatement( $this->withQualifier( $this->withValue( $statement ) ) ) );
	}

	private function reference( string $id ): ?string {
		return $this->withStatement( $id, function ( array $statement ): void {
			$statement['references'][] = [ 'snaks' => [ 'P2' => [ Entities::snak( 'P2', $this->text() ) ] ] ];
			$this->entities->saveStatement( $statement );
		} );
	}

	private function rank( string $id ): ?string {
		return $this->withStatement( $id, fn ( array $statement ) => $this->entities->saveStatement(
			[ 'rank' => $this->chance->oneOf( [ 'preferred', 'normal', 'deprecated' ] ) ] + $statement
		) );
	}

	private function several( string $id ): void {
		$data = [];
		foreach ( [ 'labels', 'descriptions' ] as $field ) {
			if ( $this->chance->isOf100( 60 ) ) {
				$data[$field]['de'] = [ 'language' => 'de', 'value' => $this->text() ];
			}
		}
		if ( $this->chance->isOf100( 50 ) ) {
			$data['aliases'] = [ [ 'language' => 'en', 'value' => $this->text(), 'add' => '' ] ];
		}
		foreach ( $this->entities->read( $id )['claims'] ?? [] as $statements ) {
			$change = $this->chance->oneOf( [ 'withValue', 'withQualifier', null ] );
			if ( $change !== null ) {
				$data['claims'][] = $this->$change( $statements[0] );
			}
		}
		$this->entities->edit( $id, $data );
	}

	private function link( string $id ): void {
		$this->entities->setLink( $id, $this->chance->oneOf( self::SITES ), "Page {$this->chance->below( 45 )}" );
	}

	private function removeLink( string $id ): void {
		$this->entities->setLink( $id, $this->chance->oneOf( self::SITES ), '' );
	}

	private function badge( string $id ): void {
		$site = $this->chance->oneOf( self::SITES );
		$this->entities->setLink( $id, $site, null, $this->chance->oneOf( [ 'Q1', 'Q2', '' ] ) );
	}

	/** One item loses the link, another gets it. */
	private function moveLink( string $id ): ?string {
		foreach ( $this->entities->read( $id )['sitelinks'] ?? [] as $site => $link ) {
			$this->entities->setLink( $id, $site, '' );
			$this->entities->setLink( $this->item(), $site, $link['title'] );
			return null;
		}
		return 'nothing to move';
	}

	private function undo( string $id ): void {
		$this->entities->undo( $id );
	}

	private function rollBack( string $id ): void {
		$this->entities->rollBack( $id );
	}

	private function clear( string $id ): void {
		$this->entities->edit( $id, [], true );
	}

	/** Saved, and no change. */
	private function nothing( string $id ): void {
		$this->entities->edit( $id, [] );
	}

	private function merge( string $id ): void {
		$this->entities->merge( $id, $this->item() );
		$this->replace( $id );
	}

	private function redirect( string $id ): void {
		$to = $this->item();
		$this->entities->edit( $id, [], true );
		$this->entities->redirect( $id, $to );
		$this->replace( $id );
	}

	private function delete( string $id ): void {
		$this->entities->delete( $id );
		$this->state->deleted[] = $id;
		$this->replace( $id );
	}

	private function undelete(): ?string {
		if ( $this->state->deleted === [] ) {
			return 'none is deleted';
		}
		$id = array_shift( $this->state->deleted );
		$this->entities->undelete( $id );
		$this->state->items[] = $id;
		return null;
	}

	/** A secret, or any revision. */
	private function hide( string $id ): ?string {
		$what = $this->chance->oneOf( [ 'comment', 'content|comment', 'content|comment|user', 'user', 'content' ] );
		$revisions = array_column( $this->entities->revisions( $id, 5 ), 'revid' );
		$revision = $this->chance->oneOf( $revisions );
		if ( $this->state->secrets !== [] && $this->chance->isOf100( 70 ) ) {
			$place = $this->chance->below( count( $this->state->secrets ) );
			[ $id, $revision, $text ] = $this->state->secrets[$place];
			$what = str_contains( $what, 'comment' ) ? $what : "comment|$what";
		}
		if ( !$this->entities->setHidden( $id, $revision, $what ) ) {
			return 'cannot be hidden';
		}
		if ( isset( $text ) ) {
			array_splice( $this->state->secrets, $place, 1 );
			$this->state->hidden[] = $text;
		} else {
			$this->state->shown[] = [ $id, $revision, $what ];
		}
		return null;
	}

	/** What was hidden, but no secret. */
	private function show(): ?string {
		if ( $this->state->shown === [] ) {
			return 'nothing is hidden';
		}
		[ $id, $revision, $what ] = array_shift( $this->state->shown );
		return $this->entities->setHidden( $id, $revision, $what, false ) ? null : 'cannot be shown';
	}

	private function new(): void {
		$site = $this->chance->oneOf( self::SITES );
		$this->state->items[] = $this->entities->create( 'item', "new {$this->state->nextNumber()}",
			[ $site => "Page {$this->chance->below( 45 )}" ], $this->chance->isOf100( 50 ) );
	}

	private function property( string $id ): void {
		$this->chance->isOf100( 50 ) ? $this->label( $id ) : $this->aliases( $id );
	}

	/** A pool of items to edit stays large enough. */
	private function replace( string $id ): void {
		$this->state->items = array_values( array_diff( $this->state->items, [ $id ] ) );
		$this->state->entity = '';
	}

	private function withStatement( string $id, callable $do ): ?string {
		$claims = $this->entities->read( $id )['claims'] ?? [];
		if ( $claims === [] ) {
			return 'no statements';
		}
		ksort( $claims );
		$do( $this->chance->oneOf( $this->chance->oneOf( array_values( $claims ) ) ) );
		return null;
	}

	private function withValue( array $statement ): array {
		return [ 'mainsnak' => Entities::snak( $statement['mainsnak']['property'], $this->text() ) ] + $statement;
	}

	private function withQualifier( array $statement ): array {
		$property = $this->chance->oneOf( [ 'P1', 'P2', 'P3' ] );
		$statement['qualifiers'][$property] = [ Entities::snak( $property, $this->text() ) ];
		unset( $statement['qualifiers-order'] );
		return $statement;
	}
}
