//! G1 when the repo's address leads to another server that lacks the last change, and has given its id out anew: what was read on the
//! one is never recorded on the other. Tried before every call of a whole run, and within the one that looks for the horizon.

use std::{
    cell::RefCell,
    collections::BTreeSet,
    rc::Rc,
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use crate::support::{
    MariaRepo, PLAIN, TestRepo,
    failing_store::{Ahead, FailingStore, Fate},
    mariadb::{Sql, with_clients},
    proxy::Proxy,
    replication::Pair,
    settings,
};
use wikibase_dispatch::{
    domain::{change::ChangeId, claim::Token, horizon::GapRules, settings::Settings},
    error::Result,
    lock::ClaimOnly,
    ops::{self, Window},
    store::{
        ChangeBuffer,
        mysql::{MysqlServer, MysqlStore},
    },
};

const CLIENTS: [&str; 2] = ["enwiki", "idlewiki"];

/// What the clients' queues received: client and revision.
type Delivered = BTreeSet<(String, u64)>;

struct Runner {
    store: FailingStore<MysqlStore>,
    settings: Settings,
    window: Window,
    tokens: u64,
    delivered: Delivered,
}

impl Runner {
    fn new(store: MysqlStore) -> Self {
        let store = FailingStore { inner: store, fate: Fate::new(None), clock_ahead: Ahead::default() };
        let settings = settings(&CLIENTS, &[("gapGrace", 0)]);
        Self { store, window: Window::new(&settings), settings, tokens: 0, delivered: Delivered::new() }
    }

    /// A trigger that serves the clients itself.
    fn job(&mut self) -> Result<()> {
        let mut chance = fastrand::Rng::with_seed(1);
        let mut plan = ops::trigger(&mut self.store, &mut self.window, &self.settings, &mut chance)?.plan;
        loop {
            self.tokens += 1;
            let token = Token(self.tokens);
            let (store, window, settings) = (&mut self.store, &mut self.window, &self.settings);
            let mut group = ops::begin_group(store, window, &mut ClaimOnly, settings, &mut plan, token)?;
            if group.is_empty() {
                return Ok(());
            }
            for pass in group.iter().map(|locked| &locked.pass) {
                let revisions =
                    pass.batch.changes().iter().map(|change| (pass.client.site.to_string(), change.revision));
                self.delivered.extend(revisions);
            }
            let mut passes: Vec<_> = group.iter_mut().collect();
            ops::finish_group(store, &mut ClaimOnly, settings, &mut plan, &mut passes)?;
        }
    }
}

/// Two changes that both servers have, and then those that only this one has: entity and revision.
fn begin_anew(server: &mut Sql, last: &[(&str, u64)]) {
    server.run("TRUNCATE wb_changes");
    server.run("UPDATE wb_changes_dispatch SET chd_seen = 0, chd_lock = NULL");
    for (entity, revision) in [("Q1", 11), ("Q1", 12)].iter().chain(last) {
        server.run(&format!(
            "INSERT INTO wb_changes VALUES (NULL, 'wikibase-item~update', '20260131235959', '{entity}', {revision}, 5, '{PLAIN}')"
        ));
    }
}

fn two_servers() -> (Pair, MariaRepo) {
    let pair = Pair::start();
    let (repo, _) = with_clients(pair.repo(), &CLIENTS);
    repo.subscribe("enwiki", &["Q1"]);
    repo.subscribe("idlewiki", &["Q3"]);
    pair.fail_over();
    pair.primary.root().run("SET GLOBAL read_only = 0");
    (pair, repo)
}

#[test]
fn g1_an_address_that_leads_to_another_server_before_any_call_loses_no_change() {
    let (pair, repo) = two_servers();
    let MysqlServer::Socket(old) = repo.connection.server.clone() else {
        panic!("these servers have sockets");
    };
    let (mut on_old, mut on_new) = (repo.editor(), pair.sql_on_replica(&repo));
    let proxy = Rc::new(Proxy::before(&old));
    let mut at = 0;
    loop {
        begin_anew(&mut on_old, &[("Q1", 13)]);
        begin_anew(&mut on_new, &[("Q3", 103), ("Q1", 104)]);
        proxy.lead_to(&old);
        let mut runner = Runner::new(repo.store_with(|to| to.server = MysqlServer::Socket(proxy.socket())));
        let has_switched = Rc::new(RefCell::new(false));
        let (switch, switched, new) = (Rc::clone(&proxy), Rc::clone(&has_switched), pair.replica.socket());
        let mut calls = 0;
        runner.store.fate.borrow_mut().before_each = Some(Box::new(move || {
            if calls == at {
                switch.lead_to(&new);
                *switched.borrow_mut() = true;
            }
            calls += 1;
        }));
        if let Err(error) = runner.job() {
            assert!(error.is_retryable(), "call {at}: {error}");
        }
        if !*has_switched.borrow() {
            break;
        }
        // Claims of a job that failed expire.
        runner.store.clock_ahead.set(Duration::from_secs(600));
        runner.job().unwrap_or_else(|error| panic!("call {at}: {error}"));
        for due in [("enwiki", 11), ("enwiki", 12), ("idlewiki", 103), ("enwiki", 104)] {
            let due = (due.0.to_owned(), due.1);
            assert!(runner.delivered.contains(&due), "call {at}: {due:?} is lost, of {:?}", runner.delivered);
        }
        let states =
            on_new.run("SELECT chd_seen, chd_lock FROM wb_changes_dispatch WHERE chd_site IN ('enwiki', 'idlewiki')");
        let states: Vec<(u64, Option<String>)> =
            states.iter().map(|row| (row.get(0).unwrap(), row.get(1).unwrap())).collect();
        assert_eq!(states, [(4, None), (4, None)], "call {at}");
        at += 1;
    }
    assert!(at > 8, "a run has {at} calls");
}

/// The runner stands still between its last look and the note of it, until its connection counts as idle. The next one leads to another
/// server, where these ids are still being given out.
#[test]
fn g7_what_one_server_said_of_the_horizon_is_not_written_down_on_another() {
    let (pair, repo) = two_servers();
    let MysqlServer::Socket(old) = repo.connection.server.clone() else {
        panic!("these servers have sockets");
    };
    let mut on_old = repo.editor();
    let (mut on_new, mut open) = (pair.sql_on_replica(&repo), pair.sql_on_replica(&repo));
    begin_anew(&mut on_old, &[]);
    begin_anew(&mut on_new, &[]);
    let insert = |id: u64| {
        format!(
            "INSERT INTO wb_changes SELECT {id}, change_type, change_time, 'Q1', {id}, 5, change_info FROM wb_changes LIMIT 1"
        )
    };
    on_old.run(&insert(50));
    let (in_flight, visible) = (insert(3), insert(60));
    let proxy = Arc::new(Proxy::before(&old));
    let mut store = repo.store_with(|to| to.server = MysqlServer::Socket(proxy.socket()));
    store.keep_idle_for(Duration::from_millis(500));
    let (switch, new) = (Arc::clone(&proxy), pair.replica.socket());
    let (done, edit) = mpsc::channel();
    proxy.before_statement("FORCE INDEX (PRIMARY) WHERE change_id BETWEEN", move || {
        open.run("BEGIN");
        open.run(&in_flight);
        on_new.run(&visible);
        switch.lead_newcomers_to(&new);
        thread::sleep(Duration::from_secs(1));
        done.send(open).unwrap();
    });
    let horizon = store.horizon(ChangeId(0), GapRules::after(Duration::ZERO)).unwrap();
    let _edit = edit.recv().expect("it took place");
    assert_eq!(horizon.upto, ChangeId(2), "the other server's, where 3 is in flight");
}
