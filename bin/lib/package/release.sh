# What all packages of a release have in common: its version, its time, and how files are made ready. To be sourced after
# common.sh.
# shellcheck shell=bash

# The version that the module, the extension and the changelog agree on.
release_version() {
	local module extension
	module=$(sed -n 's/^version *= *"\([^"]*\)".*/\1/p' "$ROOT/Cargo.toml" | head -n 1)
	extension=$(sed -n 's/^\t"version": *"\([^"]*\)".*/\1/p' "$ROOT/php/extension.json")
	[ "$module" = "$extension" ] || die "Cargo.toml says version '$module', php/extension.json '$extension'"
	grep -q "^## $module\( \|$\)" "$ROOT/CHANGELOG.md" || die "CHANGELOG.md has no heading '## $module'"
	printf '%s\n' "$module"
}

# Seconds since 1970: the time that every file in a package gets.
release_time() {
	local time=${SOURCE_DATE_EPOCH:-}
	if [ -z "$time" ]; then
		time=$(git -C "$ROOT" log -1 --format=%ct 2>/dev/null) ||
			die "this is no git checkout: set SOURCE_DATE_EPOCH to the time of the release"
	fi
	printf '%s\n' "$time"
}

# Makes modes and times of a staged tree those of any other machine.
settle_tree() {
	chmod -R u=rwX,go=rX "$1"
	find "$1" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
}

# The module without what only a debugger reads; the places that a panic names stay in it.
place_module() {
	# shellcheck disable=SC2154  # bin/package says which
	strip --strip-unneeded -o "$1" "$module"
	chmod 644 "$1"
}

# 8.2 or 8.4 or…: the PHP that the module was built for.
php_version() {
	php-config --version | sed 's/^\([0-9]*\.[0-9]*\).*/\1/'
}

# The licences of the crates that are compiled into the module.
third_party_licences() {
	local host
	host=$(rustc -vV | sed -n 's/^host: //p')
	cargo metadata --quiet --format-version 1 --locked --filter-platform "$host" --manifest-path "$ROOT/Cargo.toml" |
		php -n "$ROOT/bin/lib/package/licences.php"
}
