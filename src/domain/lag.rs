//! How far the clients are behind: in changes, and in seconds.
//!
//! The lag of a client in seconds is the age of the oldest change that it has not seen, or, where it says what it has handled, that it has
//! not handled: what somebody who made that change has
//! waited for it to arrive. (Wikibase compared the last change seen with the last one written, which calls a client lagged that
//! saw everything but the edit of a moment ago, if nobody edited in the hour before.) `change_time` is Wikibase's; the age is
//! taken by the database's clock.

use std::time::Duration;

use super::{change::ChangeId, claim::Lock, site::SiteId, state::DispatchState, time::Timestamp};

/// How far one client is behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientLag {
    /// Which one.
    pub client: SiteId,
    /// What it has seen.
    pub seen: ChangeId,
    /// Ids between that and the horizon.
    pub pending: u64,
    /// Age of the oldest visible change that it has not seen, up to the horizon or behind it, or not handled, if it gives receipts; zero
    /// if there is none, or if its time cannot be read.
    pub age: Duration,
}

/// How far all of them are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LagReport {
    /// Where this was looked at.
    pub horizon: ChangeId,
    /// The clients that are enabled, the most lagged first.
    pub clients: Vec<ClientLag>,
    /// How many of them somebody holds the claim of.
    pub claimed: usize,
    /// How many of them rest after a failure.
    pub resting: usize,
    /// How many more are disabled.
    pub disabled: usize,
    /// How many more have no dispatch state.
    pub uninitialised: usize,
}

impl LagReport {
    /// Sums up `states` (each with the time of the first visible change that it has not seen) of `configured` clients.
    pub fn new(
        states: Vec<(DispatchState, Option<Timestamp>)>,
        configured: usize,
        horizon: ChangeId,
        now: Timestamp,
        claim_ttl: Duration,
    ) -> Self {
        let uninitialised = configured.saturating_sub(states.len());
        let (enabled, disabled): (Vec<_>, Vec<_>) = states.into_iter().partition(|(state, _)| !state.disabled);
        let blocked: Vec<Lock> = enabled
            .iter()
            .map(|(state, _)| state.lock())
            .filter(|lock| lock.blocked_until(now, claim_ttl).is_some())
            .collect();
        let mut clients: Vec<_> = enabled
            .into_iter()
            .map(|(state, oldest)| ClientLag {
                pending: state.pending(horizon),
                age: oldest.map_or(Duration::ZERO, |time| time.until(now)),
                seen: state.seen,
                client: state.client.site,
            })
            .collect();
        clients.sort_by(|a, b| (a.seen, &a.client).cmp(&(b.seen, &b.client)));
        Self {
            horizon,
            clients,
            claimed: blocked.iter().filter(|lock| matches!(lock, Lock::Claimed(_))).count(),
            resting: blocked.iter().filter(|lock| matches!(lock, Lock::Resting(_))).count(),
            disabled: disabled.len(),
            uninitialised,
        }
    }

    /// The one that has seen the least.
    pub fn stalest(&self) -> Option<&ClientLag> {
        self.clients.first()
    }

    /// The one that has seen the most.
    pub fn freshest(&self) -> Option<&ClientLag> {
        self.clients.last()
    }

    /// The one in the middle; of two, the fresher.
    pub fn median(&self) -> Option<&ClientLag> {
        self.clients.get(self.clients.len() / 2)
    }

    /// Changes pending, on average; 0 if there is no client.
    pub fn average_pending(&self) -> f64 {
        self.average(|client| to_f64(client.pending))
    }

    /// Seconds of lag, on average; 0 if there is no client.
    pub fn average_seconds(&self) -> f64 {
        self.average(|client| client.age.as_secs_f64())
    }

    fn average(&self, of: impl Fn(&ClientLag) -> f64) -> f64 {
        let count = self.clients.len();
        if count == 0 { 0.0 } else { self.clients.iter().map(of).sum::<f64>() / to_f64(count as u64) }
    }
}

/// Exact as far as ids go, which are 32 bits wide.
#[allow(clippy::cast_precision_loss, reason = "an average needs no 53 bits")]
fn to_f64(number: u64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::{
        super::{
            claim::{Claim, Rest, Token},
            state::tests::{NOW, RULES, state},
        },
        *,
    };

    fn ago(seconds: u64) -> Option<Timestamp> {
        Some(NOW.minus(Duration::from_secs(seconds)))
    }

    fn report(states: Vec<(DispatchState, Option<Timestamp>)>, configured: usize) -> LagReport {
        LagReport::new(states, configured, ChangeId(100), NOW, RULES.claim_ttl)
    }

    fn lag(client: Option<&ClientLag>) -> (&str, u64, u64) {
        client.map(|client| (client.client.as_str(), client.pending, client.age.as_secs())).unwrap()
    }

    #[test]
    fn the_median_is_the_one_in_the_middle_and_of_two_the_fresher() {
        let five = report(
            vec![
                (state("c", 90), ago(5)),
                (state("a", 10), ago(500)),
                (state("e", 100), None),
                (state("b", 50), ago(60)),
                (state("d", 99), ago(1)),
            ],
            5,
        );
        assert_eq!(lag(five.median()), ("c", 10, 5));
        assert_eq!((lag(five.stalest()), lag(five.freshest())), (("a", 90, 500), ("e", 0, 0)));
        let two = report(vec![(state("a", 10), ago(500)), (state("b", 100), None)], 2);
        assert_eq!(lag(two.median()), ("b", 0, 0));
        assert_eq!((two.average_pending(), two.average_seconds()), (45.0, 250.0));
    }

    #[test]
    fn without_clients_there_is_no_lag() {
        let none = report(vec![], 0);
        assert_eq!((none.median(), none.average_pending(), none.average_seconds()), (None, 0.0, 0.0));
    }

    #[test]
    fn a_disabled_client_is_counted_and_lags_nobody() {
        let disabled = DispatchState { disabled: true, ..state("a", 0) };
        let report = report(vec![(disabled, ago(9999)), (state("b", 100), None)], 3);
        assert_eq!((report.disabled, report.uninitialised, report.clients.len()), (1, 1, 1));
        assert_eq!(report.average_seconds(), 0.0);
    }

    #[test]
    fn claims_and_rests_count_while_they_last() {
        let claim = Claim { token: Token(1), expires: NOW.plus(Duration::from_secs(7)), end: ChangeId(9), failures: 0 };
        let over = Claim { expires: NOW, ..claim };
        let locked = |site, lock: String| (DispatchState { lock_value: Some(lock), ..state(site, 5) }, None);
        let report = report(
            vec![
                locked("a", claim.to_string()),
                locked("b", over.to_string()),
                locked("c", Rest::after(&claim, NOW).to_string()),
                locked("d", "of somebody else".into()),
            ],
            4,
        );
        assert_eq!((report.claimed, report.resting), (1, 1));
    }

    #[test]
    fn a_change_from_the_future_is_no_lag() {
        let report = report(vec![(state("a", 5), Some(NOW.plus(Duration::from_secs(60))))], 1);
        assert_eq!(lag(report.median()), ("a", 95, 0));
    }
}
