//! Faults that are put in on purpose, to see that the simulation finds them. Each sits in the simulated world (a database that lies, a
//! queue that forgets, an extension that does things in another order), so that nothing of it is in the code that is shipped.

use super::{
    delays::HeldBack,
    scenario::{Scenario, Trouble},
};

/// One fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mutant {
    /// A pass is recorded even if another holds the claim by now.
    AdvanceWithoutFence,
    /// A claim is made whatever the row holds.
    ClaimWithoutComparing,
    /// Claims count as expired a claim time too early.
    ClaimsExpireEarly,
    /// Claims never expire.
    ClaimsNeverExpire,
    /// A runner that takes over a pass cuts the batch anew.
    EndOfPassForgotten,
    /// The highest visible id is the horizon.
    GapsIgnored,
    /// Missing ids are dead at once.
    YoungGapsCalledDead,
    /// Whether a transaction holds a missing id is not asked.
    GapsNotProbed,
    /// Missing ids are waited for, for ever.
    GapsNeverDead,
    /// Changes go that the most lagged client has not seen.
    PruneEarly,
    /// Changes go as soon as all have seen them.
    PruneWithoutGrace,
    /// Disabled clients hold changes back.
    DisabledHoldBack,
    /// Site links count for nothing.
    SiteLinksForgotten,
    /// Only the first subscriber of an entity is found.
    SubscribersForgotten,
    /// The pass is recorded first, and pushed then.
    RecordBeforePush,
    /// A push that failed counts as done.
    FailedPushCountsAsDone,
    /// Everybody is fast-forwarded, whether something concerns them or not.
    EverybodyFastForwarded,
    /// Seen goes back when a claim is given back.
    SeenGoesBack,
    /// The trigger sees to the most lagged client alone.
    MostLaggedOnly,
    /// The queue drops no duplicates.
    NoDeduplication,
    /// A trigger that leaves work leaves no successor.
    NoSuccessor,
    /// Every second edit of a window is not announced, even if it opens one.
    GateSwallows,
    /// Nobody looks out.
    NoLookout,
    /// A client that failed does not rest.
    NoRest,
    /// That another server has taken over is not noticed.
    LivesNotTold,
    /// That an insert may wait between its id and its row is not asked.
    LockWaitsIgnored,
    /// What was missing is not written down.
    NoLedger,
    /// Which server answers is not asked.
    ServersNotChecked,
    /// A buffer is known by its highest id alone.
    WitnessIgnored,
    /// Clients are told in our own format, whatever they have said.
    MarksNotAsked,
    /// What a client has said about itself counts for ever.
    OldMarksCount,
    /// Wikibase's job does not note what it has handed over.
    HandedOverForgotten,
    /// Wikibase's job deletes what it has handed over, as if there were nobody else.
    WikibaseDeletes,
    /// Changes are pruned that Wikibase has not handed over.
    PrunesAboveFloor,
    /// The floor is raised past what was not handed over.
    FloorIsHorizon,
    /// A client that becomes ours begins at the end of the buffer.
    SwitchedOnWithoutTakeover,
    /// A client is Wikibase's at once, and we do not deliver what Wikibase's job has left out for it.
    LeavesAtOnce,
    /// Of clients that leave together one is said to leave after the other, and the process may die in between.
    PositionsOneByOne,
    /// The last change is asked for before it is said who leaves: when the process read the rollout the time before.
    PositionsAskedForBefore,
    /// A process that has begun does not hear of a client that begins to leave.
    LeaversNotLearned,
    /// A client that has left is still enabled.
    LeaverStaysEnabled,
    /// Nobody has Wikibase's job pushed for changes that it has forgotten.
    NobodyReminds,
    /// A trigger that finds changes which Wikibase has yet to hand over leaves no successor.
    NobodyWaitsForWikibase,
    /// A queue that says it can hold jobs back is believed.
    DelaysBelieved,
    /// Jobs that are held back are the same to the queue as those that are not.
    HeldBackLooksTheSame,
    /// A client that is only watched gets what we would have sent.
    WatchedGetsBoth,
    /// What was not handled is never sent again.
    NeverSentAgain,
    /// Changes are pruned that every client has seen, although not all have handled them.
    PrunesUnhandled,
    /// A client joins its receipts over what it has not handled.
    HolesJoined,
}

impl Mutant {
    /// Whether it may show in a scenario.
    pub fn can_show_in(self, scenario: &Scenario) -> bool {
        match self {
            Self::LivesNotTold => scenario.has_failover,
            Self::LockWaitsIgnored => scenario.trouble == Trouble::LockWaits,
            Self::NoLedger => scenario.trouble == Trouble::SecondWriter,
            Self::ServersNotChecked => scenario.trouble == Trouble::SplitReads,
            Self::WitnessIgnored => scenario.trouble == Trouble::BeginsAnew,
            Self::NeverSentAgain | Self::PrunesUnhandled | Self::HolesJoined => scenario.has_receipts,
            Self::DelaysBelieved => scenario.held_back == HeldBack::NeverRun,
            Self::HeldBackLooksTheSame => scenario.held_back != HeldBack::Run,
            _ => scenario.has_rollout || (self as usize) < Self::HandedOverForgotten as usize,
        }
    }

    /// A scenario in which it shows sooner. Nothing breaks there without it.
    pub fn provoked_in(self, mut scenario: Scenario) -> Scenario {
        if self == Self::NobodyWaitsForWikibase {
            // The lookout would remind Wikibase, too.
            (scenario.has_visitors, scenario.job_is_lost) = (false, 0);
        }
        if self == Self::PrunesAboveFloor && scenario.has_visitors {
            // What Wikibase is reminded of only minutes later is old enough to be pruned before.
            scenario.job_is_lost = 3;
            scenario.numbers.retain(|(name, _)| !name.starts_with("prune"));
            scenario.numbers.extend([("pruneKeepSeconds", 0), ("pruneGraceSeconds", 0)]);
        }
        scenario
    }

    /// Each, and the guarantees of which at least one is seen to be broken.
    pub const ALL: [(Self, &'static [&'static str]); 49] = [
        (Self::AdvanceWithoutFence, &["G4"]),
        (Self::ClaimWithoutComparing, &["G4"]),
        (Self::ClaimsExpireEarly, &["G4"]),
        (Self::ClaimsNeverExpire, &["G1", "G5"]),
        (Self::EndOfPassForgotten, &["G3"]),
        (Self::GapsIgnored, &["G7"]),
        (Self::YoungGapsCalledDead, &["G7"]),
        (Self::GapsNotProbed, &["G7"]),
        (Self::GapsNeverDead, &["G1"]),
        (Self::PruneEarly, &["G8"]),
        (Self::PruneWithoutGrace, &["G8"]),
        (Self::DisabledHoldBack, &["G8"]),
        (Self::SiteLinksForgotten, &["G1"]),
        (Self::SubscribersForgotten, &["G1"]),
        (Self::RecordBeforePush, &["G1"]),
        (Self::FailedPushCountsAsDone, &["G1"]),
        (Self::EverybodyFastForwarded, &["G1"]),
        (Self::SeenGoesBack, &["G2"]),
        (Self::MostLaggedOnly, &["G5", "G1"]),
        (Self::NoDeduplication, &["G6"]),
        (Self::NoSuccessor, &["G1"]),
        (Self::GateSwallows, &["G1"]),
        (Self::NoLookout, &["G1"]),
        (Self::NoRest, &["G9"]),
        (Self::LivesNotTold, &["G1"]),
        (Self::LockWaitsIgnored, &["G7"]),
        (Self::NoLedger, &["G1"]),
        (Self::ServersNotChecked, &["G1", "G7"]),
        (Self::WitnessIgnored, &["G1"]),
        (Self::MarksNotAsked, &["G1"]),
        (Self::OldMarksCount, &["G1"]),
        (Self::HandedOverForgotten, &["G6", "G8"]),
        (Self::WikibaseDeletes, &["G8"]),
        (Self::PrunesAboveFloor, &["G8"]),
        (Self::FloorIsHorizon, &["G1", "G8"]),
        (Self::SwitchedOnWithoutTakeover, &["G1"]),
        (Self::LeavesAtOnce, &["G1"]),
        (Self::PositionsOneByOne, &["G1", "G8"]),
        (Self::PositionsAskedForBefore, &["G1", "G8"]),
        (Self::LeaversNotLearned, &["G1"]),
        (Self::LeaverStaysEnabled, &["G4"]),
        (Self::NobodyReminds, &["G1"]),
        (Self::NobodyWaitsForWikibase, &["G1"]),
        (Self::DelaysBelieved, &["G1"]),
        (Self::HeldBackLooksTheSame, &["G1"]),
        (Self::WatchedGetsBoth, &["G3", "G4"]),
        (Self::NeverSentAgain, &["G16"]),
        (Self::PrunesUnhandled, &["G8", "G16"]),
        (Self::HolesJoined, &["G16"]),
    ];
}
