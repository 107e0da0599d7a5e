# A fresh Debian in a folder, with nothing in it but what every Debian has. To be sourced after common.sh and mirror.sh.
#
# It takes root and chroot, as in any container, and neither namespaces nor a service. Where that is not allowed it fails: what
# could not be tried was not tested.
# shellcheck shell=bash

# Makes a Debian of the suite in a new folder.
make_chroot() {
	local suite=$1 folder=$2
	command -v debootstrap >/dev/null || [ -x /usr/sbin/debootstrap ] || die "debootstrap is missing: bin/setup --for test installs it"
	find_mirror
	# shellcheck disable=SC2154  # find_mirror sets them
	if ! as_root env PATH="$PATH:/usr/sbin:/sbin" debootstrap --variant=minbase ${mirror_keyring:+"--keyring=$mirror_keyring"} \
		"$suite" "$folder" "$mirror_uri" >"$folder.log" 2>&1 </dev/null; then
		tail -n 30 "$folder.log" >&2
		die "cannot make a Debian '$suite' in a folder: debootstrap failed, see above (it needs root, chroot and mknod)"
	fi
	as_root cp -L /etc/resolv.conf "$folder/etc/"
	# No package may start a service.
	printf '#!/bin/sh\nexit 101\n' | as_root tee "$folder/usr/sbin/policy-rc.d" >/dev/null
	as_root chmod 755 "$folder/usr/sbin/policy-rc.d"
}

# Runs a command in there, as root, with nothing of this shell's environment.
in_chroot() {
	local folder=$1
	shift
	as_root env PATH="$PATH:/usr/sbin:/sbin" chroot "$folder" /usr/bin/env -i HOME=/root LANG=C.UTF-8 TMPDIR=/tmp \
		PATH=/root/.cargo/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@" </dev/null
}

# For what looks at processes. It can be done only where mounting is allowed.
mount_proc() {
	as_root mount -t proc proc "$1/proc" || die "cannot mount /proc in $1: this container does not allow it"
}

remove_chroot() {
	local folder=$1
	if grep -q " $folder/proc " /proc/mounts; then
		as_root umount "$folder/proc"
	fi
	# Whatever is still mounted in there is this machine's: it must not be emptied.
	! grep -q " $folder/" /proc/mounts || die "something is mounted in $folder: it is left there"
	as_root rm -rf --one-file-system "$folder" "$folder.log"
}
