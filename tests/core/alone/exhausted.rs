//! What the system has no more of (G13, G14): descriptors, and memory for threads. Each is an error that says so, that a job is
//! repeated for, and after which the same store works as soon as there is some. One test: limits are those of the process.

#![allow(clippy::unwrap_used, reason = "a test fails by it")]

#[path = "../../support/mod.rs"]
mod support;

use std::time::Duration;

use support::{MariaRepo, PLAIN, SqliteRepo, TestRepo, fresh, mariadb::SHARED, refused, settings};
use wikibase_dispatch::{
    domain::claim::Token,
    error::ErrorKind,
    ops,
    store::{
        DispatchStates, Store, TablePrefix,
        mysql::{MysqlConnection, MysqlServer, MysqlStore},
        sqlite::SqliteStore,
    },
};

/// Runs `work` while a resource of the process is bounded by `most`.
fn limited<T>(resource: libc::__rlimit_resource_t, most: u64, work: impl FnOnce() -> T) -> T {
    let mut before = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: both get a limit that is theirs to read or fill.
    unsafe {
        assert_eq!(libc::getrlimit(resource, &raw mut before), 0);
        assert_eq!(libc::setrlimit(resource, &libc::rlimit { rlim_cur: most, ..before }), 0);
    }
    let result = work();
    // SAFETY: as above.
    unsafe { assert_eq!(libc::setrlimit(resource, &raw const before), 0) };
    result
}

/// Bytes of memory that the process has reserved.
fn reserved() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap();
    pages.split(' ').next().unwrap().parse::<u64>().unwrap() * 4096
}

fn without_descriptors(store: &mut impl Store, repo: &impl TestRepo) {
    let settings = settings(&["enwiki"], &[]);
    let found = limited(libc::RLIMIT_NOFILE, 3, || ops::initialise(store, &settings));
    let error = refused(found, ErrorKind::StoreUnavailable, "cannot read the dispatch states");
    assert!(error.is_retryable() && error.to_string().contains("open files"), "{error}");
    ops::initialise(store, &settings).unwrap();
    assert_eq!(repo.seen("enwiki"), 0);
}

/// Nothing can be written when a pass ends, and neither can its claim be given back.
fn without_disk(repo: &SqliteRepo) {
    let settings = settings(&["enwiki"], &[]);
    repo.subscribe("enwiki", &["Q1"]);
    let change = repo.change("Q1", PLAIN);
    let mut store = repo.store();
    let token = store.own_token(Token(7));
    let pass = fresh::begin(&mut store, &settings, "enwiki", token).unwrap().unwrap();
    let blocked = fresh::begin(&mut repo.store(), &settings, "enwiki", Token(8));
    assert_eq!(blocked.err().unwrap().kind(), ErrorKind::ClientClaimed);

    // SAFETY: the signal of a write beyond the limit would end the process; without it, the write fails.
    unsafe { libc::signal(libc::SIGXFSZ, libc::SIG_IGN) };
    let (finished, abandoned) =
        limited(libc::RLIMIT_FSIZE, 0, || (ops::finish(&mut store, &settings, &pass), ops::abandon(&mut store, &pass)));
    assert!(refused(finished, ErrorKind::StoreUnavailable, "cannot save position").is_retryable());
    assert!(abandoned.unwrap_err().is_retryable());
    assert!(repo.lock("enwiki").unwrap().starts_with("wd1c:"), "it could not be given back");

    let again = fresh::begin(&mut repo.store(), &settings, "enwiki", Token(8)).unwrap().unwrap();
    assert_eq!(
        (again.batch.changes()[0].id.0, again.is_repeat),
        (change, true),
        "nobody waits until the claim expires"
    );
}

#[test]
fn g14_a_process_without_descriptors_or_threads_is_told_so_and_goes_on_when_there_are_some() {
    let repo = MariaRepo::new();
    repo.change("Q1", PLAIN);
    without_descriptors(&mut repo.store(), &repo);

    let named = MysqlConnection {
        server: MysqlServer::Tcp { host: "localhost".into(), port: SHARED.port },
        ..repo.connection.clone()
    };
    let mut store = MysqlStore::new(named);
    // A thread's stack takes two megabytes.
    let found = limited(libc::RLIMIT_AS, reserved() + (1 << 20), || store.all_states());
    let error = refused(found, ErrorKind::StoreUnavailable, "cannot read the dispatch states");
    assert!(error.is_retryable(), "{error}");
    assert_eq!(store.all_states().unwrap().len(), 1);

    let repo = SqliteRepo::new();
    without_disk(&repo);
    let opened = limited(libc::RLIMIT_NOFILE, 3, || {
        SqliteStore::open(&repo.path(), TablePrefix::default(), Duration::from_secs(5))
    });
    assert!(opened.err().unwrap().is_retryable());
    assert_eq!(repo.store().all_states().unwrap().len(), 1);
}
