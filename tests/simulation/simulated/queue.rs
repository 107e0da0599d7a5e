//! The repo's job queue, as MediaWiki's queues are: what is dropped, what is held back, and what becomes of a job whose runner dies.

use std::{collections::HashMap, time::Duration};

use wikibase_dispatch::jobs::Arrival;

use super::{
    mutant::Mutant,
    scenario::QueueKind,
    world::{SECOND, World},
};

/// A job, and the client it is for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Job {
    Trigger,
    Client(String),
    Prune,
    /// Wikibase's own, for an entity.
    Wikibase(String),
}

#[derive(Clone, Debug)]
pub struct Waiting {
    pub job: Job,
    /// Until when it is to be held back, if it is.
    held_back_until: Option<u64>,
    /// When it may begin.
    pub from: u64,
    pushed: u64,
    /// How often it has begun.
    attempts: u32,
    /// It was given up by a runner, or doubled by a fault, and is none of those that the queue keeps apart.
    is_stray: bool,
}

impl Waiting {
    /// What a queue tells it from others by.
    fn kind(&self) -> (Job, bool) {
        (self.job.clone(), self.held_back_until.is_some())
    }
}

#[derive(Default)]
pub struct JobQueue {
    waiting: Vec<Waiting>,
    /// How many of each wait, held back or not, but for strays: with ten thousand jobs, to count them each time would take hours.
    plain: HashMap<(Job, bool), usize>,
    strays: usize,
    claimed: Vec<(usize, Waiting)>,
    /// Jobs that are never given out.
    stuck: Vec<(Job, bool)>,
    /// When a job last began, for queues that drop what was pushed before.
    begun: Vec<((Job, bool), u64)>,
    /// Whether a runner that has nothing to do should look.
    pub has_news: bool,
    pub pushed: u64,
    pub most_waiting: usize,
}

/// What a queue does with a job whose runner died, or that failed: it is tried again after this.
const ABANDONED: u64 = 3600 * SECOND;
const ABANDONED_IN_KAFKA: u64 = 60 * SECOND;
const ATTEMPTS: u32 = 3;

impl JobQueue {
    /// The next job that waits for its time.
    pub fn next_release(&self) -> Option<u64> {
        self.waiting.iter().map(|waiting| waiting.from).min()
    }

    pub fn is_at_rest(&self, now: u64) -> bool {
        self.claimed.is_empty() && self.waiting.iter().all(|waiting| waiting.is_stray && waiting.from > now)
    }

    pub fn has_job_for(&self, client: &str) -> bool {
        let is_for = |job: &Job| matches!(job, Job::Client(name) if name == client);
        self.waiting.iter().any(|waiting| is_for(&waiting.job))
            || self.claimed.iter().any(|(_, waiting)| is_for(&waiting.job))
    }

    /// How many wait of the kind that there should be one of, at most.
    fn alike(&self, kind: &(Job, bool)) -> usize {
        self.plain.get(kind).copied().unwrap_or_default()
    }

    fn put(&mut self, waiting: Waiting) {
        if waiting.is_stray {
            self.strays += 1;
        } else {
            *self.plain.entry(waiting.kind()).or_default() += 1;
        }
        self.waiting.push(waiting);
    }

    fn take(&mut self, at: usize) -> Waiting {
        let taken = self.waiting.remove(at);
        if taken.is_stray {
            self.strays -= 1;
        } else if let Some(count) = self.plain.get_mut(&taken.kind()) {
            *count -= 1;
        }
        taken
    }

    /// Whether a queue would drop such a job.
    fn has(&self, kind: &(Job, bool), now: u64) -> bool {
        let is_stray = |waiting: &Waiting| waiting.is_stray && waiting.from <= now && waiting.kind() == *kind;
        self.stuck.contains(kind) || self.alike(kind) > 0 || (self.strays > 0 && self.waiting.iter().any(is_stray))
    }
}

impl World {
    /// Pushes a job that may begin in `delay` microseconds.
    pub fn push_job(&mut self, job: Job, delay: u64) {
        self.count("push");
        self.queue.pushed += 1;
        let now = self.now;
        self.note(|| format!("push {job:?} for in {} s", delay / SECOND));
        if !matches!(job, Job::Wikibase(_)) && self.misfortune(self.scenario.job_is_lost) {
            self.note(|| format!("the queue loses {job:?}"));
            return;
        }
        // Kafka takes everything, and sorts out what it takes for the same when it is to begin.
        let is_kafka = self.scenario.queue == QueueKind::Kafka;
        let drops = !is_kafka && self.mutant != Some(Mutant::NoDeduplication);
        let kind = (job, delay > 0 && self.mutant != Some(Mutant::HeldBackLooksTheSame));
        if drops && self.queue.has(&kind, now) {
            return;
        }
        let slow = if self.misfortune(self.scenario.job_is_slow) { self.chance.u64(..60 * SECOND) } else { 0 };
        // A delayed job is for a whole second, and never too early.
        let held_back_until = (delay > 0).then(|| (now + delay).next_multiple_of(SECOND));
        let Some(release) = held_back_until.map_or(Some(now), |until| self.time_of_held_back(until)) else {
            self.queue.stuck.push(kind);
            return;
        };
        let (job, from) = (kind.0.clone(), release + slow);
        self.queue.put(Waiting { job, held_back_until, from, pushed: now, attempts: 0, is_stray: false });
        self.queue.has_news = true;
        let alike = self.queue.alike(&kind);
        self.queue.most_waiting = self.queue.most_waiting.max(alike);
        if alike > 1 && !is_kafka {
            self.judge.fail(format!("G6: {alike} jobs {kind:?} wait"));
        }
    }

    /// A job for the runner, which must end it.
    pub fn take_job(&mut self, runner: usize) -> Option<(Job, Arrival)> {
        let now = self.now;
        let ready: Vec<usize> =
            self.queue.waiting.iter().enumerate().filter(|(_, job)| job.from <= now).map(|(at, _)| at).collect();
        if ready.is_empty() {
            return None;
        }
        let is_in_order = self.scenario.queue != QueueKind::Database && !self.misfortune(4);
        let at = if is_in_order { ready[0] } else { ready[self.chance.usize(..ready.len())] };
        let mut taken = self.queue.take(at);
        if self.scenario.queue == QueueKind::Kafka {
            let kind = taken.kind();
            let was_begun = self.queue.begun.iter().any(|(begun, when)| *begun == kind && *when > taken.pushed);
            if was_begun && taken.attempts == 0 {
                // Another of its kind began after it was pushed: Kafka's consumer takes it for the same.
                self.note(|| format!("{:?} is taken for one that has begun", taken.job));
                return self.take_job(runner);
            }
            self.queue.begun.retain(|(begun, _)| *begun != kind);
            self.queue.begun.push((kind, now));
        }
        if self.misfortune(self.scenario.job_is_doubled) {
            self.queue.put(Waiting { is_stray: true, ..taken.clone() });
        }
        taken.attempts += 1;
        let job = taken.job.clone();
        let arrival = taken.held_back_until.map_or(Arrival::AtOnce, |until| Arrival::HeldBack {
            early: Duration::from_micros(until.saturating_sub(now)),
        });
        self.note(|| format!("runner {runner} begins {job:?}"));
        self.queue.claimed.push((runner, taken));
        Some((job, arrival))
    }

    /// The runner's job is done, or failed and is not to be tried again.
    pub fn end_job(&mut self, runner: usize) {
        self.queue.claimed.retain(|(owner, _)| *owner != runner);
    }

    /// The runner died, or its job failed: it is tried again.
    pub fn give_up_job(&mut self, runner: usize) {
        let Some(at) = self.queue.claimed.iter().position(|(owner, _)| *owner == runner) else {
            return;
        };
        let (_, mut job) = self.queue.claimed.remove(at);
        let pause = if self.scenario.queue == QueueKind::Kafka { ABANDONED_IN_KAFKA } else { ABANDONED };
        // Where nobody looks out, the queue never gives a job up: then nobody would come.
        if job.attempts < ATTEMPTS || !self.scenario.has_visitors || matches!(job.job, Job::Wikibase(_)) {
            (job.from, job.is_stray) = (self.now + pause, true);
            self.note(|| format!("{:?} is left for later", job.job));
            self.queue.put(job);
        }
    }
}
