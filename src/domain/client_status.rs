//! The status of one client, in words that say why nothing arrives there: what it waits for, and for how long.

use std::time::Duration;

use super::{
    change::ChangeId,
    claim::Lock,
    client_mark::ClientMark,
    horizon::Horizon,
    notification_format::Choice,
    receipts::Reported,
    sent::SentPass,
    site::Client,
    state::{DispatchState, Due, DueRules},
    time::Timestamp,
};

/// What was done when something failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Handing the notifications to the client's queue.
    Push,
    /// The same, as it is configured: no retry mends that.
    Configuration,
    /// Anything else.
    Other,
}

/// The last failure that was written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure {
    /// When, by the database's clock.
    pub at: Timestamp,
    /// At what.
    pub step: Step,
}

/// Why a client has no pass right now; or that it needs none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// It has seen every change that is visible.
    UpToDate,
    /// Changes wait, and a pass can begin.
    Due,
    /// Changes wait, and it rests for the interval between two passes.
    NotDue,
    /// A runner does a pass.
    Claimed,
    /// Passes failed, and none has succeeded since. It is tried again.
    Failing,
    /// Changes wait behind an edit that has not ended.
    Gap,
    /// It was sent everything, and has not said that it has handled it.
    Unhandled,
    /// Somebody holds its lock or its claim, and nothing has come of it for long.
    LockHeld,
    /// An admin has switched it off.
    Disabled,
    /// No trigger has met it yet.
    Uninitialised,
}

impl Condition {
    /// The code by which the page, the API and the scripts name it.
    pub fn code(self) -> &'static str {
        match self {
            Self::UpToDate => "up-to-date",
            Self::Due => "due",
            Self::NotDue => "not-due",
            Self::Claimed => "claimed",
            Self::Failing => "failing",
            Self::Gap => "gap",
            Self::Unhandled => "unhandled",
            Self::LockHeld => "lock-held",
            Self::Disabled => "disabled",
            Self::Uninitialised => "uninitialised",
        }
    }
}

/// What is wrong with a client, the worst of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trouble {
    /// Its changes have waited for longer than the settings explain.
    Lagging,
    /// Its passes fail. It is tried again.
    Failing,
    /// It gets nothing, and will not by itself.
    Stuck,
}

impl Trouble {
    /// The code by which the page, the API and the scripts name it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Lagging => "lagging",
            Self::Failing => "failing",
            Self::Stuck => "stuck",
        }
    }
}

/// What is known of one client.
#[derive(Clone, Debug)]
pub struct ClientFacts {
    /// Which one.
    pub client: Client,
    /// Its dispatch state, if it has one.
    pub state: Option<DispatchState>,
    /// When the first visible change was made that it has not seen.
    pub oldest: Option<Timestamp>,
    /// What failed last.
    pub failure: Option<Failure>,
    /// Every change up to this id has been dealt with, and handled by the client as far as it gives receipts.
    pub handled: ChangeId,
    /// What it was sent and has not handled.
    pub unhandled: Vec<SentPass>,
    /// In which format it is told.
    pub format: Choice,
}

/// What does not depend on the client.
#[derive(Clone, Copy, Debug)]
pub struct View {
    /// When this was looked at, by the database's clock.
    pub now: Timestamp,
    /// How far changes may be dispatched, and how far they are visible.
    pub horizon: Horizon,
    /// When a client is due.
    pub rules: DueRules,
    /// A client whose oldest change has waited for longer than this lags.
    pub late_after: Duration,
    /// A client whose oldest change, and whose last pass, are both older than this stands still.
    pub stuck_after: Duration,
}

/// Where one client stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientStatus {
    /// Which one.
    pub client: Client,
    /// Every change up to this id has been dealt with.
    pub seen: ChangeId,
    /// The same, and handled by the client as far as it gives receipts.
    pub handled: ChangeId,
    /// What it was sent and has not handled, in the order in which it was sent.
    pub unhandled: Vec<SentPass>,
    /// What it said last that it has handled.
    pub reported: Option<Reported>,
    /// Ids between seen and the horizon.
    pub pending: u64,
    /// Age of the oldest visible change that it has not seen, or not handled; zero if there is none, or it is disabled.
    pub age: Duration,
    /// When its last pass ended.
    pub touched: Option<Timestamp>,
    /// Until when somebody holds its claim.
    pub claimed_until: Option<Timestamp>,
    /// When that claim was made.
    pub claimed_since: Option<Timestamp>,
    /// Until when it rests after a failure.
    pub resting_until: Option<Timestamp>,
    /// When its next pass can begin: from now on, or later; `None` if it needs none, or an edit that has not ended keeps it from one.
    pub due_at: Option<Timestamp>,
    /// Passes that failed since the last one that did not.
    pub failures: u32,
    /// What failed, if nothing has succeeded since.
    pub failure: Option<Failure>,
    /// Why it has no pass right now.
    pub condition: Condition,
    /// Whether changes wait for it, and nothing has been done about it for long.
    pub is_stalled: bool,
    /// In which format it is told, and why not in the one that is wanted.
    pub format: Choice,
    /// What it says about itself.
    pub mark: Option<ClientMark>,
}

impl ClientStatus {
    /// Judges the facts about one client.
    pub fn new(facts: ClientFacts, view: View) -> Self {
        let ClientFacts { client, state, oldest, failure, handled, unhandled, format } = facts;
        let seen = state.as_ref().map_or(ChangeId(0), |state| state.seen);
        let touched = state.as_ref().and_then(|state| state.touched);
        let lock = state.as_ref().map_or(Lock::Free, DispatchState::lock);
        let is_disabled = state.as_ref().is_some_and(|state| state.disabled);
        let is_behind = !is_disabled && seen < view.horizon.last;
        let waits = is_behind || (!is_disabled && !unhandled.is_empty());
        let age = oldest.filter(|_| waits).map_or(Duration::ZERO, |time| time.until(view.now));
        let idle = touched.map_or(Duration::MAX, |touched| touched.until(view.now));
        let is_stalled = is_behind && age >= view.stuck_after && idle >= view.stuck_after;
        let blocked_until = lock.blocked_until(view.now, view.rules.claim_ttl);
        let is_claim = matches!(lock, Lock::Claimed(_));
        // Of a pass and a failure in one second, the lock tells which was last.
        let is_last = |touched, at| touched < at || (touched == at && lock.failures() > 0);
        let failure = failure.filter(|failure| touched.is_none_or(|touched| is_last(touched, failure.at)));
        let failures = lock.failures().max(u32::from(failure.is_some()));
        let has = Signs { is_stalled, is_unhandled: !unhandled.is_empty(), is_failing: failures > 0 };
        let condition = condition(state.as_ref(), seen, has, blocked_until, view);
        Self {
            seen,
            pending: if is_behind { seen.distance_to(view.horizon.upto) } else { 0 },
            age,
            touched,
            claimed_until: blocked_until.filter(|_| is_claim),
            claimed_since: blocked_until.filter(|_| is_claim).map(|until| until.minus(view.rules.claim_ttl)),
            resting_until: blocked_until.filter(|_| !is_claim),
            due_at: state.as_ref().and_then(|state| due_at(state, view)),
            failures,
            failure,
            condition,
            handled,
            unhandled,
            reported: state.as_ref().and_then(|state| state.reported.clone()),
            is_stalled,
            format,
            mark: state.and_then(|state| state.mark),
            client,
        }
    }

    /// Whether to ask if somebody else holds its lock: nothing that is known of it tells why it stands still.
    pub fn is_suspect(&self) -> bool {
        let is_free = self.claimed_until.is_none() && self.resting_until.is_none();
        self.is_stalled && is_free && matches!(self.condition, Condition::Due | Condition::NotDue | Condition::Failing)
    }

    /// Takes note that somebody holds its lock.
    pub fn lock_is_held(&mut self) {
        self.condition = Condition::LockHeld;
    }

    /// The worst that is wrong with it; `None` if nothing is.
    pub fn trouble(&self, view: &View) -> Option<Trouble> {
        if self.condition == Condition::Disabled {
            None
        } else if self.is_stalled || self.is_misconfigured() || self.was_sent_again() {
            Some(Trouble::Stuck)
        } else if self.condition == Condition::Failing {
            Some(Trouble::Failing)
        } else {
            (self.lateness(view.now) >= view.late_after).then_some(Trouble::Lagging)
        }
    }

    /// How late it is. What it was sent a moment ago is not late, however old the change is: it may have been imported.
    pub fn lateness(&self, now: Timestamp) -> Duration {
        let since = self.unhandled.iter().map(|pass| pass.since).min();
        let is_unhandled = self.condition == Condition::Unhandled;
        since.filter(|_| is_unhandled).map_or(self.age, |since| self.age.min(since.until(now)))
    }

    /// Whether it fails as it is configured. Nobody waits to see whether that ends by itself.
    pub fn is_misconfigured(&self) -> bool {
        let is_so = matches!(self.failure, Some(Failure { step: Step::Configuration, .. }));
        is_so && self.failures > 0 && self.condition != Condition::Disabled
    }

    /// Whether it had its time, and was sent again, and still nothing is heard.
    pub fn was_sent_again(&self) -> bool {
        self.condition != Condition::Disabled && self.unhandled.iter().any(|pass| pass.tries > 0)
    }

    /// Whether it takes part in dispatching now.
    pub fn is_served(&self) -> bool {
        !matches!(self.condition, Condition::Disabled | Condition::Uninitialised)
    }
}

fn due_at(state: &DispatchState, view: View) -> Option<Timestamp> {
    match state.due(view.horizon.upto, view.now, view.rules) {
        Due::Never => None,
        Due::Now => Some(view.now),
        Due::After(rest) => Some(view.now.plus(rest)),
    }
}

/// What else bears on a client's condition.
#[derive(Clone, Copy)]
struct Signs {
    is_stalled: bool,
    is_unhandled: bool,
    is_failing: bool,
}

fn condition(
    state: Option<&DispatchState>,
    seen: ChangeId,
    has: Signs,
    blocked_until: Option<Timestamp>,
    view: View,
) -> Condition {
    let Some(state) = state else {
        return Condition::Uninitialised;
    };
    if state.disabled {
        return Condition::Disabled;
    }
    if seen >= view.horizon.last {
        return if has.is_unhandled { Condition::Unhandled } else { Condition::UpToDate };
    }
    if seen >= view.horizon.upto {
        return Condition::Gap;
    }
    match (state.lock(), blocked_until) {
        // A runner that lives has pushed by the middle of its claim.
        (Lock::Claimed(_), Some(until)) if has.is_stalled && view.now.until(until) <= view.rules.claim_ttl / 2 => {
            Condition::LockHeld
        }
        // Until a pass succeeds: while it rests, when it is to be tried again, and while it is.
        _ if has.is_failing => Condition::Failing,
        (Lock::Claimed(_), Some(_)) => Condition::Claimed,
        _ if state.due(view.horizon.upto, view.now, view.rules) == Due::Now => Condition::Due,
        _ => Condition::NotDue,
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::{
        super::{
            claim::{Claim, Rest, Token},
            horizon::{Gap, GapKind, IdRange},
            notification_format::NotificationFormats,
            state::tests::{NOW, RULES, state},
        },
        *,
    };

    pub(crate) const LATE: Duration = Duration::from_secs(125);
    pub(crate) const STUCK: Duration = Duration::from_secs(600);

    pub(crate) fn ago(seconds: u64) -> Option<Timestamp> {
        Some(NOW.minus(Duration::from_secs(seconds)))
    }

    pub(crate) fn view(upto: u64, last: u64) -> View {
        let ids = IdRange { first: ChangeId(upto + 1), last: ChangeId(upto + 1) };
        let waits_for = (upto < last).then_some(Gap { ids, kind: GapKind::InFlight, since: None });
        let horizon = Horizon { upto: ChangeId(upto), last: ChangeId(last), waits_for, ..Horizon::default() };
        View { now: NOW, horizon, rules: RULES, late_after: LATE, stuck_after: STUCK }
    }

    /// A client that stands still, for no reason that shows.
    pub(crate) fn stalled(site: &str, seen: u64) -> ClientFacts {
        let state = DispatchState { touched: ago(3600), ..state(site, seen) };
        let format = NotificationFormats::default().choose(&state.client, None, NOW);
        let (client, handled, unhandled) = (state.client.clone(), state.seen, Vec::new());
        ClientFacts { client, state: Some(state), oldest: ago(3000), failure: None, handled, unhandled, format }
    }

    pub(crate) fn with(facts: ClientFacts, change: impl FnOnce(&mut DispatchState)) -> ClientFacts {
        let mut state = facts.state.unwrap();
        change(&mut state);
        ClientFacts { state: Some(state), ..facts }
    }

    pub(crate) fn claim(seconds_left: u64) -> Claim {
        Claim { token: Token(1), expires: NOW.plus(Duration::from_secs(seconds_left)), end: ChangeId(9), failures: 2 }
    }

    fn judged(facts: ClientFacts) -> ClientStatus {
        ClientStatus::new(facts, view(100, 100))
    }

    #[test]
    fn a_client_that_has_seen_everything_waits_for_nothing() {
        let status = judged(stalled("a", 100));
        assert_eq!((status.condition, status.age, status.is_stalled), (Condition::UpToDate, Duration::ZERO, false));
    }

    #[test]
    fn a_client_is_due_when_nothing_keeps_it_and_rests_for_the_interval_before() {
        assert_eq!(judged(stalled("a", 5)).condition, Condition::Due);
        let status = judged(with(stalled("a", 5), |state| state.touched = ago(20)));
        assert_eq!((status.condition, status.is_stalled), (Condition::NotDue, false));
        assert_eq!(status.due_at, Some(NOW.plus(Duration::from_secs(40))));
    }

    #[test]
    fn a_claim_counts_as_a_pass_until_half_of_it_is_over_with_nothing_done() {
        let claim = |left| Claim { failures: 0, ..claim(left) };
        let claimed = |left| judged(with(stalled("a", 5), |state| state.lock_value = Some(claim(left).to_string())));
        assert_eq!(claimed(31).condition, Condition::Claimed);
        let old = claimed(30);
        assert_eq!(old.condition, Condition::LockHeld);
        assert_eq!((old.claimed_until, old.claimed_since), (Some(NOW.plus(Duration::from_secs(30))), ago(30)));
        assert_eq!(claimed(0).condition, Condition::Due, "an expired claim is nobody's");
        let busy = with(stalled("a", 5), |state| {
            state.lock_value = Some(claim(10).to_string());
            state.touched = ago(90);
        });
        assert_eq!(judged(busy).condition, Condition::Claimed, "its last pass was a moment ago");
    }

    #[test]
    fn a_rest_after_failures_is_told_with_its_end() {
        let rest = Rest::after(&claim(9), NOW);
        let status = judged(with(stalled("a", 5), |state| state.lock_value = Some(rest.to_string())));
        assert_eq!((status.condition, status.failures), (Condition::Failing, 3));
        assert_eq!((status.resting_until, status.claimed_until), (Some(rest.until), None));
    }

    #[test]
    fn a_client_fails_until_a_pass_succeeds_also_when_its_rest_is_over_or_it_is_tried_again() {
        let with_lock = |lock: String| {
            judged(with(stalled("a", 5), |state| (state.touched, state.lock_value) = (ago(90), Some(lock))))
        };
        let over = with_lock(Rest { until: NOW, end: ChangeId(9), failures: 6 }.to_string());
        assert_eq!((over.condition, over.failures, over.is_stalled), (Condition::Failing, 6, false));
        let again = with_lock(claim(30).to_string());
        assert_eq!(
            (again.condition, again.claimed_until),
            (Condition::Failing, Some(NOW.plus(Duration::from_secs(30))))
        );
        let first = with_lock(Claim { failures: 0, ..claim(30) }.to_string());
        assert_eq!(first.condition, Condition::Claimed);
        let failed = |at| judged(ClientFacts { failure: Some(Failure { at, step: Step::Push }), ..stalled("a", 5) });
        assert_eq!(failed(NOW).condition, Condition::Failing);
        assert_eq!(failed(NOW.minus(Duration::from_secs(3600))).condition, Condition::Due);
    }

    #[test]
    fn the_worst_problem_of_a_client_counts() {
        let trouble = |facts: ClientFacts| judged(facts).trouble(&view(100, 100));
        let busy =
            |oldest| ClientFacts { oldest: ago(oldest), ..with(stalled("a", 5), |state| state.touched = ago(9)) };
        let failing = |facts, step| ClientFacts { failure: Some(Failure { at: NOW, step }), ..facts };
        assert_eq!(trouble(busy(124)), None);
        assert_eq!(trouble(busy(125)), Some(Trouble::Lagging));
        assert_eq!(trouble(failing(busy(3), Step::Push)), Some(Trouble::Failing));
        assert_eq!(trouble(failing(busy(3), Step::Configuration)), Some(Trouble::Stuck), "no retry mends it");
        assert_eq!(trouble(failing(stalled("a", 5), Step::Push)), Some(Trouble::Stuck));
        assert_eq!(trouble(with(stalled("a", 5), |state| state.disabled = true)), None);
    }

    #[test]
    fn a_client_at_the_horizon_waits_for_the_gap_and_lags_by_what_is_visible_behind_it() {
        let status = ClientStatus::new(stalled("a", 50), view(50, 100));
        assert_eq!((status.condition, status.pending, status.age.as_secs()), (Condition::Gap, 0, 3000));
        assert_eq!(status.due_at, None);
        assert_eq!(ClientStatus::new(stalled("a", 49), view(50, 100)).condition, Condition::Due);
    }

    #[test]
    fn a_disabled_client_does_not_lag() {
        let status = judged(with(stalled("a", 5), |state| state.disabled = true));
        assert_eq!((status.condition, status.pending, status.is_stalled), (Condition::Disabled, 0, false));
    }

    #[test]
    fn a_failure_is_over_when_a_pass_has_ended_since() {
        let failed = |at| judged(ClientFacts { failure: Some(Failure { at, step: Step::Push }), ..stalled("a", 5) });
        assert_eq!((failed(NOW).failures, failed(NOW).failure.is_some()), (1, true));
        let before = NOW.minus(Duration::from_secs(3600));
        assert_eq!((failed(before).failures, failed(before).failure), (0, None));
        let of_now = Some(Failure { at: NOW, step: Step::Push });
        let in_that_second = |lock| {
            let facts = with(stalled("a", 5), |state| (state.touched, state.lock_value) = (Some(NOW), lock));
            judged(ClientFacts { failure: of_now, ..facts }).failure
        };
        let rest = Rest::after(&claim(9), NOW).to_string();
        assert_eq!((in_that_second(Some(rest)), in_that_second(None)), (of_now, None));
    }

    #[test]
    fn a_client_without_a_state_has_seen_nothing() {
        let status = judged(ClientFacts { state: None, ..stalled("a", 5) });
        assert_eq!((status.condition, status.seen, status.pending), (Condition::Uninitialised, ChangeId(0), 100));
        assert!(status.is_stalled && !status.is_served());
    }
}
