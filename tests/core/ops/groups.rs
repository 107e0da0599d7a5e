//! Groups of passes, and the window from which they are served: read once, bounded, never out of date for long; and what costs
//! no statement however many clients there are.

use std::{collections::BTreeMap, rc::Rc, time::Duration};

use crate::support::{
    PLAIN, SqliteRepo as Repo, TestRepo,
    failing_store::{Ahead, FailingStore, Fate},
    linking, settings, site,
};
use wikibase_dispatch::{
    domain::{change::ChangeId, claim::Token, horizon::Horizon, lock_name::LockName, settings::Settings},
    error::Result,
    lock::{ClaimOnly, Held, LockManager},
    ops::{self, LockedPass, Plan, Window},
    store::{Clock, sqlite::SqliteStore},
};

/// A runner that serves groups, and counts what it asks the store.
struct Runner {
    store: FailingStore<SqliteStore>,
    settings: Settings,
    window: Window,
    delivered: BTreeMap<String, Vec<u64>>,
}

impl Runner {
    fn new(repo: &Repo, settings: &Settings) -> Self {
        let store = FailingStore { inner: repo.store(), fate: Fate::new(None), clock_ahead: Ahead::default() };
        Self { store, settings: settings.clone(), window: Window::new(settings), delivered: BTreeMap::new() }
    }

    fn look(&mut self) -> Plan {
        ops::trigger(&mut self.store, &mut self.window, &self.settings, &mut fastrand::Rng::with_seed(1)).unwrap().plan
    }

    fn begin(&mut self, plan: &mut Plan, locks: &mut dyn LockManager) -> Vec<LockedPass> {
        ops::begin_group(&mut self.store, &mut self.window, locks, &self.settings, plan, Token(1)).unwrap()
    }

    fn finish(&mut self, plan: &mut Plan, group: &mut [LockedPass]) {
        for pass in group.iter().map(|locked| &locked.pass) {
            let ids = pass.batch.changes().iter().map(|change| change.id.0);
            self.delivered.entry(pass.client.site.to_string()).or_default().extend(ids);
        }
        let mut passes: Vec<_> = group.iter_mut().collect();
        let lost = ops::finish_group(&mut self.store, &mut ClaimOnly, &self.settings, plan, &mut passes).unwrap();
        assert_eq!(lost, []);
    }

    /// Serves everybody; returns how often the store was asked.
    fn run(&mut self) -> usize {
        let before = self.store.fate.borrow().calls;
        let mut plan = self.look();
        loop {
            let mut group = self.begin(&mut plan, &mut ClaimOnly);
            if group.is_empty() {
                return self.store.fate.borrow().calls - before;
            }
            self.finish(&mut plan, &mut group);
        }
    }
}

fn names(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("wiki{n:04}")).collect()
}

fn farm(clients: &[String], numbers: &[(&str, i64)]) -> (Repo, Settings) {
    let repo = Repo::new();
    let settings = settings(&clients.iter().map(String::as_str).collect::<Vec<_>>(), numbers);
    ops::initialise(&mut repo.store(), &settings).unwrap();
    (repo, settings)
}

#[test]
fn clients_that_receive_nothing_cost_no_statement_of_their_own() {
    let calls = |clients: usize| {
        let clients = names(clients);
        let (repo, settings) = farm(&clients, &[("dispatchDefaultBatchSize", 20), ("dispatchDefaultMaxChunks", 1)]);
        for client in &clients[..10] {
            repo.subscribe(client, &["Q1"]);
        }
        // Further than one look reaches, so that they are moved more than once.
        for n in 0..200 {
            repo.change(if n % 10 == 0 { "Q1" } else { "Q2" }, PLAIN);
        }
        let mut runner = Runner::new(&repo, &settings);
        let calls = runner.run();
        assert_eq!((runner.delivered.len(), runner.delivered["wiki0009"].len()), (10, 20));
        assert!(clients.iter().all(|client| repo.seen(client) == 200), "everybody is at the horizon");
        calls
    };
    assert_eq!(calls(20), calls(400));
}

#[test]
fn a_change_is_read_once_for_clients_at_one_position_and_again_for_others() {
    let clients = names(100);
    let (repo, settings) = farm(&clients, &[]);
    for client in &clients {
        repo.subscribe(client, &["Q1"]);
    }
    for _ in 0..30 {
        repo.change("Q1", PLAIN);
    }
    let together = Runner::new(&repo, &settings).run();
    for _ in 0..30 {
        repo.change("Q1", PLAIN);
    }
    // Each at a place of its own.
    for (n, client) in clients.iter().enumerate().take(30) {
        repo.set(client, &format!("chd_seen = {}", 30 + n));
    }
    let mut runner = Runner::new(&repo, &settings);
    assert_eq!(runner.run(), together, "however they stand, what lies behind the last of them is read once");
    assert_eq!(runner.delivered["wiki0007"], (38..=60).collect::<Vec<_>>());
}

#[test]
fn g1_g2_a_backlog_larger_than_the_window_is_served_in_order_within_its_bounds() {
    let clients = names(5);
    let numbers = [("windowMaxBytes", 1 << 20), ("dispatchDefaultBatchSize", 7), ("dispatchBatchChunkFactor", 1)];
    let (repo, settings) = farm(&clients, &numbers);
    let large = format!("{{\"a\":\"{}\"}}", "x".repeat(100_000));
    for client in &clients[..3] {
        repo.subscribe(client, &["Q1"]);
    }
    repo.subscribe(&clients[3], &["Q2"]);
    for n in 0..60 {
        repo.change(if n == 50 { "Q2" } else { "Q1" }, &large);
    }
    let mut runner = Runner::new(&repo, &settings);
    let mut plan = runner.look();
    loop {
        let mut group = runner.begin(&mut plan, &mut ClaimOnly);
        if group.is_empty() {
            break;
        }
        let span = |locked: &LockedPass| (locked.pass.seen.0, locked.pass.end().0);
        let (least, most) = group.iter().map(span).fold((u64::MAX, 0), |(a, b), (c, d)| (a.min(c), b.max(d)));
        // A megabyte holds ten of them, and what has been begun is read to its end.
        assert!(most - least <= 20, "a group from {least} to {most}");
        runner.finish(&mut plan, &mut group);
    }
    let due: Vec<u64> = (1..=60).filter(|id| *id != 51).collect();
    for client in &clients[..3] {
        assert_eq!(runner.delivered[client], due);
    }
    assert_eq!(runner.delivered[&clients[3]], [51]);
    assert_eq!(repo.seen(&clients[4]), 60);
}

#[test]
fn later_subscribers_are_not_passed_over_for_long() {
    let clients = names(2);
    let (repo, settings) = farm(&clients, &[("dispatchDefaultBatchSize", 1)]);
    repo.subscribe(&clients[0], &["Q1"]);
    repo.change("Q1", PLAIN);
    repo.change("Q1", PLAIN);
    let mut runner = Runner::new(&repo, &settings);
    runner.look();
    repo.set(&clients[1], "chd_seen = 0");
    repo.subscribe(&clients[1], &["Q1"]);
    runner.store.clock_ahead.set(Duration::from_secs(11));
    runner.run();
    assert_eq!(runner.delivered[&clients[1]], [1, 2]);
}

#[test]
fn a_window_is_forgotten_when_the_ids_began_anew() {
    let clients = names(1);
    let (repo, settings) = farm(&clients, &[]);
    repo.subscribe(&clients[0], &["Q1"]);
    for _ in 0..5 {
        repo.change("Q1", PLAIN);
    }
    let mut runner = Runner::new(&repo, &settings);
    runner.run();
    repo.execute("DELETE FROM {wb_changes}; DELETE FROM sqlite_sequence WHERE name = 'wb_changes'");
    repo.change("Q2", &linking(&clients[0]));
    runner.delivered.clear();
    runner.run();
    assert_eq!(runner.delivered[&clients[0]], [1]);
}

/// Locks of which some are held by others.
#[derive(Default)]
struct Locks {
    of_others: Vec<LockName>,
    held: Rc<std::cell::Cell<usize>>,
}

impl LockManager for Locks {
    fn try_lock(&mut self, name: &LockName, owner: u64) -> Result<Option<Held>> {
        let is_free = !self.of_others.contains(name);
        self.held.set(self.held.get() + usize::from(is_free));
        Ok(is_free.then(|| Held { name: name.clone(), owner }))
    }

    fn unlock(&mut self, _held: Held) -> Result<()> {
        self.held.set(self.held.get() - 1);
        Ok(())
    }

    fn held_among(&mut self, names: &[LockName]) -> Result<Vec<bool>> {
        Ok(names.iter().map(|name| self.of_others.contains(name)).collect())
    }
}

#[test]
fn g4_g11_a_locked_or_claimed_client_leaves_the_plan_and_its_lock_is_released() {
    let clients = names(4);
    let (repo, settings) = farm(&clients, &[]);
    for client in &clients {
        repo.subscribe(client, &["Q1"]);
    }
    repo.change("Q1", PLAIN);
    let mut locks = Locks { of_others: vec![LockName::new(&site("repowiki"), &site(&clients[0]))], ..Locks::default() };
    let mut runner = Runner::new(&repo, &settings);
    let mut plan = runner.look();
    repo.set(&clients[1], "chd_lock = 'somebody'");
    repo.set(&clients[2], "chd_disabled = 1");
    let mut group = runner.begin(&mut plan, &mut locks);
    assert_eq!(group.iter().map(|locked| locked.pass.client.site.as_str()).collect::<Vec<_>>(), [&clients[3]]);
    assert_eq!(locks.held.get(), 1);
    runner.finish(&mut plan, &mut group);
    assert!(runner.begin(&mut plan, &mut locks).is_empty());
    assert_eq!([0, 1, 2].map(|n| repo.seen(&clients[n])), [0; 3]);
}

#[test]
fn g9_an_abandoned_pass_does_not_keep_its_group_from_being_recorded() {
    let clients = names(3);
    let (repo, settings) = farm(&clients, &[]);
    for client in &clients {
        repo.subscribe(client, &["Q1"]);
    }
    repo.change("Q1", PLAIN);
    let mut runner = Runner::new(&repo, &settings);
    let mut plan = runner.look();
    let mut group = runner.begin(&mut plan, &mut ClaimOnly);
    group.sort_by(|a, b| a.pass.client.site.cmp(&b.pass.client.site));
    let mut failed = group.remove(1);
    failed.abandon(&mut runner.store, &mut ClaimOnly).unwrap();
    runner.finish(&mut plan, &mut group);
    assert_eq!([0, 1, 2].map(|n| repo.seen(&clients[n])), [1, 0, 1]);
    assert!(repo.lock(&clients[1]).unwrap().starts_with("wd1r:"), "it rests");
}

/// Where jobs cannot be delayed nobody else comes back for it: the other trigger was pushed before the change.
#[test]
fn g1_a_client_that_another_trigger_has_moved_meanwhile_is_said_to_need_another_look() {
    let clients = names(2);
    let (repo, settings) = farm(&clients, &[]);
    repo.subscribe(&clients[0], &["Q1"]);
    repo.change("Q2", PLAIN);
    repo.change("Q1", PLAIN);
    let mut runner = Runner::new(&repo, &settings);
    let mut plan = runner.look();
    assert!(!plan.met_others());
    let before = Horizon::without_gaps(ChangeId(0), ChangeId(1));
    // It looked before the second change.
    let (mut other, mut window) = (repo.store(), Window::new(&settings));
    let mut states = ops::dispatch_states(&mut other, &settings).unwrap();
    let now = other.now().unwrap();
    assert_eq!(ops::fast_forward(&mut other, &mut window, &settings, &mut states, &before, now).unwrap(), 1);
    assert!(runner.begin(&mut plan, &mut ClaimOnly).is_empty(), "it is not where it was");
    assert_eq!(repo.seen(&clients[0]), 1, "and the second change waits");
    assert!(plan.met_others());
}

/// Another server has taken over that lacks the last pass, and what is missing there before the place where the search began is not known.
#[test]
fn g7_no_client_goes_by_a_horizon_whose_search_began_after_where_it_stands() {
    let clients = names(2);
    let (repo, settings) = farm(&clients, &[]);
    repo.subscribe(&clients[0], &["Q1"]);
    repo.change("Q1", PLAIN);
    let horizon = Horizon { upto: ChangeId(1), last: ChangeId(1), from: ChangeId(1), ..Horizon::default() };
    let (mut store, mut window) = (repo.store(), Window::new(&settings));
    let mut states = ops::dispatch_states(&mut store, &settings).unwrap();
    let now = store.now().unwrap();
    assert_eq!(ops::fast_forward(&mut store, &mut window, &settings, &mut states, &horizon, now).unwrap(), 0);
    let chance = &mut fastrand::Rng::with_seed(1);
    assert_eq!(Plan::new(&states, Vec::new(), horizon, now, &settings, chance).waiting().next(), None);
    let horizon = Horizon { from: ChangeId(0), ..horizon };
    assert_eq!(Plan::new(&states, Vec::new(), horizon, now, &settings, chance).waiting().count(), 2);
    assert_eq!(ops::fast_forward(&mut store, &mut window, &settings, &mut states, &horizon, now).unwrap(), 1);
}

/// The holder of the lock may have looked before the change, and find nothing to do.
#[test]
fn g1_g11_a_client_with_a_held_lock_needs_another_look() {
    let clients = names(1);
    let (repo, settings) = farm(&clients, &[]);
    repo.subscribe(&clients[0], &["Q1"]);
    repo.change("Q1", PLAIN);
    let mut locks = Locks { of_others: vec![LockName::new(&site("repowiki"), &site(&clients[0]))], ..Locks::default() };
    let mut runner = Runner::new(&repo, &settings);
    let mut plan = runner.look();
    assert!(runner.begin(&mut plan, &mut locks).is_empty());
    assert!(plan.met_others());
}

#[test]
fn g5_a_client_far_behind_has_no_second_pass_before_everybody_had_one() {
    let clients = names(3);
    let (repo, settings) = farm(&clients, &[("dispatchDefaultBatchSize", 1), ("dispatchDefaultMaxChunks", 1)]);
    for client in &clients {
        repo.subscribe(client, &["Q1"]);
    }
    for _ in 0..100 {
        repo.change("Q1", PLAIN);
    }
    repo.set(&clients[1], "chd_seen = 98");
    repo.set(&clients[2], "chd_seen = 50");
    let mut runner = Runner::new(&repo, &settings);
    let mut plan = runner.look();
    let mut served = Vec::new();
    while served.len() < clients.len() {
        let mut group = runner.begin(&mut plan, &mut ClaimOnly);
        served.extend(group.iter().map(|locked| locked.pass.client.site.to_string()));
        runner.finish(&mut plan, &mut group);
    }
    assert_eq!(served[..3], [0, 2, 1].map(|n| clients[n].clone()), "the most lagged first, and then the others");
    assert_eq!(plan.waiting().count(), 3, "and then again");
}
