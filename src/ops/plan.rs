//! The clients that this runner has to serve now, and where each stands: what a trigger found, less what has been done
//! since.

use std::collections::{BTreeMap, BTreeSet};

use super::{again::is_to_hear_again, late::can_be_told};
use crate::domain::{
    horizon::Horizon,
    ledger::LateChange,
    settings::Settings,
    site::SiteId,
    state::{DispatchState, Due},
    time::Timestamp,
};

/// Clients that are due, up to a horizon. The most lagged are served first, so that those who stand together are served from the
/// same stretches; chance decides among equals, so that two runners do not meet at the same ones. Nobody is served again before
/// everybody was: one far behind, or with a slow queue, would keep the others waiting (G5).
#[derive(Debug, Default)]
pub struct Plan {
    horizon: Horizon,
    /// Those who were not served yet, the most lagged last.
    waiting: Vec<(DispatchState, u64)>,
    /// Those who are to be served again, the most lagged last.
    back: Vec<DispatchState>,
    met_others: bool,
    /// Late changes by client.
    late: BTreeMap<String, Vec<LateChange>>,
    /// Clients to which something has to be sent again.
    again: BTreeSet<SiteId>,
}

impl Plan {
    /// A plan for those among `states` that are due at `now`, or that miss something of `late`.
    pub fn new(
        states: &[DispatchState],
        late: Vec<(String, LateChange)>,
        horizon: Horizon,
        now: Timestamp,
        settings: &Settings,
        chance: &mut fastrand::Rng,
    ) -> Self {
        let mut late_for: BTreeMap<String, Vec<LateChange>> = BTreeMap::new();
        for (site, change) in late {
            late_for.entry(site).or_default().push(change);
        }
        let late = late_for;
        let is_late =
            |state: &DispatchState| late.contains_key(state.client.site.as_str()) && can_be_told(state, settings, now);
        let again = states.iter().filter(|state| is_to_hear_again(state, settings, now));
        let again: BTreeSet<SiteId> = again.map(|state| state.client.site.clone()).collect();
        let is_due = |state: &&DispatchState| {
            state.is_due(horizon.upto, now, settings.due_rules())
                || is_late(state)
                || again.contains(&state.client.site)
        };
        let due = states.iter().filter(|state| horizon.covers(state.seen)).filter(is_due);
        let mut waiting: Vec<_> = due.map(|state| (state.clone(), chance.u64(..))).collect();
        waiting.sort_by_key(|(state, chance)| std::cmp::Reverse((state.seen, *chance)));
        Self { horizon, waiting, back: Vec::new(), met_others: false, late, again }
    }

    /// Up to where they are served.
    pub fn horizon(&self) -> &Horizon {
        &self.horizon
    }

    /// Who waits, in the order in which they are served.
    pub fn waiting(&self) -> impl Iterator<Item = &SiteId> {
        let back = self.back.iter().rev().map(|state| &state.client.site);
        self.waiting.iter().rev().map(|(state, _)| &state.client.site).chain(back)
    }

    /// Whether a client left the plan because somebody else holds its lock, has claimed it or has moved it. That may have been
    /// done by a look from before the last change, and nobody else comes back for that one where jobs cannot be delayed.
    pub fn met_others(&self) -> bool {
        self.met_others
    }

    pub(super) fn meet_others(&mut self) {
        self.met_others = true;
    }

    /// The next one to be served.
    pub(super) fn take(&mut self) -> Option<DispatchState> {
        self.waiting.pop().map(|(state, _)| state).or_else(|| self.back.pop())
    }

    /// What is late for the client, once.
    pub(super) fn take_late(&mut self, client: &SiteId) -> Option<Vec<LateChange>> {
        self.late.remove(client.as_str())
    }

    /// Whether something is to be sent again to the client; once.
    pub(super) fn take_again(&mut self, client: &SiteId) -> bool {
        self.again.remove(client)
    }

    /// Undoes [`Plan::take`].
    pub(super) fn give_back(&mut self, state: DispatchState) {
        self.waiting.push((state, 0));
    }

    /// Has a client that was served, or moved, wait again if it is still due where it stands now.
    pub(super) fn put_back(&mut self, state: DispatchState, now: Timestamp, settings: &Settings) {
        if state.due(self.horizon.upto, now, settings.due_rules()) == Due::Now {
            let at = self.back.partition_point(|other| other.seen > state.seen);
            self.back.insert(at, state);
        }
    }
}
