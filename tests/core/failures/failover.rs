//! A failover in the middle of passes: the replica is promoted, the old primary takes no more writes. Nothing is lost (G1), `chd_seen` never
//! goes back (G2), only what was pushed and not recorded is repeated, as it was (G3), a claim of the old primary ends by
//! itself (G4), and a writer to the old primary learns so, and that a retry helps (G14).

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use crate::support::{
    MariaRepo, PLAIN, TestRepo, fresh,
    mariadb::{PASSWORD, Sql, USER, with_clients},
    refused,
    replication::{Pair, eventually},
    settings,
};
use mysql_async::Params;
use wikibase_dispatch::{
    domain::{claim::Token, settings::Settings},
    error::{Error, ErrorKind},
    ops,
    store::mysql::{MysqlConnection, MysqlServer, MysqlStore},
};

const RUNNERS: usize = 4;
const EDITORS: u64 = 3;
const BATCH: i64 = 50;
const CLIENTS: [&str; 3] = ["dewiki", "enwiki", "frwiki"];

/// `chd_seen` and `chd_lock` as one of the servers has them.
fn state(sql: &mut Sql, client: &str) -> (u64, Option<String>) {
    let read = format!("SELECT chd_seen, chd_lock FROM wb_changes_dispatch WHERE chd_site = '{client}'");
    let rows = sql.run(&read);
    (rows[0].get(0).unwrap(), rows[0].get(1).unwrap())
}

#[test]
fn g3_g4_a_pass_that_was_pushed_before_the_failover_is_repeated_as_it_was_once_its_claim_has_expired() {
    let pair = Pair::start();
    let (repo, _) = with_clients(pair.repo(), &["enwiki"]);
    repo.subscribe("enwiki", &["Q1"]);
    let settings = settings(&["enwiki"], &[("dispatchDefaultBatchSize", 2), ("gapGrace", 0), ("claimTtl", 5)]);
    for _ in 0..5 {
        repo.change("Q1", PLAIN);
    }
    let mut old = pair.store(&repo);
    let first = fresh::begin(&mut old, &settings, "enwiki", Token(1)).unwrap().unwrap();
    ops::finish(&mut old, &settings, &first).unwrap();
    let pushed = fresh::begin(&mut old, &settings, "enwiki", Token(2)).unwrap().unwrap();
    pair.fail_over();
    let says = "in the database wd_";
    assert!(refused(ops::finish(&mut old, &settings, &pushed), ErrorKind::StoreReadOnly, says).is_retryable());
    refused(ops::abandon(&mut old, &pushed), ErrorKind::StoreReadOnly, says);
    // The roles are the other way round now; the old primary replicates nothing yet, and is no use.
    let mut new = MysqlStore::with_replicas(pair.replica_of(&repo), vec![repo.connection.clone()]);
    let mut sql = pair.sql_on_replica(&repo);
    assert_eq!(state(&mut sql, "enwiki").0, first.end().0);
    refused(
        fresh::begin(&mut new, &settings, "enwiki", Token(3)),
        ErrorKind::ClientClaimed,
        "another process holds its claim",
    );
    eventually(
        "the claim has expired",
        || !matches!(fresh::begin(&mut old, &settings, "enwiki", Token(4)), Err(error) if error.kind() == ErrorKind::ClientClaimed),
    );
    refused(fresh::begin(&mut old, &settings, "enwiki", Token(4)), ErrorKind::StoreReadOnly, says);
    sql.run("INSERT INTO wb_changes VALUES (NULL, 'wikibase-item~update', '20260131235959', 'Q1', 8, 5, '{}')");
    let again = fresh::begin(&mut new, &settings, "enwiki", Token(5)).unwrap().unwrap();
    let limits = settings.notification_limits();
    let jobs = |pass: &ops::Pass| format!("{:?}", pass.batch.notifications(limits));
    assert_eq!(jobs(&again), jobs(&pushed), "G3: the very same notifications");
    refused(ops::finish(&mut old, &settings, &pushed), ErrorKind::StoreReadOnly, says);
    ops::finish(&mut new, &settings, &again).unwrap();
    assert_eq!(state(&mut sql, "enwiki"), (pushed.end().0, None));
    let rest = fresh::begin(&mut new, &settings, "enwiki", Token(6)).unwrap().unwrap();
    let ids: Vec<u64> = rest.batch.changes().iter().map(|change| change.id.0).collect();
    assert_eq!(ids, [5, 6], "and then the next");
}

#[test]
fn g1_a_failover_that_loses_the_record_of_a_pass_repeats_the_pass_and_loses_no_change() {
    let pair = Pair::start();
    let (repo, _) = with_clients(pair.repo(), &["enwiki"]);
    repo.subscribe("enwiki", &["Q1"]);
    let settings = settings(&["enwiki"], &[("gapGrace", 0)]);
    let due = [repo.change("Q1", PLAIN), repo.change("Q1", PLAIN)];
    pair.wait_for_replica();
    pair.follow("STOP", "");
    let mut old = pair.store(&repo);
    let pass = fresh::begin(&mut old, &settings, "enwiki", Token(1)).unwrap().unwrap();
    ops::finish(&mut old, &settings, &pass).unwrap();
    pair.primary.root().run("SET GLOBAL read_only = 1");
    pair.promote();
    let mut new = MysqlStore::new(pair.replica_of(&repo));
    let again = fresh::begin(&mut new, &settings, "enwiki", Token(2)).unwrap().unwrap();
    assert_eq!(again.batch.changes().iter().map(|change| change.id.0).collect::<Vec<_>>(), due);
    ops::finish(&mut new, &settings, &again).unwrap();
    assert_eq!(state(&mut pair.sql_on_replica(&repo), "enwiki"), (due[1], None));
}

/// What happens on both servers.
struct World {
    settings: Settings,
    /// As MediaWiki's configuration describes it, before and after.
    before: (MysqlConnection, Vec<MysqlConnection>),
    after: (MysqlConnection, Vec<MysqlConnection>),
    /// Passes stop after their next push until this ends, so that the failover meets some in their middle.
    is_failing_over: AtomicBool,
    held: AtomicU64,
    has_failed_over: AtomicBool,
    /// There are enough edits.
    has_enough: AtomicBool,
    is_over: AtomicBool,
    /// Ids of committed changes; every client is subscribed to everything.
    committed: Mutex<BTreeSet<u64>>,
    /// What the clients' queues received, in order.
    queues: Mutex<BTreeMap<String, Vec<u64>>>,
    /// How often a job found the old primary read-only.
    read_only: AtomicU64,
}

impl World {
    fn description(&self) -> &(MysqlConnection, Vec<MysqlConnection>) {
        if self.has_failed_over.load(Ordering::SeqCst) { &self.after } else { &self.before }
    }

    /// An editor with the rights that a wiki has, on whichever server takes writes.
    fn edit(&self, seed: u64) {
        let mut chance = fastrand::Rng::with_seed(seed);
        while !self.has_enough.load(Ordering::SeqCst) {
            let (primary, _) = self.description();
            let MysqlServer::Socket(socket) = &primary.server else {
                panic!("these servers have sockets");
            };
            let mut sql = Sql::open(socket, USER, PASSWORD, Some(&primary.database)).unwrap();
            for _ in 0..chance.usize(1..20) {
                self.edit_once(&mut sql, &mut chance);
            }
        }
    }

    fn edit_once(&self, sql: &mut Sql, chance: &mut fastrand::Rng) {
        let insert = "INSERT INTO wb_changes VALUES (NULL, 'wikibase-item~update', '20260131235959', 'Q1', 8, 5, ?)";
        let _ = sql.try_run("BEGIN", ());
        let is_written = sql.try_run(insert, Params::from((PLAIN,))).is_ok();
        let id = sql.last_id();
        thread::sleep(Duration::from_millis(chance.u64(5..50)));
        if chance.u8(..5) == 0 {
            let _ = sql.try_run("ROLLBACK", ());
        } else if sql.try_run("COMMIT", ()).is_ok() && is_written {
            self.committed.lock().unwrap().insert(id);
        }
    }

    /// A job runner: each job is a process of its own, with the description as it is then.
    fn run(&self, number: usize) {
        static TOKENS: AtomicU64 = AtomicU64::new(1);
        let mut chance = fastrand::Rng::with_seed(number as u64);
        while !self.is_over.load(Ordering::SeqCst) {
            let due = match fresh::trigger(&mut self.store(), &self.settings, &mut chance) {
                Ok(outcome) => outcome.due,
                Err(error) => {
                    self.accept(error);
                    continue;
                }
            };
            for client in due {
                let token = Token(TOKENS.fetch_add(1, Ordering::SeqCst));
                if let Err(error) = self.pass(&mut self.store(), client.as_str(), token, &mut chance) {
                    self.accept(error);
                }
            }
        }
    }

    fn store(&self) -> MysqlStore {
        let (primary, replicas) = self.description().clone();
        MysqlStore::with_replicas(primary, replicas)
    }

    /// The errors that a failover may cause, each of which the job queue retries, or somebody else sees to.
    fn accept(&self, error: Error) {
        match error.kind() {
            ErrorKind::StoreReadOnly if error.is_retryable() => {
                self.read_only.fetch_add(1, Ordering::SeqCst);
                thread::sleep(Duration::from_millis(5));
            }
            ErrorKind::ClientClaimed | ErrorKind::ClaimLost => {}
            _ => panic!("{error}"),
        }
    }

    fn pass(
        &self,
        store: &mut MysqlStore,
        client: &str,
        token: Token,
        chance: &mut fastrand::Rng,
    ) -> Result<(), Error> {
        let Some(pass) = fresh::begin(store, &self.settings, client, token)? else {
            return Ok(());
        };
        for changes in pass.batch.notifications(self.settings.notification_limits()) {
            let ids = changes.iter().map(|change| change.id.0);
            self.queues.lock().unwrap().entry(client.to_owned()).or_default().extend(ids);
            self.held.fetch_add(u64::from(self.is_failing_over.load(Ordering::SeqCst)), Ordering::SeqCst);
            while self.is_failing_over.load(Ordering::SeqCst) && !self.is_over.load(Ordering::SeqCst) {
                thread::sleep(Duration::from_millis(1));
            }
            thread::sleep(Duration::from_millis(chance.u64(0..20)));
        }
        ops::finish(store, &self.settings, &pass).map(drop)
    }
}

/// The highest seen so far, of each client; it must not go back.
fn watch(sql: &mut Sql, highest: &mut BTreeMap<&'static str, u64>) {
    for client in CLIENTS {
        let (seen, _) = state(sql, client);
        let before = highest.insert(client, seen).unwrap_or_default();
        assert!(seen >= before, "G2: {client} went back from {before} to {seen}");
    }
}

#[test]
fn g1_g2_g14_a_failover_under_load_loses_nothing_and_seen_never_goes_back() {
    let pair = Pair::start();
    let (repo, _): (MariaRepo, _) = with_clients(pair.repo(), &CLIENTS);
    for client in CLIENTS {
        repo.subscribe(client, &["Q1"]);
    }
    pair.wait_for_replica();
    let numbers = [("dispatchDefaultBatchSize", BATCH), ("notificationBatchSize", 5), ("gapGrace", 1), ("claimTtl", 5)];
    let (primary, replica) = (repo.connection.clone(), pair.replica_of(&repo));
    let world = World {
        settings: settings(&CLIENTS, &numbers),
        before: (primary.clone(), vec![replica.clone()]),
        after: (replica, vec![primary]),
        is_failing_over: AtomicBool::default(),
        held: AtomicU64::default(),
        has_failed_over: AtomicBool::default(),
        has_enough: AtomicBool::default(),
        is_over: AtomicBool::default(),
        committed: Mutex::default(),
        queues: Mutex::default(),
        read_only: AtomicU64::default(),
    };
    let (mut on_old, mut on_new) = (repo.editor(), pair.sql_on_replica(&repo));
    thread::scope(|scope| {
        let world = &world;
        // Whatever fails here, the others must come to an end.
        let (_guard, _other) = (Ending(&world.is_over), Ending(&world.has_enough));
        for number in 0..RUNNERS {
            scope.spawn(move || world.run(number));
        }
        let editors: Vec<_> = (0..EDITORS).map(|seed| scope.spawn(move || world.edit(seed))).collect();
        let mut highest = BTreeMap::new();
        let mut watch_for = |sql: &mut Sql, duration: Duration| {
            let until = Instant::now() + duration;
            while Instant::now() < until {
                watch(sql, &mut highest);
                thread::sleep(Duration::from_millis(5));
            }
        };
        watch_for(&mut on_old, Duration::from_millis(1500));
        world.is_failing_over.store(true, Ordering::SeqCst);
        eventually("a pass is in its middle", || world.held.load(Ordering::SeqCst) > 0);
        pair.fail_over();
        world.is_failing_over.store(false, Ordering::SeqCst);
        // It takes a while until the new description has reached everybody.
        eventually("somebody meets the old primary", || {
            watch_for(&mut on_old, Duration::from_millis(50));
            world.read_only.load(Ordering::SeqCst) > 2
        });
        world.has_failed_over.store(true, Ordering::SeqCst);
        watch_for(&mut on_new, Duration::from_millis(2500));
        world.has_enough.store(true, Ordering::SeqCst);
        for editor in editors {
            editor.join().unwrap();
        }
        let last = world.committed.lock().unwrap().last().copied().unwrap();
        eventually("everybody has seen everything", || {
            watch_for(&mut on_new, Duration::from_millis(1));
            CLIENTS.iter().all(|client| state(&mut on_new, client).0 >= last)
        });
    });
    let (committed, queues) = (world.committed.into_inner().unwrap(), world.queues.into_inner().unwrap());
    let (mut deliveries, mut repeats) = (0, 0);
    for client in CLIENTS {
        let delivered = &queues[client];
        let distinct: BTreeSet<u64> = delivered.iter().copied().collect();
        assert_eq!(distinct, committed, "G1: {client}");
        deliveries += delivered.len();
        repeats += delivered.len() - distinct.len();
    }
    let refusals = world.read_only.into_inner();
    // One failure: at most the batch that each client had in flight.
    assert!(repeats > 0 && repeats <= CLIENTS.len() * BATCH as usize, "G3: {repeats} were repeated");
    println!(
        "{} changes, {deliveries} deliveries, none lost, {repeats} repeated; {refusals} times the old primary was read-only",
        committed.len()
    );
}

/// Sets a flag, whatever happens.
struct Ending<'w>(&'w AtomicBool);

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}
