//! What the MediaWiki extension does around the native functions: which job is pushed when, what is retried, what is made durable before
//! what. Each function here is a method there, and keeps to its order:
//!
//! | here | in `php/src` |
//! |---|---|
//! | [`Extension::changes_written`], `schedule_trigger`, `look_again` | `Trigger/TriggerScheduler` |
//! | `trigger`, `serve`, `schedule_jobs`, `leave_successor` | `Trigger/TriggerRunner` |
//! | `run_groups`, `run_group` | `Dispatch/GroupRunner`, and `PassGroup` of the module |
//! | `client`, `run_pass`, `come_back` | `Dispatch/PassRunner`, and `Pass` of the module |
//! | `push_notifications` | `Dispatch/NotificationPusher`, `Queue/JobQueues` |
//! | `prune` | `Prune/PruneRunner` |
//! | `look_out` | `Trigger/Lookout` |
//! | `run_job` | `Queue/RepoJob`, and MediaWiki's own `JobRunner` |
//!
//! Left out: the rollout (everything is `on`; `RolloutSimulation.php` has the rest), replicas, and what is only logged.

use std::rc::Rc;

use wikibase_dispatch::{
    domain::{
        change::ChangeId,
        claim::Token,
        settings::Settings,
        site::SiteId,
        state::{DispatchState, Due},
    },
    error::{Error, ErrorKind},
    ops::{self, LockedPass, Plan, TriggerOutcome, Window},
};

use super::{
    locks::Locks,
    mutant::Mutant,
    process::Process,
    queue::Job,
    scenario::Strategy,
    store::Store,
    world::{Fate, SECOND, World},
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

type Php<T> = Result<T, Thrown>;

/// What is pushed.
enum Push {
    Job(Job, u64),
    Notification { client: String, token: Token, ids: Vec<u64> },
}

/// `Dispatch/Served`
#[derive(Default)]
struct Served {
    passes: usize,
    failed: Vec<String>,
    are_some_left: bool,
}

/// One process of PHP.
pub struct Extension<'y> {
    pub me: Process<'y>,
    pub store: Store<'y>,
    locks: Locks<'y>,
    window: Window,
    pub settings: Rc<Settings>,
    can_delay: bool,
    max_time: u64,
    /// What was pushed and is not durable yet.
    transaction: Vec<Push>,
    /// Nothing that it does with queues fails.
    pub is_sheltered: bool,
}

impl<'y> Extension<'y> {
    pub fn new(me: &Process<'y>) -> Self {
        let (settings, can_delay, max_time) = me
            .world
            .with(|world| (Rc::clone(&world.settings), world.scenario.can_delay(), world.scenario.max_time * SECOND));
        Self {
            me: me.clone(),
            store: Store::new(me.clone(), Rc::clone(&settings)),
            locks: Locks(me.clone()),
            window: Window::new(&settings),
            settings,
            can_delay,
            max_time,
            transaction: Vec::new(),
            is_sheltered: false,
        }
    }

    fn clock(&self) -> u64 {
        self.me.world.with(|world| world.now)
    }

    fn is(&self, mutant: Mutant) -> bool {
        self.store.is(mutant)
    }

    fn token(&self) -> Token {
        Token(self.me.world.with(|world| world.chance.u64(..)))
    }

    fn only_client(&self) -> Option<String> {
        let only = self.settings.clients().first().filter(|_| self.settings.clients().len() == 1);
        only.map(|client| client.site.to_string())
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

    fn schedule_trigger(&mut self, delay: u64) -> Php<()> {
        let delay = if self.can_delay { delay } else { 0 };
        self.push(vec![Push::Job(Job::Trigger, delay * SECOND)])
    }

    fn look_again(&mut self) -> Php<()> {
        if self.can_delay { self.schedule_trigger(self.settings.trigger_max_delay.as_secs().max(1)) } else { Ok(()) }
    }

    // TriggerRunner

    fn trigger(&mut self) -> Php<()> {
        let (before, began) = self.me.world.with(|world| (states(world, &self.settings), world.database_time()));
        let horizon = match self.me.world.with(|world| world.scenario.strategy) {
            _ if self.is(Mutant::MostLaggedOnly) => self.schedule_jobs(),
            Strategy::Jobs => self.schedule_jobs(),
            strategy => self.serve(strategy == Strategy::Auto),
        }?;
        self.commit()?;
        self.me.world.with(|world| {
            let is_taken_care_of = |client: &str| world.queue.has_job_for(client) || world.is_locked(client);
            let before: Vec<_> =
                before.into_iter().map(|state| (is_taken_care_of(state.client.site.as_str()), state)).collect();
            world.judge.trigger_ended(&world.database, &self.settings, &before, horizon, began);
        });
        Ok(())
    }

    fn look(&mut self) -> Php<TriggerOutcome> {
        self.commit()?;
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

    // GroupRunner

    fn run_groups(&mut self, plan: &mut Plan, end: u64, mut asks_for_help: bool) -> Php<Served> {
        let mut served = Served::default();
        while self.clock() < end {
            let half_a_claim = self.settings.claim_ttl.as_secs() * SECOND / 2;
            let group_end = end.min(self.clock() + half_a_claim);
            self.commit()?;
            let token = self.token();
            let (store, locks) = (&mut self.store, &mut self.locks);
            let mut group = ops::begin_group(store, &mut self.window, locks, &self.settings, plan, token)?;
            if group.is_empty() {
                break;
            }
            let begun = group.iter().map(|locked| self.began(&locked.pass, token)).collect::<Vec<_>>();
            let asked = (|| {
                if asks_for_help && plan.waiting().next().is_some() {
                    self.schedule_trigger(0)?;
                    asks_for_help = false;
                }
                self.look_again()
            })();
            if let Err(thrown) = asked {
                self.drop_passes(group.iter_mut());
                return Err(thrown);
            }
            self.run_group(&mut group, begun, token, group_end, plan, &mut served)?;
        }
        Ok(served)
    }

    fn run_group(
        &mut self,
        group: &mut [LockedPass],
        begun: Vec<Vec<Vec<u64>>>,
        token: Token,
        end: u64,
        plan: &mut Plan,
        served: &mut Served,
    ) -> Php<()> {
        let (mut pushed, mut left): (Vec<&mut LockedPass>, Vec<&mut LockedPass>) = (Vec::new(), Vec::new());
        for (at, (locked, notifications)) in group.iter_mut().zip(begun).enumerate() {
            if !left.is_empty() || (at > 0 && self.clock() >= end) {
                served.are_some_left = true;
                left.push(locked);
                continue;
            }
            let client = locked.pass.client.site.to_string();
            let done = self.push_notifications(&client, token, notifications).and_then(|()| self.commit());
            if done.is_ok() || self.is(Mutant::FailedPushCountsAsDone) {
                pushed.push(locked);
            } else {
                self.transaction.clear();
                served.failed.push(client);
                // What it throws is only reported.
                let _ = locked.abandon(&mut self.store, &mut self.locks);
            }
        }
        served.passes += pushed.len();
        let finished = ops::finish_group(&mut self.store, &mut self.locks, &self.settings, plan, &mut pushed);
        if let Err(error) = finished {
            self.drop_passes(pushed.into_iter().chain(left));
            return Err(error.into());
        }
        for at in 0..left.len() {
            if let Err(error) = left[at].release(&mut self.store, &mut self.locks) {
                self.drop_passes(left.into_iter().skip(at + 1));
                return Err(error.into());
            }
        }
        Ok(())
    }

    /// PHP's objects are gone, and native code gives their claims back as after a failure.
    fn drop_passes<'p>(&mut self, passes: impl Iterator<Item = &'p mut LockedPass>) {
        passes.for_each(|locked| drop(locked.abandon(&mut self.store, &mut self.locks)));
    }

    fn began(&self, pass: &ops::Pass, token: Token) -> Vec<Vec<u64>> {
        let cut = pass.batch.notifications(self.settings.notification_limits());
        let cut: Vec<Vec<u64>> = cut.iter().map(|run| run.iter().map(|change| change.id.0).collect()).collect();
        self.me.world.with(|world| {
            let span = (pass.seen.0, pass.end().0, self.store.horizon_found.0);
            let World { judge, database, now, .. } = world;
            judge.began(database, pass.client.site.as_str(), token, span, cut.clone(), *now);
        });
        cut
    }

    // PassRunner

    fn client(&mut self, site: &str) -> Php<()> {
        let done = self.passes(site);
        match done {
            Err(Thrown::Native(error))
                if [ErrorKind::ClientClaimed, ErrorKind::ClientResting].contains(&error.kind()) =>
            {
                self.come_back(site, error)
            }
            other => other,
        }
    }

    fn passes(&mut self, site: &str) -> Php<()> {
        let end = self.clock() + self.max_time;
        let due = loop {
            let due = self.run_pass(site)?;
            if due != Due::Now || self.clock() >= end {
                break due;
            }
        };
        if due == Due::Now {
            self.leave_client(site)?;
        } else if due == Due::Never && ops::needs_successor(&mut self.store, &self.settings, site)? {
            if self.can_delay {
                self.look_again()?;
            } else {
                self.leave_client(site)?;
            }
        }
        if self.only_client().is_some() && ops::prune_is_due(&mut self.store)? {
            self.push(vec![Push::Job(Job::Prune, 0)])?;
            self.commit()?;
        }
        Ok(())
    }

    fn run_pass(&mut self, site: &str) -> Php<Due> {
        self.commit()?;
        let token = self.token();
        let (store, locks) = (&mut self.store, &mut self.locks);
        let Some(mut locked) = ops::begin_locked(store, &mut self.window, locks, &self.settings, site, token)? else {
            return Ok(Due::Never);
        };
        let notifications = self.began(&locked.pass, token);
        let done = (|| {
            self.look_again()?;
            if self.is(Mutant::RecordBeforePush) {
                let due = locked.finish(&mut self.store, &mut self.locks, &self.settings)?;
                self.push_notifications(site, token, notifications)?;
                return Ok(due);
            }
            let pushed = self.push_notifications(site, token, notifications).and_then(|()| self.commit());
            if !self.is(Mutant::FailedPushCountsAsDone) {
                pushed?;
            }
            Ok(locked.finish(&mut self.store, &mut self.locks, &self.settings)?)
        })();
        if done.is_err() {
            self.transaction.clear();
            let _ = locked.abandon(&mut self.store, &mut self.locks);
        }
        done
    }

    fn come_back(&mut self, site: &str, reason: Error) -> Php<()> {
        if self.can_delay {
            self.look_again()
        } else if reason.kind() == ErrorKind::ClientClaimed {
            self.me.nap(SECOND);
            self.leave_client(site)
        } else {
            Err(reason.into())
        }
    }

    fn leave_client(&mut self, site: &str) -> Php<()> {
        self.push(vec![Push::Job(Job::Client(site.to_owned()), 0)])?;
        self.commit()
    }

    // PruneRunner

    fn prune(&mut self) -> Php<()> {
        let end = self.clock() + self.max_time;
        self.store.prunes = true;
        let outcome = loop {
            let outcome = ops::prune(&mut self.store, &self.settings, None);
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
        let something_waits = self.store.statement(|world| {
            let rows = world.database.states.values().filter(|row| !row.disabled);
            let seen = rows.filter(|row| self.settings.client(&row.site).is_some()).map(|row| row.seen).min();
            world.database.last() > seen.unwrap_or_default()
        })?;
        if something_waits && !self.is(Mutant::NoLookout) {
            self.schedule_trigger(0)?;
            self.commit()?;
        }
        Ok(())
    }

    // The queues

    fn push_notifications(&mut self, client: &str, token: Token, notifications: Vec<Vec<u64>>) -> Php<()> {
        if notifications.is_empty() {
            return Ok(());
        }
        if self.me.world.with(|world| world.unreachable.contains(client)) {
            self.me.nap(SECOND);
            return Err(Thrown::Push);
        }
        let push = |ids| Push::Notification { client: client.to_owned(), token, ids };
        self.push(notifications.into_iter().map(push).collect())
    }

    /// One call to a queue; it may take a part of what it was given.
    fn push(&mut self, mut pushes: Vec<Push>) -> Php<()> {
        if pushes.is_empty() {
            return Ok(());
        }
        let changes = pushes.iter().map(|push| match push {
            Push::Notification { ids, .. } => ids.len(),
            Push::Job(..) => 0,
        });
        let (count, changes) = (pushes.len(), changes.sum());
        self.me.nap(self.me.world.with(|world| world.latency() + world.rest_of_push(count, changes)));
        let fate = if self.is_sheltered { Fate::Done } else { self.me.world.with(World::fate) };
        if fate == Fate::Refused {
            return Err(Thrown::Push);
        }
        if self.me.world.with(|world| world.scenario.pushes_in_transaction) {
            self.transaction.extend(pushes);
        } else {
            self.me.world.with(|world| {
                if fate == Fate::AnswerLost {
                    pushes.truncate(world.chance.usize(..=pushes.len()));
                }
                pushes.into_iter().for_each(|push| arrive(world, push));
            });
        }
        if fate == Fate::AnswerLost { Err(Thrown::Push) } else { Ok(()) }
    }

    /// Makes durable what was pushed.
    fn commit(&mut self) -> Php<()> {
        if self.transaction.is_empty() {
            return Ok(());
        }
        self.me.nap(self.me.world.with(World::latency));
        let fate = if self.is_sheltered { Fate::Done } else { self.me.world.with(World::fate) };
        let pushes = std::mem::take(&mut self.transaction);
        if fate != Fate::Refused {
            self.me.world.with(|world| pushes.into_iter().for_each(|push| arrive(world, push)));
        }
        if fate == Fate::Done { Ok(()) } else { Err(Thrown::Push) }
    }

    // RepoJob and JobRunner

    /// Runs a job that the queue gave out, and tells the queue what became of it.
    pub fn run_job(&mut self, job: &Job) {
        let done = match job {
            Job::Trigger => self.trigger(),
            Job::Client(site) => self.client(site),
            Job::Prune => self.prune(),
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

fn arrive(world: &mut World, push: Push) {
    match push {
        Push::Job(job, delay) => world.push_job(job, delay),
        Push::Notification { client, token, ids } => {
            world.count("delivery");
            world.note(|| format!("{client} gets {ids:?}"));
            world.measure(&client, &ids);
            world.judge.delivered(&client, token, &ids, world.now);
        }
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
