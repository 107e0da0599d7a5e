# The module as PIE, PHP's installer of extensions, looks for it among the files of a release: named after the platform,
# with the module in it and nothing to be built. To be sourced after release.sh.
# shellcheck shell=bash

package_pie() {
	local version=$1 staged=$2 file
	command -v zip >/dev/null || die "zip is missing: apt-get install zip"
	file="$3/php_wikibase_dispatch-${version}_php$(php_version)-$(uname -m | sed 's/^aarch64$/arm64/')-linux-glibc$(pie_suffix).zip"
	place_module "$staged/wikibase_dispatch.so"
	cp "$ROOT/LICENSE" "$staged/"
	third_party_licences >"$staged/THIRD-PARTY"
	settle_tree "$staged"
	rm -f "$file"
	# A zip knows only local time.
	(cd "$staged" && TZ=UTC zip -q -X -9 "$file" wikibase_dispatch.so LICENSE THIRD-PARTY)
	say "$file"
}

# Thread-safe builds of PHP, and builds for debugging, have modules of their own.
pie_suffix() {
	php -n -r 'echo PHP_DEBUG ? "-debug" : "", PHP_ZTS ? "-zts" : "";'
}
