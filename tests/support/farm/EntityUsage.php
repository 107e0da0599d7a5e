<?php
/**
 * Stands for the class of Wikibase whose constants name the aspects that it can track the use of, as of 1.46. A farm
 * has no Wikibase; `LocalSettings.php` says when it has this.
 */

declare( strict_types = 1 );

namespace Wikibase\Client\Usage;

class EntityUsage {

	public const SITELINK_USAGE = 'S';
	public const LABEL_USAGE = 'L';
	public const DESCRIPTION_USAGE = 'D';
	public const TITLE_USAGE = 'T';
	public const STATEMENT_USAGE = 'C';
	public const ALIAS_USAGE = 'A';
	public const STATEMENT_WITH_QUAL_OR_REF_USAGE = 'CQR';
	public const OTHER_USAGE = 'O';
	public const ALL_USAGE = 'X';
}
