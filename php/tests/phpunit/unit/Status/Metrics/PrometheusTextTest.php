<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Status\Metrics;

use MediaWiki\Extension\WikibaseDispatch\Status\Metrics\PrometheusText;
use PHPUnit\Framework\TestCase;

/**
 * The text format of Prometheus, byte by byte.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Status\Metrics\PrometheusText
 */
class PrometheusTextTest extends TestCase {

	public function test_a_gauge_has_its_help_its_type_and_a_line_for_each_value(): void {
		$text = new PrometheusText();
		$text->gauge( 'waiting', 'Changes that wait', [ 7 ] );
		$text->gauge( 'lag_seconds', 'Lag', [ 'enwiki' => 1, 'dewiki' => 2.5 ], 'client' );
		$text->gauge( 'unknown', 'Nobody knows', [] );
		$this->assertSame(
			"# HELP waiting Changes that wait\n# TYPE waiting gauge\nwaiting 7\n" .
			"# HELP lag_seconds Lag\n# TYPE lag_seconds gauge\n" .
			"lag_seconds{client=\"enwiki\"} 1\nlag_seconds{client=\"dewiki\"} 2.5\n" .
			"# HELP unknown Nobody knows\n# TYPE unknown gauge\n",
			$text->text()
		);
	}

	public function test_g15_a_name_with_quotes_backslashes_or_line_feeds_ends_neither_label_nor_line(): void {
		$text = new PrometheusText();
		$text->gauge( 'a', "two\nlines, one \\", [ "be\"x\\y\nz" => 1, 123 => 2 ], 'client' );
		$this->assertSame(
			"# HELP a two\\nlines, one \\\\\n# TYPE a gauge\n" .
			"a{client=\"be\\\"x\\\\y\\nz\"} 1\na{client=\"123\"} 2\n",
			$text->text()
		);
	}
}
