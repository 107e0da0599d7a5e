//! Whether dispatching is healthy, and the one reason most worth acting on if it is not.
//!
//! A client **stands still** if its oldest change and its last pass are both older than `stuck_after`. Either alone says little: a
//! change may be imported with an old time, and a client for which nothing was written has had no pass. Stuck is a farm in
//! which one stands still and it shows why; a farm is lagging if changes wait for longer than the settings explain.

use std::time::Duration;

use super::{
    client_status::{ClientFacts, ClientStatus, Condition, Failure, Step, Trouble, View},
    gap_holder::GapHolder,
    horizon::{GapKind, Warning},
    ledger::LateChange,
    sent::AsideChange,
    settings::Settings,
    site::SiteId,
    time::Timestamp,
};

/// How it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    /// Changes arrive as soon as the settings let them.
    Healthy,
    /// They arrive, but late.
    Lagging,
    /// For one client at least they do not, and will not by themselves.
    Stuck,
    /// Nothing was ever dispatched, so nobody knows whether they would.
    Untried,
}

impl Health {
    /// The code by which the page, the API and the scripts name it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::Lagging => "lagging",
            Self::Stuck => "stuck",
            Self::Untried => "untried",
        }
    }
}

/// Why it is so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Nothing is wrong.
    None,
    /// No client has ever had a pass, and none needs one yet.
    NothingDispatched,
    /// Changes wait for longer than the settings explain.
    Lagging,
    /// A client cannot be served as it is configured.
    ClientRefused,
    /// Clients are due, and nobody has done anything for long.
    NoRunner,
    /// A transaction that has not ended keeps everything behind its id.
    OpenGap,
    /// Somebody holds a client's lock or claim, and nothing comes of it.
    LockHeld,
    /// Notifications cannot be pushed to a client's queue.
    QueueUnreachable,
    /// The same, as the repo is configured: no retry mends that.
    Misconfigured,
    /// Passes for a client, or the trigger, fail.
    Failing,
    /// A client does not handle what reaches its queue, or does not say so.
    Unhandled,
}

impl Reason {
    /// The code by which the page, the API and the scripts name it.
    pub fn code(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::NothingDispatched => "nothing-dispatched",
            Self::Lagging => "lagging",
            Self::ClientRefused => "client-refused",
            Self::NoRunner => "no-runner",
            Self::OpenGap => "open-gap",
            Self::LockHeld => "lock-held",
            Self::QueueUnreachable => "queue-unreachable",
            Self::Misconfigured => "misconfigured",
            Self::Failing => "failing",
            Self::Unhandled => "unhandled",
        }
    }
}

/// How long changes may wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// Longer than the settings explain.
    pub late_after: Duration,
    /// Longer than anything that ends by itself lasts: rests, claims, restarts of runners.
    pub stuck_after: Duration,
}

impl Patience {
    /// What the settings explain is the rest between two passes and the delay of a trigger, and a minute for jobs to be run.
    pub fn of(settings: &Settings) -> Self {
        const JOBS: Duration = Duration::from_secs(60);
        const LONG: Duration = Duration::from_secs(600);
        let late_after = settings.dispatch_interval + settings.trigger_max_delay + JOBS;
        Self { late_after, stuck_after: LONG.max(late_after * 2) }
    }
}

/// How dispatching is, and where each client stands.
#[derive(Clone, Debug)]
pub struct FarmStatus {
    /// What was looked at, and when.
    pub view: View,
    /// The clients, the most lagged first, then those that are disabled.
    pub clients: Vec<ClientStatus>,
    /// When somebody did anything last: ended a pass, began one, or failed at it.
    pub active: Option<Timestamp>,
    /// Those that should be clients and cannot be served, by name.
    pub refused: Vec<String>,
    /// Which transaction keeps the gap open; known only if the gap is the reason.
    pub gap_holder: GapHolder,
    /// Changes that became visible after the horizon had passed them, the last ones first.
    pub late: Vec<LateChange>,
    /// Changes that clients cannot handle, the last that were set aside first.
    pub aside: Vec<AsideChange>,
    /// What somebody should do something about, whatever the verdict.
    pub warnings: Vec<Warning>,
    trigger_failure: Option<Failure>,
}

/// How many clients are in which trouble.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Troubled {
    /// They get nothing, and will not by themselves.
    pub stuck: usize,
    /// Their passes fail, whether they count as stuck or not.
    pub failing: usize,
    /// They get changes late, and are neither.
    pub lagging: usize,
}

impl FarmStatus {
    /// Judges the facts; whether locks are held is added afterwards.
    pub fn new(facts: Vec<ClientFacts>, trigger_failure: Option<Failure>, view: View) -> Self {
        let mut clients: Vec<_> = facts.into_iter().map(|facts| ClientStatus::new(facts, view)).collect();
        clients.sort_by(|a, b| {
            let key = |status: &ClientStatus| (status.condition == Condition::Disabled, status.seen);
            key(a).cmp(&key(b)).then_with(|| a.client.site.cmp(&b.client.site))
        });
        let failed = clients.iter().filter_map(|client| client.failure).chain(trigger_failure);
        let active = failed
            .map(|failure| failure.at)
            .chain(clients.iter().filter_map(|client| client.touched))
            .chain(clients.iter().filter_map(|client| client.claimed_since))
            .max();
        Self {
            view,
            clients,
            active,
            refused: Vec::new(),
            late: Vec::new(),
            aside: Vec::new(),
            warnings: Vec::new(),
            gap_holder: GapHolder::Unknown,
            trigger_failure,
        }
    }

    /// The clients of which it must be asked whether somebody holds their lock, at most `most`, the most lagged first.
    pub fn suspects(&self, most: usize) -> Vec<SiteId> {
        self.clients.iter().filter(|status| status.is_suspect()).take(most).map(|s| s.client.site.clone()).collect()
    }

    /// Takes note of those whose lock is held.
    pub fn locks_are_held(&mut self, held: &[SiteId]) {
        for status in self.clients.iter_mut().filter(|status| held.contains(&status.client.site)) {
            status.lock_is_held();
        }
    }

    /// Ids that are visible, and that at least one client which is not disabled has not seen.
    pub fn waiting(&self) -> u64 {
        let mut clients = self.clients.iter().filter(|status| status.condition != Condition::Disabled);
        clients.next().map_or(0, |stalest| stalest.seen.distance_to(self.view.horizon.last))
    }

    /// The lag of the client in the middle (of two, the fresher) of those that are served; `None` if there are none.
    pub fn median_lag(&self) -> Option<Duration> {
        let mut ages: Vec<Duration> =
            self.clients.iter().filter(|status| status.is_served()).map(|status| status.age).collect();
        ages.sort_unstable();
        let middle = ages.len().checked_sub(1)? / 2;
        ages.get(middle).copied()
    }

    /// For how long nobody has done anything; `None` if nobody ever has.
    pub fn quiet(&self) -> Option<Duration> {
        self.active.map(|active| active.until(self.view.now))
    }

    /// How many clients are in trouble. Those that are refused get nothing either.
    pub fn troubled(&self) -> Troubled {
        let count = |trouble| self.clients.iter().filter(|status| status.trouble(&self.view) == Some(trouble)).count();
        Troubled {
            stuck: count(Trouble::Stuck) + self.refused.len(),
            failing: self.clients.iter().filter(|status| status.condition == Condition::Failing).count(),
            lagging: count(Trouble::Lagging),
        }
    }

    /// The verdict: how it is, why, and which client shows it.
    pub fn verdict(&self) -> (Health, Reason, Option<&str>) {
        let stalled = || self.clients.iter().filter(|status| status.is_stalled);
        let is_quiet = self.quiet().is_none_or(|quiet| quiet >= self.view.stuck_after);
        let is_behind_gap = |status: &ClientStatus| status.condition == Condition::Gap;
        let gap_is_held = self.view.horizon.waits_for.is_some_and(|gap| gap.kind == GapKind::InFlight);
        // Behind a gap that nobody holds, somebody only has to look once more.
        let waits = |status: &ClientStatus| waits_for_a_runner(status) || (is_behind_gap(status) && !gap_is_held);
        if is_quiet && stalled().any(waits) {
            return (Health::Stuck, Reason::NoRunner, None);
        }
        if gap_is_held && stalled().any(is_behind_gap) {
            return (Health::Stuck, Reason::OpenGap, None);
        }
        if stalled().next().is_some() && self.trigger_fails() {
            return (Health::Stuck, Reason::Failing, None);
        }
        let shown = stalled().find_map(|status| cause(status).map(|reason| (reason, &status.client.site)));
        if let Some((reason, client)) = shown {
            return (Health::Stuck, reason, Some(client.as_str()));
        }
        if let Some(status) = self.clients.iter().find(|status| status.is_misconfigured()) {
            return (Health::Stuck, Reason::Misconfigured, Some(status.client.site.as_str()));
        }
        if let Some(refused) = self.refused.first() {
            return (Health::Stuck, Reason::ClientRefused, Some(refused));
        }
        if let Some(status) = self.clients.iter().find(|status| status.was_sent_again()) {
            return (Health::Stuck, Reason::Unhandled, Some(status.client.site.as_str()));
        }
        if let Some((reason, client)) = self.cause_of_lag() {
            return (Health::Lagging, reason, client);
        }
        // Where something waits, it is late before long, or somebody begins.
        if self.active.is_none() {
            return (Health::Untried, Reason::NothingDispatched, None);
        }
        (Health::Healthy, Reason::None, None)
    }

    /// Why changes are late, and for which client; `None` if they are not. What fails is named before what is only
    /// slow: more runners do not help it.
    fn cause_of_lag(&self) -> Option<(Reason, Option<&str>)> {
        let latest = self.latest(|_| true)?;
        if self.trigger_fails() {
            return Some((Reason::Failing, None));
        }
        let failing = self.latest(|status| status.condition == Condition::Failing);
        let named = failing.unwrap_or(latest);
        let reason = match named.condition {
            Condition::Failing => cause(named).unwrap_or(Reason::Failing),
            Condition::Unhandled => Reason::Unhandled,
            _ => Reason::Lagging,
        };
        Some((reason, Some(named.client.site.as_str())))
    }

    /// The latest of some clients that are late; of several, the first.
    fn latest(&self, is_meant: impl Fn(&ClientStatus) -> bool) -> Option<&ClientStatus> {
        let lateness = |status: &&ClientStatus| status.lateness(self.view.now);
        let meant = self.clients.iter().rev().filter(|status| is_meant(status));
        meant.max_by_key(lateness).filter(|status| lateness(status) >= self.view.late_after)
    }

    /// Whether triggers failed last, and still do.
    fn trigger_fails(&self) -> bool {
        self.trigger_failure.is_some_and(|failure| {
            let is_last = self.clients.iter().filter_map(|client| client.touched).all(|touched| touched < failure.at);
            is_last && failure.at.until(self.view.now) < self.view.stuck_after
        })
    }
}

fn waits_for_a_runner(status: &ClientStatus) -> bool {
    let is_due = matches!(status.condition, Condition::Due | Condition::NotDue | Condition::Uninitialised);
    is_due && status.failure.is_none() && status.failures == 0
}

fn cause(status: &ClientStatus) -> Option<Reason> {
    if status.condition == Condition::LockHeld {
        return Some(Reason::LockHeld);
    }
    match status.failure {
        Some(Failure { step: Step::Push, .. }) => Some(Reason::QueueUnreachable),
        Some(Failure { step: Step::Configuration, .. }) => Some(Reason::Misconfigured),
        Some(Failure { step: Step::Other, .. }) => Some(Reason::Failing),
        None => (status.failures > 0).then_some(Reason::Failing),
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{
            change::ChangeId,
            claim::Rest,
            client_status::tests::{STUCK, ago, claim, stalled, view, with},
            sent::{Form, SentPass},
            state::tests::NOW,
            value::Value,
        },
        *,
    };

    fn farm(facts: Vec<ClientFacts>) -> FarmStatus {
        FarmStatus::new(facts, None, view(100, 100))
    }

    fn verdict(farm: &FarmStatus) -> (Health, Reason, Option<&str>) {
        farm.verdict()
    }

    fn up_to_date(site: &str, touched: u64) -> ClientFacts {
        let facts = with(stalled(site, 100), |state| state.touched = ago(touched));
        ClientFacts { oldest: None, ..facts }
    }

    fn failed(facts: ClientFacts, seconds_ago: u64, step: Step) -> ClientFacts {
        ClientFacts { failure: ago(seconds_ago).map(|at| Failure { at, step }), ..facts }
    }

    #[test]
    fn a_final_failure_is_stuck_at_once() {
        let rest = Rest::after(&claim(7), NOW).to_string();
        let fresh = |site: &str, step| {
            let facts = with(failed(stalled(site, 90), 5, step), |state| {
                (state.touched, state.lock_value) = (ago(30), Some(rest.clone()));
            });
            ClientFacts { oldest: ago(3), ..facts }
        };
        assert_eq!(verdict(&farm(vec![fresh("a", Step::Push)])).0, Health::Healthy, "it may pass");
        let stuck = farm(vec![fresh("a", Step::Push), fresh("b", Step::Configuration)]);
        assert_eq!(verdict(&stuck), (Health::Stuck, Reason::Misconfigured, Some("b")));
    }

    #[test]
    fn behind_a_gap_that_nobody_holds_somebody_has_to_look_once_more() {
        let gap = |kind| {
            let mut view = view(40, 100);
            view.horizon.waits_for.as_mut().unwrap().kind = kind;
            FarmStatus::new(vec![stalled("a", 40)], None, view)
        };
        assert_eq!(gap(GapKind::InFlight).verdict().1, Reason::OpenGap);
        assert_eq!(gap(GapKind::Young).verdict().1, Reason::NoRunner);
    }

    #[test]
    fn a_farm_in_which_nothing_waits_is_healthy_however_long_nobody_has_done_anything() {
        assert_eq!(verdict(&farm(vec![up_to_date("a", 99_999)])), (Health::Healthy, Reason::None, None));
    }

    #[test]
    fn a_farm_in_which_nothing_was_ever_dispatched_is_not_healthy_yet() {
        let never = |facts: ClientFacts| with(facts, |state| state.touched = None);
        let untried = (Health::Untried, Reason::NothingDispatched, None);
        assert_eq!(verdict(&farm(vec![never(up_to_date("a", 1))])), untried);
        assert_eq!(verdict(&farm(vec![])), untried);
        let young = ClientFacts { oldest: ago(5), ..never(stalled("a", 5)) };
        assert_eq!(verdict(&farm(vec![young.clone()])), untried, "its first change has just been written");
        assert_eq!(verdict(&farm(vec![ClientFacts { oldest: ago(125), ..young }])).0, Health::Lagging);
        assert_eq!(verdict(&farm(vec![never(stalled("a", 5))])).1, Reason::NoRunner);
        assert_eq!(verdict(&farm(vec![never(up_to_date("a", 1)), up_to_date("b", 9)])).0, Health::Healthy);
    }

    #[test]
    fn failures_are_named_as_the_cause_of_lag_before_slow_clients() {
        let busy = |site: &str, age| ClientFacts {
            oldest: ago(age),
            ..with(stalled(site, 5), |state| state.touched = ago(300))
        };
        let push = farm(vec![busy("a", 500), failed(busy("b", 200), 5, Step::Push)]);
        assert_eq!(verdict(&push), (Health::Lagging, Reason::QueueUnreachable, Some("b")));
        let other = farm(vec![failed(busy("b", 200), 5, Step::Other)]);
        assert_eq!(verdict(&other), (Health::Lagging, Reason::Failing, Some("b")));
        let young = farm(vec![busy("a", 500), failed(busy("b", 60), 5, Step::Push)]);
        assert_eq!(verdict(&young), (Health::Lagging, Reason::Lagging, Some("a")), "that one is not late yet");
        let rest = Rest { until: NOW, end: ChangeId(9), failures: 6 }.to_string();
        let tried = with(busy("b", 200), |state| state.lock_value = Some(rest));
        assert_eq!(verdict(&farm(vec![tried])), (Health::Lagging, Reason::Failing, Some("b")));
        let trigger = Some(Failure { at: NOW, step: Step::Other });
        let trigger = FarmStatus::new(vec![busy("a", 200)], trigger, view(100, 100));
        assert_eq!(trigger.verdict(), (Health::Lagging, Reason::Failing, None));
    }

    #[test]
    fn clients_in_trouble_are_counted() {
        let busy = |site: &str, age| ClientFacts { oldest: ago(age), ..with(stalled(site, 5), |s| s.touched = ago(9)) };
        let mut farm = farm(vec![
            up_to_date("a", 1),
            busy("b", 124),
            busy("c", 300),
            failed(busy("d", 300), 2, Step::Push),
            failed(stalled("e", 5), 2, Step::Push),
            stalled("f", 5),
        ]);
        farm.refused = vec!["x".into()];
        assert_eq!(farm.troubled(), Troubled { stuck: 3, failing: 2, lagging: 1 });
    }

    #[test]
    fn changes_may_wait_as_long_as_the_settings_explain() {
        let waits = |age| farm(vec![ClientFacts { oldest: ago(age), ..stalled("a", 5) }, up_to_date("b", 1)]);
        assert_eq!(verdict(&waits(124)).0, Health::Healthy);
        assert_eq!(verdict(&waits(125)), (Health::Lagging, Reason::Lagging, Some("a")));
    }

    fn sent(seconds_ago: u64, tries: u32) -> SentPass {
        let (since, first) = (NOW.minus(Duration::from_secs(seconds_ago)), ChangeId(90));
        let (form, after) = (Form::Whole, ChangeId(80));
        SentPass { after, first, upto: ChangeId(100), since, sent: since, tries, form, late: None }
    }

    #[test]
    fn g16_what_is_not_handled_makes_late_when_it_was_sent_long_ago_and_stuck_when_it_was_sent_again() {
        let unhandled = |seconds_ago, tries| {
            let facts = ClientFacts { oldest: ago(9000), ..up_to_date("a", 1) };
            farm(vec![ClientFacts { handled: ChangeId(89), unhandled: vec![sent(seconds_ago, tries)], ..facts }])
        };
        assert_eq!(verdict(&unhandled(5, 0)).0, Health::Healthy, "the change is old, and has just been sent");
        assert_eq!(unhandled(5, 0).clients[0].age, Duration::from_secs(9000));
        assert_eq!(verdict(&unhandled(125, 0)), (Health::Lagging, Reason::Unhandled, Some("a")));
        assert_eq!(verdict(&unhandled(5000, 1)), (Health::Stuck, Reason::Unhandled, Some("a")));
        let facts = ClientFacts { unhandled: vec![sent(9, 0)], ..up_to_date("a", 1) };
        assert_eq!(farm(vec![facts]).clients[0].condition, Condition::Unhandled);
    }

    #[test]
    fn a_farm_is_without_a_runner_when_clients_are_due_and_nobody_does_anything() {
        let nobody = farm(vec![stalled("a", 5), up_to_date("b", 601)]);
        assert_eq!(verdict(&nobody), (Health::Stuck, Reason::NoRunner, None));
        assert_eq!(nobody.quiet(), Some(Duration::from_secs(601)));
        let somebody = farm(vec![stalled("a", 5), up_to_date("b", 599)]);
        assert_eq!(verdict(&somebody), (Health::Lagging, Reason::Lagging, Some("a")));
        let new = ClientFacts { state: None, ..stalled("a", 0) };
        assert_eq!(verdict(&farm(vec![new])), (Health::Stuck, Reason::NoRunner, None));
    }

    #[test]
    fn a_farm_with_a_client_that_is_refused_is_stuck_however_well_the_others_do() {
        let mut healthy = farm(vec![up_to_date("a", 2)]);
        healthy.refused = vec!["entry 3".into(), "x".into()];
        assert_eq!(verdict(&healthy), (Health::Stuck, Reason::ClientRefused, Some("entry 3")));
        let mut stuck = farm(vec![stalled("a", 5), up_to_date("b", 601)]);
        stuck.refused = vec!["x".into()];
        assert_eq!(verdict(&stuck).1, Reason::NoRunner, "what keeps the others comes first");
    }

    #[test]
    fn a_large_backlog_that_is_worked_off_is_lag() {
        let busy = with(stalled("a", 5), |state| state.touched = ago(2));
        assert_eq!(verdict(&farm(vec![busy])), (Health::Lagging, Reason::Lagging, Some("a")));
    }

    #[test]
    fn g7_a_gap_that_keeps_everybody_is_named_before_what_keeps_one() {
        let broken = failed(stalled("a", 40), 5, Step::Push);
        let farm = FarmStatus::new(vec![broken, stalled("b", 50)], None, view(50, 100));
        assert_eq!(verdict(&farm), (Health::Stuck, Reason::OpenGap, None));
    }

    #[test]
    fn a_client_whose_queue_does_not_take_pushes_is_named() {
        let rest = Rest::after(&claim(9), NOW).to_string();
        let broken = with(failed(stalled("b", 5), 5, Step::Push), |state| state.lock_value = Some(rest.clone()));
        let both = farm(vec![up_to_date("a", 2), broken]);
        assert_eq!(verdict(&both), (Health::Stuck, Reason::QueueUnreachable, Some("b")));
        let late = failed(stalled("b", 5), 1200, Step::Push);
        assert_eq!(verdict(&farm(vec![late])).1, Reason::QueueUnreachable, "a runner came, and could not push");
        let other = with(stalled("b", 5), |state| state.lock_value = Some(rest));
        assert_eq!(verdict(&farm(vec![other])), (Health::Stuck, Reason::Failing, Some("b")));
    }

    #[test]
    fn g11_a_client_whose_lock_somebody_holds_is_named() {
        let mut farm = farm(vec![stalled("a", 5), stalled("b", 6), up_to_date("c", 2)]);
        assert_eq!(farm.suspects(1).len(), 1);
        assert_eq!(farm.suspects(9).iter().map(SiteId::as_str).collect::<Vec<_>>(), ["a", "b"]);
        farm.locks_are_held(&farm.suspects(9)[1..]);
        assert_eq!(verdict(&farm), (Health::Stuck, Reason::LockHeld, Some("b")));
    }

    #[test]
    fn a_trigger_that_fails_is_a_runner_that_fails() {
        let failure = |seconds| ago(seconds).map(|at| Failure { at, step: Step::Other });
        let of = |seconds| FarmStatus::new(vec![stalled("a", 5)], failure(seconds), view(100, 100));
        assert_eq!(verdict(&of(30)), (Health::Stuck, Reason::Failing, None));
        assert_eq!(verdict(&of(700)), (Health::Stuck, Reason::NoRunner, None));
    }

    #[test]
    fn those_that_lag_most_come_first_and_disabled_ones_neither_lag_nor_wait() {
        let off = with(stalled("z", 1), |state| state.disabled = true);
        let farm = farm(vec![up_to_date("b", 1), off, stalled("a", 40)]);
        let order: Vec<_> = farm.clients.iter().map(|status| status.client.site.as_str()).collect();
        assert_eq!((order, farm.waiting()), (vec!["a", "b", "z"], 60));
        assert_eq!(farm.median_lag(), Some(Duration::ZERO), "of two, the fresher");
        assert_eq!(FarmStatus::new(vec![], None, view(0, 0)).median_lag(), None);
    }

    #[test]
    fn patience_grows_with_what_the_settings_make_clients_wait() {
        let of = |interval: i64| {
            let clients = Value::List(vec![Value::Text("a".into())]);
            let values = [("localClientDatabases", clients), ("repoSiteId", Value::Text("r".into()))];
            let interval = ("dispatchDefaultDispatchInterval", Value::Integer(interval));
            let values = values.into_iter().chain([interval]).map(|(name, value)| (name.to_owned(), value));
            Patience::of(&Settings::from_values(values).unwrap())
        };
        assert_eq!((of(0).late_after.as_secs(), of(0).stuck_after), (60, STUCK));
        assert_eq!((of(3600).late_after.as_secs(), of(3600).stuck_after.as_secs()), (3660, 7320));
    }
}
