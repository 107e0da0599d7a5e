# What bin/test consists of: one function per step, named step_…, with the line that describes it. To be sourced after
# common.sh. A step fails by its exit code; it runs in a shell of its own with errexit.
# shellcheck shell=bash

# Name and heading of every step, in the order in which they run. What Debian has decides which MediaWikis there are.
list_steps() {
	cat <<'END'
rustfmt            Rust: format
clippy             Rust: lint, with and without the PHP binding
php-lint           PHP: syntax
END
	if has_phpcs; then
		echo 'phpcs              PHP: coding conventions'
	fi
	cat <<'END'
types              PHP: types, by a checker that is compiled first
web                JavaScript, CSS, JSON and messages: Wikimedia's linters (npm test)
files              executable bits
shellcheck         shell: lint
licences           licences of all crates against deny.toml
rust               Rust: the core's tests, without PHP
fuzz               random input, for a short while
build              the module for PHP, optimised
stubs              stubs against the compiled module
phpt               the module's own tests (phpt)
unit               PHPUnit: unit suite, through the stubs, without the module
END
	local version
	for version in $(mediawiki_versions); do
		printf '%-18s PHPUnit: integration suite on MediaWiki %s\n' "phpunit-$version" "$version"
	done
	cat <<'END'
pool               the module in a PHP-FPM pool: reloads, signals, exit(), out of memory, panics
jit                the module's own tests with opcache and its compiler
valgrind           some of the module's own tests under valgrind
packages           packages for this PHP and the install script, made and tried in a fresh Debian
comparison         what the client side does, compared with what an unmodified Wikibase did
many-pages         a change of an item that 100,000 pages use
END
	for version in $(mediawiki_versions); do
		printf '%-18s PHPUnit: the job queues that farms use, on MediaWiki %s\n' "queues-$version" "$version"
	done
	for version in $(mediawiki_versions); do
		printf '%-18s the demo on MediaWiki %s\n' "demo-$version" "$version"
	done
	for version in $(mediawiki_versions); do
		printf '%-18s the job runner killed again and again, on MediaWiki %s\n' "kill-$version" "$version"
	done
	for version in $(mediawiki_versions); do
		printf '%-18s edits while two job runners work, on MediaWiki %s\n' "edits-$version" "$version"
	done
	for version in $(mediawiki_versions); do
		printf '%-18s the demo on MariaDB and MediaWiki %s\n' "demo-mariadb-$version" "$version"
	done
	cat <<'END'
phpunit-mariadb    PHPUnit: integration suite on MariaDB
browser            the status page in Chromium: what it says, how it looks, and whether everybody can use it
kill-mariadb       two job runners killed again and again on MariaDB, while changes are written
soak-mariadb       edits at several times Wikidata's rate while everything that can go wrong does, two minutes, on MariaDB
eight-mariadb      eight job runners at once on MariaDB, while writers commit out of order
edits-mariadb      edits while a job runner with four forks works (runJobs --procs), on MariaDB
coexist-mariadb    the old cron dispatcher beside the jobs, on MariaDB
lossy              clients' queues emptied, their runners killed, and a change that kills every runner that handles it
lossy-redis        the same with job queues in Redis, all emptied at once
lossy-mariadb      the same on MariaDB
counts             statements and jobs of a small backlog against benches/counts.json, on MariaDB
END
}

# The steps that need nothing but cargo, and nothing of which any other needs.
cargo_steps() {
	printf '%s\n' clippy rust fuzz types
}

# The steps for a first answer: those that need neither the module nor a wiki.
quick_steps() {
	printf '%s\n' rustfmt clippy php-lint phpcs types web files shellcheck licences rust unit
}

# The supported MediaWikis on this machine: Debian 12 has 1.39, and 1.43 is fetched; Debian 13 has only 1.43.
mediawiki_versions() {
	local version
	for version in 1.39 1.43; do
		if mediawiki_path "$version" >/dev/null; then
			echo "$version"
		fi
	done
}

newest_mediawiki() {
	mediawiki_versions | tail -n 1
}

# Debian 13 has no php-codesniffer.
has_phpcs() {
	command -v phpcs >/dev/null 2>&1
}

# What cannot be tested here because this Debian does not have it.
name_gaps() {
	if ! mediawiki_path 1.39 >/dev/null; then
		echo "MediaWiki 1.39 is not in this Debian: nothing was tested on it."
	fi
	if ! has_phpcs; then
		echo "php-codesniffer is not in this Debian: PHP's coding conventions were not checked."
	fi
}

run_step() {
	case "$1" in
		browser) step_phpunit "$(newest_mediawiki)" mariadb browser ;;
		phpunit-mariadb) step_phpunit "$(newest_mediawiki)" mariadb integration,mariadb ;;
		coexist-mariadb) torture coexist ;;
		lossy) KILLS=15 torture lossy-queue --count 200 ;;
		lossy-redis) KILLS=10 torture lossy-queue --queue redis --count 200 ;;
		lossy-mariadb) KILLS=15 torture lossy-queue --database mariadb --count 400 ;;
		edits-mariadb) torture fast-edits --database mariadb --procs 4 ;;
		eight-mariadb) torture eight-runners ;;
		kill-mariadb) torture kill-runner --database mariadb ;;
		soak-mariadb) torture soak --minutes 2 ;;
		demo-mariadb-*) step_demo "${1#demo-mariadb-}" --mariadb ;;
		phpunit-*) step_phpunit "${1#phpunit-}" sqlite integration,sqlite ;;
		queues-*) step_phpunit "${1#queues-}" sqlite queues ;;
		demo-*) step_demo "${1#demo-}" ;;
		edits-*) torture fast-edits --mediawiki "$(mediawiki_path "${1#edits-}")" ;;
		kill-*) torture kill-runner --mediawiki "$(mediawiki_path "${1#kill-}")" ;;
		*) "step_${1//-/_}" ;;
	esac
}

# What git knows, and what it would: a new file is checked before its first commit.
project_files() {
	git -C "$ROOT" ls-files --cached --others --exclude-standard -- "$@" | sort -u | while IFS= read -r file; do
		if [ -f "$ROOT/$file" ]; then
			printf '%s\n' "$file"
		fi
	done
}

# The phpt runner writes PHP files next to its tests while it runs; they are nobody's source.
php_files() {
	project_files '*.php' ':!tests/module/phpt'
}

step_rustfmt() {
	cargo fmt --all -- --check
	cargo fmt --manifest-path tests/fuzz/Cargo.toml -- --check
}

step_clippy() {
	cargo clippy --all-targets -- -D warnings
	cargo clippy --all-targets --no-default-features -- -D warnings
	# Not among all targets: plain `cargo test` leaves it out.
	cargo clippy --no-default-features --test galera -- -D warnings
	CXX="${CXX:-clang++}" cargo clippy --manifest-path tests/fuzz/Cargo.toml --locked -- -D warnings
}

step_php_lint() {
	local file files=0 bad=0
	while IFS= read -r file; do
		files=$((files + 1))
		php -n -d display_errors=stderr -l "$file" >/dev/null || bad=$((bad + 1))
	done < <(php_files)
	echo "$files files, $bad with errors"
	[ "$files" -gt 0 ] && [ "$bad" = 0 ]
}

step_phpcs() {
	local files
	mapfile -t files < <(php_files)
	phpcs -q --standard=php/.phpcs.xml "${files[@]}"
	echo "${#files[@]} files"
}

step_types() {
	"$ROOT/tests/types/check" --reporting-format short
}

step_web() {
	"$ROOT/bin/fetch-linters"
	npm test
}

# As minus-x: only what begins with #! may be executable.
step_files() {
	local file bad=0
	while IFS= read -r file; do
		if [ -x "$ROOT/$file" ] && [ "$(head -c 2 "$ROOT/$file" | tr -d '\0')" != '#!' ]; then
			say "$file is executable and does not begin with #! (chmod -x $file)"
			bad=$((bad + 1))
		fi
	done < <(project_files)
	[ "$bad" = 0 ]
}

step_shellcheck() {
	local scripts
	mapfile -t scripts < <(project_files bin tests benches | while IFS= read -r file; do
		case "$file" in
			*.sh) echo "$file" ;;
			*.*/*|*/*.*) ;;
			*) if head -n 1 "$file" | grep -q '^#!.*sh'; then echo "$file"; fi ;;
		esac
	done; echo .ci/run)
	shellcheck -x "${scripts[@]}"
	echo "${#scripts[@]} scripts"
}

step_licences() {
	"$ROOT/tests/packages/licences"
}

step_rust() {
	cargo test --no-default-features --no-fail-fast
}

step_fuzz() {
	"$ROOT/bin/fuzz" all 10
}

step_build() {
	"$ROOT/bin/build"
}

step_stubs() {
	php -n tests/module/stubs/compare.php "$(module_path)"
}

step_phpt() {
	local runner
	runner="$(php-config --prefix)/lib/php/$(php-config --phpapi)/build/run-tests.php"
	[ -f "$runner" ] || die "php-dev has no $runner"
	# The runner calls it a success when it finds no test.
	[ -n "$(find tests/module/phpt -name '*.phpt' 2>/dev/null)" ] || die "there are no tests in tests/module/phpt"
	# The longest writes for ten thousand passes, and a slow disk needs its time for that.
	NO_INTERACTION=1 TEST_TIMEOUT=300 TEST_PHP_EXECUTABLE="$(command -v php)" \
		php -n "$runner" -q -n -d "extension=$(module_path)" --show-diff tests/module/phpt
}

step_unit() {
	local version
	phpunit --no-configuration tests/support/lib/ComparisonTest.php
	phpunit --no-configuration benches/tests
	for version in $(mediawiki_versions); do
		say "On MediaWiki $version:"
		MW_INSTALL_PATH=$(mediawiki_path "$version") phpunit --configuration php/tests/phpunit/unit.xml
	done
}

step_phpunit() {
	"$ROOT/tests/host/phpunit" --mediawiki "$(mediawiki_path "$1")" --database "$2" --suite "$3"
}

step_pool() {
	"$ROOT/tests/module/pool/pool"
}

step_jit() {
	"$ROOT/tests/host/phpt" jit
}

step_valgrind() {
	"$ROOT/tests/host/phpt" valgrind
}

step_packages() {
	"$ROOT/tests/packages/own-debian"
}

step_comparison() {
	"$ROOT/tests/end-to-end/comparison/compare" --mediawiki "$(mediawiki_path "$(newest_mediawiki)")"
}

step_many_pages() {
	"$ROOT/tests/end-to-end/comparison/many-pages" --mediawiki "$(mediawiki_path "$(newest_mediawiki)")"
}

step_demo() {
	"$ROOT/bin/demo" --mediawiki "$(mediawiki_path "$1")" "${@:2}"
}

# A torture test, on the newest MediaWiki unless another is named.
torture() {
	"$ROOT/tests/torture/run" "$1" --mediawiki "$(mediawiki_path "$(newest_mediawiki)")" "${@:2}"
}

step_counts() {
	"$ROOT/bin/bench" counts
}
