# Shared by the commands in bin/: where things are, how they speak, and how they find MediaWiki. To be sourced.
# shellcheck shell=bash

# shellcheck disable=SC2034  # read by the scripts that source this file
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
BUILD="$ROOT/build"
MEDIAWIKI_PACKAGED=/usr/share/mediawiki
MEDIAWIKI_143="$BUILD/mediawiki-1.43/usr/share/mediawiki"
PROMTOOL="$BUILD/promtool"
# The newest that the stable compiler takes; its successors need a newer one.
MAGO_VERSION=1.29.0
MAGO="$BUILD/mago-$MAGO_VERSION/bin/mago"

# Rustup keeps its commands here; a root shell without a login does not look there. Not twice: one script calls another,
# and cargo builds much anew when PATH is another one.
cargo_bin="${CARGO_HOME:-$HOME/.cargo}/bin"
case ":$PATH:" in
	*":$cargo_bin:"*) ;;
	*) PATH="$PATH:$cargo_bin" ;;
esac

say() {
	printf '%s\n' "$*"
}

die() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

# Prints the comment that a command opens with: the help text and the reason of the file are the same words.
print_help() {
	sed -n '2,/^$/ s/^# \{0,1\}//p' "$1"
}

# As root, or through sudo; says what to do where neither is possible.
as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	elif command -v sudo >/dev/null 2>&1; then
		sudo "$@"
	else
		die "needs root for: $*  (become root, or install sudo)"
	fi
}

# 1.39 or 1.43 or…: the version of the MediaWiki in a folder; nothing when there is none.
mediawiki_version() {
	sed -n "s/^define( *'MW_VERSION', *'\([0-9]*\.[0-9]*\).*/\1/p" "$1/includes/Defines.php" 2>/dev/null
}

# Folder of a MediaWiki version that is on this machine; fails when there is none.
mediawiki_path() {
	local path
	for path in "$MEDIAWIKI_PACKAGED" "$BUILD/mediawiki-$1/usr/share/mediawiki"; do
		if [ "$(mediawiki_version "$path")" = "$1" ]; then
			printf '%s\n' "$path"
			return 0
		fi
	done
	return 1
}

# The compiled module, whether it exists yet or not.
module_path() {
	printf '%s/release/libwikibase_dispatch.so\n' "${CARGO_TARGET_DIR:-$ROOT/target}"
}

# Makes a folder and names it in $folder; see keep_or_remove.
temporary_folder() {
	folder=$(mktemp -d "${TMPDIR:-/tmp}/wikibase-dispatch-$1.XXXXXX")
	keep_or_remove "$folder" "${2:-}"
}

# When the script ends, the folder of a farm is removed; with a second argument it stays, and the user hears where.
keep_or_remove() {
	# shellcheck disable=SC2064  # this very folder
	trap "leave_farm '$1' '$2'" EXIT
}

leave_farm() {
	if [ -x "$1/server" ]; then
		"$1/server" stop
	fi
	if [ -z "$2" ]; then
		rm -rf "$1"
		return
	fi
	say "The farm is in $1; for example: $1/mw repowiki showJobs --group"
	if [ -x "$1/server" ]; then
		say "Before that, $1/server start; in the end, $1/server stop."
	fi
}
