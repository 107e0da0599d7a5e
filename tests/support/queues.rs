//! The queues of a farm: what was pushed and is durable.

use std::{collections::BTreeMap, time::Duration};

use wikibase_dispatch::jobs::{Delivery, RepoJob};

/// A notification as it reached a client's queue: the ids it carries, and its parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivered {
    pub ids: Vec<u64>,
    pub parameters: Vec<u8>,
}

impl Delivered {
    fn new(delivery: &Delivery, at: usize) -> Self {
        Self {
            ids: delivery.notifications[at].iter().map(|change| change.id.0).collect(),
            parameters: delivery.parameter(at),
        }
    }
}

#[derive(Default)]
pub struct Queues {
    /// The repo's own, and when each job may run.
    waiting: Vec<(RepoJob, Duration)>,
    /// What the clients' queues received, in order.
    pub delivered: BTreeMap<String, Vec<Delivered>>,
}

impl Queues {
    /// Drops the job if an equal one waits, whenever that is to run.
    pub fn push(&mut self, job: &RepoJob, due: Duration) {
        if self.waiting.iter().all(|(waiting, _)| waiting != job) {
            self.waiting.push((job.clone(), due));
        }
    }

    /// The job that has waited longest of those that may run.
    pub fn take(&mut self, now: Duration) -> Option<RepoJob> {
        let at = self.waiting.iter().position(|(_, due)| *due <= now)?;
        Some(self.waiting.remove(at).0)
    }

    /// When the next job may run.
    pub fn next_due(&self) -> Option<Duration> {
        self.waiting.iter().map(|(_, due)| *due).min()
    }

    /// One notification of a delivery arrives.
    pub fn deliver(&mut self, delivery: &Delivery, at: usize) {
        let client = delivery.client.site.to_string();
        self.delivered.entry(client).or_default().push(Delivered::new(delivery, at));
    }
}
