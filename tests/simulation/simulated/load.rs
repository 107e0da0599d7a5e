//! A farm under load, on which nothing fails: how many edits, clients and runners, and what comes of it.

use std::{collections::BTreeSet, rc::Rc, time::Duration};

use wikibase_dispatch::domain::change::Change;

use super::{
    delays::HeldBack,
    extension::Extension,
    pace::{Costs, Pace},
    process::Process,
    queue::Job,
    scenario::{LockKind, QueueKind, Scenario, Strategy, Trouble},
    simulation::{Kind, Simulation, new_world},
    world::{SECOND, Shared, World},
};

/// Lag that grows by more than this share of the time that passes is no coincidence.
const GROWTH: f64 = 0.1;

/// Seconds over which that is looked at before the time is over, and by how many seconds one has to be late then.
const WINDOW: usize = 20;
const PATIENCE: f64 = 30.0;

/// After this time a job that was pushed is with who runs it, where nobody has to ask for it; in microseconds.
const PUSHED: u64 = 10_000;

/// For longer than this nobody waits in the end.
const MOST_LAG: u64 = 600 * SECOND;

/// Who dispatches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dispatcher {
    Ours,
    /// Wikibase's own, a job for each edit: what it takes for each client is [what was measured](Costs).
    Wikibase,
}

/// What is asked.
#[derive(Clone, Debug)]
pub struct Load {
    pub clients: usize,
    pub edits_per_minute: f64,
    pub runners: usize,
    /// Clients that an edit concerns, on average.
    pub deliveries_per_edit: f64,
    pub queue: QueueKind,
    pub strategy: Strategy,
    pub dispatcher: Dispatcher,
    /// Settings that are not the default.
    pub numbers: Vec<(&'static str, i64)>,
    /// Seconds that are measured, after `warmup`.
    pub seconds: u64,
    pub warmup: u64,
    pub cores: usize,
    pub seed: u64,
}

impl Default for Load {
    fn default() -> Self {
        Self {
            clients: 962,
            edits_per_minute: 600.0,
            runners: 2,
            deliveries_per_edit: 6.84,
            queue: QueueKind::Redis,
            strategy: Strategy::Auto,
            dispatcher: Dispatcher::Ours,
            numbers: Vec::new(),
            seconds: 300,
            warmup: 120,
            cores: 16,
            seed: 1,
        }
    }
}

/// Runs Wikibase's job for an entity, which pushes to one client after the other.
pub fn run_wikibase(me: &Process<'_>, entity: &str) {
    let clients = me.world.with(|world| world.database.subscriptions.get(entity).cloned().unwrap_or_default());
    let id = entity[1..].parse().expect("the entity of an edit has the number of its change");
    for client in clients {
        me.nap(me.world.with(World::push_of_wikibase));
        me.world.with(|world| world.measure(&client, &[id]));
    }
    me.world.with(|world| world.delete_changes(&[id]));
}

/// What came of it.
pub struct Answer {
    pub pace: Pace,
    /// By how many seconds the lag grew in each minute, if it grew without end. Then what had not arrived when the time was over
    /// is not part of the lags.
    pub falls_behind: Option<f64>,
    /// Changes that can be seen and that somebody has not seen, when the time is over.
    pub behind: u64,
    pub edits: u64,
    pub triggers: u64,
    pub passes: u64,
}

/// Lags, in ascending order, in milliseconds.
pub struct Lags(Vec<u32>);

impl Lags {
    pub fn of(lags: impl Iterator<Item = u32>) -> Self {
        let mut lags: Vec<u32> = lags.collect();
        lags.sort_unstable();
        Self(lags)
    }

    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// In seconds: what a share of them does not exceed.
    pub fn percentile(&self, share: f64) -> f64 {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
        let at = ((self.0.len() as f64 * share) as usize).min(self.0.len().saturating_sub(1));
        self.0.get(at).map_or(0.0, |lag| f64::from(*lag) / 1000.0)
    }
}

impl Answer {
    /// Of everybody.
    pub fn lags(&self) -> Lags {
        Lags::of(self.pace.lags.values().flatten().map(|(_, lag)| *lag))
    }
}

/// Runs a load. `popularity` says how often each client is concerned, in any unit; it is repeated for more clients.
pub fn run(load: &Load, costs: Costs, popularity: &[f64]) -> Answer {
    let scenario = scenario(load);
    let mut world = new_world(scenario, None, false);
    world.is_stormy = false;
    world.judge.is_off = true;
    let end = (load.warmup + load.seconds) * SECOND;
    let mut pace = Pace::new(costs, load.cores, load.warmup * SECOND, end);
    if load.queue == QueueKind::Kafka {
        // Its consumer does not ask now and then, and each job is a request of its own.
        (pace.poll, pace.start) = (PUSHED, costs.start);
    }
    world.pace = Some(pace);
    let world = Shared::new(world);
    let mut simulation = Simulation::new(world.clone());
    simulation.begin_runners(load.runners);
    // Enough of them that their transactions overlap as those of people do.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is a number of people")]
    let editors = 20.max((load.edits_per_minute / 1500.0) as u32);
    let pause = 60e6 * f64::from(editors) / load.edits_per_minute;
    let audience = Rc::new(Audience::new(load, popularity));
    for _ in 0..editors {
        let (audience, dispatcher) = (Rc::clone(&audience), load.dispatcher);
        simulation.begin(Kind::Other, Box::new(move |me| edit_for_ever(&me, pause, &audience, dispatcher)), 0);
    }
    let mut lag = MeanLag::new(load, world.with(|world| world.settings.dispatch_interval));
    let mut goes_on =
        |world: &mut World| world.now < end && world.pace.as_ref().is_some_and(|pace| lag.look(world.now, pace));
    while world.with(&mut goes_on) && simulation.step() {}
    let falls_behind = lag.growth();
    let behind = world.with(|world| {
        let least = world.database.states.values().map(|row| row.seen).min().unwrap_or_default();
        least.distance_to(world.database.last())
    });
    // What is under way arrives yet, or it would look as if only the fast ones counted. Edits go on, as they bring it about. But where
    // more comes than goes, there is no end to wait for.
    let is_waiting =
        |world: &mut World| world.now < end + MOST_LAG && world.pace.as_ref().is_some_and(|pace| pace.outstanding > 0);
    while falls_behind.is_none() && world.with(is_waiting) && simulation.step() {}
    drop(simulation);
    world.with(|world| {
        let count = |what| world.counts.get(what).copied().unwrap_or_default();
        Answer {
            falls_behind,
            behind,
            edits: count("commit"),
            triggers: count("trigger"),
            passes: count("claim"),
            pace: world.pace.take().expect("a load has a pace"),
        }
    })
}

/// The mean lag, second by second. Whether somebody falls behind is not told by the lags of changes: those that have not arrived have none.
struct MeanLag {
    /// Deliveries that come in a second.
    rate: f64,
    /// Before that, whoever rests is not late.
    rest: f64,
    warmup: usize,
    /// In seconds: what waits, divided by what comes in a second.
    samples: Vec<f64>,
}

impl MeanLag {
    fn new(load: &Load, rest: Duration) -> Self {
        Self {
            rate: load.edits_per_minute * load.deliveries_per_edit / 60.0,
            rest: rest.as_secs_f64(),
            warmup: usize::try_from(load.warmup).unwrap_or(usize::MAX),
            samples: Vec::new(),
        }
    }

    /// Whether it is worth while to go on.
    fn look(&mut self, now: u64, pace: &Pace) -> bool {
        if now < self.samples.len() as u64 * SECOND {
            return true;
        }
        #[allow(clippy::cast_precision_loss, reason = "it is a count")]
        self.samples.push(pace.waiting as f64 / self.rate);
        let Some(at) = self.samples.len().checked_sub(2 * WINDOW) else {
            return true;
        };
        let is_late = self.samples[at + WINDOW..].iter().all(|lag| *lag > self.rest + PATIENCE);
        !(is_late && self.growth_of(&self.samples[at..]).is_some())
    }

    /// By how many seconds it grew in each minute that counts, if by too many.
    fn growth(&self) -> Option<f64> {
        let from = self.warmup.min(self.samples.len().saturating_sub(2 * WINDOW));
        self.growth_of(&self.samples[from..])
    }

    fn growth_of(&self, samples: &[f64]) -> Option<f64> {
        #[allow(clippy::cast_precision_loss, reason = "they are seconds")]
        let mean = |samples: &[f64]| samples.iter().sum::<f64>() / samples.len().max(1) as f64;
        let (early, late) = samples.split_at(samples.len() / 2);
        #[allow(clippy::cast_precision_loss, reason = "they are seconds")]
        let growth = (mean(late) - mean(early)) / late.len().max(1) as f64;
        (growth > GROWTH).then_some(growth * 60.0)
    }
}

fn scenario(load: &Load) -> Scenario {
    let clients = (0..load.clients).map(|number| format!("wiki{number:06}")).collect();
    Scenario {
        is_calm: true,
        clients,
        entities: 0,
        queue: load.queue,
        pushes_in_transaction: false,
        strategy: load.strategy,
        runners: load.runners,
        editors: 0,
        edits: 0,
        has_one_writer: false,
        increment: 1,
        has_visitors: false,
        has_receipts: true,
        notification_is_lost: 0,
        locks: LockKind::None,
        has_admins: false,
        clock_steps: false,
        has_rollout: false,
        has_failover: false,
        trouble: Trouble::None,
        held_back: HeldBack::Run,
        numbers: load.numbers.clone(),
        ..Scenario::of(load.seed)
    }
}

/// Whom an edit concerns.
struct Audience {
    clients: Vec<String>,
    /// Sums of how often each client is concerned, up to and including it.
    sums: Vec<f64>,
    deliveries: f64,
}

impl Audience {
    fn new(load: &Load, popularity: &[f64]) -> Self {
        let sums = (0..load.clients).scan(0.0, |sum, number| {
            *sum += popularity[number % popularity.len()];
            Some(*sum)
        });
        let clients = scenario(load).clients;
        Self { sums: sums.collect(), clients, deliveries: load.deliveries_per_edit }
    }

    fn of_an_edit(&self, chance: &mut fastrand::Rng) -> Vec<String> {
        let total = self.sums.last().copied().unwrap_or_default();
        let mut concerned = Vec::new();
        // As many as a Poisson process brings in the time of `deliveries`.
        let mut time = -(1.0 - chance.f64()).ln();
        while time < self.deliveries {
            let at = self.sums.partition_point(|sum| *sum <= chance.f64() * total);
            concerned.push(self.clients[at.min(self.clients.len() - 1)].clone());
            time -= (1.0 - chance.f64()).ln();
        }
        concerned.sort();
        concerned.dedup();
        concerned
    }
}

/// One of those who edit: `pause` microseconds pass from one edit to the next, on average.
fn edit_for_ever(me: &Process<'_>, pause: f64, audience: &Audience, dispatcher: Dispatcher) {
    let mut extension = Extension::new(me);
    let mut next = 0;
    loop {
        // However long the last one took: a slow farm does not keep people from coming.
        let wait = me.world.with(|world| {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is a span of seconds")]
            let pause = (pause * -(1.0 - world.chance.f64()).ln()) as u64;
            next += pause;
            u64::saturating_sub(next, world.now)
        });
        me.nap(wait);
        let id = me.world.with(|world| allocate(world, me.id, audience));
        // The rest of the transaction of an edit.
        me.nap(me.world.with(|world| world.chance.u64(1000..20_000)));
        me.world.with(|world| {
            if let Some(pending) = world.database.open.remove(&id) {
                let clients = world.database.subscriptions.get(&pending.change.entity).map_or(0, BTreeSet::len);
                world.database.changes.insert(id, pending.change);
                world.count("commit");
                world.begin_to_measure(id, clients);
            }
        });
        match dispatcher {
            Dispatcher::Ours => drop(extension.changes_written(1, 0)),
            Dispatcher::Wikibase => me.world.with(|world| world.push_job(Job::Wikibase(format!("Q{id}")), 0)),
        }
    }
}

fn allocate(world: &mut World, owner: usize, audience: &Audience) -> u64 {
    let concerned = audience.of_an_edit(&mut world.chance);
    let time = world.database_time().to_mw();
    let id = world.database.allocate(1, owner, |id| Change {
        id,
        kind: "wikibase-item~update".to_owned(),
        time,
        entity: format!("Q{id}"),
        revision: 1,
        user: 1,
        info: br#"{"compactDiff":"{\"siteLinkChanges\":[]}"}"#.to_vec(),
    });
    if let Some(pending) = world.database.open.get_mut(&id) {
        pending.is_inserted = true;
    }
    world.database.subscriptions.insert(format!("Q{id}"), concerned.into_iter().collect());
    id
}
