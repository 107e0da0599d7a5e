//! What becomes of jobs that the queue is to hold back, and what servers believe of it: `Queue/SeenDelays` of the extension.

use std::{collections::BTreeMap, sync::Arc};

use wikibase_dispatch::{
    domain::{
        settings::Settings,
        strategy::{Jobs, Queue},
    },
    jobs::Event,
};

use super::{
    mutant::Mutant,
    world::{SECOND, World},
};

/// What becomes of jobs that a queue says it holds back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeldBack {
    /// They run when their time has come.
    Run,
    /// They run at once.
    RunEarly,
    /// They never run, as those of MediaWiki's queue in Redis where nothing gives them out.
    NeverRun,
    /// From so many microseconds on they do not run.
    Stop(u64),
}

/// Seconds for which one that has come is taken for proof.
const FOR: u64 = 3600;
/// And for which a server goes by what it knew.
const CACHED: u64 = 10;

/// Of each job: until when it is believed, when that was learnt, and what was believed before.
#[derive(Default)]
pub struct SeenDelays(BTreeMap<&'static str, (u64, u64, u64)>);

impl SeenDelays {
    fn set(&mut self, job: &'static str, until: u64, now: u64) {
        let before = self.0.get(job).map_or(0, |(until, ..)| *until);
        self.0.insert(job, (until, now, before));
    }
}

impl World {
    /// What is learnt from a job.
    pub fn learn_of_delays(&mut self, event: &Event) {
        let now = self.now;
        match event {
            Event::DelayedJobCame { job, is_early: false } => self.seen_delays.set(job, now + FOR * SECOND, now),
            Event::DelayedJobCame { job, is_early: true } => self.seen_delays.set(job, 0, now),
            Event::DelayedJobMissing(job) => {
                self.count("delay that is not believed any more");
                self.seen_delays.set(job, 0, now);
            }
            _ => {}
        }
    }

    /// A configuration on the queue that there is, as a server that begins now believes it to be.
    pub fn on_queue(&mut self, configuration: &Arc<Settings>) -> Arc<Settings> {
        let claimed = configuration.queue.delays;
        if claimed == Jobs::default() || self.pace.is_some() || self.mutant == Some(Mutant::DelaysBelieved) {
            return Arc::clone(configuration);
        }
        let (triggers, clients) = (self.believes(Jobs::TRIGGER), self.believes(Jobs::CLIENT));
        let delays = Jobs { triggers: claimed.triggers && triggers, clients: claimed.clients && clients };
        let claims_to_delay = Jobs { triggers: claimed.triggers && !triggers, clients: claimed.clients && !clients };
        Arc::new(Settings::clone(configuration).on_queue(Queue { delays, claims_to_delay }))
    }

    fn believes(&mut self, job: &str) -> bool {
        let Some((until, learnt, before)) = self.seen_delays.0.get(job).copied() else {
            return false;
        };
        let is_cached = self.now < learnt + CACHED * SECOND && self.chance.bool();
        self.now < if is_cached { before } else { until }
    }

    /// When a job may run whose time is `release`; `None`: never.
    pub fn time_of_held_back(&self, release: u64) -> Option<u64> {
        match self.scenario.held_back {
            HeldBack::Run => Some(release),
            HeldBack::RunEarly => Some(self.now),
            HeldBack::NeverRun => None,
            HeldBack::Stop(at) => Some(release).filter(|release| *release < at),
        }
    }
}
