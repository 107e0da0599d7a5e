//! Eight runners with a connection of their own each, on one MariaDB, while editors take ids and commit them late, out of order, or
//! never: nothing is lost (G1), nothing is delivered twice where nothing failed (G3), order holds (G2), no two passes overlap
//! (G4), and no deadlock comes through (G14).

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use crate::support::{MariaRepo, PLAIN, TestRepo, fresh, mariadb::Sql, settings};
use mysql_async::Params;
use wikibase_dispatch::{
    domain::{claim::Token, settings::Settings},
    error::ErrorKind,
    ops,
    store::mysql::{MysqlConnection, MysqlStore},
};

const RUNNERS: usize = 8;
const EDITORS: u64 = 5;
const EDITS: usize = 60;
const CLIENTS: [&str; 6] = ["dewiki", "enwiki", "eswiki", "frwiki", "idlewiki", "itwiki"];
const ENTITIES: [&str; 4] = ["Q1", "Q2", "Q3", "Q4"];

/// Subscriptions: the first client to Q1, the second to Q1 and Q2, and so on; idlewiki to nothing.
fn wants(client: &str) -> &'static [&'static str] {
    match CLIENTS.iter().position(|name| *name == client) {
        Some(at) if client != "idlewiki" => &ENTITIES[..(at + 1).min(ENTITIES.len())],
        _ => &[],
    }
}

/// Changes by entity, as far as they were committed.
type Committed = Mutex<Vec<(u64, &'static str)>>;

/// What the clients' queues received, in order.
type Queues = Mutex<BTreeMap<String, Vec<u64>>>;

fn edit(mut sql: Sql, seed: u64, committed: &Committed) {
    let mut chance = fastrand::Rng::with_seed(seed);
    for _ in 0..EDITS {
        sql.run("BEGIN");
        let mut written = Vec::new();
        for _ in 0..chance.usize(1..=3) {
            let entity = ENTITIES[chance.usize(..ENTITIES.len())];
            let insert = "INSERT INTO wb_changes VALUES (NULL, 'wikibase-item~update', '20260131235959', ?, 8, 5, ?)";
            sql.try_run(insert, Params::from((entity, PLAIN))).unwrap();
            written.push((sql.last_id(), entity));
            thread::sleep(Duration::from_millis(chance.u64(0..15)));
        }
        if chance.u8(..5) == 0 {
            sql.run("ROLLBACK");
        } else {
            sql.run("COMMIT");
            committed.lock().unwrap().extend(written);
        }
    }
}

/// What job runners do, until there is nothing left to do. Every second one makes a new connection for each job.
fn run(number: usize, connection: &MysqlConnection, settings: &Settings, queues: &Queues, is_over: &AtomicBool) {
    static TOKENS: AtomicU64 = AtomicU64::new(1);
    let mut chance = fastrand::Rng::with_seed(number as u64);
    let mut store = MysqlStore::new(connection.clone());
    while !is_over.load(Ordering::SeqCst) {
        for client in fresh::trigger(&mut store, settings, &mut chance).unwrap().due {
            if number.is_multiple_of(2) {
                store = MysqlStore::new(connection.clone());
            }
            let token = Token(TOKENS.fetch_add(1, Ordering::SeqCst));
            let pass = match fresh::begin(&mut store, settings, client.as_str(), token) {
                Ok(Some(pass)) => pass,
                Ok(None) => continue,
                Err(error) if error.kind() == ErrorKind::ClientClaimed => continue,
                Err(error) => panic!("{error}"),
            };
            for changes in pass.batch.notifications(settings.notification_limits()) {
                let ids = changes.iter().map(|change| change.id.0);
                queues.lock().unwrap().entry(client.to_string()).or_default().extend(ids);
                thread::sleep(Duration::from_millis(chance.u64(0..5)));
            }
            ops::finish(&mut store, settings, &pass).unwrap();
        }
    }
}

#[test]
fn g1_g2_g3_g4_hold_with_eight_runners_and_editors_that_commit_out_of_order() {
    let repo = MariaRepo::new();
    for client in CLIENTS {
        repo.subscribe(client, wants(client));
    }
    let numbers = [("dispatchDefaultBatchSize", 7), ("notificationBatchSize", 3), ("gapGrace", 1)];
    let settings = settings(&CLIENTS, &numbers);
    let (committed, queues, is_over) = (Committed::default(), Queues::default(), AtomicBool::new(false));
    let connection = &repo.connection;
    thread::scope(|scope| {
        let (settings, committed, queues, is_over) = (&settings, &committed, &queues, &is_over);
        let editors: Vec<_> = (0..EDITORS)
            .map(|seed| {
                let sql = repo.editor();
                scope.spawn(move || edit(sql, seed, committed))
            })
            .collect();
        let runners: Vec<_> = (0..RUNNERS)
            .map(|number| scope.spawn(move || run(number, connection, settings, queues, is_over)))
            .collect();
        for editor in editors {
            editor.join().unwrap();
        }
        let last = committed.lock().unwrap().iter().map(|(id, _)| *id).max().unwrap();
        let patience = Instant::now() + Duration::from_secs(60);
        let is_behind = || CLIENTS.iter().any(|client| repo.seen(client) < last);
        while is_behind() && Instant::now() < patience && !runners.iter().any(|runner| runner.is_finished()) {
            thread::sleep(Duration::from_millis(20));
        }
        is_over.store(true, Ordering::SeqCst);
    });
    let (committed, queues) = (committed.into_inner().unwrap(), queues.into_inner().unwrap());
    for client in CLIENTS {
        let delivered = queues.get(client).cloned().unwrap_or_default();
        let due: BTreeSet<u64> =
            committed.iter().filter(|(_, entity)| wants(client).contains(entity)).map(|(id, _)| *id).collect();
        assert!(delivered.windows(2).all(|pair| pair[0] < pair[1]), "G2, G3, G4: {client} got {delivered:?}");
        assert_eq!(delivered.into_iter().collect::<BTreeSet<_>>(), due, "G1: {client}");
    }
    let delivered: usize = queues.values().map(Vec::len).sum();
    println!("{} changes, {delivered} deliveries, none lost, none repeated", committed.len());
}
