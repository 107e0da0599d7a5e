<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Browser;

use CurlHandle;
use RuntimeException;

/**
 * A real browser: Debian's Chromium without a window, driven by its own driver in the language that the W3C has agreed
 * on (https://www.w3.org/TR/webdriver2/). That is a few requests to the loopback, so no library stands in between.
 */
final class Browser {

	private const PATIENCE = 30.0;
	/** Seconds that one request may take. */
	private const LIMIT = 60;
	/** Microseconds. */
	private const POLL = 20_000;

	/** The name that the standard gives to a reference to an element. */
	private const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

	private const AXE = __DIR__ . '/../../../../../tests/support/axe-core/axe.min.js';

	private const OPTIONS = [
		'--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-dev-shm-usage', '--no-first-run',
		'--disable-background-networking', '--disable-component-update', '--disable-sync', '--hide-scrollbars',
		'--force-color-profile=srgb', '--lang=en',
	];

	/** @var resource */
	private $driver;
	private string $address;
	private string $session = '';
	private ?CurlHandle $curl = null;

	/**
	 * @param string $profile an empty folder for what it remembers
	 */
	public function __construct( string $profile ) {
		if ( gethostbyname( 'localhost' ) === 'localhost' ) {
			throw new RuntimeException( 'localhost has no address (/etc/hosts), by which chromedriver finds Chromium' );
		}
		$this->driver = proc_open(
			[ 'chromedriver', '--port=0', "--log-path=$profile/driver.log" ],
			[ [ 'file', '/dev/null', 'r' ], [ 'file', "$profile/driver.out", 'w' ], [ 'redirect', 1 ] ],
			$pipes
		);
		if ( !$this->driver ) {
			throw new RuntimeException( 'cannot start chromedriver: bin/setup installs it' );
		}
		$port = $this->waitFor( static fn () => preg_match(
			'/started successfully on port (\d+)/', (string)file_get_contents( "$profile/driver.out" ), $match
		) ? $match[1] : null, 'chromedriver' );
		$this->address = "http://127.0.0.1:$port";
		$this->session = '/session/' . $this->ask( 'POST', '/session', [ 'capabilities' => [ 'alwaysMatch' => [
			'browserName' => 'chrome',
			'goog:loggingPrefs' => [ 'browser' => 'ALL' ],
			'goog:chromeOptions' => [ 'args' => [ ...self::OPTIONS, "--user-data-dir=$profile/chromium" ] ],
		] ] ] )['sessionId'];
	}

	public function quit(): void {
		if ( $this->session !== '' ) {
			$this->ask( 'DELETE', $this->session );
		}
		proc_terminate( $this->driver );
		proc_close( $this->driver );
	}

	/**
	 * On a busy machine a page came without its styles once in many runs. A reader would load it again, and so does
	 * this, once; what came instead is told.
	 *
	 * @param string $url
	 * @param string $rule what one of the page's style rules must contain
	 */
	public function open( string $url, string $rule ): void {
		$this->ask( 'POST', "{$this->session}/url", [ 'url' => $url ] );
		$sheets = $this->run(
			'const [ rule ] = arguments;
			const rules = ( { sheet } ) => [ ...sheet?.cssRules ?? [] ];
			const links = [ ...document.querySelectorAll( "link[rel=stylesheet]" ) ];
			const isThere = links.flatMap( rules ).some( ( { cssText } ) => cssText.includes( rule ) );
			return isThere ? null : links.map( ( link ) => link.href );',
			$rule
		);
		if ( $sheets !== null ) {
			$came = array_map( static fn ( $sheet ) => substr( (string)file_get_contents( $sheet ), 0, 500 ), $sheets );
			$said = json_encode( [ $sheets, $came, $this->complaints() ] );
			fwrite( STDERR, "\n$url came without styles: $said\n" );
			$this->ask( 'POST', "{$this->session}/refresh", [] );
		}
	}

	public function address(): string {
		return $this->ask( 'GET', "{$this->session}/url" );
	}

	/**
	 * Runs a script in the page.
	 *
	 * @param string $script the body of a function, which returns something
	 * @param mixed ...$arguments
	 */
	public function run( string $script, mixed ...$arguments ): mixed {
		return $this->ask( 'POST', "{$this->session}/execute/sync", [ 'script' => $script, 'args' => $arguments ] );
	}

	/**
	 * Runs a script that gives what it has found to the function that is its last argument.
	 */
	public function runUntilDone( string $script, mixed ...$arguments ): mixed {
		return $this->ask( 'POST', "{$this->session}/execute/async", [ 'script' => $script, 'args' => $arguments ] );
	}

	public function click( string $selector ): void {
		$this->ask( 'POST', "{$this->session}/element/{$this->find( $selector )}/click", [] );
	}

	/** Types like somebody who replaces what is there. */
	public function type( string $selector, string $text ): void {
		$element = $this->find( $selector );
		$this->ask( 'POST', "{$this->session}/element/$element/clear", [] );
		$this->ask( 'POST', "{$this->session}/element/$element/value", [ 'text' => $text ] );
	}

	/**
	 * Texts of the elements that are there, as a reader sees them.
	 *
	 * @return list<string>
	 */
	public function texts( string $selector ): array {
		$found = $this->ask(
			'POST', "{$this->session}/elements", [ 'using' => 'css selector', 'value' => $selector ]
		);
		return array_map(
			fn ( array $element ) => $this->ask( 'GET', "{$this->session}/element/{$element[self::ELEMENT]}/text" ),
			$found
		);
	}

	public function text( string $selector ): string {
		return $this->texts( $selector )[0] ?? throw new RuntimeException( "there is no $selector on the page" );
	}

	/** Waits until a question gets an answer that is not null. */
	public function waitFor( callable $question, string $what ): mixed {
		$end = microtime( true ) + self::PATIENCE;
		do {
			$answer = $question();
			if ( $answer !== null ) {
				return $answer;
			}
			usleep( self::POLL );
		} while ( microtime( true ) < $end );
		throw new RuntimeException( "waited in vain for $what" );
	}

	/** The size of the window, or of a phone's screen. */
	public function resize( int $width, int $height, bool $isPhone = false ): void {
		$this->command( 'Emulation.setDeviceMetricsOverride', [
			'width' => $width, 'height' => $height, 'deviceScaleFactor' => 1, 'mobile' => $isPhone,
		] );
	}

	/** Whether the reader's system prefers dark pages. */
	public function preferDark( bool $isDark ): void {
		$this->command( 'Emulation.setEmulatedMedia', [
			'features' => [ [ 'name' => 'prefers-color-scheme', 'value' => $isDark ? 'dark' : 'light' ] ],
		] );
	}

	public function allowScripts( bool $areAllowed ): void {
		$this->command( 'Emulation.setScriptExecutionDisabled', [ 'value' => !$areAllowed ] );
	}

	/**
	 * A picture of a part of the page, all of it, however small the window is.
	 *
	 * @return string PNG
	 */
	public function picture( string $selector, int $margin = 12 ): string {
		$place = $this->run(
			'const box = document.querySelector( arguments[0] ).getBoundingClientRect();
			return { x: box.x + scrollX, y: box.y + scrollY, width: box.width, height: box.height };',
			$selector
		);
		return base64_decode( $this->command( 'Page.captureScreenshot', [
			'format' => 'png',
			'captureBeyondViewport' => true,
			'clip' => [
				'x' => max( 0, $place['x'] - $margin ),
				'y' => max( 0, $place['y'] - $margin ),
				'width' => $place['width'] + 2 * $margin,
				'height' => $place['height'] + 2 * $margin,
				'scale' => 1,
			],
		] )['data'] );
	}

	/**
	 * What the browser has complained about since it was asked last: scripts that fail, files that are missing.
	 *
	 * @return list<string>
	 */
	public function complaints(): array {
		$entries = $this->ask( 'POST', "{$this->session}/se/log", [ 'type' => 'browser' ] );
		$severe = array_filter( $entries, static fn ( array $entry ) => $entry['level'] === 'SEVERE' );
		return array_values( array_column( $severe, 'message' ) );
	}

	/**
	 * What axe-core finds wrong with the accessibility of a part of the page.
	 *
	 * @return list<string>
	 */
	public function accessibilityFaults( string $selector ): array {
		$this->run( file_get_contents( self::AXE ) );
		return $this->runUntilDone(
			'const [ selector, done ] = arguments;
			axe.run( selector, { resultTypes: [ "violations" ] } ).then( ( result ) => done(
				result.violations.flatMap( ( fault ) => fault.nodes.map(
					( node ) => `${ fault.impact }: ${ fault.id }: ${ node.target }: ${ node.failureSummary }`
				) )
			), ( failure ) => done( [ String( failure ) ] ) );',
			$selector
		);
	}

	/** A command of Chromium's own, for what the standard does not know. */
	private function command( string $name, array $parameters ): array {
		return $this->ask(
			'POST', "{$this->session}/goog/cdp/execute", [ 'cmd' => $name, 'params' => (object)$parameters ]
		);
	}

	private function find( string $selector ): string {
		return $this->ask(
			'POST', "{$this->session}/element", [ 'using' => 'css selector', 'value' => $selector ]
		)[self::ELEMENT];
	}

	private function ask( string $method, string $path, ?array $body = null ): mixed {
		$options = [
			CURLOPT_URL => $this->address . $path,
			CURLOPT_CUSTOMREQUEST => $method,
			CURLOPT_RETURNTRANSFER => true,
			CURLOPT_TIMEOUT => self::LIMIT,
			CURLOPT_PROXY => '',
			CURLOPT_HTTPHEADER => [ 'Content-Type: application/json' ],
		];
		if ( $body !== null ) {
			$options[CURLOPT_POSTFIELDS] = json_encode( (object)$body, JSON_THROW_ON_ERROR );
		}
		// The driver keeps connections open, and so does curl.
		$this->curl ??= curl_init();
		curl_reset( $this->curl );
		curl_setopt_array( $this->curl, $options );
		$answer = curl_exec( $this->curl );
		if ( $answer === false ) {
			throw new RuntimeException( "$method $path: " . curl_error( $this->curl ) );
		}
		$value = json_decode( (string)$answer, true, 512, JSON_THROW_ON_ERROR )['value'];
		if ( is_array( $value ) && isset( $value['error'] ) ) {
			throw new RuntimeException( "$method $path: {$value['error']}: " . strtok( $value['message'], "\n" ) );
		}
		return $value;
	}
}
