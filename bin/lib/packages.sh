# Debian packages: which are needed for what, which are missing, and how they get installed. To be sourced after common.sh.
# shellcheck shell=bash

# The module and its packages: PHP's headers, libclang for the bindings, and the system's own SQLite. PHP uses that same library; a second
# copy of SQLite in one process would break the POSIX locks of the first when both open one file.
packages_to_build() {
	echo ca-certificates gcc libc6-dev clang libclang-dev pkg-config libsqlite3-dev php-cli php-dev dpkg-dev zip
}

# MediaWiki and what it needs of PHP.
packages_to_run() {
	echo mediawiki php-sqlite3 php-mbstring php-xml php-intl php-curl
}

# A server without a service: these packages bring the programs, and start nothing, neither now nor when the machine starts.
packages_to_run_mariadb() {
	echo mariadb-server-core mariadb-client-core php-mysql
}

packages_to_test() {
	# MediaWiki 1.43 needs php-gmp; on Debian 13 the package brings it itself.
	echo phpunit php-gmp php-redis shellcheck redis-tools openssl
	# A browser, which the tests drive by its own driver, and letters for what it shows, Hebrew ones among them.
	echo chromium chromium-driver fonts-dejavu-core
	# Packages are made, and tried in a fresh Debian.
	echo unzip debootstrap
	# PHP-FPM's library that nothing else here needs; PHP-FPM itself is fetched, because its package starts a service.
	echo libapparmor1 valgrind
	# Linters of JavaScript, CSS and messages; a newer Node.js than Debian's brings its own npm.
	if ! command -v npm >/dev/null 2>&1; then
		echo nodejs npm
	fi
	# Debian 13 has no php-codesniffer; where the package lists are empty, too, nobody can tell yet.
	if is_installed php-codesniffer || apt_knows php-codesniffer || ! apt_knows phpunit; then
		echo php-codesniffer
	fi
}

is_installed() {
	[ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

apt_knows() {
	[ -n "$(apt-cache madison "$1" 2>/dev/null)" ]
}

# Those of the given packages that are not installed.
missing_packages() {
	local package installed
	installed=$(dpkg-query -W -f='${binary:Package} ${db:Status-Status}\n' 2>/dev/null | sed -n 's/\(:[a-z0-9]*\)\? installed$//p')
	for package in "$@"; do
		grep -qxF "$package" <<<"$installed" || echo "$package"
	done
}

# MediaWiki's package asks for a web server, and PHP's for a server interface; left alone, apt takes Apache for both and
# starts it. These satisfy the same needs and start nothing (mini-httpd comes disabled).
quiet_alternatives() {
	local package server=mini-httpd interface
	for package in apache2 nginx lighttpd mini-httpd micro-httpd webfs yaws merecat; do
		if is_installed "$package"; then
			server=
		fi
	done
	interface=$(apt-cache depends php-cgi 2>/dev/null | sed -n 's/^ *Depends: \(php[0-9.]*-cgi\)$/\1/p' | head -n 1)
	for package in "libapache2-mod-${interface%-cgi}" "${interface%-cgi}-fpm"; do
		if is_installed "$package"; then
			interface=
		fi
	done
	echo "$server $interface"
}

# Runs apt quietly; its output is shown only when it fails.
quiet_apt() {
	local log
	log=$(mktemp)
	if ! as_root env DEBIAN_FRONTEND=noninteractive apt-get -y -q -o Dpkg::Use-Pty=0 "$@" </dev/null >"$log" 2>&1; then
		cat "$log" >&2
		rm -f "$log"
		die "apt-get $1 failed; its output is above"
	fi
	rm -f "$log"
}
