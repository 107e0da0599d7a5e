//! What a forked child inherits (G12): none of our connections, and everything else. Alone in its process, because it
//! counts descriptors.

#![allow(clippy::unwrap_used, reason = "a test fails by it")]

#[path = "../../support/mod.rs"]
mod support;

use std::{collections::HashSet, fs, os::fd::AsRawFd, os::unix::net::UnixStream, time::Duration};

use support::{MariaRepo, SqliteRepo, TestRepo, redis_server::RedisProcess, site};
use wikibase_dispatch::{
    domain::lock_name::LockName,
    lock::{LockManager, NamedLocks, RedisLocks, RedisServer, Secret},
    store::Clock,
};

/// Descriptors of this process that lead to something of this kind.
fn open(kinds: &[&str]) -> HashSet<i32> {
    let entries: Vec<_> = fs::read_dir("/proc/self/fd").unwrap().flatten().collect();
    let leads = |path| fs::read_link(path).is_ok_and(|to| kinds.iter().any(|kind| to.to_string_lossy().contains(kind)));
    entries
        .iter()
        .filter(|entry| leads(entry.path()))
        .map(|entry| entry.file_name().to_str().unwrap().parse().unwrap())
        .collect()
}

/// How many of these are open in a child.
fn open_in_child(descriptors: &[i32]) -> i32 {
    // SAFETY: until it exits, the child only does what is async-signal-safe.
    unsafe {
        match libc::fork() {
            0 => {
                let still_open = descriptors.iter().filter(|number| libc::fcntl(**number, libc::F_GETFD) != -1).count();
                libc::_exit(i32::try_from(still_open).unwrap_or(i32::MAX))
            }
            child => {
                let mut status = 0;
                assert_eq!(libc::waitpid(child, &raw mut status, 0), child);
                libc::WEXITSTATUS(status)
            }
        }
    }
}

#[test]
fn g12_a_child_inherits_no_connection_of_ours_and_everything_else() {
    const KINDS: [&str; 3] = ["socket:", "[eventpoll]", "[eventfd]"];
    let (maria, sqlite, redis) = (MariaRepo::new(), SqliteRepo::new(), RedisProcess::start("secret"));
    let (theirs, _peer) = UnixStream::pair().unwrap();
    let before = open(&KINDS);

    let (mut store, mut file) = (maria.store(), sqlite.store());
    let mut named = NamedLocks::new(maria.store().connection().clone());
    let servers = vec![RedisServer::Socket(redis.socket())];
    let mut on_redis =
        RedisLocks::new(servers, Some(Secret::new("secret")), Duration::from_secs(1), Duration::from_secs(60));
    let name = LockName::new(&site("repowiki"), &site("forkwiki"));
    store.now().unwrap();
    file.now().unwrap();
    let held = named.try_lock(&name, 1).unwrap().unwrap();
    on_redis.try_lock(&name, 1).unwrap().unwrap();

    let ours: Vec<i32> = open(&KINDS).difference(&before).copied().collect();
    assert!(ours.len() >= 3, "three connections at least: {ours:?}");
    assert_eq!(open_in_child(&ours), 0);
    let others: Vec<i32> = before.iter().copied().chain(open(&[".sqlite", "/wd", "repo"])).collect();
    assert!(others.contains(&theirs.as_raw_fd()));
    assert_eq!(open_in_child(&others), i32::try_from(others.len()).unwrap());

    // The parent's are as they were.
    store.now().unwrap();
    named.unlock(held).unwrap();

    // Numbers are given away again, to others.
    drop((store, named, on_redis));
    let pairs: Vec<_> = (0..8).map(|_| UnixStream::pair().unwrap()).collect();
    let reused: Vec<i32> = pairs.iter().flat_map(|(one, other)| [one.as_raw_fd(), other.as_raw_fd()]).collect();
    assert!(reused.iter().any(|number| ours.contains(number)));
    assert_eq!(open_in_child(&reused), i32::try_from(reused.len()).unwrap());
}
