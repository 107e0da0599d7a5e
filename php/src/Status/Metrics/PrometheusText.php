<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Status\Metrics;

/**
 * Writes numbers in the text format of Prometheus, version 0.0.4.
 */
final class PrometheusText {

	public const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

	private string $text = '';

	/**
	 * Adds a gauge: something that goes up and down.
	 *
	 * @param string $name
	 * @param string $help one line
	 * @param iterable<int|string,int|float> $values by the value of the label; without a label, one value
	 * @param string|null $label
	 */
	public function gauge( string $name, string $help, iterable $values, ?string $label = null ): void {
		$help = strtr( $help, [ '\\' => '\\\\', "\n" => '\n' ] );
		$this->text .= "# HELP $name $help\n# TYPE $name gauge\n";
		foreach ( $values as $key => $value ) {
			$labels = $label === null ? '' : "{{$label}=\"" . self::escape( (string)$key ) . '"}';
			$this->text .= "$name$labels $value\n";
		}
	}

	public function text(): string {
		return $this->text;
	}

	private static function escape( string $value ): string {
		return strtr( $value, [ '\\' => '\\\\', '"' => '\"', "\n" => '\n' ] );
	}
}
