//! The repo's database: what is committed, and what may still be. Each method is a statement, and takes effect at one moment.

use std::collections::{BTreeMap, BTreeSet};

use wikibase_dispatch::{
    domain::{
        change::{Change, ChangeId},
        horizon::{IdRange, Moment},
        ledger::{BufferNote, MissingRun},
        prune::PruneNote,
        receipts::Reported,
        time::Timestamp,
    },
    store::{Advance, NewClaim, StateRow},
};

use super::rollout::RolloutTables;

/// A row that a transaction writes.
pub struct Pending {
    pub change: Change,
    /// The process whose it is.
    pub owner: usize,
    /// Between the allocation of its id and this there is a moment in which nothing tells of it.
    pub is_inserted: bool,
    /// It has its id, and waits for a lock before it is inserted.
    pub waits: bool,
    /// Its transaction is on another server, whose locks nobody sees.
    pub is_elsewhere: bool,
}

/// What is written down of the horizon: see `src/store/mysql/settled.rs`.
#[derive(Clone, Copy)]
pub struct Settled {
    pub upto: ChangeId,
    pub missing: Option<(IdRange, Moment)>,
    pub epoch: u16,
}

#[derive(Default)]
pub struct Database {
    pub next_id: u64,
    pub changes: BTreeMap<u64, Change>,
    pub open: BTreeMap<u64, Pending>,
    pub states: BTreeMap<String, StateRow>,
    /// What clients have reported that give receipts.
    pub reported: BTreeMap<String, Reported>,
    /// Subscribers of entities.
    pub subscriptions: BTreeMap<String, BTreeSet<String>>,
    pub settled: Option<Settled>,
    /// The ledger.
    pub runs: Vec<MissingRun>,
    /// Late changes, and when they were found.
    pub late: BTreeMap<u64, Timestamp>,
    /// Which of them which clients have yet to get.
    pub undelivered: BTreeSet<(String, u64)>,
    pub note: Option<BufferNote>,
    /// In which life the note was written.
    pub note_life: u64,
    /// When each change was committed, in microseconds: what a replica has by some moment.
    pub committed_at: BTreeMap<u64, u64>,
    pub prune_note: Option<PruneNote>,
    pub rollout: RolloutTables,
    /// How often another server has taken over.
    pub life: u64,
    /// Tells changes apart that have the same id.
    pub last_revision: u64,
    /// By how much its clock has been set forward.
    pub clock_ahead_ms: i64,
}

impl Database {
    /// Gives out an id for a row to come.
    pub fn allocate(&mut self, increment: u64, owner: usize, change: impl FnOnce(ChangeId) -> Change) -> u64 {
        let id = self.next_id;
        self.next_id += increment;
        let pending =
            Pending { change: change(ChangeId(id)), owner, is_inserted: false, waits: false, is_elsewhere: false };
        self.open.insert(id, pending);
        id
    }

    pub fn last(&self) -> ChangeId {
        self.changes.last_key_value().map_or(ChangeId(0), |(id, _)| ChangeId(*id))
    }

    /// Whether a locking read of a range would have to wait.
    pub fn is_held(&self, range: IdRange) -> bool {
        self.open.range(range.first.0..=range.last.0).any(|(_, pending)| pending.is_inserted && !pending.is_elsewhere)
    }

    pub fn claim(&mut self, claim: &NewClaim<'_>) -> bool {
        let Some(row) = self.states.get_mut(claim.client.as_str()) else {
            return false;
        };
        let is_free = row.seen == claim.seen && row.lock.as_deref() == claim.expected && !row.disabled;
        if is_free {
            row.lock = Some(claim.lock.to_owned());
        }
        is_free
    }

    pub fn advance(&mut self, advance: &Advance<'_>, touched: Timestamp) -> bool {
        let Some(row) = self.states.get_mut(advance.client.as_str()) else {
            return false;
        };
        let is_ours = row.seen == advance.seen && row.lock.as_deref() == Some(advance.lock);
        if is_ours {
            (row.seen, row.touched, row.lock) = (advance.to, Some(touched), None);
        }
        is_ours
    }
}

/// Ranges that are missing after `start`, up to `last`, which counts as there.
pub fn missing(changes: &BTreeMap<u64, Change>, start: ChangeId, last: ChangeId) -> Vec<IdRange> {
    let mut missing = Vec::new();
    let mut previous = start.0;
    let ids = changes.range(start.0 + 1..last.0.max(start.0 + 1)).map(|(id, _)| *id);
    for id in ids.chain(std::iter::once(last.0)) {
        if id > previous + 1 {
            missing.push(IdRange { first: ChangeId(previous + 1), last: ChangeId(id - 1) });
        }
        previous = id;
    }
    missing
}
