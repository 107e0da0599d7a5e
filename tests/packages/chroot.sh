# A fresh Debian in a folder, with nothing in it but what every Debian has. To be sourced after common.sh and
# mirror.sh.
#
# It takes root and chroot, as in any container, and neither namespaces nor a service. Where that is not allowed it
# fails: what could not be tried was not tested.
# shellcheck shell=bash

# Makes a Debian of the suite in a new folder; of another architecture (x86_64, aarch64) where the kernel runs its
# programs, by qemu-user.
make_chroot() {
	local suite=$1 folder=$2 architecture=${3:-$(uname -m)} foreign=
	if [ "$architecture" != "$(uname -m)" ]; then
		foreign="--arch=${architecture/aarch64/arm64}"
		can_run "$architecture" || die "programs for $architecture cannot be run here: apt-get install qemu-user-static"
	fi
	command -v debootstrap >/dev/null || [ -x /usr/sbin/debootstrap ] || die "debootstrap is missing: bin/setup --for test installs it"
	find_mirror
	# shellcheck disable=SC2154  # find_mirror sets them
	if ! as_root env PATH="$PATH:/usr/sbin:/sbin" debootstrap --variant=minbase $foreign ${mirror_keyring:+"--keyring=$mirror_keyring"} \
		"$suite" "$folder" "$mirror_uri" >"$folder.log" 2>&1 </dev/null; then
		tail -n 30 "$folder.log" >&2
		die "cannot make a Debian '$suite' in a folder: debootstrap failed, see above (it needs root, chroot and mknod)"
	fi
	as_root cp -L /etc/resolv.conf "$folder/etc/"
	# No package may start a service.
	printf '#!/bin/sh\nexit 101\n' | as_root tee "$folder/usr/sbin/policy-rc.d" >/dev/null
	as_root chmod 755 "$folder/usr/sbin/policy-rc.d"
}

# Has the kernel run programs of another architecture by qemu-user, as its package does where a service can be
# started.
can_run() {
	local kernel=/proc/sys/fs/binfmt_misc
	[ ! -e "$kernel/qemu-$1" ] || return 0
	[ -e "/usr/lib/binfmt.d/qemu-$1.conf" ] || return 1
	[ -e "$kernel/register" ] || as_root mount -t binfmt_misc binfmt_misc "$kernel" || return 1
	as_root cp "/usr/lib/binfmt.d/qemu-$1.conf" "$kernel/register"
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
