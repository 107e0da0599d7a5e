//! Faults that are put in on purpose, to see that the simulation finds them. Each sits in the simulated world (a database that lies, a
//! queue that forgets, an extension that does things in another order), so that nothing of it is in the code that is shipped.

/// One fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mutant {
    /// A pass is recorded whoever holds the claim by now.
    AdvanceWithoutFence,
    /// A claim is made whatever the row holds.
    ClaimWithoutComparing,
    /// Claims count as expired a claim time too early.
    ClaimsExpireEarly,
    /// Claims never expire.
    ClaimsNeverExpire,
    /// Whoever takes over cuts the batch anew.
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
}

impl Mutant {
    /// Each, and the guarantees of which at least one is seen to be broken.
    pub const ALL: [(Self, &'static [&'static str]); 24] = [
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
    ];
}
