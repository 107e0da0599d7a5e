//! A process of PHP: it does what the jobs ask for that are shipped, as `Dispatch/Interpreter` of the extension does. No rule is here of
//! what is pushed, left or retried.

use std::{rc::Rc, sync::Arc};

use wikibase_dispatch::{
    domain::{change::ChangeId, rollout::RolloutState, settings::Settings, site::SiteId, state::DispatchState},
    error::Error,
    jobs::{self, Action, Announcement, Answer, Arrival, Asked, Cause, Core, Event, Machine, RepoJob, Step},
    ops,
};

use super::{
    home::Home,
    mutant::Mutant,
    process::Process,
    pushes::Push,
    queue::Job,
    world::{SECOND, World},
};

/// An exception.
#[derive(Clone, Debug)]
pub enum Thrown {
    /// Of native code.
    Native(Arc<Error>),
    /// Of a queue, or of MediaWiki's database.
    Push,
}

impl From<Error> for Thrown {
    fn from(error: Error) -> Self {
        Self::Native(Arc::new(error))
    }
}

pub(super) type Php<T> = Result<T, Thrown>;

/// One process of PHP.
pub struct Extension<'y> {
    pub me: Process<'y>,
    pub(super) home: Rc<Home<'y>>,
    pub configuration: Arc<Settings>,
    /// The same, on the queue as this process believes it to be.
    settings: Arc<Settings>,
    /// Whether it looks out when the answer of its request has been sent.
    looks_out: bool,
    /// What was pushed and is not durable yet.
    pub(super) transaction: Vec<Push>,
    /// Nothing that it does with queues fails.
    pub is_sheltered: bool,
    /// Where the last trigger looked.
    horizon: ChangeId,
    /// What the mutant that records first has yet to push.
    pub(super) unpushed: Vec<Push>,
}

impl<'y> Extension<'y> {
    pub fn new(me: &Process<'y>) -> Self {
        Self::configured(me, me.world.with(World::some_configuration))
    }

    pub fn configured(me: &Process<'y>, configuration: Arc<Settings>) -> Self {
        let settings = me.world.with(|world| world.on_queue(&configuration));
        let home = Rc::new(Home::new(me, &settings));
        Self {
            me: me.clone(),
            home,
            configuration,
            settings,
            looks_out: false,
            transaction: Vec::new(),
            is_sheltered: false,
            horizon: ChangeId(0),
            unpushed: Vec::new(),
        }
    }

    pub(super) fn is(&self, mutant: Mutant) -> bool {
        self.me.world.with(|world| world.mutant == Some(mutant))
    }

    // Interpreter

    /// Does what a job asks for, until it has ended.
    pub(super) fn interpret(&mut self, mut job: Machine<'_>, entity: Option<&str>) -> Php<()> {
        let mut answer = None;
        let mut thrown = Vec::new();
        let done = loop {
            let (step, events) = job.next(answer);
            events.iter().for_each(|event| self.hear(event));
            match step {
                Step::Ended => break Ok(()),
                Step::Failed(Cause::Native(number)) => {
                    break Err(job.failure(number).map_or(Thrown::Push, Thrown::Native));
                }
                Step::Failed(Cause::Host(number)) => break Err(Clone::clone(&thrown[number])),
                Step::Act(actions) => {
                    let done = self.carry_out(actions, entity);
                    answer = Some(done.unwrap_or_else(|why| {
                        self.transaction.clear();
                        thrown.push(why);
                        Answer::Thrown(thrown.len() - 1)
                    }));
                }
            }
        };
        self.push_what_was_recorded();
        done
    }

    fn carry_out(&mut self, actions: Vec<Action>, entity: Option<&str>) -> Php<Answer> {
        self.push_what_was_recorded();
        let is_end = matches!(actions.last(), Some(Action::Commit));
        for action in actions {
            match action {
                Action::Push(jobs) => {
                    let forgets = self.is(Mutant::NoSuccessor) && is_end;
                    let kept = jobs.into_iter().filter(|(job, _)| !forgets || *job != RepoJob::Trigger);
                    let pushes = kept.map(|(job, delay)| Push::Job(of_repo(&job), delay.as_secs() * SECOND));
                    self.push(pushes.collect())?;
                }
                Action::Notify(delivery) => {
                    let done = self.notify(&delivery);
                    if !self.is(Mutant::FailedPushCountsAsDone) {
                        done?;
                    }
                }
                Action::Commit => self.commit()?,
                Action::Sleep(time) => self.me.nap(u64::try_from(time.as_micros()).unwrap()),
                Action::Remind(entities) if !self.is(Mutant::NobodyReminds) => {
                    self.push(entities.into_iter().map(|entity| Push::Job(Job::Wikibase(entity), 0)).collect())?;
                }
                Action::RunWikibase => self.run_wikibase(entity.unwrap())?,
                // What fails there is logged, and that is all.
                Action::LookOut => self.looks_out = true,
                Action::Announce => drop(self.changes_written(1, self.me.id % 2)),
                Action::Remind(_) | Action::WaitForReplicas(_) | Action::Breathe => {}
            }
        }
        Ok(Answer::Done)
    }

    fn hear(&mut self, event: &Event) {
        self.me.world.with(|world| world.learn_of_delays(event));
        match event {
            Event::SentAgain { .. } => self.me.world.with(|world| world.count("sent again")),
            Event::SetAside { .. } => self.me.world.with(|world| world.count("set aside")),
            _ => {}
        }
        if let Event::Triggered { horizon, .. } = event {
            self.horizon = *horizon;
            self.me.world.with(|world| {
                world.count("trigger");
                world.note(|| format!("runner {}: {event:?}", self.me.id));
            });
        }
    }

    // Edits, and EditAnnouncer

    /// After the commit of an edit, by a server's gate.
    pub fn changes_written(&mut self, count: u32, server: usize) -> Php<()> {
        let rules = self.settings.gate_rules();
        let swallows = self.is(Mutant::GateSwallows);
        let asked = self.me.world.with(|world| {
            let now = world.now / 1000 + 1;
            let pause = world.gates[server].age(now);
            let (word, asked) = world.gates[server].after_changes(count, now, rules);
            world.gates[server] = word;
            asked.filter(|_| !swallows || world.chance.bool()).map(|delay| Asked { delay, pause })
        });
        let Some(asked) = asked else {
            return Ok(());
        };
        let world = self.me.world.clone();
        let reopen = move || world.with(|world| world.gates[server] = Default::default());
        let announcement = Announcement::new(&self.settings);
        let job = Machine::new(|host| async move { jobs::announce(announcement, asked, reopen, &host).await });
        self.interpret(job, None)?;
        // It runs by itself, outside of any transaction.
        self.commit()?;
        if std::mem::take(&mut self.looks_out) { self.look_out() } else { Ok(()) }
    }

    pub fn is_for_wikibase(&self) -> bool {
        !self.configuration.rollout().is_everywhere(RolloutState::On)
    }

    /// The same, unless by the configuration no client is ours.
    pub fn announce_changes(&mut self, count: u32, server: usize) -> Php<()> {
        if self.configuration.rollout().is_everywhere(RolloutState::Off) {
            Ok(())
        } else {
            self.changes_written(count, server)
        }
    }

    // Lookout

    pub fn look_out(&mut self) -> Php<()> {
        if self.is(Mutant::NoLookout) {
            return Ok(());
        }
        let home = Rc::clone(&self.home);
        self.interpret(Machine::new(|host| async move { jobs::look_out(&*home, &host).await }), None)?;
        self.commit()
    }

    // ClientSwitch

    /// Enables a client that is disabled; it begins so many ids before the horizon.
    pub fn enable(&mut self, client: &str, back: u64) -> Php<()> {
        let site = SiteId::parse(client).unwrap();
        self.home.with(|open| {
            let after = ops::horizon(open.store, open.settings)?.upto.back(back);
            ops::enable(open.store, open.settings, &site, after)
        })?;
        self.push(vec![Push::Job(Job::Trigger, 0)])?;
        self.commit()
    }

    // RepoJob and JobRunner

    /// Runs a job that the queue gave out, and tells the queue what became of it.
    pub fn run_job(&mut self, job: &Job, arrival: Arrival) {
        let home = Rc::clone(&self.home);
        let done = match job {
            Job::Trigger => self.trigger(arrival),
            Job::Client(site) => {
                let site = site.clone();
                self.interpret(
                    Machine::new(|host| async move { jobs::client(&site, arrival, &*home, &host).await }),
                    None,
                )
            }
            Job::Prune => {
                self.home.prunes(true);
                let done = self.interpret(Machine::new(|host| async move { jobs::prune(&*home, &host).await }), None);
                self.home.prunes(false);
                done
            }
            Job::Wikibase(entity) => {
                let job = Machine::new(|host| async move { jobs::wikibase(&*home, &host).await });
                self.interpret(job, Some(entity))
            }
        };
        let done = done.and_then(|()| self.commit());
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

    fn trigger(&mut self, arrival: Arrival) -> Php<()> {
        let (before, began) = self.me.world.with(|world| {
            let states = if world.judge.is_off { Vec::new() } else { states(world, &self.home.settings()) };
            (states, world.database_time())
        });
        let home = Rc::clone(&self.home);
        self.interpret(Machine::new(|host| async move { jobs::trigger(arrival, &*home, &host).await }), None)?;
        let settings = self.home.settings();
        self.me.world.with(|world| {
            if world.judge.is_off {
                return;
            }
            let is_taken_care_of = |client: &str| world.queue.has_job_for(client) || world.is_locked(client);
            let before: Vec<_> =
                before.into_iter().map(|state| (is_taken_care_of(state.client.site.as_str()), state)).collect();
            world.judge.trigger_ended(&world.database, &settings, &before, self.horizon, began);
        });
        Ok(())
    }
}

fn of_repo(job: &RepoJob) -> Job {
    match job {
        RepoJob::Trigger => Job::Trigger,
        RepoJob::Client(site) => Job::Client(site.to_string()),
        RepoJob::Prune => Job::Prune,
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
            mark: row.mark.clone(),
            reported: row.reported.clone(),
            sent: row.sent.clone(),
        })
    };
    settings.clients().iter().filter_map(state).collect()
}
