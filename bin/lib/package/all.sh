# Everything that makes packages. To be sourced after common.sh.
# shellcheck shell=bash

# shellcheck source=release.sh
. "$ROOT/bin/lib/package/release.sh"
# shellcheck source=extension.sh
. "$ROOT/bin/lib/package/extension.sh"
# shellcheck source=plain.sh
. "$ROOT/bin/lib/package/plain.sh"
# shellcheck source=deb.sh
. "$ROOT/bin/lib/package/deb.sh"
# shellcheck source=pie.sh
. "$ROOT/bin/lib/package/pie.sh"

# Makes packages of these kinds in a folder, from $module and for the target that is set: make_packages TO KIND…
make_packages() {
	local to=$1 version staged kind
	shift
	version=$(release_version)
	mkdir -p "$to"
	to=$(cd "$to" && pwd)
	for kind in "$@"; do
		# shellcheck disable=SC2154  # of temporary_folder
		staged="$folder/staged-$kind"
		rm -rf "$staged"
		mkdir "$staged"
		"package_${kind//-/_}" "$version" "$staged" "$to"
	done
}
