# PHP's headers for a release, whatever PHP this machine has. To be sourced after mirror.sh and deb.sh.
# shellcheck shell=bash

# The Debian that has a version of PHP.
suite_with_php() {
	case "$1" in
		8.2) echo bookworm ;;
		8.4) echo trixie ;;
		8.5) echo experimental ;;
		*) die "no Debian has PHP $1: give its headers with --headers (the workflow takes them from PHP's official image)" ;;
	esac
}

# Downloads packages of a suite and an architecture, and unpacks them into a folder; nothing gets installed. Their
# versions are noted in the file "packages" there.
unpack_debian() {
	local suite=$1 architecture=$2 folder=$3 work
	shift 3
	rm -rf "$folder" "$folder.unfinished"
	work="$folder.unfinished"
	mkdir -p "$work/apt" "$work/tree"
	private_apt_sources "$work/apt" "$suite"
	local options=(-o "APT::Architecture=$architecture" -o "APT::Architectures=$architecture")
	private_apt "$work/apt" apt-get update "${options[@]}"
	(cd "$work" && private_apt "$work/apt" apt-get download "${options[@]}" "$@")
	local package
	for package in "$work"/*.deb; do
		dpkg -x "$package" "$work/tree"
		dpkg-deb --show --showformat "\${Package} \${Version} \${Architecture} ($suite)\n" "$package" >>"$work/tree/packages"
	done
	mv "$work/tree" "$folder"
	rm -rf "$work"
}

# Sets $headers to the folder of the headers of a PHP (with main/, Zend/, …) for an architecture, and $headers_from to
# what they are. Given headers ($given_headers/VERSION-ARCHITECTURE) come first.
find_headers() {
	local php=$1 architecture=$2 folder
	# shellcheck disable=SC2154  # bin/release says which
	if [ -n "$given_headers" ] && [ -d "$given_headers/$php-$architecture" ]; then
		headers="$cache/given-$php-$architecture"
		rm -rf "$headers"
		cp -R "$given_headers/$php-$architecture" "$headers"
		headers_from="headers of PHP $(header_value php_version PHP_VERSION), as given"
		return
	fi
	# shellcheck disable=SC2154
	folder="$cache/php-$php-$architecture"
	if [ ! -f "$folder/packages" ]; then
		say "fetching the headers of PHP $php for $architecture" >&2
		unpack_debian "$(suite_with_php "$php")" "$(debian_architecture "$architecture")" "$folder" "php$php-dev"
	fi
	headers=$(echo "$folder"/usr/include/php/*/)
	headers=${headers%/}
	# shellcheck disable=SC2034  # for the list of what was used
	headers_from=$(cat "$folder/packages")
}

# What a header defines: header_value php_version PHP_VERSION
header_value() {
	sed -n "s/^ *# *define  *$2  *\"\{0,1\}\([^\" ]*\)\"\{0,1\} *$/\1/p" "$headers/main/$1.h" | head -n 1
}

# Writes what ext-php-rs asks when it is compiled, as a PHP with these headers would answer: that PHP may not run
# here.
stand_in_for_php() {
	local folder=$1 version api
	version=$(header_value php_version PHP_VERSION)
	api=$(header_value php PHP_API_VERSION)
	[ -n "$version$api" ] || die "$headers does not hold the headers of a PHP"
	[ "$(header_value php_config ZTS)" != 1 ] || die "$headers is of a thread-safe PHP, for which there is no release"
	[ "$(header_value php_config ZEND_DEBUG)" != 1 ] || die "$headers is of a PHP for debugging"
	mkdir -p "$folder"
	printf '#!/bin/sh\ncat <<END\nPHP Version => %s\nPHP API => %s\nDebug Build => no\nThread Safety => disabled\nEND\n' \
		"$version" "$api" >"$folder/php"
	printf '#!/bin/sh\necho -I%s -I%s/main -I%s/TSRM -I%s/Zend -I%s/ext -I%s/ext/date/lib\n' \
		"$headers" "$headers" "$headers" "$headers" "$headers" "$headers" >"$folder/php-config"
	chmod 755 "$folder/php" "$folder/php-config"
}
