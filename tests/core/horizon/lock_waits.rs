//! G7: an insert can wait for a lock between its id and its row, for longer than any grace. Until then there is neither a row nor a lock on
//! it. Copies of the table, jobs that archive it, and online schema changes hold such locks.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, LazyLock, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use crate::support::{
    PLAIN, TestRepo,
    dispatching::{deliver_until_quiet, dispatch, farm},
    edit::edit_of_q1,
    mariadb::{Server, Sql},
    replication::eventually,
};

/// Their own: an insert that waits keeps the gaps of all databases of a server open.
static SERVER: LazyLock<Server> = LazyLock::new(|| Server::start(&[]));

fn lock_waits(sql: &mut Sql) -> u64 {
    let rows = sql.run("SHOW GLOBAL STATUS LIKE 'Innodb_row_lock_current_waits'");
    rows[0].get::<String, _>(1).unwrap().parse().unwrap()
}

#[test]
fn g7_an_insert_that_waits_for_a_lock_between_its_id_and_its_row_is_not_passed() {
    let repo = SERVER.repo("");
    let settings = farm(&repo);
    for _ in 0..10 {
        repo.change("Q1", PLAIN);
    }
    let mut delivered: Vec<u64> = dispatch(&mut repo.store(), &settings);
    assert_eq!(delivered, Vec::from_iter(1..=10));

    let insert = edit_of_q1(&repo);
    let (mut archiver, mut writer, mut reader) = (repo.editor(), repo.editor(), repo.editor());
    archiver.run("BEGIN");
    archiver.run("SELECT change_id FROM wb_changes WHERE change_id > 10 FOR UPDATE");
    let by_writer = insert.clone();
    let writing = thread::spawn(move || {
        writer.run("BEGIN");
        writer.run(&by_writer);
        (writer.last_id(), writer)
    });
    let mut observer = repo.editor();
    eventually("the writer waits", || lock_waits(&mut observer) > 0);
    archiver.run(&insert);
    assert_eq!(archiver.last_id(), 12);
    // Reads the row that is not there, and so keeps the space before 12 locked when the archiver has ended.
    reader.run("BEGIN");
    reader.run("SELECT * FROM wb_changes WHERE change_id = 11 FOR UPDATE");
    archiver.run("COMMIT");
    let start = Instant::now();
    while start.elapsed() < settings.gap_grace * 3 {
        delivered.extend(dispatch(&mut repo.store(), &settings));
        assert!(lock_waits(&mut observer) > 0, "the writer still waits");
        assert_eq!(delivered.last(), Some(&10), "after {:?}: 11 can still commit", start.elapsed());
    }
    reader.run("COMMIT");
    let (id, mut writer) = writing.join().unwrap();
    assert_eq!(id, 11);
    writer.run("COMMIT");
    delivered.extend(deliver_until_quiet(&repo, &settings));
    assert_eq!(delivered, Vec::from_iter(1..=12));
}

/// A session copies again and again what the writers write, and keeps its locks for longer than the grace.
#[test]
fn g7_writers_that_wait_for_a_session_that_archives_changes_lose_none() {
    const WRITERS: usize = 24;
    const FOR: Duration = Duration::from_secs(20);
    let repo = SERVER.repo("");
    let settings = farm(&repo);
    repo.execute("CREATE TABLE archive LIKE {wb_changes}");
    let is_over = Arc::new(AtomicBool::new(false));
    let committed: Arc<Mutex<BTreeSet<u64>>> = Arc::default();
    let writers: Vec<_> = (0..WRITERS)
        .map(|_| {
            let (mut sql, is_over, committed) = (repo.editor(), Arc::clone(&is_over), Arc::clone(&committed));
            let insert = edit_of_q1(&repo);
            thread::spawn(move || {
                while !is_over.load(Ordering::Relaxed) {
                    // A deadlock with the archiving session can end the edit.
                    if sql.try_run(&insert, ()).is_ok() {
                        committed.lock().unwrap().insert(sql.last_id());
                    }
                    thread::sleep(Duration::from_millis(5));
                }
            })
        })
        .collect();
    let archiving = {
        let (mut sql, is_over, hold) = (repo.editor(), Arc::clone(&is_over), settings.gap_grace * 3 / 2);
        thread::spawn(move || {
            while !is_over.load(Ordering::Relaxed) {
                sql.run("BEGIN");
                let archive = "INSERT IGNORE INTO archive SELECT * FROM wb_changes
                    WHERE change_id > (SELECT COALESCE(MAX(change_id), 0) FROM archive AS has)";
                if sql.try_run(archive, ()).is_ok() {
                    thread::sleep(hold);
                }
                sql.run("COMMIT");
                thread::sleep(Duration::from_millis(100));
            }
        })
    };
    let start = Instant::now();
    let mut store = repo.store();
    let mut delivered = Vec::new();
    while start.elapsed() < FOR {
        delivered.extend(dispatch(&mut store, &settings));
    }
    is_over.store(true, Ordering::Relaxed);
    archiving.join().unwrap();
    for writer in writers {
        writer.join().unwrap();
    }
    delivered.extend(deliver_until_quiet(&repo, &settings));
    let once: BTreeSet<u64> = delivered.iter().copied().collect();
    let committed = committed.lock().unwrap();
    let lost: Vec<_> = committed.difference(&once).collect();
    assert!(lost.is_empty(), "lost {} of {}: {lost:?}", lost.len(), committed.len());
    assert_eq!(delivered.len(), once.len(), "each is delivered once");
}
