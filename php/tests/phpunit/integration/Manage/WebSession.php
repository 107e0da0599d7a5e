<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Manage;

use CurlHandle;
use DOMDocument;
use DOMElement;
use DOMXPath;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\WebServer;
use RuntimeException;

/**
 * Somebody at a browser, without scripts: cookies, forms, and the API as its own session.
 */
final class WebSession {

	private readonly CurlHandle $curl;
	private readonly string $base;

	/** The status of the last answer. */
	public int $status = 0;

	public function __construct( WebServer $web ) {
		$this->base = strstr( $web->url( 'Main Page' ), '/index.php', true );
		$this->curl = curl_init();
		curl_setopt_array( $this->curl, [
			CURLOPT_COOKIEFILE => '', CURLOPT_RETURNTRANSFER => true, CURLOPT_TIMEOUT => 60, CURLOPT_PROXY => '',
		] );
	}

	public function logIn( string $user, string $password ): self {
		$answer = $this->post( [
			'action' => 'clientlogin', 'username' => $user, 'password' => $password, 'loginreturnurl' => $this->base,
			'logintoken' => $this->token( 'login' ),
		] );
		if ( ( $answer['clientlogin']['status'] ?? '' ) !== 'PASS' ) {
			throw new RuntimeException( "$user cannot log in: " . json_encode( $answer ) );
		}
		return $this;
	}

	/**
	 * @return array<string,string> by name
	 */
	public function cookies(): array {
		$cookies = [];
		foreach ( curl_getinfo( $this->curl, CURLINFO_COOKIELIST ) as $line ) {
			[ ,,,,, $name, $value ] = explode( "\t", $line );
			$cookies[$name] = $value;
		}
		return $cookies;
	}

	public function token( string $type = 'csrf' ): string {
		$answer = $this->api( [ 'action' => 'query', 'meta' => 'tokens', 'type' => $type ] );
		return $answer['query']['tokens']["{$type}token"];
	}

	/** What the API answers to a GET. */
	public function api( array $parameters ): array {
		return $this->decoded( $this->request( '/api.php?' . self::query( $parameters ) ) );
	}

	/** What the API answers to a POST. */
	public function post( array $parameters ): array {
		return $this->decoded( $this->request( '/api.php', self::query( $parameters ) ) );
	}

	/** What is at a page. */
	public function page( string $page, array $parameters = [] ): string {
		return $this->request( '/index.php?' . http_build_query( [ 'title' => $page ] + $parameters ) );
	}

	/** Posts fields to a page as they are. */
	public function postTo( string $page, array $fields ): string {
		return $this->request( '/index.php?' . http_build_query( [ 'title' => $page ] ), http_build_query( $fields ) );
	}

	/**
	 * Fills in the form of a page, and submits it as it stands there, hidden fields and token included.
	 *
	 * @param string $html the page
	 * @param array<string,string|null> $filledIn null: left out
	 */
	public function submit( string $html, array $filledIn = [] ): string {
		$document = new DOMDocument();
		$document->loadHTML( $html, LIBXML_NOERROR );
		$path = new DOMXPath( $document );
		$form = $path->query( '//form[contains(@class, "mw-htmlform")]' )->item( 0 );
		if ( !$form instanceof DOMElement ) {
			throw new RuntimeException( 'there is no form on the page: ' . substr( strip_tags( $html ), 0, 2000 ) );
		}
		$fields = [];
		foreach ( $path->query( './/input[@name]', $form ) as $input ) {
			$isChoice = in_array( $input->getAttribute( 'type' ), [ 'checkbox', 'radio' ], true );
			if ( !$isChoice || $input->hasAttribute( 'checked' ) ) {
				$fields[$input->getAttribute( 'name' )] = $input->getAttribute( 'value' );
			}
		}
		$fields = array_filter( $filledIn + $fields, static fn ( ?string $value ) => $value !== null );
		$address = $form->getAttribute( 'action' );
		return strtolower( $form->getAttribute( 'method' ) ) === 'post'
			? $this->request( $address, http_build_query( $fields ) )
			: $this->request( $address . '?' . http_build_query( $fields ) );
	}

	private static function query( array $parameters ): string {
		return http_build_query( $parameters + [ 'format' => 'json', 'formatversion' => 2 ] );
	}

	private function decoded( string $answer ): array {
		return json_decode( $answer, true, 64, JSON_THROW_ON_ERROR );
	}

	private function request( string $path, ?string $posted = null ): string {
		curl_setopt_array( $this->curl, [
			CURLOPT_URL => $this->base . $path,
			CURLOPT_POST => $posted !== null,
			CURLOPT_CUSTOMREQUEST => $posted === null ? 'GET' : 'POST',
			CURLOPT_POSTFIELDS => $posted ?? '',
		] );
		$answer = curl_exec( $this->curl );
		if ( $answer === false ) {
			throw new RuntimeException( "$path: " . curl_error( $this->curl ) );
		}
		$this->status = curl_getinfo( $this->curl, CURLINFO_RESPONSE_CODE );
		return $answer;
	}
}
