//! Deletes changes that may go (G8), a small batch at a time, so that the caller can wait for replicas in between.
//!
//! What everybody has seen is read before the clock and anew for each batch, so that a client that was added, or set back, since
//! the last batch keeps the next one from going. Crash at any step: the note is written before anything is deleted, and
//! says only what is true.

use super::states::state_of_row;
use crate::{
    domain::{
        change::ChangeId,
        prune::{self, BATCH, Holder, PruneNote},
        settings::Settings,
        site::SiteId,
        time::Timestamp,
    },
    error::Result,
    store::{StateRow, Store},
};

/// What one batch of pruning did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PruneOutcome {
    /// How many changes were deleted.
    pub deleted: usize,
    /// Whether there may be another batch.
    pub is_more_left: bool,
    /// Changes up to this one may go when they are old enough.
    pub cutoff: ChangeId,
    /// Configured clients without a dispatch state: nothing goes until they have one.
    pub uninitialised: Vec<SiteId>,
    /// Enabled dispatch states of clients that are not configured.
    pub unconfigured: Vec<Unconfigured>,
}

/// A client that has vanished from the configuration, but not from the table of dispatch states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unconfigured {
    /// `chd_site`
    pub site: String,
    /// What it has seen.
    pub seen: ChangeId,
    /// Whether changes that it has not seen stay for its sake: for as long as it was served lately.
    pub holds_back: bool,
}

/// Whether somebody should prune now.
pub fn prune_is_due<S: Store + ?Sized>(store: &mut S) -> Result<bool> {
    let (note, now) = store.prune_note()?;
    Ok(prune::is_due(note, now))
}

/// Deletes one batch, of changes up to `limit` at most: a client without a dispatch state may need those after it.
pub fn prune<S: Store + ?Sized>(store: &mut S, settings: &Settings, limit: Option<ChangeId>) -> Result<PruneOutcome> {
    let rows = store.all_states()?;
    let (note, now) = store.prune_note()?;
    let seen = prune::seen_by_all(holders(settings, &rows, now), now);
    let note = PruneNote::after(note, seen, now, settings.prune_grace);
    store.write_prune_note(note)?;
    let seen_by_all = prune::cutoff(note, seen);
    let cutoff = limit.map_or(seen_by_all, |limit| limit.min(seen_by_all));
    let cutoff = before_what_is_late(store, settings, &rows, (cutoff, now))?;
    let (deleted, is_more_left) = delete_batch(store, cutoff, prune::keep_from(now, settings.prune_keep))?;
    if deleted > 0 && !is_more_left {
        store.tidy_ledger(cutoff)?;
    }
    Ok(PruneOutcome {
        deleted,
        is_more_left,
        cutoff,
        uninitialised: uninitialised(settings, &rows),
        unconfigured: unconfigured(settings, &rows, now),
    })
}

/// Nothing is deleted that was not compared with the ledger just before, and nothing late that a client which counts has yet to get.
fn before_what_is_late<S: Store + ?Sized>(
    store: &mut S,
    settings: &Settings,
    rows: &[StateRow],
    (cutoff, now): (ChangeId, Timestamp),
) -> Result<ChangeId> {
    if cutoff == ChangeId::default() {
        return Ok(cutoff);
    }
    let found = store.find_late(1)?;
    let counts = |site: &str| {
        rows.iter().find(|row| row.site == site).is_some_and(|row| holder(settings, row, now).holds_at(now).is_some())
    };
    let undelivered = store.undelivered()?;
    let late = undelivered.iter().filter(|(site, _)| counts(site)).map(|(_, late)| late.id);
    Ok(found.into_iter().chain(late).min().map_or(cutoff, |late| late.back(1).min(cutoff)))
}

/// Looks at the first changes up to `cutoff` and deletes those made before `keep_from`. They need not be the first ones: one with a
/// time that is off stays, and is not in the way.
fn delete_batch<S: Store + ?Sized>(store: &mut S, cutoff: ChangeId, keep_from: Timestamp) -> Result<(usize, bool)> {
    if cutoff == ChangeId::default() {
        return Ok((0, false));
    }
    let oldest = store.oldest_changes(cutoff, BATCH)?;
    let limit = keep_from.to_mw();
    let old: Vec<ChangeId> = oldest.iter().filter(|(_, time)| *time < limit).map(|(id, _)| *id).collect();
    let deleted = if old.is_empty() { 0 } else { store.delete_changes(&old)? };
    Ok((deleted, deleted > 0 && oldest.len() == BATCH))
}

fn holders<'r>(settings: &'r Settings, rows: &'r [StateRow], now: Timestamp) -> impl Iterator<Item = Holder> + 'r {
    let of_rows = rows.iter().map(move |row| holder(settings, row, now));
    // What a client would get that is refused for its configuration is kept until that is mended.
    let without_row = uninitialised(settings, rows).len() + settings.refused.len();
    of_rows.chain(std::iter::repeat_n(Holder::Uninitialised, without_row))
}

/// A client that gives receipts needs a change until it has handled it, as it may have to be sent again.
fn holder(settings: &Settings, row: &StateRow, now: Timestamp) -> Holder {
    let state = || state_of_row(row.clone());
    let handled = || state().map_or(row.seen, |state| state.handled(now, settings.again_rules()));
    match settings.client(&row.site) {
        _ if row.disabled => Holder::Disabled,
        Some(_) => Holder::Client { seen: handled() },
        None => Holder::Unconfigured { seen: handled(), touched: row.touched },
    }
}

fn uninitialised(settings: &Settings, rows: &[StateRow]) -> Vec<SiteId> {
    let known: std::collections::HashSet<&str> = rows.iter().map(|row| row.site.as_str()).collect();
    let clients = settings.clients().iter().map(|client| &client.site);
    clients.filter(|site| !known.contains(site.as_str())).cloned().collect()
}

fn unconfigured(settings: &Settings, rows: &[StateRow], now: Timestamp) -> Vec<Unconfigured> {
    let of_others = rows.iter().filter(|row| !row.disabled && settings.client(&row.site).is_none());
    of_others
        .map(|row| {
            let holder = Holder::Unconfigured { seen: row.seen, touched: row.touched };
            Unconfigured { site: row.site.clone(), seen: row.seen, holds_back: holder.holds_at(now).is_some() }
        })
        .collect()
}
