//! Where one client stands, and whether it is due for a pass.

use std::time::Duration;

use super::{
    change::ChangeId,
    claim::Lock,
    client_mark::ClientMark,
    receipts::{Receipts, Reported},
    sent::{AgainRules, Sent},
    site::Client,
    time::Timestamp,
};

/// A client's dispatch state: a row of `wb_changes_dispatch`, for a client that is configured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DispatchState {
    /// Whose it is. The domain is the configured one, whatever the row says.
    pub client: Client,
    /// Every change up to this id has been dealt with.
    pub seen: ChangeId,
    /// When the last pass ended; `None` if there was none.
    pub touched: Option<Timestamp>,
    /// `chd_lock` as it stands in the row: what a compare-and-set must compare with.
    pub lock_value: Option<String>,
    /// Whether an admin has switched the client off.
    pub disabled: bool,
    /// What the client says about itself.
    pub mark: Option<ClientMark>,
    /// What the client says that it has handled; `None` if it says nothing of that.
    pub reported: Option<Reported>,
    /// What it was sent of which receipts are wanted.
    pub sent: Option<Sent>,
}

/// When a client that is behind is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DueRules {
    /// Rest between two passes.
    pub interval: Duration,
    /// A client more than this many ids behind does not wait for the interval.
    pub batch_size: u64,
    /// How long a claim lasts.
    pub claim_ttl: Duration,
}

/// The answer to "when is this client's next pass?".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// Nothing is pending, or the client is disabled.
    Never,
    /// It can begin.
    Now,
    /// Something is pending, but it rests, or somebody holds its claim.
    After(Duration),
}

impl DispatchState {
    /// What `chd_lock` means.
    pub fn lock(&self) -> Lock {
        Lock::parse(self.lock_value.as_deref())
    }

    /// What the client says that it has handled; nothing if that cannot be true.
    pub fn receipts(&self) -> &Receipts {
        static NOTHING: Receipts = Receipts::none();
        let receipts = self.reported.as_ref().map(|reported| &reported.receipts);
        receipts.filter(|_| !self.claims_too_much()).unwrap_or(&NOTHING)
    }

    /// Up to where it has been sent anything since its position was set: a pass that is under way, or was not recorded, may have been
    /// handled all the same.
    fn reach(&self) -> ChangeId {
        self.lock().intended_end().map_or(self.seen, |end| end.max(self.seen))
    }

    /// Whether its position was set back since what is noted was sent.
    pub fn was_set_back(&self) -> bool {
        self.sent.as_ref().is_some_and(|sent| sent.upto > self.reach())
    }

    /// Whether the client says that it has handled what it was never sent.
    pub fn claims_too_much(&self) -> bool {
        let most = self.reach();
        let both = self.reported.as_ref().zip(self.sent.as_ref());
        let last = both.and_then(|(reported, sent)| Some((reported.receipts.last_of(sent.stream)?, sent.upto)));
        last.is_some_and(|(last, sent)| last > most.max(sent))
    }

    /// What is wrong with what the client says that it has handled; `None` if nothing is, or it says nothing.
    pub fn why_refused(&self) -> Option<&'static str> {
        let why = self.reported.as_ref()?.refused;
        why.or_else(|| self.claims_too_much().then_some("it covers changes that were never sent"))
    }

    /// When the client reported last.
    pub fn heard(&self) -> Option<Timestamp> {
        self.reported.as_ref().map(|reported| reported.at)
    }

    /// Every change up to this id has been dealt with, and handled by the client as far as it gives receipts. It is not counted on
    /// for ever.
    pub fn handled(&self, now: Timestamp, rules: AgainRules) -> ChangeId {
        let outstanding = self.sent.iter().flat_map(|sent| sent.outstanding(self.receipts(), now, rules));
        outstanding.map(|(_, pass)| pass.first.back(1)).min().map_or(self.seen, |first| first.min(self.seen))
    }

    /// Whether it was sent something that it has not handled, and that has yet to be sent to it again, and once more if need be: then
    /// a client that leaves is waited for.
    pub fn may_handle_more(&self, now: Timestamp, rules: AgainRules) -> bool {
        const ENOUGH: u32 = 2;
        let outstanding = self.sent.iter().flat_map(|sent| sent.outstanding(self.receipts(), now, rules));
        let mut waited_for = outstanding.filter(|(_, pass)| pass.tries < ENOUGH || now < pass.sent.plus(rules.within));
        waited_for.next().is_some()
    }

    /// Whether something is to be sent again now, if nobody is at work on the client.
    pub fn is_due_again(&self, now: Timestamp, rules: AgainRules) -> bool {
        let is_due = |sent: &Sent| {
            let wants_all = self.receipts().restored_in(sent.stream).is_some();
            wants_all || self.claims_too_much() || !sent.due_again(self.receipts(), self.heard(), now, rules).is_empty()
        };
        !self.disabled && self.sent.as_ref().is_some_and(is_due)
    }

    /// Ids between seen and `horizon`.
    pub fn pending(&self, horizon: ChangeId) -> u64 {
        self.seen.distance_to(horizon)
    }

    /// When the next pass is due.
    pub fn due(&self, horizon: ChangeId, now: Timestamp, rules: DueRules) -> Due {
        let pending = self.pending(horizon);
        if self.disabled || pending == 0 {
            return Due::Never;
        }
        if let Some(until) = self.lock().blocked_until(now, rules.claim_ttl) {
            return Due::After(now.until(until));
        }
        match self.touched {
            Some(touched) if pending <= rules.batch_size => {
                // A timestamp ahead of the clock (a restored dump, say) must not hold a client back for longer than the interval.
                let rest = now.until(touched.plus(rules.interval)).min(rules.interval);
                if rest.is_zero() { Due::Now } else { Due::After(rest) }
            }
            _ => Due::Now,
        }
    }

    /// Whether it is behind, and its claim's holder has shown no sign of life for a moment.
    pub fn is_left_alone(&self, horizon: ChangeId, now: Timestamp, rules: DueRules) -> bool {
        const MOMENT: Duration = Duration::from_secs(2);
        let Lock::Claimed(claim) = self.lock() else {
            return false;
        };
        !self.disabled && self.pending(horizon) > 0 && now.until(claim.expires) + MOMENT <= rules.claim_ttl
    }

    /// Whether it was moved within this span before now.
    pub fn was_touched_within(&self, span: Duration, now: Timestamp) -> bool {
        self.touched.is_some_and(|touched| touched <= now && now <= touched.plus(span))
    }

    /// Whether a pass can begin now.
    pub fn is_due(&self, horizon: ChangeId, now: Timestamp, rules: DueRules) -> bool {
        self.due(horizon, now, rules) == Due::Now
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::{
        super::{
            claim::{Claim, Rest, Token},
            site::{DatabaseDomain, SiteId},
        },
        *,
    };

    pub(crate) const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);
    pub(crate) const RULES: DueRules =
        DueRules { interval: Duration::from_secs(60), batch_size: 100, claim_ttl: Duration::from_secs(60) };
    const HORIZON: ChangeId = ChangeId(1000);

    pub(crate) fn state(site: &str, seen: u64) -> DispatchState {
        DispatchState {
            client: Client { site: SiteId::parse(site).unwrap(), domain: DatabaseDomain::parse(site).unwrap() },
            seen: ChangeId(seen),
            touched: None,
            lock_value: None,
            disabled: false,
            mark: None,
            reported: None,
            sent: None,
        }
    }

    fn ago(seconds: i64) -> Option<Timestamp> {
        Some(Timestamp::from_unix(NOW.unix() - seconds))
    }

    #[test]
    fn a_client_that_was_never_touched_is_due() {
        assert!(state("enwiki", 999).is_due(HORIZON, NOW, RULES));
    }

    #[test]
    fn a_client_that_has_seen_everything_is_never_due() {
        assert_eq!(state("enwiki", 1000).due(HORIZON, NOW, RULES), Due::Never);
        assert_eq!(state("enwiki", 2000).due(HORIZON, NOW, RULES), Due::Never);
    }

    #[test]
    fn a_disabled_client_is_never_due() {
        let state = DispatchState { disabled: true, ..state("enwiki", 0) };
        assert_eq!(state.due(HORIZON, NOW, RULES), Due::Never);
    }

    #[test]
    fn a_client_rests_for_the_interval_unless_it_is_more_than_a_batch_behind() {
        let near = DispatchState { touched: ago(20), ..state("enwiki", 900) };
        assert_eq!(near.due(HORIZON, NOW, RULES), Due::After(Duration::from_secs(40)));
        let far = DispatchState { seen: ChangeId(899), ..near };
        assert_eq!(far.due(HORIZON, NOW, RULES), Due::Now);
    }

    #[test]
    fn a_touch_from_the_future_delays_by_one_interval_at_most() {
        let state = DispatchState { touched: ago(-86_400), ..state("enwiki", 990) };
        assert_eq!(state.due(HORIZON, NOW, RULES), Due::After(RULES.interval));
    }

    #[test]
    fn a_live_claim_and_a_rest_hold_back_even_a_client_far_behind() {
        let claim = Claim { token: Token(1), expires: NOW.plus(Duration::from_secs(7)), end: HORIZON, failures: 0 };
        let claimed = DispatchState { lock_value: Some(claim.to_string()), ..state("enwiki", 0) };
        assert_eq!(claimed.due(HORIZON, NOW, RULES), Due::After(Duration::from_secs(7)));
        assert!(claimed.is_due(HORIZON, claim.expires, RULES));
        let rest = Rest::after(&claim, NOW);
        let resting = DispatchState { lock_value: Some(rest.to_string()), ..state("enwiki", 0) };
        assert_eq!(resting.due(HORIZON, NOW, RULES), Due::After(Duration::from_secs(1)));
    }
}
