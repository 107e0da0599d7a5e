<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Ui\Shell;

use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Farm;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\RunningCommand;

/**
 * Runs maintenance scripts on the repo as an admin does: by the way of this version of MediaWiki.
 */
trait Scripts {

	/** What a script says that does what it is asked for. */
	protected function script( string $name, string ...$arguments ): string {
		return $this->scriptEnding( 0, $name, ...$arguments );
	}

	/** What a script says that refuses. */
	protected function refusal( string $name, string ...$arguments ): string {
		return $this->scriptEnding( 1, $name, ...$arguments );
	}

	/** What a script says that ends with an exit code. */
	protected function scriptEnding( int $code, string $name, string ...$arguments ): string {
		$result = $this->startScript( $name, ...$arguments )->result();
		$this->assertSame( $code, $result->status, $result->output );
		$this->assertDoesNotMatchRegularExpression( '/Deprecated:|Warning:|#0 /', $result->output );
		return $result->output;
	}

	protected function startScript( string $name, string ...$arguments ): RunningCommand {
		$script = dirname( __DIR__, 5 ) . "/maintenance/$name.php";
		return version_compare( MW_VERSION, '1.40', '>=' )
			? $this->farm->beginByRunner( Farm::REPO, $script, ...$arguments )
			: $this->farm->begin( Farm::REPO, $script, ...$arguments );
	}
}
