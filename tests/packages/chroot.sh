# A fresh Debian in a folder, with nothing in it but what every Debian has. To be sourced after common.sh and
# mirror.sh.
#
# It takes root and chroot, as in any container, and neither namespaces nor a service. Where that is not allowed it
# fails: what could not be tried was not tested.
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

# Unpacks packages with all that they depend on into a new folder, of another architecture, too: enough to run their
# programs, by qemu-user there, although nothing is configured. make_tree SUITE FOLDER ARCHITECTURE PACKAGE… (x86_64
# or aarch64)
make_tree() {
	local suite=$1 folder=$2 architecture=$3 debian package
	shift 3
	can_run "$architecture" || die "programs for $architecture cannot be run here: apt-get install qemu-user-static"
	debian=$(sed 's/x86_64/amd64/; s/aarch64/arm64/' <<<"$architecture")
	private_apt_sources "$folder.apt" "$suite"
	local options=(-o "APT::Architecture=$debian" -o "APT::Architectures=$debian")
	private_apt "$folder.apt" apt-get update "${options[@]}"
	private_apt "$folder.apt" apt-get install "${options[@]}" --yes --no-install-recommends --download-only base-passwd \
		base-files bash coreutils dash debianutils findutils gawk grep hostname libc-bin sed util-linux "$@"
	mkdir -p "$folder/usr"/{bin,sbin,lib,lib64} "$folder"/{dev,proc,root,tmp,etc}
	ln -s usr/bin usr/sbin usr/lib usr/lib64 "$folder/"
	for package in "$folder.apt"/cache/archives/*.deb; do
		dpkg-deb --fsys-tarfile "$package" | as_root tar -x -C "$folder" --keep-directory-symlink
	done
	as_root cp "$folder/usr/share/base-passwd/passwd.master" "$folder/etc/passwd"
	as_root cp "$folder/usr/share/base-passwd/group.master" "$folder/etc/group"
	[ -e "$folder/usr/bin/sh" ] || as_root ln -s dash "$folder/usr/bin/sh"
	as_root mknod -m 666 "$folder/dev/null" c 1 3
	as_root mknod -m 666 "$folder/dev/zero" c 1 5
	as_root mknod -m 666 "$folder/dev/urandom" c 1 9
	as_root mknod -m 666 "$folder/dev/random" c 1 8
	as_root mkdir -p "$folder/dev/shm"
	as_root chmod 1777 "$folder/tmp" "$folder/dev/shm"
	rm -rf "$folder.apt"
}

# Has the kernel run programs of another architecture by qemu-user, as its package does where a service can be
# started.
can_run() {
	local kernel=/proc/sys/fs/binfmt_misc
	if [ "$1" = "$(uname -m)" ] || [ -e "$kernel/qemu-$1" ]; then
		return 0
	fi
	[ -e "/usr/lib/binfmt.d/qemu-$1.conf" ] || return 1
	[ -e "$kernel/register" ] || as_root mount -t binfmt_misc binfmt_misc "$kernel" || return 1
	as_root cp "/usr/lib/binfmt.d/qemu-$1.conf" "$kernel/register"
}
