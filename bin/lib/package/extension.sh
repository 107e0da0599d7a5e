# The release tarball of the MediaWiki extension. To be sourced after release.sh.
# shellcheck shell=bash

package_extension() {
	local tree="$2/WikibaseDispatch" file="$3/WikibaseDispatch-$1.tar.gz"
	mkdir "$tree"
	# What git knows, and what it would, but for tests and the settings of tools.
	git -C "$ROOT/php" ls-files -z --cached --others --exclude-standard -- . ':!tests' ':!.*' ':!**/.*' |
		(cd "$ROOT/php" && xargs -0 -r cp --parents -t "$tree" --)
	cp "$ROOT/LICENSE" "$tree/COPYING"
	cp "$ROOT/CHANGELOG.md" "$tree/"
	settle_tree "$tree"
	tar -C "$2" --create --format=ustar --sort=name --owner=0 --group=0 --numeric-owner WikibaseDispatch |
		gzip --no-name --best >"$file"
	say "$file"
}
