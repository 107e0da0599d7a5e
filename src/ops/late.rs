//! Late changes (G7b): finds what became visible after the horizon had passed it, decides who has to be told, and assembles the pass
//! that tells a client.
//!
//! Who has moved past a late change gets it by a pass of its own, which leaves the client's position where it is. Who has not will read
//! it in its turn; but something that was read before the change was visible may still be in somebody's hands. So a new epoch of the
//! buffer begins first, in which nobody uses what was read before; then clients that stand before the change are marked, by a
//! compare-and-set under which every claim fails that was prepared before; and while somebody has such a client's claim, nothing
//! is decided about the change.

use std::{collections::BTreeSet, time::Duration};

use super::pass::Pass;
use crate::{
    domain::{
        batch::Batch,
        change::{Change, ChangeId},
        claim::{Lock, Rest, Token},
        horizon::Horizon,
        ledger::{LateChange, MOST_LATE},
        sent::{MOST_LATE as MOST_LATE_NOTED, Sent},
        settings::Settings,
        site::SiteId,
        state::DispatchState,
        stretch::{ClientNumber, Sorting, Stretch},
        time::Timestamp,
    },
    error::Result,
    store::{self, LateRecord, NewClaim, ReadLimit, StateRow, Store},
};

/// A late change that was found, for the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundLate {
    /// Which one.
    pub change: ChangeId,
    /// From its `change_time` to now, if that can be read.
    pub late_by: Option<Duration>,
    /// Clients that had moved past it and have to get it.
    pub clients: Vec<SiteId>,
}

/// Compares the ledger with the buffer if that is due, and records what is late: also for clients that this process does not know,
/// because its configuration is an older one, or a newer.
pub(super) fn find_late<S: Store + ?Sized>(
    store: &mut S,
    settings: &Settings,
    horizon: &Horizon,
) -> Result<Vec<FoundLate>> {
    if !horizon.findings.comparison_is_due {
        return Ok(Vec::new());
    }
    let ids = store.find_late(MOST_LATE)?;
    let now = store.now()?;
    let changes = read(store, settings, &ids)?;
    let is_all = changes.len() == ids.len();
    let times: Vec<(ChangeId, Option<Timestamp>)> =
        changes.iter().map(|change| (change.id, Timestamp::parse_mw(&change.time))).collect();
    let places = if changes.is_empty() { Vec::new() } else { places(store)? };
    let stretch = sort_out(store, &places, changes)?;
    let decision = Decision::of(&places, &stretch);
    let undecided = decision.mark(store, horizon, now)?;
    let records: Vec<LateRecord> = times
        .iter()
        .filter(|(id, _)| !undecided.contains(id))
        .map(|(id, _)| LateRecord { change: *id, clients: decision.past(*id) })
        .collect();
    let is_recorded = records.is_empty() || store.record_late(&records, now)?;
    if !is_recorded {
        // Somebody else has found them, too, and tells.
        return Ok(Vec::new());
    }
    if is_all && undecided.is_empty() && ids.len() < MOST_LATE {
        store.was_compared(now)?;
    }
    let late_by = |id: ChangeId| times.iter().find(|(other, _)| *other == id).and_then(|(_, time)| *time);
    Ok(records
        .into_iter()
        .map(|record| FoundLate {
            change: record.change,
            late_by: late_by(record.change).map(|time| time.until(now)),
            clients: record.clients,
        })
        .collect())
}

/// The changes with these ids, as many as a batch may hold; at least one.
pub(super) fn read<S: Store + ?Sized>(store: &mut S, settings: &Settings, ids: &[ChangeId]) -> Result<Vec<Change>> {
    let one = ReadLimit { rows: 1, bytes: usize::MAX };
    let (mut changes, mut bytes) = (Vec::new(), 0);
    for id in ids {
        if bytes >= settings.batch_max_bytes as usize {
            break;
        }
        let read = store.read_changes(id.back(1), *id, one)?.changes;
        bytes += read.iter().map(|change| change.info.len()).sum::<usize>();
        changes.extend(read.into_iter().filter(|change| change.id == *id));
    }
    Ok(changes)
}

/// Where each client stands that is enabled, in the order of their sites. One without a state begins at the beginning, and one that
/// is disabled begins where an admin says.
fn places<S: Store + ?Sized>(store: &mut S) -> Result<Vec<(SiteId, StateRow)>> {
    let rows = store.all_states()?.into_iter().filter(|row| !row.disabled);
    let mut places: Vec<_> = rows.filter_map(|row| Some((SiteId::parse(&row.site)?, row))).collect();
    places.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(places)
}

/// Clients are numbered by their places.
fn sort_out<S: Store + ?Sized>(store: &mut S, places: &[(SiteId, StateRow)], changes: Vec<Change>) -> Result<Stretch> {
    let number_of = |name: &str| {
        let at = places.binary_search_by(|(site, _)| site.as_str().cmp(name)).ok()?;
        ClientNumber::try_from(at).ok()
    };
    let reached = changes.last().map(|change| change.id).unwrap_or_default();
    let mut sorting = Sorting::new(&number_of);
    store::sort_out(store, changes, &mut sorting)?;
    Ok(sorting.finish(ChangeId::default(), reached))
}

/// Who has moved past which late change, and who has not.
struct Decision<'p> {
    past: Vec<(&'p SiteId, Vec<ChangeId>)>,
    before: Vec<(&'p SiteId, &'p StateRow, Vec<ChangeId>)>,
}

impl<'p> Decision<'p> {
    fn of(places: &'p [(SiteId, StateRow)], stretch: &Stretch) -> Self {
        let mut decision = Self { past: Vec::new(), before: Vec::new() };
        for (number, (site, row)) in (0..).zip(places) {
            let concerns = stretch.of(number, ChangeId::default()).map(|(change, _)| change.id);
            let (past, before): (Vec<_>, Vec<_>) = concerns.partition(|id| row.seen >= *id);
            if !past.is_empty() {
                decision.past.push((site, past));
            }
            if !before.is_empty() {
                decision.before.push((site, row, before));
            }
        }
        decision
    }

    fn past(&self, id: ChangeId) -> Vec<SiteId> {
        self.past.iter().filter(|(_, ids)| ids.contains(&id)).map(|(site, _)| (*site).clone()).collect()
    }

    /// Marks clients that stand before a late change, so that what they get next was read after now. Returns the changes of those
    /// that could not be marked.
    fn mark<S: Store + ?Sized>(&self, store: &mut S, horizon: &Horizon, now: Timestamp) -> Result<BTreeSet<ChangeId>> {
        let mut undecided = BTreeSet::new();
        if self.before.is_empty() {
            return Ok(undecided);
        }
        store.begin_epoch(now)?;
        let mut marks = Vec::new();
        for (site, row, ids) in &self.before {
            let mark = match Lock::parse(row.lock.as_deref()) {
                Lock::Claimed(_) => {
                    undecided.extend(ids);
                    continue;
                }
                Lock::Resting(rest) => Rest { until: rest.until.plus(Duration::from_secs(1)), ..rest },
                Lock::Free => mark(now),
            };
            marks.push((*site, *row, ids, mark.to_string()));
        }
        if marks.is_empty() {
            return Ok(undecided);
        }
        let claims: Vec<NewClaim<'_>> = marks
            .iter()
            .map(|(site, row, _, lock)| NewClaim {
                client: site,
                seen: row.seen,
                expected: row.lock.as_deref(),
                lock,
                life: horizon.life,
            })
            .collect();
        let made = store.claim_all(&claims)?;
        for ((_, _, ids, _), is_made) in marks.iter().zip(made) {
            if !is_made {
                undecided.extend(ids.iter());
            }
        }
        Ok(undecided)
    }
}

/// A rest that is over already: it keeps nobody from being served, but claims that were prepared before it fail.
pub(super) fn mark(now: Timestamp) -> Rest {
    Rest { until: now, end: ChangeId::default(), failures: 0 }
}

/// Whether a client can be told of late changes now: it is free, and no pass of its own is to be taken up first.
pub(super) fn can_be_told(state: &DispatchState, settings: &Settings, now: Timestamp) -> bool {
    is_free(state, settings, now) && state.sent.as_ref().is_none_or(Sent::has_room_for_late)
}

/// Whether a pass that leaves the client where it is can begin now.
pub(super) fn is_free(state: &DispatchState, settings: &Settings, now: Timestamp) -> bool {
    let lock = state.lock();
    !state.disabled
        && lock.blocked_until(now, settings.claim_ttl).is_none()
        && lock.intended_end().is_none_or(|end| end <= state.seen)
}

/// A pass, yet to be claimed, that hands these `late` changes over to a client, as many as fit into one. `None` if there is nothing
/// left of them; then that is noted.
pub(super) fn propose_late<S: Store + ?Sized>(
    store: &mut S,
    settings: &Settings,
    state: DispatchState,
    late: &[LateChange],
    horizon: &Horizon,
    (token, now): (Token, Timestamp),
) -> Result<std::result::Result<Pass, DispatchState>> {
    let noted = if state.reported.is_some() { MOST_LATE_NOTED } else { usize::MAX };
    let late = &late[..late.len().min(settings.batch_limits().changes.max(1)).min(noted)];
    let ids: Vec<ChangeId> = late.iter().map(|late| late.id).collect();
    let changes = read(store, settings, &ids)?;
    let Some(last) = changes.last().map(|change| change.id) else {
        store.late_were_delivered(&state.client.site, &ids)?;
        return Ok(Err(state));
    };
    let told: Vec<LateChange> = late.iter().filter(|late| late.id <= last).cloned().collect();
    let batch = Batch::late(state.seen, changes);
    Ok(Ok(Pass::proposed(state, batch, horizon, settings, token, now).of_late(&told)))
}
