# What all packages of a release have in common: its version, its time, and how files are made ready. To be sourced
# after common.sh.
# shellcheck shell=bash
# shellcheck disable=SC2154  # target_…, module and symbols are set by those who make packages

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

# Packs a folder of a staged tree: pack_tree STAGED FOLDER FILE
pack_tree() {
	settle_tree "$1/$2"
	tar -C "$1" --create --format=ustar --sort=name --owner=0 --group=0 --numeric-owner "$2" | gzip --no-name --best >"$3"
	say "$3"
}

# What a module was compiled for: sets $target_php (8.2), $target_api (20220829), $target_build (NTS),
# $target_architecture and $target_tools, the prefix of binutils. Here: the PHP of this machine.
target_this_machine() {
	# shellcheck disable=SC2034  # read by the functions that make packages
	{
		target_php=$(php-config --version | sed 's/^\([0-9]*\.[0-9]*\).*/\1/')
		target_api=$(php-config --phpapi)
		target_build=$(php -n -r 'echo PHP_ZTS ? "TS" : "NTS", PHP_DEBUG ? ",debug" : "";')
		target_architecture=$(uname -m)
		target_tools=
	}
}

# From the module as it was compiled, makes the one that is released, without what only a debugger reads, and the
# symbols for the debugger: finish_module COMPILED MODULE SYMBOLS. The places that a panic names stay in the module;
# so does the list of its crates.
finish_module() {
	local compiled=$1 finished=$2 symbols=$3 work
	work=$(mktemp -d)
	crates audit >"$work/crates"
	"${target_tools}objcopy" --only-keep-debug --compress-debug-sections=zlib "$compiled" "$symbols"
	"${target_tools}strip" --strip-unneeded -o "$work/stripped" "$compiled"
	"${target_tools}objcopy" --add-section ".dep-v0=$work/crates" --set-section-flags .dep-v0=noload,readonly \
		--add-gnu-debuglink="$symbols" "$work/stripped" "$finished"
	chmod 644 "$finished" "$symbols"
	rm -rf "$work"
}

# Asks one of the programs in crates/ about the crates that are compiled into the module: licences, audit or sbom.
crates() {
	local program=$1
	shift
	cargo metadata --quiet --format-version 1 --locked --filter-platform "$target_architecture-unknown-linux-gnu" \
		--manifest-path "$ROOT/Cargo.toml" | php -n "$ROOT/bin/lib/package/crates/$program.php" "$@"
}

# The licences that go with a compiled module: as a whole it is under version 3 of the GPL, because of one crate (see
# THIRD-PARTY).
place_licences() {
	cp "$ROOT/bin/lib/package/GPL-3" "$1/LICENSE"
	crates licences >"$1/THIRD-PARTY"
}

# The newest symbol version of glibc that a module asks for: 2.34.
glibc_of() {
	"${target_tools}objdump" --dynamic-syms "$1" | sed -n 's/.*GLIBC_\([0-9.]*\).*/\1/p' | sort -V | tail -n 1
}

# The libraries that a module is linked with.
libraries_of() {
	"${target_tools}objdump" --private-headers "$1" | sed -n 's/^ *NEEDED *//p'
}
