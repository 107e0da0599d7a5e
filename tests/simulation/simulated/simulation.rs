//! Runs a scenario in virtual time: each process goes on when it has waited for long enough, until everything has come
//! to rest; some die before.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap},
    sync::Arc,
};

use corosensei::{CoroutineResult, stack::DefaultStack};
use wikibase_dispatch::domain::{
    change::ChangeId,
    rollout::{RolloutState, WikibaseState},
};

use super::{
    configuration::{by_chance, said},
    database::Database,
    delays::SeenDelays,
    failover, farm,
    judge::Judge,
    mutant::Mutant,
    process::{self, Body, Nap, Process, Running},
    receivers,
    scenario::{Scenario, Trouble},
    world::{SECOND, Shared, World},
};

/// While something is not handled, in the end.
const EDIT_EVERY: u64 = 600 * SECOND;

/// What a run came to.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The guarantee that was broken, and how.
    pub failure: Option<String>,
    /// The same for two runs that are the same.
    pub trace: u64,
    pub counts: BTreeMap<&'static str, u64>,
    pub log: Vec<String>,
}

/// What kind of process one is: who dies, and who comes after it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Runner,
    Editor,
    Other,
}

struct Slot {
    running: Option<Running>,
    kind: Kind,
    waits_for_job: bool,
    /// Which of its alarms counts.
    alarm: u64,
}

pub struct Simulation {
    world: Shared,
    slots: Vec<Slot>,
    alarms: BinaryHeap<Reverse<(u64, u64, usize)>>,
    last_alarm: u64,
    stacks: Vec<DefaultStack>,
}

const STACK: usize = 512 * 1024;

/// A run that goes on for longer does not come to rest.
const MOST_STEPS: u64 = 3_000_000;

pub fn run(scenario: Scenario, mutant: Option<Mutant>, is_logged: bool) -> Outcome {
    let world = Shared::new(new_world(scenario, mutant, is_logged));
    let mut simulation = Simulation::new(world);
    simulation.people_the_farm();
    simulation.run_storm();
    simulation.come_to_rest();
    simulation.prune_in_the_end();
    let Simulation { world, slots, .. } = simulation;
    // Processes end where they are, and whatever they hold is dropped.
    drop(slots);
    world.with(|world| Outcome {
        failure: world.judge.failure.clone().map(|text| format!("{text} (at {:.6} s)", world.now as f64 / 1e6)),
        trace: world.trace,
        counts: world.counts.clone(),
        log: world.log.take().unwrap_or_default(),
    })
}

pub fn new_world(scenario: Scenario, mutant: Option<Mutant>, is_logged: bool) -> World {
    let mut chance = fastrand::Rng::with_seed(scenario.seed);
    let mut database = Database { next_id: 1, ..Database::default() };
    for entity in 0..scenario.entities {
        // The first client wants nothing at first, and one entity has no subscriber.
        for client in scenario.clients.iter().skip(usize::from(scenario.clients.len() > 1)) {
            if entity > 0 && chance.bool() {
                database.subscriptions.entry(format!("Q{entity}")).or_default().insert(client.clone());
            }
        }
    }
    if !scenario.has_rollout {
        database.rollout.applied.wikibase = Some((WikibaseState::Idle, ChangeId(0)));
    }
    // Some farms begin without one of their clients.
    let known = scenario.clients.len() - usize::from(scenario.has_admins && scenario.clients.len() > 2);
    let settings = Arc::new(scenario.settings(&scenario.clients[..known]));
    let configuration =
        if scenario.has_rollout { Arc::new(by_chance(&scenario, &mut chance)) } else { Arc::clone(&settings) };
    World {
        now: 0,
        chance,
        mutant,
        is_stormy: true,
        database,
        queue: Default::default(),
        wikis: Default::default(),
        locks: Default::default(),
        judge: Judge::new(&scenario),
        settings,
        configuration,
        outdated: None,
        seen_delays: SeenDelays::default(),
        unreachable: Default::default(),
        gates: Default::default(),
        edits_left: scenario.edits,
        is_to_prove: None,
        replica_lag: None,
        log: is_logged.then(Vec::new),
        trace: 0,
        pace: None,
        counts: BTreeMap::new(),
        scenario,
    }
}

impl Simulation {
    pub fn new(world: Shared) -> Self {
        Self { world, slots: Vec::new(), alarms: BinaryHeap::new(), last_alarm: 0, stacks: Vec::new() }
    }

    pub fn begin_runners(&mut self, count: usize) {
        (0..count).for_each(|_| self.begin(Kind::Runner, Box::new(|me| farm::runner(&me)), 0));
    }

    fn people_the_farm(&mut self) {
        let (runners, editors, has_visitors) =
            self.world.with(|world| (world.scenario.runners, world.scenario.editors, world.scenario.has_visitors));
        self.begin_runners(runners);
        (0..editors).for_each(|_| self.begin(Kind::Editor, Box::new(|me| farm::editor(&me)), 0));
        self.begin(Kind::Other, Box::new(|me| farm::admin(&me)), 0);
        if self.world.with(|world| world.scenario.has_failover) {
            self.begin(Kind::Other, Box::new(|me| failover::fate_of_servers(&me)), 0);
        }
        if has_visitors {
            self.begin(Kind::Other, Box::new(|me| farm::visitor(&me)), 0);
        }
        let receivers: Vec<String> = self.world.with(|world| {
            world.scenario.clients.iter().filter(|client| world.gives_receipts(client)).cloned().collect()
        });
        self.world.with(|world| world.judge.givers = receivers.iter().cloned().collect());
        for client in receivers {
            self.begin(Kind::Other, Box::new(move |me| receivers::receiver(&me, &client)), 0);
        }
    }

    pub fn begin(&mut self, kind: Kind, body: Body, delay: u64) {
        let id = self.slots.len();
        let stack = self.stacks.pop().unwrap_or_else(|| DefaultStack::new(STACK).unwrap());
        let running = process::begin(&self.world, id, stack, body);
        self.slots.push(Slot { running: Some(running), kind, waits_for_job: false, alarm: 0 });
        self.set_alarm(id, delay);
    }

    fn set_alarm(&mut self, id: usize, delay: u64) {
        self.last_alarm += 1;
        self.slots[id].alarm = self.last_alarm;
        let at = self.world.with(|world| world.now.saturating_add(delay));
        self.alarms.push(Reverse((at, self.last_alarm, id)));
    }

    /// The next process goes on. False if nobody can, or a guarantee is broken.
    pub fn step(&mut self) -> bool {
        let Some(Reverse((at, alarm, id))) = self.alarms.pop() else {
            return false;
        };
        if self.slots[id].alarm != alarm || self.slots[id].running.is_none() {
            return true;
        }
        let dies = self.world.with(|world| {
            world.now = world.now.max(at);
            match self.slots[id].kind {
                Kind::Runner => world.misfortune(world.scenario.death),
                Kind::Editor => world.scenario.has_visitors && world.misfortune(world.scenario.death),
                Kind::Other => false,
            }
        });
        if dies {
            self.die(id);
        } else {
            self.resume(id);
        }
        if self.world.with(|world| world.pace.is_some()) {
            return true;
        }
        self.wake_for_news();
        let steps = self.world.with(|world| {
            *world.counts.entry("step").or_default() += 1;
            world.counts["step"]
        });
        if steps > MOST_STEPS {
            self.world.with(|world| world.judge.fail("G6: the farm does not come to rest".to_owned()));
        }
        self.world.with(|world| world.judge.failure.is_none())
    }

    fn resume(&mut self, id: usize) {
        let slot = &mut self.slots[id];
        slot.waits_for_job = false;
        let result = slot.running.as_mut().map(|running| running.resume(()));
        match result {
            Some(CoroutineResult::Yield(Nap::For(micros))) => self.set_alarm(id, micros),
            Some(CoroutineResult::Yield(Nap::ForJob(micros))) => {
                self.slots[id].waits_for_job = true;
                self.set_alarm(id, micros);
            }
            Some(CoroutineResult::Return(())) => {
                let running = self.slots[id].running.take();
                self.stacks.extend(running.map(Running::into_stack));
                self.world.with(|world| world.forget_process(id));
                self.replace(id, 0);
            }
            None => {}
        }
    }

    /// Nothing of a process that dies happens any more, and what it held falls to the next that notices.
    fn die(&mut self, id: usize) {
        let Some(mut running) = self.slots[id].running.take() else {
            return;
        };
        running.force_unwind();
        self.stacks.push(running.into_stack());
        let pause = self.world.with(|world| {
            world.count("death");
            world.note(|| format!("process {id} dies"));
            world.forget_process(id);
            world.give_up_job(id);
            world.database.open.retain(|_, pending| pending.owner != id);
            world.chance.u64(..20 * SECOND)
        });
        self.replace(id, pause);
    }

    fn replace(&mut self, id: usize, pause: u64) {
        match self.slots[id].kind {
            Kind::Runner => self.begin(Kind::Runner, Box::new(|me| farm::runner(&me)), pause),
            Kind::Editor if self.world.with(|world| world.edits_left > 0) => {
                self.begin(Kind::Editor, Box::new(|me| farm::editor(&me)), pause);
            }
            _ => {}
        }
    }

    /// Runners that wait look after a job was pushed.
    fn wake_for_news(&mut self) {
        if !self.world.with(|world| std::mem::take(&mut world.queue.has_news)) {
            return;
        }
        for id in 0..self.slots.len() {
            if self.slots[id].waits_for_job {
                self.slots[id].waits_for_job = false;
                let delay = self.world.with(|world| world.chance.u64(..200_000));
                self.set_alarm(id, delay);
            }
        }
    }

    /// Until everybody has edited, and nothing fails any more.
    fn run_storm(&mut self) {
        while self.has_editors() {
            if !self.step() {
                return;
            }
        }
        let (has_news, before) = self.world.with(|world| {
            world.is_stormy = false;
            let before = world.outdated.take().filter(|(_, until)| *until > world.now);
            world.unreachable.clear();
            world.replica_lag = None;
            world.end_outage();
            let settings = Arc::new(world.scenario.settings(&world.scenario.clients));
            let settings_before = std::mem::replace(&mut world.settings, settings);
            if !world.scenario.has_rollout {
                world.configuration = Arc::clone(&world.settings);
            }
            let configuration = Arc::clone(&world.configuration);
            world.note(|| format!("nothing fails any more, and wanted is {}", said(&configuration)));
            let has_news = world.settings != settings_before
                || world.scenario.trouble != Trouble::None
                || world.scenario.has_admins
                || world.scenario.has_rollout
                || world.scenario.has_failover;
            (has_news, before.filter(|_| world.scenario.has_rollout && !world.scenario.has_visitors))
        });
        if let Some((configuration, _)) = before {
            // The last edit of a server that has the older configuration. Where there are visitors, the trigger that it counts on may have
            // been lost, and the change with it if all is Wikibase's by now.
            let edit = move |me: Process<'_>| farm::edit_on(&me, false, Some(configuration));
            self.begin(Kind::Other, Box::new(edit), 0);
        }
        if self.world.with(|world| {
            !world.scenario.has_visitors
                && world.scenario.has_rollout
                && world.configuration.rollout().is_everywhere(RolloutState::Off)
        }) {
            // No edit asks for a trigger any more, and the last one that did may have come too early.
            self.begin(Kind::Other, Box::new(|me| farm::visitor(&me)), 0);
        }
        if has_news {
            // A client that is new, or back, or enabled again, is found when somebody looks; the next edit sees to it.
            self.edit();
        }
    }

    fn edit(&mut self) {
        self.begin(Kind::Other, Box::new(|me: Process<'_>| farm::edit(&me, false)), SECOND);
    }

    fn has_editors(&self) -> bool {
        self.slots.iter().any(|slot| slot.kind == Kind::Editor && slot.running.is_some())
    }

    /// G1: whatever happened, in the end everything has reached everybody; and then nobody does anything any more.
    fn come_to_rest(&mut self) {
        let limit = self.world.with(|world| {
            // Without visitors the queue itself must bring back what failed, which takes MediaWiki's an hour each time.
            // And so it does what has failed of Wikibase's jobs, and of what brings a rollout about.
            let is_quick = world.scenario.has_visitors && !world.scenario.has_rollout && !world.scenario.has_receipts;
            world.now + if is_quick { 1500 * SECOND } else { 4 * 3600 * SECOND }
        });
        let mut next_edit = self.world.with(|world| world.now) + EDIT_EVERY;
        while !self.is_at_rest() {
            if !self.step() {
                return;
            }
            // What a client cannot handle is set aside when it is seen to handle something else.
            let (now, waits) = self.world.with(|world| {
                let waiting = world.judge.unhandled(&world.database, &world.settings);
                world.is_to_prove = waiting.filter(|_| world.scenario.has_receipts).map(|(client, _)| client);
                (world.now, world.is_to_prove.is_some())
            });
            if waits && now > next_edit {
                self.edit();
                next_edit = now + EDIT_EVERY;
            }
            if self.world.with(|world| world.now) > limit {
                self.world.with(|world| {
                    let outstanding = world.judge.outstanding(&world.database, &world.settings);
                    let unhandled = world.judge.unhandled(&world.database, &world.settings);
                    if let Some((client, id)) = unhandled.filter(|_| outstanding.is_none()) {
                        let row = world.database.states.get(&client);
                        let text = format!("G16: change {id} was not handled by {client}, which stands at {row:?}");
                        world.judge.fail(text);
                    }
                    let text = outstanding.map_or_else(
                        || "G6: jobs follow each other without end".to_owned(),
                        |outstanding| format!("G1: {outstanding}"),
                    );
                    world.judge.fail(text);
                });
                return;
            }
        }
    }

    fn is_at_rest(&self) -> bool {
        self.world.with(|world| {
            world.queue.is_at_rest(world.now)
                && world.judge.outstanding(&world.database, &world.settings).is_none()
                && world.judge.unhandled(&world.database, &world.settings).is_none()
        })
    }

    fn edit_and_wait(&mut self, times: usize, pause: u64) {
        for _ in 0..times {
            let until = self.world.with(|world| {
                let waiting = world.judge.unhandled(&world.database, &world.settings);
                world.is_to_prove = waiting.filter(|_| world.scenario.has_receipts).map(|(client, _)| client);
                world.now + pause
            });
            self.edit();
            while self.world.with(|world| world.now) < until {
                if !self.step() {
                    break;
                }
            }
        }
    }

    /// G8: what all have seen goes in the end, as long as there are edits.
    fn prune_in_the_end(&mut self) {
        if self.world.with(|world| world.judge.failure.is_some()) {
            return;
        }
        let (last, pause) = self.world.with(|world| {
            let ages = world.settings.prune_grace + world.settings.prune_keep;
            (world.database.last(), (ages.as_secs() + 900) * SECOND)
        });
        self.edit_and_wait(4, pause);
        let is_held_back = self.world.with(|world| {
            world.scenario.has_receipts && world.database.changes.keys().next().is_some_and(|id| *id <= last.0)
        });
        if is_held_back {
            // Nobody has seen the client handle anything else, so it goes when that is given up.
            let given_up_after = self.world.with(|world| world.settings.keep_unacknowledged);
            self.edit_and_wait(1, given_up_after.as_secs() * SECOND);
            self.edit_and_wait(3, pause);
        }
        self.world.with(|world| {
            let oldest = world.database.changes.keys().next().copied();
            if let Some(id) = oldest.filter(|id| *id <= last.0 && world.has_somebody_enabled()) {
                world.judge.fail(format!("G8: change {id} is still there, and nobody needs it"));
            }
            world.check_rollout();
        });
    }
}
