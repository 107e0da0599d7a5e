//! What the MediaWiki extension does around the native functions: which job is pushed when, what is retried, what is made durable before
//! what. Each function here is a method there, and keeps to its order:
//!
//! | here | in `php/src` |
//! |---|---|
//! | `changes_written`, `schedule_trigger`, `look_again` | `Trigger/TriggerScheduler` |
//! | `trigger`, `serve`, `schedule_jobs`, `leave_successor` | `Trigger/TriggerRunner` |
//! | `prune` | `Prune/PruneRunner` |
//! | `look_out` | `Trigger/Lookout` |
//! | `enable` | `Dispatch/ClientSwitch` |
//! | `run_job` | `Queue/RepoJob`, and MediaWiki's own `JobRunner` |
//! | `run_groups`, `run_group` of [`passes`](super::passes) | `Dispatch/GroupRunner`, and `PassGroup` of the module |
//! | `client`, `passes`, `come_back` there | `Dispatch/PassRunner` |
//! | `run_pass` there | `Dispatch/OnePass`, and `Pass` of the module |
//! | `push_notifications` of [`pushes`](super::pushes) | `Dispatch/NotificationPusher`, `Queue/JobQueues` |
//!
//! | `begin`, `horizon_found`, `prune_limit` and the rest of [`keeper`](super::keeper) | `Rollout/RolloutKeeper` |
//! | its statements, in [`rollout`](super::rollout) | `Rollout/RolloutStore` |
//! | `dispatch_changes` of [`wikibase`](super::wikibase) | `Takeover/WikibaseDispatching`, and Wikibase's own job |
//!
//! Left out: what is noted of clients that are watched, replicas, and what is only logged.

use std::rc::Rc;

use wikibase_dispatch::{
    domain::{change::ChangeId, claim::Token, settings::Settings, site::SiteId, state::DispatchState},
    error::Error,
    ops::{self, TriggerOutcome, Window},
};

use super::{
    configuration::{Configuration, Wanted},
    locks::Locks,
    mutant::Mutant,
    process::Process,
    pushes::Push,
    queue::Job,
    rollout::Wikibase,
    scenario::Strategy,
    store::Store,
    world::{SECOND, World},
};

/// An exception.
#[derive(Debug)]
pub enum Thrown {
    /// Of native code.
    Native(Error),
    /// Of a queue, or of MediaWiki's database.
    Push,
}

impl From<Error> for Thrown {
    fn from(error: Error) -> Self {
        Self::Native(error)
    }
}

pub(super) type Php<T> = Result<T, Thrown>;

/// One process of PHP.
pub struct Extension<'y> {
    pub me: Process<'y>,
    pub store: Store<'y>,
    pub(super) locks: Locks<'y>,
    pub(super) window: Window,
    /// Of native code: not what it will be until it is made, if there is a rollout.
    pub settings: Rc<Settings>,
    pub configuration: Rc<Configuration>,
    /// Of which clients that leave native code was told.
    pub(super) leaving: Option<Vec<String>>,
    pub(super) rolls_out: bool,
    pub(super) can_delay: bool,
    pub(super) max_time: u64,
    /// What was pushed and is not durable yet.
    pub(super) transaction: Vec<Push>,
    /// Nothing that it does with queues fails.
    pub is_sheltered: bool,
}

impl<'y> Extension<'y> {
    pub fn new(me: &Process<'y>) -> Self {
        let (settings, can_delay, max_time) = me
            .world
            .with(|world| (Rc::clone(&world.settings), world.scenario.can_delay(), world.scenario.max_time * SECOND));
        let (configuration, rolls_out) =
            me.world.with(|world| (world.some_configuration(), world.scenario.has_rollout));
        Self {
            me: me.clone(),
            store: Store::new(me.clone(), Rc::clone(&settings)),
            locks: Locks(me.clone()),
            window: Window::new(&settings),
            settings,
            configuration,
            leaving: None,
            rolls_out,
            can_delay,
            max_time,
            transaction: Vec::new(),
            is_sheltered: false,
        }
    }

    pub(super) fn clock(&self) -> u64 {
        self.me.world.with(|world| world.now)
    }

    pub(super) fn is(&self, mutant: Mutant) -> bool {
        self.store.is(mutant)
    }

    pub(super) fn token(&self) -> Token {
        Token(self.me.world.with(|world| world.chance.u64(..)))
    }

    pub(super) fn only_client(&self) -> Option<String> {
        let clients = &self.configuration.clients;
        let is_ours = clients.len() == 1 && self.configuration.is_everywhere(Wanted::On);
        clients.keys().next().filter(|_| is_ours).cloned()
    }

    // TriggerScheduler

    /// After the commit of an edit.
    pub fn changes_written(&mut self, count: u32, server: usize) -> Php<()> {
        let rules = self.settings.gate_rules();
        let swallows = self.is(Mutant::GateSwallows);
        let delay = self.me.world.with(|world| {
            let (word, asked) = world.gates[server].after_changes(count, world.now / 1000 + 1, rules);
            world.gates[server] = word;
            asked.filter(|_| !swallows || world.chance.bool())
        });
        let Some(delay) = delay else {
            return Ok(());
        };
        let announced = match self.only_client() {
            None => self.schedule_trigger(delay.as_secs()).and_then(|()| self.commit()),
            Some(client) => {
                let delay = if self.can_delay { delay.as_secs() } else { 0 };
                self.push(vec![Push::Job(Job::Client(client), delay * SECOND)]).and_then(|()| self.commit())
            }
        };
        if announced.is_err() {
            self.me.world.with(|world| world.gates[server] = Default::default());
        }
        announced
    }

    pub(super) fn schedule_trigger(&mut self, delay: u64) -> Php<()> {
        let delay = if self.can_delay { delay } else { 0 };
        self.push(vec![Push::Job(Job::Trigger, delay * SECOND)])
    }

    pub(super) fn look_again(&mut self) -> Php<()> {
        if self.can_delay { self.schedule_trigger(self.settings.trigger_max_delay.as_secs().max(1)) } else { Ok(()) }
    }

    // TriggerRunner

    fn trigger(&mut self) -> Php<()> {
        let (before, began) = self.me.world.with(|world| {
            let states = if world.judge.is_off { Vec::new() } else { states(world, &self.settings) };
            (states, world.database_time())
        });
        let horizon = match self.me.world.with(|world| world.scenario.strategy) {
            _ if self.is(Mutant::MostLaggedOnly) => self.schedule_jobs(),
            Strategy::Jobs => self.schedule_jobs(),
            strategy => self.serve(strategy == Strategy::Auto),
        }?;
        self.commit()?;
        self.me.world.with(|world| {
            if world.judge.is_off {
                return;
            }
            let is_taken_care_of = |client: &str| world.queue.has_job_for(client) || world.is_locked(client);
            let before: Vec<_> =
                before.into_iter().map(|state| (is_taken_care_of(state.client.site.as_str()), state)).collect();
            world.judge.trigger_ended(&world.database, &self.settings, &before, horizon, began);
        });
        Ok(())
    }

    fn look(&mut self) -> Php<TriggerOutcome> {
        self.commit()?;
        self.begin()?;
        self.learn_who_leaves()?;
        self.native()?;
        let mut chance = self.me.world.with(|world| world.chance.fork());
        let outcome = ops::trigger(&mut self.store, &mut self.window, &self.settings, &mut chance)?;
        self.me.world.with(|world| {
            world.count("trigger");
            world.note(|| {
                format!(
                    "runner {}: horizon {}, due {:?}, again {:?}, gap {}, claim {}",
                    self.me.id,
                    outcome.horizon,
                    outcome.due,
                    outcome.look_again,
                    outcome.waits_for_gap,
                    outcome.waits_for_claim
                )
            });
        });
        self.horizon_found(outcome.horizon.0)?;
        Ok(outcome)
    }

    fn schedule_jobs(&mut self) -> Php<ChangeId> {
        let mut outcome = self.look()?;
        if self.is(Mutant::MostLaggedOnly) {
            let seen = self.me.world.with(|world| states(world, &self.settings));
            let seen = |site: &SiteId| seen.iter().find(|state| state.client.site == *site).map(|state| state.seen);
            outcome.due.sort_by_key(seen);
            outcome.due.truncate(1);
        }
        self.push(outcome.due.iter().map(|site| Push::Job(Job::Client(site.to_string()), 0)).collect())?;
        self.schedule_pruning(outcome.prune_is_due)?;
        self.leave_successor(&outcome)?;
        Ok(outcome.horizon)
    }

    fn serve(&mut self, asks_for_help: bool) -> Php<ChangeId> {
        let end = self.clock() + self.max_time;
        let (mut failed, mut prune_is_due, mut met_others) = (Vec::new(), false, false);
        loop {
            let had_met_others = met_others;
            let mut outcome = self.look()?;
            prune_is_due |= outcome.prune_is_due;
            let served = self.run_groups(&mut outcome.plan, end, asks_for_help)?;
            failed.extend(served.failed);
            let is_time_up = self.clock() >= end;
            met_others = outcome.plan.met_others();
            let must_look_again =
                !self.can_delay && (served.passes > 0 || served.are_some_left || (met_others && !had_met_others));
            if must_look_again && !is_time_up {
                continue;
            }
            self.schedule_pruning(prune_is_due)?;
            let are_some_left = served.are_some_left || outcome.plan.waiting().next().is_some();
            if is_time_up && (must_look_again || are_some_left) {
                self.schedule_trigger(0)?;
            } else {
                self.leave_successor(&outcome)?;
            }
            if !self.can_delay {
                failed.sort();
                failed.dedup();
                self.push(failed.into_iter().map(|client| Push::Job(Job::Client(client), 0)).collect())?;
                if met_others || outcome.waits_for_claim {
                    self.me.nap(SECOND);
                    self.schedule_trigger(0)?;
                }
            }
            return Ok(outcome.horizon);
        }
    }

    fn schedule_pruning(&mut self, is_due: bool) -> Php<()> {
        if is_due { self.push(vec![Push::Job(Job::Prune, 0)]) } else { Ok(()) }
    }

    fn leave_successor(&mut self, outcome: &TriggerOutcome) -> Php<()> {
        let can_wait = self.can_delay || outcome.waits_for_gap;
        match outcome.look_again {
            Some(delay) if can_wait && !self.is(Mutant::NoSuccessor) => self.schedule_trigger(delay.as_secs()),
            _ => Ok(()),
        }
    }

    // PruneRunner

    fn prune(&mut self) -> Php<()> {
        let end = self.clock() + self.max_time;
        let limit = self.prune_limit()?.map(ChangeId);
        self.native()?;
        self.store.prunes = true;
        let outcome = loop {
            let outcome = ops::prune(&mut self.store, &self.settings, limit);
            match outcome {
                Ok(outcome) if outcome.is_more_left && self.clock() < end => {}
                other => break other,
            }
        };
        self.store.prunes = false;
        if outcome?.is_more_left {
            self.push(vec![Push::Job(Job::Prune, 0)])?;
            self.commit()?;
        }
        Ok(())
    }

    // Lookout

    pub fn look_out(&mut self) -> Php<()> {
        let ours: Vec<String> = self.configuration.ours().cloned().collect();
        let is_wikibases = self.is_for_wikibase();
        let forgets_wikibase = self.is(Mutant::LooksForOursAlone);
        let something_waits = self.store.statement(|world| {
            let database = &world.database;
            let applied = &database.rollout.applied;
            if is_wikibases && !forgets_wikibase && applied.wikibase() == Some(Wikibase::Serving) {
                let is_behind = database.last().0 > applied.floor();
                if is_behind {
                    return true;
                }
            }
            if ours.is_empty() {
                return false;
            }
            let rows =
                database.states.values().filter(|row| !row.disabled || database.rollout.left.contains(&row.site));
            let seen = rows.filter(|row| ours.contains(&row.site)).map(|row| row.seen).min();
            database.last() > seen.unwrap_or_default()
        })?;
        if something_waits && !self.is(Mutant::NoLookout) {
            self.schedule_trigger(0)?;
            self.commit()?;
        }
        Ok(())
    }

    // ClientSwitch

    /// Enables a client that is disabled; it begins so many ids before the horizon.
    pub fn enable(&mut self, client: &str, back: u64) -> Php<()> {
        let after = ops::horizon(&mut self.store, &self.settings)?.upto.back(back);
        self.store.statement(|world| {
            let Some(row) = world.database.states.get_mut(client).filter(|row| row.disabled) else {
                return;
            };
            (row.disabled, row.seen, row.lock) = (false, after, None);
            world.note(|| format!("{client} is enabled after {after}"));
            world.judge.was_set(client, after.0, world.now);
        })?;
        self.schedule_trigger(0)?;
        self.commit()
    }

    // RepoJob and JobRunner

    /// Runs a job that the queue gave out, and tells the queue what became of it.
    pub fn run_job(&mut self, job: &Job) {
        let done = match job {
            Job::Trigger => self.trigger(),
            Job::Client(site) => self.client(site),
            Job::Prune => self.prune(),
            Job::Wikibase(entity) => self.dispatch_changes(entity),
        };
        self.transaction.clear();
        self.me.world.with(|world| {
            if let Err(thrown) = &done {
                world.count("failed job");
                world.note(|| format!("runner {}: {job:?} failed: {thrown:?}", self.me.id));
            }
            match done {
                Err(Thrown::Native(error)) if !error.is_retryable() => world.end_job(self.me.id),
                Err(_) => world.give_up_job(self.me.id),
                Ok(()) => world.end_job(self.me.id),
            }
        });
    }
}

/// Where the clients of `settings` stand.
fn states(world: &World, settings: &Settings) -> Vec<DispatchState> {
    let state = |client: &wikibase_dispatch::domain::site::Client| {
        let row = world.database.states.get(client.site.as_str())?;
        Some(DispatchState {
            client: client.clone(),
            seen: row.seen,
            touched: row.touched,
            lock_value: row.lock.clone(),
            disabled: row.disabled,
        })
    };
    settings.clients().iter().filter_map(state).collect()
}
