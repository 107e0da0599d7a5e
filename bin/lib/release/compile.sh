# Compiles the module for a PHP and an architecture, the same bytes wherever the folders are. To be sourced after
# headers.sh.
# shellcheck shell=bash

# The compiler of every release: another one gives other bytes.
RELEASE_RUST=1.95.0

# Those that a release needs beyond bin/setup --for build.
packages_to_release() {
	echo gcc-aarch64-linux-gnu libc6-dev-arm64-cross binutils xz-utils
}

check_toolchain() {
	local found architecture
	found=$(rustc --version | sed -n 's/^rustc \([0-9.]*\) .*/\1/p')
	[ "$found" = "$RELEASE_RUST" ] ||
		die "releases are compiled with Rust $RELEASE_RUST, not $found: rustup toolchain install $RELEASE_RUST, then" \
			"RUSTUP_TOOLCHAIN=$RELEASE_RUST"
	for architecture in "$@"; do
		[ -d "$(rustc --print sysroot)/lib/rustlib/$architecture-unknown-linux-gnu/lib" ] ||
			die "Rust's library for $architecture is missing: rustup target add $architecture-unknown-linux-gnu"
	done
	# A newer glibc would raise the floor of the modules that are linked with it.
	[ "$(own_suite)" = bookworm ] ||
		die "releases are compiled on Debian 12 (a container or chroot will do), not on '$(own_suite)'"
}

# The prefix of the tools of gcc and binutils for an architecture.
tools_for() {
	[ "$1" = "$(uname -m)" ] || printf '%s-linux-gnu-' "$1"
}

# Compiles into a folder of cargo's; prints the path of the module, with its symbols. Needs $headers.
compile_module() {
	local php=$1 architecture=$2 target=$3 triple="$2-unknown-linux-gnu" upper lower home stand_in
	upper=$(tr a-z- A-Z_ <<<"$triple")
	lower=$(tr - _ <<<"$triple")
	home=${CARGO_HOME:-$HOME/.cargo}
	stand_in="$target/php-$php-$architecture"
	stand_in_for_php "$stand_in"
	# The same for every PHP: cargo compiles all crates anew when its flags change. The last that fits is taken.
	local maps=("$ROOT=/wikibase-dispatch" "$cache=/release" "$home=/cargo") map flags="" c_flags=""
	for map in "${maps[@]}"; do
		flags+="${flags:+$'\x1f'}--remap-path-prefix=$map"
		c_flags+="${c_flags:+ }-ffile-prefix-map=$map"
	done
	local settings=(
		"CARGO_TARGET_DIR=$target" "CARGO_ENCODED_RUSTFLAGS=$flags" "CARGO_INCREMENTAL=0"
		"CFLAGS_$lower=$c_flags" "CC_$lower=$(tools_for "$architecture")gcc" "AR_$lower=$(tools_for "$architecture")ar"
		"CARGO_TARGET_${upper}_LINKER=$(tools_for "$architecture")gcc"
		"PHP=$stand_in/php" "PHP_CONFIG=$stand_in/php-config"
	)
	if [ -n "$(tools_for "$architecture")" ]; then
		find_sqlite "$architecture"
		# shellcheck disable=SC2154  # bin/release says which
		settings+=("SQLITE3_LIB_DIR=$sqlite" "BINDGEN_EXTRA_CLANG_ARGS_$lower=-isystem /usr/$architecture-linux-gnu/include")
	fi
	(cd "$ROOT" && env -u RUSTFLAGS "${settings[@]}" cargo build --release --lib --locked --target "$triple" >&2) ||
		return 1
	printf '%s/%s/release/libwikibase_dispatch.so\n' "$target" "$triple"
}

# Sets $sqlite to the folder of the SQLite to link with, where this machine's own is of another architecture.
find_sqlite() {
	# shellcheck disable=SC2154  # bin/release says which
	local folder="$cache/sqlite-$1"
	if [ ! -f "$folder/packages" ]; then
		say "fetching SQLite for $1" >&2
		unpack_debian bookworm "$(debian_architecture "$1")" "$folder" libsqlite3-dev libsqlite3-0
	fi
	sqlite="$folder/usr/lib/$1-linux-gnu"
}

# Every module loads wherever glibc is at least this old: Debian 12, Ubuntu 22.04, RHEL 9.
GLIBC_FLOOR=2.34

check_floor() {
	local found
	found=$(glibc_of "$1")
	[ "$(printf '%s\n' "${found:-99}" "$GLIBC_FLOOR" | sort -V | tail -n 1)" = "$GLIBC_FLOOR" ] ||
		die "the module asks for glibc ${found:-of an unknown version}, and has to load from $GLIBC_FLOOR on"
}
