# The release tarball of the MediaWiki extension. To be sourced after release.sh.
# shellcheck shell=bash

package_extension() {
	local tree="$2/WikibaseDispatch"
	mkdir "$tree"
	# What git knows, and what it would, but for tests and the settings of tools.
	git -C "$ROOT/php" ls-files -z --cached --others --exclude-standard -- . ':!tests' ':!.*' ':!**/.*' |
		(cd "$ROOT/php" && xargs -0 -r cp --parents -t "$tree" --)
	cp "$ROOT/LICENSE" "$tree/COPYING"
	cp "$ROOT/CHANGELOG.md" "$tree/"
	pack_tree "$2" WikibaseDispatch "$3/WikibaseDispatch-$1.tar.gz"
}
