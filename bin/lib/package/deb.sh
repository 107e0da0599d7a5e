# The Debian package of the native module: one for each PHP, because a compiled module fits one PHP API only. To be sourced
# after release.sh.
#
# It is made with dpkg's own tools. cargo-deb would stage the same handful of files and ask the same dpkg-shlibdeps, but has to
# be compiled first, with two hundred crates, wherever a package is to be made.
# shellcheck shell=bash

deb_templates="$ROOT/bin/lib/package/debian"

package_deb() {
	local version=$1 staged=$2 to=$3 php api name architecture tree
	command -v dpkg-shlibdeps >/dev/null || die "dpkg-shlibdeps is missing: apt-get install dpkg-dev"
	php=$(php_version)
	api=$(php-config --phpapi)
	architecture=$(dpkg --print-architecture)
	name="php$php-wikibase-dispatch"
	tree="$staged/tree"
	mkdir -p "$tree/DEBIAN" "$tree/usr/lib/php/$api" "$tree/etc/php/$php/mods-available" "$tree/usr/share/doc/$name"
	place_module "$tree/usr/lib/php/$api/wikibase_dispatch.so"
	cp "$deb_templates/wikibase_dispatch.ini" "$tree/etc/php/$php/mods-available/"
	echo "/etc/php/$php/mods-available/wikibase_dispatch.ini" >"$tree/DEBIAN/conffiles"
	cp "$deb_templates/copyright" "$tree/usr/share/doc/$name/"
	third_party_licences | gzip --no-name --best >"$tree/usr/share/doc/$name/third-party.gz"
	gzip --no-name --best <"$ROOT/CHANGELOG.md" >"$tree/usr/share/doc/$name/changelog.gz"
	local script
	for script in postinst prerm postrm; do
		sed "s/@PHP@/$php/g" "$deb_templates/$script" >"$tree/DEBIAN/$script"
	done
	(cd "$tree" && find usr etc -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum) >"$tree/DEBIAN/md5sums"
	sed -e "s/@NAME@/$name/" -e "s/@VERSION@/$version/" -e "s/@ARCHITECTURE@/$architecture/" -e "s/@PHP@/$php/g" \
		-e "s/@MAINTAINER@/${DEBFULLNAME:-Wikibase Dispatch contributors} <${DEBEMAIL:-root@localhost}>/" \
		-e "s/@DEPENDS@/$(library_dependencies "$staged" "$tree/usr/lib/php/$api/wikibase_dispatch.so"), phpapi-$api/" \
		-e "s/@SIZE@/$(du -sk --apparent-size "$tree/usr" "$tree/etc" | awk '{ sum += $1 } END { print sum }')/" \
		"$deb_templates/control" >"$tree/DEBIAN/control"
	settle_tree "$tree"
	chmod 755 "$tree"/DEBIAN/{postinst,prerm,postrm}
	dpkg-deb --root-owner-group -Zxz --build "$tree" "$to/${name}_${version}_$architecture.deb" >/dev/null
	say "$to/${name}_${version}_$architecture.deb"
}

# The packages that bring the libraries which the module is linked with, with their versions.
library_dependencies() {
	local staged=$1 module=$2 answer
	# The tool reads its defaults from the sources of a package; these are as small as such can be.
	mkdir -p "$staged/debian"
	printf 'Source: wikibase-dispatch\n\nPackage: wikibase-dispatch\nArchitecture: any\n' >"$staged/debian/control"
	# It warns of PHP's own symbols, which no library has.
	answer=$(cd "$staged" && dpkg-shlibdeps -O "$module" 2>"$staged/warnings") || { cat "$staged/warnings" >&2; return 1; }
	printf '%s\n' "${answer#shlibs:Depends=}"
}
