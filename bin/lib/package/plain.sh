# The module with a script that installs it into any PHP that it fits, and its symbols for a debugger. To be sourced
# after release.sh.
# shellcheck shell=bash
# shellcheck disable=SC2154  # target_…, module and symbols are set by those who make packages

package_plain() {
	local version=$1 staged=$2 to=$3 name
	name="wikibase-dispatch-$version-php$target_php-$target_architecture"
	mkdir "$staged/$name"
	place_installer "$staged/$name" "$version"
	place_licences "$staged/$name"
	pack_tree "$staged" "$name" "$to/$name.tar.gz"
}

package_symbols() {
	local version=$1 staged=$2 to=$3 name
	name="wikibase-dispatch-$version-php$target_php-$target_architecture-debug"
	mkdir "$staged/$name"
	cp "$symbols" "$staged/$name/wikibase_dispatch.so.debug"
	pack_tree "$staged" "$name" "$to/$name.tar.gz"
}

# The bill of materials of the module.
package_sbom() {
	local file="$3/wikibase-dispatch-$1-$target_architecture.cdx.json"
	crates sbom "$ROOT/Cargo.lock" "$target_architecture" "$(rustc --version)" >"$file"
	say "$file"
}

# The module and the script that installs it, which knows what the module fits.
place_installer() {
	cp "$module" "$1/wikibase_dispatch.so"
	sed -e "s/@VERSION@/$2/g" -e "s/@PHP@/$target_php/g" -e "s/@API@/$target_api/g" -e "s/@BUILD@/$target_build/g" \
		-e "s/@ARCHITECTURE@/$target_architecture/g" -e "s/@GLIBC@/$(glibc_of "$module")/g" \
		"$ROOT/bin/lib/package/install" >"$1/install"
	chmod 755 "$1/install"
}
