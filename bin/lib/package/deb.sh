# The Debian packages of the native module, for one PHP each, because a compiled module fits one PHP API only: "deb"
# for PHP as Debian packages it, "any-deb" for a PHP from anywhere else. To be sourced after release.sh and plain.sh.
#
# They are made with dpkg's own tools. cargo-deb would stage the same handful of files, but has to be compiled first,
# with two hundred crates, wherever a package is to be made.
# shellcheck shell=bash
# shellcheck disable=SC2154  # target_…, module and symbols are set by those who make packages

deb_templates="$ROOT/bin/lib/package/debian"

package_deb() {
	local name="php$target_php-wikibase-dispatch" tree="$2/tree"
	mkdir -p "$tree/usr/lib/php/$target_api" "$tree/etc/php/$target_php/mods-available" "$tree/DEBIAN"
	cp "$module" "$tree/usr/lib/php/$target_api/wikibase_dispatch.so"
	cp "$deb_templates/wikibase_dispatch.ini" "$tree/etc/php/$target_php/mods-available/"
	echo "/etc/php/$target_php/mods-available/wikibase_dispatch.ini" >"$tree/DEBIAN/conffiles"
	build_deb "$1" "$tree" "$3" "$name" deb "phpapi-$target_api, php-common (>= 2:69~)"
}

package_any_deb() {
	local name="wikibase-dispatch-php$target_php" tree="$2/tree"
	mkdir -p "$tree/usr/lib/wikibase-dispatch/php$target_php"
	place_installer "$tree/usr/lib/wikibase-dispatch/php$target_php" "$1"
	build_deb "$1" "$tree" "$3" "$name" any-deb ''
}

# Adds what both have, and packs: build_deb VERSION TREE TO NAME KIND FURTHER-DEPENDENCIES. The scripts and texts of a
# kind are in debian/KIND.
build_deb() {
	local version=$1 tree=$2 to=$3 name=$4 kind=$5 further=$6 architecture scripts template script
	architecture=$(debian_architecture "$target_architecture")
	mkdir -p "$tree/DEBIAN" "$tree/usr/share/doc/$name"
	cp "$deb_templates/copyright" "$tree/usr/share/doc/$name/"
	crates licences | gzip --no-name --best >"$tree/usr/share/doc/$name/third-party.gz"
	gzip --no-name --best <"$ROOT/CHANGELOG.md" >"$tree/usr/share/doc/$name/changelog.gz"
	scripts=()
	for template in "$deb_templates/$kind"/p*; do
		script="$tree/DEBIAN/${template##*/}"
		sed "s/@PHP@/$target_php/g" "$template" >"$script"
		scripts+=("$script")
	done
	(cd "$tree" && find . -path ./DEBIAN -prune -o -type f -printf '%P\0' | LC_ALL=C sort -z | xargs -0 md5sum) \
		>"$tree/DEBIAN/md5sums"
	sed -e "s/@NAME@/$name/" -e "s/@VERSION@/$version/" -e "s/@ARCHITECTURE@/$architecture/" -e "s/@PHP@/$target_php/g" \
		-e "s/@MAINTAINER@/${DEBFULLNAME:-Wikibase Dispatch contributors} <${DEBEMAIL:-root@localhost}>/" \
		-e "s/@DEPENDS@/$(library_dependencies)${further:+, $further}/" \
		-e "s/@SIZE@/$(du -sk --apparent-size --exclude=DEBIAN "$tree" | cut -f 1)/" \
		"$deb_templates/$kind/control" >"$tree/DEBIAN/control"
	settle_tree "$tree"
	chmod 755 "${scripts[@]}"
	dpkg-deb --root-owner-group -Zxz --build "$tree" "$to/${name}_${version}_$architecture.deb" >/dev/null
	say "$to/${name}_${version}_$architecture.deb"
}

# Debian's name of an architecture.
debian_architecture() {
	case "$1" in
		x86_64) echo amd64 ;;
		aarch64) echo arm64 ;;
		*) die "Debian's name of the architecture $1 is not known here" ;;
	esac
}

# The packages that bring the libraries which the module is linked with. dpkg-shlibdeps knows only those of this
# machine's architecture; these few have had their names since Debian 11, which has SQLite 3.34.1, the oldest that the
# module takes.
library_dependencies() {
	local library libraries
	libraries=$(libraries_of "$module")
	[ -n "$libraries" ] || die "cannot tell which libraries $module is linked with"
	for library in $libraries; do
		case "$library" in
			libc.so.6) echo "libc6 (>= $(glibc_of "$module"))" ;;
			libm.so.6|libdl.so.2|libpthread.so.0|ld-linux-*) ;;
			libgcc_s.so.1) echo libgcc-s1 ;;
			libsqlite3.so.0) echo 'libsqlite3-0 (>= 3.34.1)' ;;
			*) die "no Debian package is known for $library, with which $module is linked" ;;
		esac
	done | LC_ALL=C sort -u | paste -sd , | sed 's/,/, /g'
}
