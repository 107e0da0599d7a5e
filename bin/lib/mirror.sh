# The Debian mirror that this machine's own apt uses, for what needs another release of Debian, or a fresh one. To be sourced
# after common.sh.
# shellcheck shell=bash

# The main archive is the one whose release is named like this Debian itself, without a suffix such as -security.
# Gives its address and the file that lists it.
listed_mirror() {
	# shellcheck disable=SC2016  # apt's own placeholders
	apt-get indextargets --format '$(CODENAME)|$(COMPONENT)|$(REPO_URI)|$(SOURCESENTRY)' 'Created-By: Packages' 2>/dev/null |
		sed -n "s/^$(own_suite)|main|//p" | head -n 1
}

own_suite() {
	# shellcheck source=/dev/null
	(. /etc/os-release && echo "$VERSION_CODENAME")
}

# The keyring that a sources list names, in either of its two formats; none: apt's own trusted keys.
keyring_of() {
	sed -n 's/^Signed-By: *\(\/.*\)/\1/p; s/^deb .*signed-by=\(\/[^] ]*\).*/\1/p' "$1" 2>/dev/null | head -n 1
}

# Sets $mirror_uri and $mirror_keyring (which may be empty), or says that there is none.
find_mirror() {
	local mirror entry
	mirror=$(listed_mirror)
	if [ -z "$mirror" ]; then
		as_root apt-get -q update >/dev/null </dev/null
		mirror=$(listed_mirror)
	fi
	[ -n "$mirror" ] || die "apt on this machine names no Debian mirror with the component main"
	# shellcheck disable=SC2034  # read by the scripts that source this file
	mirror_uri=${mirror%%|*}
	entry=${mirror#*|}
	# shellcheck disable=SC2034
	mirror_keyring=$(keyring_of "${entry%:*}")
}

# Prepares lists, cache and status of their own in a folder, for packages of a suite: the machine's apt stays as it is.
private_apt_sources() {
	local folder=$1 suite=$2 kind=${3:-deb}
	mkdir -p "$folder/lists/partial" "$folder/cache/archives/partial"
	touch "$folder/status"
	find_mirror
	printf '%s %s%s %s main\n' "$kind" "${mirror_keyring:+[signed-by=$mirror_keyring] }" "$mirror_uri" "$suite" \
		>"$folder/sources.list"
}

# Runs an apt command there, quietly; its output is shown only when it fails. The sandbox user could not enter the folder.
private_apt() {
	local folder=$1 command=$2 log="$1/log"
	if ! "$command" -q -o Dir::Etc::sourcelist="$folder/sources.list" -o Dir::Etc::sourceparts=- \
		-o Dir::State::lists="$folder/lists" -o Dir::State::status="$folder/status" \
		-o Dir::Cache="$folder/cache" -o APT::Sandbox::User="$(id -un)" -o Acquire::Languages=none \
		"${@:3}" </dev/null >"$log" 2>&1; then
		cat "$log" >&2
		die "${*:2:2} failed for $(sed 's/.* \([^ ]*\) main$/the suite \1/' "$folder/sources.list"); the output is above"
	fi
}
