//! No change is forgotten when jobs run side by side: whoever looked saw to it that somebody looks later, unless there is nothing to
//! see. Runners take turns at each call to the database, the locks or the queues, in an order that a seed decides; when no job
//! waits and no runner is busy any more, everything must have been delivered, once and in order (G1, G2, G3).

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Condvar, Mutex},
    thread,
    time::Duration,
};

use crate::support::{
    PLAIN, SqliteRepo as Repo, TestRepo,
    failing_store::{Ahead, FailingStore, Fate},
    host::{self, Failed, TestCore},
    queues::Queues,
    settings,
};
use wikibase_dispatch::{
    domain::{lock_name::LockName, settings::Settings, strategy::Strategy},
    error::Result,
    jobs::{Action, Announcement, Answer, Asked, Machine, RepoJob, announce},
    lock::{Held, LockManager},
    ops,
    store::sqlite::SqliteStore,
};

const RUNNERS: usize = 3;
const EDITS: usize = 5;
const CLIENTS: [(&str, &str); 3] = [("dewiki", "Q1"), ("enwiki", "Q2"), ("idlewiki", "Q9")];

/// How the farm is set up, and what goes wrong.
#[derive(Clone, Copy, Default)]
struct Style {
    strategy: Strategy,
    min_changes: u32,
    queue_delays: bool,
    /// Clients' queues refuse a push now and then.
    queues_fail: bool,
    /// A push takes so long that time is up after it.
    pushes_are_slow: bool,
}

/// Whose turn it is, and what they share.
#[derive(Default)]
struct World {
    turn: usize,
    /// Who can have a turn.
    alive: Vec<usize>,
    chance: fastrand::Rng,
    queues: Queues,
    busy: usize,
    edits_left: usize,
    has_panicked: bool,
    locked: BTreeSet<String>,
}

#[derive(Clone, Default)]
struct Shared {
    world: Arc<(Mutex<World>, Condvar)>,
    clock: Ahead,
}

impl Shared {
    fn with<T>(&self, work: impl FnOnce(&mut World) -> T) -> T {
        work(&mut self.world.0.lock().unwrap())
    }

    /// Gives the turn to somebody, and waits for the next one of `me`.
    fn pass_turn(&self, me: usize) {
        let (world, turned) = &*self.world;
        let mut world = world.lock().unwrap();
        let count = world.alive.len();
        let at = world.chance.usize(..count);
        world.turn = world.alive[at];
        turned.notify_all();
        drop(turned.wait_while(world, |world| world.turn != me).unwrap());
    }

    fn leave(&self, me: usize) {
        let (world, turned) = &*self.world;
        let mut world = world.lock().unwrap();
        world.alive.retain(|other| *other != me);
        world.turn = world.alive.first().copied().unwrap_or_default();
        world.has_panicked |= thread::panicking();
        turned.notify_all();
    }
}

/// Locks that all runners share.
struct Locks(Shared, usize);

impl LockManager for Locks {
    fn try_lock(&mut self, name: &LockName, owner: u64) -> Result<Option<Held>> {
        self.0.pass_turn(self.1);
        let is_free = self.0.with(|world| world.locked.insert(name.to_string()));
        Ok(is_free.then(|| Held { name: name.clone(), owner }))
    }

    fn unlock(&mut self, held: Held) -> Result<()> {
        self.0.pass_turn(self.1);
        assert!(self.0.with(|world| world.locked.remove(held.name.as_str())));
        Ok(())
    }

    fn held_among(&mut self, names: &[LockName]) -> Result<Vec<bool>> {
        Ok(vec![false; names.len()])
    }
}

/// A process that runs jobs: it carries out what they ask for.
struct Runner {
    me: usize,
    shared: Shared,
    core: TestCore,
    style: Style,
    /// Whether what is pushed arrives when it is made durable, and not before.
    pushes_in_transaction: bool,
    pushed: RefCell<Vec<Action>>,
}

impl Runner {
    fn new(me: usize, shared: Shared, store: SqliteStore, settings: &Settings, seed: u64, style: Style) -> Self {
        let fate = Fate::new(None);
        let turns = shared.clone();
        fate.borrow_mut().before_each = Some(Box::new(move || turns.pass_turn(me)));
        let store = FailingStore { inner: store, fate, clock_ahead: shared.clock.clone() };
        let core = TestCore::new(store, settings).with_locks(Locks(shared.clone(), me)).seeded(seed * 10 + me as u64);
        Self { me, shared, core, style, pushes_in_transaction: seed.is_multiple_of(2), pushed: RefCell::default() }
    }

    fn run(self) {
        loop {
            self.shared.pass_turn(self.me);
            let now = self.shared.clock.get();
            let job = self.shared.with(|world| {
                let job = world.queues.take(now);
                world.busy += usize::from(job.is_some());
                job
            });
            match job {
                Some(job) => self.work(&job),
                None if self.is_over() => return,
                None => {}
            }
        }
    }

    /// Whether nothing can happen any more. If something can, but only later, time goes by.
    fn is_over(&self) -> bool {
        let (is_idle, due, has_panicked) =
            self.shared.with(|world| (world.busy == 0, world.queues.next_due(), world.has_panicked));
        if let Some(due) = due.filter(|_| is_idle) {
            self.shared.clock.set(due.max(self.shared.clock.get()));
        }
        has_panicked || (is_idle && due.is_none() && self.shared.with(|world| world.edits_left == 0))
    }

    fn work(&self, job: &RepoJob) {
        let done = host::run_job(job, &self.core, |action| self.carry_out(action));
        match done.failed {
            None => self.commit(),
            Some(Failed::Native(error)) if !error.is_retryable() => panic!("{job:?}: {error}"),
            Some(_) => {
                let later = self.shared.clock.get() + Duration::from_secs(1);
                self.shared.with(|world| world.queues.push(job, later));
            }
        }
        self.pushed.borrow_mut().clear();
        self.shared.with(|world| world.busy -= 1);
    }

    fn carry_out(&self, action: &Action) -> Answer {
        self.shared.pass_turn(self.me);
        match action {
            Action::Push(_) | Action::Notify(_) => {
                if matches!(action, Action::Notify(_)) {
                    self.core.pass_time(Duration::from_secs(if self.style.pushes_are_slow { 100 } else { 0 }));
                    if self.style.queues_fail && self.shared.with(|world| world.chance.u8(..4)) == 0 {
                        self.pushed.borrow_mut().clear();
                        return Answer::Thrown(0);
                    }
                }
                self.pushed.borrow_mut().push(action.clone());
                if !self.pushes_in_transaction {
                    self.commit();
                }
            }
            Action::Commit => self.commit(),
            Action::Sleep(time) => self.shared.clock.pass(*time),
            _ => {}
        }
        Answer::Done
    }

    fn commit(&self) {
        let pushed = self.pushed.take();
        arrive(&self.shared, &pushed);
    }
}

impl Drop for Runner {
    fn drop(&mut self) {
        self.shared.leave(self.me);
    }
}

fn arrive(shared: &Shared, pushed: &[Action]) {
    let now = shared.clock.get();
    shared.with(|world| {
        for action in pushed {
            match action {
                Action::Push(jobs) => jobs.iter().for_each(|(job, delay)| world.queues.push(job, now + *delay)),
                Action::Notify(delivery) => {
                    (0..delivery.notifications.len()).for_each(|at| world.queues.deliver(delivery, at));
                }
                _ => {}
            }
        }
    });
}

fn settings_of(style: Style) -> Settings {
    let clients = CLIENTS.map(|(client, _)| client);
    let numbers = [("dispatchDefaultBatchSize", 2), ("dispatchMinChanges", style.min_changes.into())];
    let mut settings = settings(&clients, &numbers);
    settings.strategy = style.strategy;
    settings.queue.delays.triggers = style.queue_delays;
    settings
}

/// An edit has ended.
fn announce_edit(shared: &Shared, core: &TestCore, settings: &Settings) {
    let (announcement, asked) = (Announcement::new(settings), Asked { delay: Duration::ZERO, pause: None });
    let job = Machine::new(|host| async move { announce(announcement, asked, || {}, &host).await });
    let done = host::run(job, core, |action| {
        arrive(shared, std::slice::from_ref(action));
        Answer::Done
    });
    assert!(done.failed.is_none());
    shared.with(|world| world.edits_left -= 1);
}

fn check(seed: u64, style: Style) {
    let repo = Repo::new();
    let settings = settings_of(style);
    ops::initialise(&mut repo.store(), &settings).unwrap();
    for (client, entity) in CLIENTS {
        repo.subscribe(client, &[entity]);
    }
    let shared = Shared::default();
    shared.with(|world| {
        world.alive = (0..=RUNNERS).collect();
        world.turn = RUNNERS;
        world.chance = fastrand::Rng::with_seed(seed);
        world.edits_left = EDITS;
    });
    let runners: Vec<_> = (0..RUNNERS)
        .map(|me| {
            let (shared, store, settings) = (shared.clone(), repo.store(), settings.clone());
            thread::spawn(move || Runner::new(me, shared, store, &settings, seed, style).run())
        })
        .collect();
    let editor = TestCore::new(repo.store(), &settings);
    let mut due: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for _ in 0..EDITS {
        (0..shared.with(|world| world.chance.usize(1..6))).for_each(|_| shared.pass_turn(RUNNERS));
        let (client, entity) = CLIENTS[shared.with(|world| world.chance.usize(..CLIENTS.len()))];
        let id = repo.change(if client == "idlewiki" { "Q7" } else { entity }, PLAIN);
        if client != "idlewiki" {
            due.entry(client.to_owned()).or_default().push(id);
        }
        shared.pass_turn(RUNNERS);
        announce_edit(&shared, &editor, &settings);
    }
    shared.leave(RUNNERS);
    runners.into_iter().for_each(|runner| runner.join().unwrap());
    let delivered = shared.with(|world| std::mem::take(&mut world.queues.delivered));
    let delivered: BTreeMap<String, Vec<u64>> = delivered
        .into_iter()
        .map(|(client, jobs)| (client, jobs.into_iter().flat_map(|job| job.ids).collect()))
        .collect();
    assert_eq!(delivered, due, "seed {seed}");
    let is_at_horizon = |(client, _)| repo.seen(client) == EDITS as u64;
    assert!(CLIENTS.into_iter().all(is_at_horizon), "seed {seed}: everybody is at the horizon");
}

fn check_seeds(count: u64, style: Style) {
    (0..count).for_each(|seed| check(seed, style));
}

#[test]
fn g1_triggers_that_serve_side_by_side_forget_no_change() {
    check_seeds(300, Style { strategy: Strategy::Inline, ..Style::default() });
}

#[test]
fn g1_triggers_that_call_for_help_forget_no_change() {
    check_seeds(60, Style { strategy: Strategy::Auto, ..Style::default() });
}

#[test]
fn g1_triggers_that_serve_one_client_after_the_other_forget_no_change() {
    check_seeds(60, Style { strategy: Strategy::Poll, ..Style::default() });
}

#[test]
fn g1_g9_triggers_and_the_jobs_of_clients_that_failed_forget_no_change() {
    check_seeds(300, Style { queues_fail: true, ..Style::default() });
    check_seeds(60, Style { strategy: Strategy::Poll, queues_fail: true, ..Style::default() });
}

#[test]
fn g1_triggers_that_have_done_enough_forget_no_change() {
    check_seeds(60, Style { min_changes: 1, ..Style::default() });
    check_seeds(60, Style { pushes_are_slow: true, ..Style::default() });
    check_seeds(60, Style { strategy: Strategy::Poll, min_changes: 2, queues_fail: true, ..Style::default() });
}

#[test]
fn g1_jobs_for_each_client_side_by_side_forget_no_change() {
    check_seeds(300, Style { strategy: Strategy::Jobs, ..Style::default() });
    check_seeds(60, Style { strategy: Strategy::Jobs, queues_fail: true, ..Style::default() });
}

#[test]
fn g1_g9_no_change_is_forgotten_where_jobs_can_be_delayed() {
    for strategy in [Strategy::Auto, Strategy::Poll, Strategy::Jobs] {
        check_seeds(60, Style { strategy, queue_delays: true, queues_fail: true, ..Style::default() });
    }
}
