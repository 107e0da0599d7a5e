//! No change is forgotten when triggers run side by side where jobs cannot be delayed: there nobody looks later, unless somebody
//! who looked saw to it. Runners take turns at each call to the database or the locks, in an order that a seed decides; when no job
//! waits and no runner is busy any more, everything must have been delivered, once and in order (G1, G2, G3).

mod support;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Condvar, Mutex},
    thread,
    time::Duration,
};

use support::{
    PLAIN, SqliteRepo as Repo, TestRepo,
    failing_store::{FailingStore, Fate},
    settings,
};
use wikibase_dispatch::{
    domain::{claim::Token, lock_name::LockName, settings::Settings, state::Due},
    error::{ErrorKind, Result},
    lock::{Held, LockManager},
    ops::{self, Window},
    store::sqlite::SqliteStore,
};

const RUNNERS: usize = 3;
const EDITS: usize = 5;
const CLIENTS: [(&str, &str); 3] = [("dewiki", "Q1"), ("enwiki", "Q2"), ("idlewiki", "Q9")];

/// Who serves the clients.
#[derive(Clone, Copy, PartialEq)]
enum Style {
    /// The triggers, in groups.
    Inline,
    /// The same, but some queues fail: their clients get a job.
    InlineWithFailures,
    /// A job for each client.
    Jobs,
}

/// Whose turn it is, and what they share.
#[derive(Default)]
struct World {
    turn: usize,
    /// Who can have a turn.
    alive: Vec<usize>,
    chance: fastrand::Rng,
    /// The queue: at most one job of each kind waits.
    trigger: bool,
    clients: BTreeSet<String>,
    busy: usize,
    edits_left: usize,
    locked: BTreeSet<String>,
    delivered: BTreeMap<String, Vec<u64>>,
}

#[derive(Clone, Default)]
struct Shared(Arc<(Mutex<World>, Condvar)>);

impl Shared {
    fn with<T>(&self, work: impl FnOnce(&mut World) -> T) -> T {
        work(&mut self.0.0.lock().unwrap())
    }

    /// Gives the turn to somebody, and waits for the next one of `me`.
    fn pass_turn(&self, me: usize) {
        let (world, turned) = &*self.0;
        let mut world = world.lock().unwrap();
        let count = world.alive.len();
        let at = world.chance.usize(..count);
        world.turn = world.alive[at];
        turned.notify_all();
        drop(turned.wait_while(world, |world| world.turn != me).unwrap());
    }

    fn leave(&self, me: usize) {
        let (world, turned) = &*self.0;
        let mut world = world.lock().unwrap();
        world.alive.retain(|other| *other != me);
        world.turn = world.alive.first().copied().unwrap_or_default();
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

/// What a runner's process does, as the jobs do it.
struct Runner {
    me: usize,
    shared: Shared,
    store: FailingStore<SqliteStore>,
    locks: Locks,
    window: Window,
    settings: Settings,
    tokens: fastrand::Rng,
    style: Style,
}

impl Runner {
    fn run(mut self) {
        loop {
            self.shared.pass_turn(self.me);
            let job = self.shared.with(|world| {
                let job =
                    if std::mem::take(&mut world.trigger) { Some(None) } else { world.clients.pop_first().map(Some) };
                world.busy += usize::from(job.is_some());
                job
            });
            match job {
                Some(None) => self.trigger(),
                Some(Some(client)) => self.passes(&client),
                None if self.shared.with(|world| world.busy == 0 && world.edits_left == 0) => break,
                None => continue,
            }
            self.shared.with(|world| world.busy -= 1);
        }
        self.shared.leave(self.me);
    }

    fn token(&mut self) -> Token {
        Token(self.tokens.u64(..))
    }

    fn deliver(&self, pass: &ops::Pass) {
        let ids = pass.batch.changes().iter().map(|change| change.id.0);
        self.shared.with(|world| world.delivered.entry(pass.client.site.to_string()).or_default().extend(ids));
    }

    fn trigger(&mut self) {
        loop {
            let mut chance = fastrand::Rng::with_seed(self.tokens.u64(..));
            let mut outcome = ops::trigger(&mut self.store, &mut self.window, &self.settings, &mut chance).unwrap();
            let mut passes = 0;
            if self.style == Style::Jobs {
                self.shared.with(|world| world.clients.extend(outcome.due.iter().map(ToString::to_string)));
            } else {
                passes = self.serve(&mut outcome.plan);
            }
            if passes == 0 {
                if outcome.waits_for_gap || outcome.waits_for_claim || outcome.plan.met_others() {
                    self.shared.with(|world| world.trigger = true);
                }
                return;
            }
        }
    }

    fn serve(&mut self, plan: &mut ops::Plan) -> usize {
        let mut passes = 0;
        loop {
            let token = self.token();
            let (store, locks) = (&mut self.store, &mut self.locks);
            let mut group = ops::begin_group(store, &mut self.window, locks, &self.settings, plan, token).unwrap();
            if group.is_empty() {
                return passes;
            }
            if self.style == Style::InlineWithFailures {
                group.retain_mut(|locked| {
                    let fails = self.tokens.u8(..4) == 0;
                    if fails {
                        locked.abandon(&mut self.store, &mut self.locks).unwrap();
                        self.shared.with(|world| world.clients.insert(locked.pass.client.site.to_string()));
                    }
                    !fails
                });
            }
            passes += group.len();
            group.iter().for_each(|locked| self.deliver(&locked.pass));
            let mut group: Vec<_> = group.iter_mut().collect();
            let lost = ops::finish_group(&mut self.store, &mut self.locks, &self.settings, plan, &mut group).unwrap();
            assert_eq!(lost, []);
        }
    }

    fn passes(&mut self, client: &str) {
        loop {
            let token = self.token();
            let (store, locks) = (&mut self.store, &mut self.locks);
            match ops::begin_locked(store, &mut self.window, locks, &self.settings, client, token) {
                Ok(Some(mut locked)) => {
                    self.deliver(&locked.pass);
                    if locked.finish(&mut self.store, &mut self.locks, &self.settings).unwrap() != Due::Now {
                        return;
                    }
                }
                Ok(None) => return,
                Err(error) => {
                    assert!([ErrorKind::ClientClaimed, ErrorKind::ClientResting].contains(&error.kind()), "{error}");
                    // The queue repeats the job, later.
                    self.store.clock_ahead += Duration::from_secs(u64::from(error.kind() == ErrorKind::ClientResting));
                    self.shared.with(|world| world.clients.insert(client.to_owned()));
                    return;
                }
            }
        }
    }
}

fn check(seed: u64, style: Style) {
    let repo = Repo::new();
    let clients = CLIENTS.map(|(client, _)| client);
    let settings = settings(&clients, &[("dispatchDefaultBatchSize", 2)]);
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
            thread::spawn(move || {
                let fate = Fate::new(None);
                let turns = shared.clone();
                fate.borrow_mut().before_each = Some(Box::new(move || turns.pass_turn(me)));
                let store = FailingStore { inner: store, fate, clock_ahead: Duration::ZERO };
                let (locks, window) = (Locks(shared.clone(), me), Window::new(&settings));
                let tokens = fastrand::Rng::with_seed(seed * 10 + me as u64);
                Runner { me, shared, store, locks, window, settings, tokens, style }.run();
            })
        })
        .collect();
    let mut due: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for _ in 0..EDITS {
        (0..shared.with(|world| world.chance.usize(1..6))).for_each(|_| shared.pass_turn(RUNNERS));
        let (client, entity) = CLIENTS[shared.with(|world| world.chance.usize(..CLIENTS.len()))];
        let id = repo.change(if client == "idlewiki" { "Q7" } else { entity }, PLAIN);
        if client != "idlewiki" {
            due.entry(client.to_owned()).or_default().push(id);
        }
        shared.pass_turn(RUNNERS);
        shared.with(|world| {
            world.trigger = true;
            world.edits_left -= 1;
        });
    }
    shared.leave(RUNNERS);
    runners.into_iter().for_each(|runner| runner.join().unwrap());
    let mut delivered = shared.with(|world| world.delivered.clone());
    delivered.retain(|_, ids| !ids.is_empty());
    assert_eq!(delivered, due, "seed {seed}");
    assert!(clients.iter().all(|client| repo.seen(client) == EDITS as u64), "seed {seed}: everybody is at the horizon");
}

#[test]
fn g1_triggers_that_serve_side_by_side_forget_no_change() {
    (0..300).for_each(|seed| check(seed, Style::Inline));
}

#[test]
fn g1_g9_triggers_and_the_jobs_of_clients_that_failed_forget_no_change() {
    (0..300).for_each(|seed| check(seed, Style::InlineWithFailures));
}

#[test]
fn g1_jobs_for_each_client_side_by_side_forget_no_change() {
    (0..300).for_each(|seed| check(seed, Style::Jobs));
}
