//! What a job has to tell: what is logged, counted and kept comes from here, and from nowhere else.

use std::time::Duration;

use super::host::Cause;
use crate::{
    domain::{
        change::{BadChange, ChangeId},
        horizon::Warning,
        site::SiteId,
        unknown_forms::UnknownForms,
    },
    ops::{FoundLate, Repair, Unconfigured},
};

/// Something that happened.
#[derive(Clone, Debug)]
pub enum Event {
    /// A job that was held back has come.
    DelayedJobCame {
        /// Its name.
        job: &'static str,
        /// Whether it came before its time: the queue does not hold jobs back, or the clocks of two hosts differ.
        is_early: bool,
    },
    /// A job is held back, to see whether the queue has it run; by its name.
    DelayProbed(&'static str),
    /// Changes wait that a job which was held back ought to have seen; by its name.
    DelayedJobMissing(&'static str),
    /// A trigger has looked who needs a pass.
    Triggered {
        /// How many clients are due.
        due: usize,
        /// Up to where.
        horizon: ChangeId,
        /// Clients that got a dispatch state.
        initialised: Vec<SiteId>,
        /// How many were moved, since nothing concerns them.
        fast_forwarded: usize,
        /// When somebody looks again.
        look_again: Option<Duration>,
        /// Whether changes wait behind an edit that has not ended.
        waits_for_gap: bool,
    },
    /// A trigger's job has ended, well or not.
    TriggerEnded(Duration),
    /// A trigger's job has failed.
    TriggerFailed(Cause),
    /// Clients were set back, because the buffer's ids began anew.
    BufferRestored(Vec<Repair>),
    /// Changes became visible after dispatching had passed them.
    LateChanges(Vec<FoundLate>),
    /// What makes late changes likely, or hides them.
    Warned(Warning),
    /// Changes that could not be read, met in a client's pass or by the look at the buffer.
    BadChanges(Option<SiteId>, Vec<BadChange>),
    /// Forms of changes that are not known were met in a pass.
    UnknownForms(UnknownForms),
    /// A pass was finished.
    PassFinished {
        /// Whose.
        client: SiteId,
        /// How many changes were handed over.
        changes: usize,
        /// By how many notifications; none if the client is only watched.
        notifications: usize,
        /// What it had seen before.
        seen: ChangeId,
        /// And now.
        end: ChangeId,
        /// Whether it had been begun before.
        is_repeat: bool,
    },
    /// What was pushed to a client's queue at once was larger than it takes, and is cut.
    PushTooLarge {
        /// Whose queue.
        client: SiteId,
        /// As many bytes of `change_info` are pushed at once from now on.
        most: usize,
    },
    /// A client's queue does not even take a single change, which is told without its details.
    DetailsLeftOut {
        /// Whose queue.
        client: SiteId,
        /// Which change.
        change: ChangeId,
        /// How many bytes its `change_info` has.
        bytes: usize,
    },
    /// Changes that a client has not handled in time were sent again.
    SentAgain {
        /// To whom.
        client: SiteId,
        /// How many.
        changes: usize,
        /// The first of them.
        first: ChangeId,
        /// The last.
        upto: ChangeId,
        /// For the how manieth time.
        tries: u32,
    },
    /// A client cannot handle a change, not even without its details. It is left out from now on.
    SetAside {
        /// Who cannot.
        client: SiteId,
        /// Which one.
        change: ChangeId,
    },
    /// A client says that it has handled what it was never sent, or says it in an unknown form.
    ReceiptsRefused {
        /// Who.
        client: SiteId,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A pass failed.
    PassFailed {
        /// Whose, as the job names it.
        client: String,
        /// How many failed in a row before it, as far as that is known.
        before: u32,
        /// Why.
        cause: Cause,
    },
    /// A pass took no effect, because another runner had taken the claim over.
    ClaimLost(SiteId),
    /// There can be no pass for the client yet.
    PassDeferred(String, Cause),
    /// The client waits for an edit that has not ended.
    GapAwaited(SiteId),
    /// A batch was deleted.
    BatchPruned(usize),
    /// Pruning has come to its end.
    Pruned {
        /// How many changes were deleted.
        deleted: usize,
        /// Up to which they may be.
        cutoff: ChangeId,
        /// Whether there are more.
        is_more_left: bool,
        /// Clients without a dispatch state: nothing goes until they have one.
        uninitialised: Vec<SiteId>,
        /// Clients that are not configured and have one.
        unconfigured: Vec<Unconfigured>,
    },
    /// Pruning stops: replicas do not follow.
    PruneStopped,
    /// Pruning failed.
    PruneFailed(Cause),
    /// The rollout is brought to what is configured.
    RolloutChanged {
        /// Who is ours alone.
        on: Vec<SiteId>,
        /// Who is watched.
        shadow: Vec<SiteId>,
    },
    /// A client has got everything from us, and is Wikibase's.
    ClientLeft(String),
    /// An admin has moved a client to another place of the buffer.
    ClientMoved(SiteId),
    /// Catching up begins: so many clients are behind, by so many ids taken together.
    CatchingUp(usize, u64),
    /// Catching up goes on: so many are still behind, by so many ids.
    CaughtUpSome(usize, u64),
    /// Catching up waits: nothing can be done for a moment, for these reasons.
    CatchUpWaits(Vec<(SiteId, Cause)>),
    /// Catching up has ended.
    CaughtUp(CaughtUp),
}

/// What catching up has come to.
#[derive(Clone, Debug, Default)]
pub struct CaughtUp {
    /// The last change that the clients were to see.
    pub target: ChangeId,
    /// Whether more was visible, behind an edit that has not ended.
    pub is_held_back: bool,
    /// Passes that were finished.
    pub passes: usize,
    /// Changes that were handed over.
    pub changes: usize,
    /// Clients whose pass failed, and why.
    pub failed: Vec<(SiteId, Cause)>,
    /// Clients that are still behind and have not failed: it was stopped.
    pub left: Vec<SiteId>,
}
