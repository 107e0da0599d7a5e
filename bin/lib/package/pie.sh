# The module as PIE, PHP's installer of extensions, looks for it among the files of a release: named after the
# platform, with the module in it and nothing to be built. To be sourced after release.sh.
# shellcheck shell=bash
# shellcheck disable=SC2154  # target_…, module and symbols are set by those who make packages

package_pie() {
	local version=$1 staged=$2 file platform
	command -v zip >/dev/null || die "zip is missing: apt-get install zip"
	platform="${target_architecture/aarch64/arm64}-linux-glibc$(pie_suffix)"
	file="$3/php_wikibase_dispatch-${version}_php$target_php-$platform.zip"
	cp "$module" "$staged/wikibase_dispatch.so"
	place_licences "$staged"
	settle_tree "$staged"
	rm -f "$file"
	# A zip knows only local time.
	(cd "$staged" && TZ=UTC zip -q -X -9 "$file" wikibase_dispatch.so LICENSE THIRD-PARTY)
	say "$file"
}

# Thread-safe builds of PHP, and builds for debugging, have modules of their own.
pie_suffix() {
	case "$target_build" in
		NTS) ;;
		NTS,debug) echo -debug ;;
		TS) echo -zts ;;
		TS,debug) echo -debug-zts ;;
	esac
}
