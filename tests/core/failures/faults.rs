//! G14 on a real server: connections killed, answers lost, restarts, read-only primaries, locks. What passes is retried where that
//! is safe; all else is an error of its kind that says what was tried on what, and never the password (G13).

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    sync::LazyLock,
    thread,
    time::{Duration, Instant},
};

use crate::support::{
    MariaRepo, OneClient, PLAIN, TestRepo, domain,
    failing_store::{Ahead, FailingStore, Fate},
    fresh, kind,
    mariadb::{Server, USER, with_clients},
    proxy::Proxy,
    refused, settings, site,
};
use wikibase_dispatch::{
    domain::{
        change::ChangeId,
        claim::Token,
        horizon::{GapRules, Life},
        rollout::Step,
        site::Client,
        time::Timestamp,
    },
    error::{ErrorKind, Result},
    ops,
    store::{
        ChangeBuffer, Clock, DispatchStates, Rollouts, Subscriptions, interruption,
        mysql::{MysqlServer, MysqlStore},
    },
};

const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);

/// Their own: statements that wait for locks keep the gaps of all databases of a server open.
static SERVER: LazyLock<Server> = LazyLock::new(|| Server::start(&[]));

fn repo_with(clients: &[&str]) -> (MariaRepo, MysqlStore) {
    with_clients(SERVER.repo(""), clients)
}

/// Kills every connection that a store has to this repo, by its id.
fn kill_connections(repo: &MariaRepo) -> usize {
    let mut root = repo.editor();
    let mine = format!(
        "SELECT ID FROM information_schema.PROCESSLIST WHERE USER = '{USER}' AND DB = '{}'",
        repo.connection.database
    );
    let ids: Vec<u64> = root.run(&mine).iter().map(|row| row.get(0).unwrap()).collect();
    ids.iter().filter(|id| root.try_run(&format!("KILL {id}"), ()).is_ok()).count()
}

fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let patience = Instant::now() + Duration::from_secs(10);
    while !is_so() {
        assert!(Instant::now() < patience, "waited in vain until {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// Waits until a statement of a store that begins so waits for a lock. (INNODB_TRX would tell, too, but is not refreshed while somebody polls it.) MySQL
/// counts whole seconds only.
fn wait_until_it_waits(repo: &MariaRepo, beginning: &str) {
    let waiting = format!(
        "SELECT COUNT(*) FROM information_schema.PROCESSLIST
        WHERE USER = '{USER}' AND DB = '{}' AND INFO LIKE '{beginning}%' AND {}",
        repo.connection.database,
        kind::either("TIME_MS > 100", "TIME > 0")
    );
    wait_until("a statement waits", || repo.editor().run(&waiting)[0].get::<u64, _>(0) > Some(0));
}

#[test]
fn g14_a_connection_killed_before_any_statement_of_a_whole_run_is_not_noticed() {
    let repo = Rc::new(MariaRepo::new());
    repo.subscribe("enwiki", &["Q1"]);
    let due: Vec<u64> = (0..6).map(|n| repo.change(["Q1", "Q2"][n % 2], PLAIN)).step_by(2).collect();
    let settings = settings(&["enwiki", "idlewiki"], &[("dispatchDefaultBatchSize", 2), ("gapGrace", 0)]);
    let killed = Rc::new(Cell::new(0));
    let fate = Fate::new(None);
    let (killing, count) = (Rc::clone(&repo), Rc::clone(&killed));
    fate.borrow_mut().before_each = Some(Box::new(move || count.set(count.get() + kill_connections(&killing))));
    let mut store = FailingStore { inner: repo.store(), fate, clock_ahead: Ahead::default() };
    let outcome = fresh::trigger(&mut store, &settings, &mut fastrand::Rng::with_seed(1)).unwrap();
    assert_eq!(outcome.due, [site("enwiki")]);
    let mut delivered = Vec::new();
    while let Some(pass) = fresh::begin(&mut store, &settings, "enwiki", Token(5)).unwrap() {
        delivered.extend(pass.batch.changes().iter().map(|change| change.id.0));
        ops::finish(&mut store, &settings, &pass).unwrap();
    }
    assert_eq!((delivered, repo.seen("enwiki"), repo.lock("enwiki")), (due, 6, None));
    assert!(killed.get() > 15, "{} connections were killed", killed.get());
}

#[test]
fn g14_a_write_whose_connection_is_killed_while_it_waits_takes_effect_once() {
    let (repo, mut store) = repo_with(&["enwiki"]);
    let mut holder = repo.editor();
    holder.run("BEGIN");
    holder.run("SELECT * FROM wb_changes_dispatch WHERE chd_site = 'enwiki' FOR UPDATE");
    let claiming = thread::spawn(move || {
        let claimed = store.claim_one("enwiki", 0, None, "mine");
        (claimed, store)
    });
    wait_until_it_waits(&repo, "UPDATE");
    assert_eq!(kill_connections(&repo), 1);
    holder.run("COMMIT");
    let (claimed, _store) = claiming.join().unwrap();
    assert!(claimed.unwrap());
    assert_eq!(repo.lock("enwiki").as_deref(), Some("mine"));
}

#[test]
fn g14_a_write_whose_answer_is_lost_is_known_to_have_taken_effect() {
    let (repo, _) = repo_with(&["enwiki", "dewiki"]);
    let proxy = Proxy::before(&SERVER.socket());
    let mut store = repo.store_with(|connection| connection.server = MysqlServer::Socket(proxy.socket()));
    let enwiki = site("enwiki");
    let mut losing = |act: &dyn Fn(&mut MysqlStore) -> Result<bool>| {
        store.now().unwrap();
        proxy.lose_next_answer();
        let done = act(&mut store).unwrap();
        assert!(proxy.has_lost_it(), "the answer was lost");
        done
    };
    assert!(losing(&|store| store.claim_one("enwiki", 0, None, "a")));
    assert_eq!(repo.lock("enwiki").as_deref(), Some("a"));
    assert!(losing(&|store| store.advance_one("enwiki", 0, "a", 9, NOW)));
    assert_eq!((repo.seen("enwiki"), repo.lock("enwiki")), (9, None));
    assert!(losing(&|store| store.claim_one("enwiki", 9, None, "b")));
    assert!(losing(&|store| store.unlock(&enwiki, "b", Some("rest"))));
    assert_eq!(repo.lock("enwiki").as_deref(), Some("rest"));
    assert!(losing(&|store| store.seek(&enwiki, ChangeId(9), Some("rest"), ChangeId(12), store.life())));
    assert!(losing(&|store| store.seek(&enwiki, ChangeId(12), None, ChangeId(0), store.life())));
    assert_eq!((repo.seen("enwiki"), repo.lock("enwiki")), (0, None));
    // A second try finds nobody where the first one found them; to be believed less than is true costs a pass at most.
    losing(&|store| {
        store.fast_forward(&[(site("dewiki"), ChangeId(0))], ChangeId(4), NOW, Life(0)).map(|moved| moved == 1)
    });
    assert_eq!(repo.seen("dewiki"), 4);
}

#[test]
fn g4_a_claim_that_was_lost_with_the_answer_says_so() {
    let (repo, _) = repo_with(&["enwiki"]);
    let proxy = Proxy::before(&SERVER.socket());
    let mut store = repo.store_with(|connection| connection.server = MysqlServer::Socket(proxy.socket()));
    repo.set("enwiki", "chd_lock = 'theirs'");
    for attempt in 0..2 {
        store.now().unwrap();
        proxy.lose_next_answer();
        let advanced = match attempt {
            0 => store.advance_one("enwiki", 0, "mine", 9, NOW),
            _ => store.claim_one("enwiki", 0, None, "mine"),
        };
        assert!(!advanced.unwrap());
    }
    assert_eq!((repo.seen("enwiki"), repo.lock("enwiki").as_deref()), (0, Some("theirs")));
}

#[test]
fn g14_a_read_whose_answer_is_lost_is_read_again_from_its_beginning() {
    let (repo, _) = repo_with(&[]);
    repo.subscribe("enwiki", &["Q1", "Q2"]);
    let proxy = Proxy::before(&SERVER.socket());
    let mut store = repo.store_with(|connection| connection.server = MysqlServer::Socket(proxy.socket()));
    store.now().unwrap();
    proxy.lose_next_answer();
    let pairs = RefCell::new(Vec::new());
    store.each_subscriber(&["Q1", "Q2"], &mut |entity, _| pairs.borrow_mut().push(entity.to_owned())).unwrap();
    assert!(proxy.has_lost_it());
    assert_eq!(pairs.borrow().len(), 2);
}

#[test]
fn g14_the_server_restarts_in_the_middle_of_a_pass_and_the_pass_goes_on() {
    let server = Server::start(&[]);
    let (repo, mut store) = with_clients(server.repo(""), &["enwiki"]);
    repo.subscribe("enwiki", &["Q1"]);
    let settings = settings(&["enwiki"], &[]);
    for word in ["keep", "crash"] {
        let mut editor = repo.editor();
        editor.run("SET GLOBAL innodb_flush_log_at_trx_commit = 1");
        editor.run("INSERT INTO wb_changes VALUES (NULL, 'wikibase-item~update', '20260131235959', 'Q1', 8, 5, '{}')");
        let pass = fresh::begin(&mut store, &settings, "enwiki", Token(3)).unwrap().unwrap();
        server.stop(word);
        let started = Instant::now();
        let error = refused(store.now(), ErrorKind::StoreUnavailable, "cannot read the clock in the database wd_");
        assert!(error.is_retryable() && started.elapsed() < Duration::from_secs(5));
        server.run();
        ops::finish(&mut store, &settings, &pass).unwrap();
    }
    let seen = "SELECT chd_seen FROM wb_changes_dispatch WHERE chd_site = 'enwiki'";
    assert_eq!(repo.editor().run(seen)[0].get::<u64, _>(0), Some(2));
}

/// As after a failover to a replica that lacked the last changes: it will give their ids out anew.
#[test]
fn g1_what_was_found_on_one_server_is_not_recorded_on_another_that_lacks_it() {
    let (repo, mut store) = repo_with(&["enwiki"]);
    repo.change("Q1", PLAIN);
    let enwiki = [(site("enwiki"), ChangeId(0))];
    let horizon = store.horizon(ChangeId(0), GapRules::after(Duration::ZERO)).unwrap();
    assert_eq!(kill_connections(&repo), 1);
    let moved = store.fast_forward(&enwiki, horizon.upto, NOW, horizon.life);
    assert_eq!(moved.unwrap(), 1, "the same server after a lost connection is no other one");
    repo.set("enwiki", "chd_seen = 0");
    repo.execute("TRUNCATE {wb_changes}");
    assert_eq!(kill_connections(&repo), 1);
    let moved = store.fast_forward(&enwiki, horizon.upto, NOW, horizon.life);
    assert!(refused(moved, ErrorKind::StoreUnavailable, "another server has taken over").is_retryable());
    assert_eq!(repo.seen("enwiki"), 0);
    let horizon = store.horizon(ChangeId(0), GapRules::after(Duration::ZERO)).unwrap();
    assert_eq!(horizon.upto, ChangeId(0), "and the next job goes on");
    assert_eq!(store.fast_forward(&enwiki, ChangeId(1), NOW, horizon.life).unwrap(), 1);
}

#[test]
fn g14_a_read_only_primary_is_read_and_refuses_writes_in_a_way_that_is_worth_a_retry() {
    let server = Server::start(&[]);
    let (repo, mut store) = with_clients(server.repo(""), &["enwiki"]);
    repo.change("Q1", PLAIN);
    let mut root = server.root();
    root.run("SET GLOBAL read_only = 1");
    assert_eq!(store.horizon(ChangeId(0), GapRules::after(Duration::ZERO)).unwrap().upto, ChangeId(1));
    let claimed = store.claim_one("enwiki", 0, None, "a");
    assert!(refused(claimed, ErrorKind::StoreReadOnly, "cannot claim enwiki in the database wd_").is_retryable());
    root.run("SET GLOBAL read_only = 0");
    assert!(store.claim_one("enwiki", 0, None, "a").unwrap());
}

#[test]
fn g14_a_server_with_too_many_connections_is_unavailable_until_one_is_free() {
    let server = Server::start(&["--max-connections=10"]);
    let (repo, _) = with_clients(server.repo(""), &["enwiki"]);
    let mut others: Vec<MysqlStore> = Vec::new();
    let error = loop {
        assert!(others.len() < 20, "the server takes any number");
        let mut other = repo.store();
        match other.now() {
            Ok(_) => others.push(other),
            Err(error) => break error,
        }
    };
    assert!(refused::<()>(Err(error), ErrorKind::StoreUnavailable, "Too many connections").is_retryable());
    let mut waiting = repo.store();
    let freeing = thread::spawn(move || {
        thread::sleep(Duration::from_millis(100));
        drop(others);
    });
    assert!(waiting.claim_one("enwiki", 0, None, "a").unwrap(), "it is tried again");
    freeing.join().unwrap();
}

#[test]
fn g14_the_victim_of_a_deadlock_tries_again() {
    let (repo, mut store) = repo_with(&["a", "b"]);
    let mut editor = repo.editor();
    editor.run("BEGIN");
    // The server gives up the one that has changed less.
    let many = "INSERT INTO wb_changes (change_type, change_time, change_object_id, change_revision_id, change_user_id,
        change_info) SELECT 'wikibase-item~update', '20260131235959', 'Q1', 8, 5, '{}' FROM";
    editor.run(&format!("{many} {}", kind::rows(100)));
    editor.run("UPDATE wb_changes_dispatch SET chd_db = 'x' WHERE chd_site = 'b'");
    let moving = thread::spawn(move || {
        let both = ["a", "b"].map(|name| (site(name), ChangeId(0)));
        store.fast_forward(&both, ChangeId(7), NOW, Life(0))
    });
    wait_until_it_waits(&repo, "UPDATE");
    let deadlocks = || -> String { repo.editor().run("SHOW ENGINE INNODB STATUS")[0].get::<String, _>(2).unwrap() };
    editor.run("UPDATE wb_changes_dispatch SET chd_db = 'x' WHERE chd_site = 'a'");
    assert!(deadlocks().contains("LATEST DETECTED DEADLOCK"), "there was one");
    editor.run("COMMIT");
    assert_eq!(moving.join().unwrap().unwrap(), 2);
    assert_eq!((repo.seen("a"), repo.seen("b")), (7, 7));
}

/// Of a rollout and an older dispatcher that writes its one row, either could be the victim. The older one would not try again.
#[test]
fn g14_a_rollout_that_starts_clients_does_not_deadlock_with_a_writer_of_their_states() {
    let (repo, mut store) = repo_with(&["a", "b"]);
    let count = || repo.editor().run("SHOW GLOBAL STATUS LIKE 'Innodb_deadlocks'").first().and_then(|row| row.get(1));
    let deadlocks: Option<String> = count();
    let mut holder = repo.editor();
    holder.run("BEGIN");
    holder.run("SELECT * FROM wb_changes_dispatch WHERE chd_site = 'b' FOR UPDATE");
    let clients = ["a", "b"].map(|name| Client { site: site(name), domain: domain(name) }).to_vec();
    let starting = thread::spawn(move || {
        store.roll_out(&mut |_| vec![Step::Start { clients: clients.clone(), after: ChangeId(7) }])
    });
    wait_until_it_waits(&repo, "INSERT");
    let mut old = repo.editor();
    let writing = thread::spawn(move || {
        old.try_run("UPDATE wb_changes_dispatch SET chd_db = 'x' WHERE chd_site = 'a'", ()).map(drop)
    });
    thread::sleep(Duration::from_millis(200));
    holder.run("COMMIT");
    writing.join().unwrap().unwrap();
    starting.join().unwrap().unwrap();
    assert_eq!((repo.seen("a"), repo.seen("b")), (7, 7));
    assert_eq!(count(), deadlocks);
}

#[test]
fn g14_a_lock_that_is_held_for_too_long_is_busy_and_one_that_ends_in_time_is_waited_for() {
    let (repo, _) = repo_with(&["enwiki"]);
    // The server waits a second for a lock then.
    let mut store = repo.store_with(|connection| connection.timeout = Duration::from_secs(3));
    let mut holder = repo.editor();
    let hold = |holder: &mut crate::support::mariadb::Sql| {
        holder.run("BEGIN");
        holder.run("SELECT * FROM wb_changes_dispatch FOR UPDATE");
    };
    hold(&mut holder);
    let start = Instant::now();
    let claimed = store.claim_one("enwiki", 0, None, "a");
    assert!(refused(claimed, ErrorKind::StoreBusy, "cannot claim enwiki").is_retryable());
    assert!(start.elapsed() < Duration::from_secs(8), "{:?}", start.elapsed());
    let claiming = thread::spawn(move || store.claim_one("enwiki", 0, None, "a"));
    thread::sleep(Duration::from_millis(1300));
    holder.run("COMMIT");
    assert!(claiming.join().unwrap().unwrap());
}

#[test]
fn g14_a_statement_has_a_time_limit_that_the_server_keeps() {
    let (repo, _) = repo_with(&[]);
    let mut store = repo.store_with(|connection| connection.timeout = Duration::from_secs(1));
    let mut holder = repo.editor();
    holder.run("LOCK TABLES wb_changes WRITE");
    let start = Instant::now();
    refused(
        store.now().map(|_| store.horizon(ChangeId(0), GapRules::after(Duration::ZERO))).unwrap(),
        ErrorKind::StoreBusy,
        "cannot find the horizon",
    );
    assert!(start.elapsed() < Duration::from_secs(4), "{:?}", start.elapsed());
    holder.run("UNLOCK TABLES");
    store.horizon(ChangeId(0), GapRules::after(Duration::ZERO)).unwrap();
}

/// MySQL has no time limit for writes, and waits for a lock for a second at least.
#[test]
fn g14_a_write_that_was_left_after_the_time_limit_does_not_take_effect_later() {
    let (repo, _) = repo_with(&["enwiki"]);
    let mut store = repo.store_with(|connection| connection.timeout = Duration::from_millis(300));
    let mut holder = repo.editor();
    holder.run("BEGIN");
    holder.run("UPDATE wb_changes_dispatch SET chd_db = 'x' WHERE chd_site = 'enwiki'");
    let error = store.claim_one("enwiki", 0, None, "a").unwrap_err();
    assert!(error.is_retryable(), "{error}");
    holder.run("COMMIT");
    let writing = format!(
        "SELECT COUNT(*) FROM information_schema.PROCESSLIST
        WHERE USER = '{USER}' AND DB = '{}' AND INFO LIKE 'UPDATE%'",
        repo.connection.database
    );
    wait_until("nothing is being written", || repo.editor().run(&writing)[0].get::<u64, _>(0) == Some(0));
    assert_eq!(repo.lock("enwiki"), None);
}

#[test]
fn g14_a_server_that_falls_silent_is_left_after_the_time_limit() {
    let server = Server::start(&[]);
    let (repo, _) = with_clients(server.repo(""), &[]);
    let mut store = repo.store_with(|connection| connection.timeout = Duration::from_secs(1));
    store.now().unwrap();
    server.signal("STOP");
    let start = Instant::now();
    let silent = store.now();
    server.signal("CONT");
    refused(silent, ErrorKind::StoreUnavailable, "no answer within 1s");
    assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
    store.now().unwrap();
}

#[test]
fn g12_a_wait_ends_when_the_host_wants_to_go_on() {
    thread_local!(static WANTED: Cell<bool> = const { Cell::new(false) });
    interruption::ask_with(|| WANTED.get());
    let (repo, mut store) = repo_with(&[]);
    assert!(store.wait(Duration::from_millis(1)));
    store.now().unwrap();
    let mut holder = repo.editor();
    holder.run("LOCK TABLES wb_changes WRITE");
    WANTED.set(true);
    let start = Instant::now();
    assert!(!store.wait(Duration::from_secs(60)));
    refused(store.horizon(ChangeId(0), GapRules::after(Duration::ZERO)), ErrorKind::StoreUnavailable, "interrupted");
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
}
