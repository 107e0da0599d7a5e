//! What a job asks of its host.

use std::{sync::Arc, time::Duration};

use crate::domain::{
    notification::{self, Prepared, Version},
    notification_format::NotificationFormat,
    receipts::Range,
    site::{Client, SiteId},
};

/// A job for the repo's own queue, which drops it if an equal one waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RepoJob {
    /// Looks who needs a pass.
    Trigger,
    /// Passes for one client.
    Client(SiteId),
    /// Deletes what nobody needs any more.
    Prune,
}

/// What the host is to do. It does all of it, or throws; what was pushed and not made durable before it threw is rolled back.
#[derive(Clone, Debug)]
pub enum Action {
    /// Push jobs to the repo's own queue, each to be run after a delay; it is zero where the queue cannot delay. To the queue, a job that
    /// is held back must differ from one that is not, or it drops those that are to run now for one that may never come.
    Push(Vec<(RepoJob, Duration)>),
    /// Push notifications to a client's queue.
    Notify(Delivery),
    /// Make durable what was pushed.
    Commit,
    /// Wait.
    Sleep(Duration),
    /// Wait for the replicas to have what was written, no longer than this; [`Answer::Refused`] if they do not follow.
    WaitForReplicas(Duration),
    /// Run Wikibase's own job, with the clients left out that are ours.
    RunWikibase,
    /// Look out, when the answer of this request has been sent.
    LookOut,
    /// Announce that changes were written, when the transaction of the host that is under way has ended.
    Announce,
    /// Have Wikibase's own job run again for these entities; their changes may be known to no job.
    Remind(Vec<String>),
    /// Nothing: news may be passed on, and the host may say that it is enough.
    Breathe,
}

/// What came of the actions that were asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// All of them were done.
    Done,
    /// They were done, and somebody wants the job to end soon.
    DoneAndStop,
    /// What was waited for did not come about.
    Refused,
    /// A push is larger than the queue takes.
    TooLarge {
        /// As with [`Answer::Thrown`].
        thrown: usize,
        /// Whether the queue has said so. Most say no more than that they did not take it.
        is_certain: bool,
    },
    /// The host has thrown something, and remembers it by this number. What was not committed is rolled back.
    Thrown(usize),
}

/// A client's notifications, in their order.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Of which repo.
    pub repo: SiteId,
    /// To whom.
    pub client: Client,
    /// In which form.
    pub format: NotificationFormat,
    /// In which version of it, if it is our own.
    pub version: Version,
    /// Whether they may have been pushed already: the queue is to drop those that wait.
    pub is_repeat: bool,
    /// The changes that each carries. One without any is only sent for the receipt, or the report, that follows it.
    pub notifications: Vec<Vec<Arc<Prepared>>>,
    /// What the client's receipt for each is to cover; `None` if there is none to be given.
    pub covers: Vec<Option<Range>>,
    /// How many notifications of the pass were pushed before these.
    pub pushed_before: usize,
}

impl Delivery {
    /// The `changes` parameter of one of the notifications, in our own format.
    pub fn parameter(&self, at: usize) -> Vec<u8> {
        let covers = self.covers.get(at).copied().flatten();
        let receipt = covers.map(|covers| (covers, self.pushed_before + at + 1));
        notification::encode(self.version, &self.repo, &self.notifications[at], receipt)
    }
}
