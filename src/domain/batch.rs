//! The changes of one pass, cut where the limits say, and cut again into notifications.

use std::collections::HashSet;

use super::{
    change::{BadChange, Change, ChangeId},
    relevance::is_relevant,
    site::SiteId,
};

/// How much a batch, or a notification, may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Changes.
    pub changes: usize,
    /// Bytes of `change_info`. One change that is larger goes alone.
    pub bytes: usize,
}

impl Limits {
    /// For a batch whose end is given: whoever takes over a pass keeps to its end, not to limits.
    pub const NONE: Self = Self { changes: usize::MAX, bytes: usize::MAX };

    fn allow(self, changes: usize, bytes: usize) -> bool {
        changes <= self.changes && bytes <= self.bytes
    }
}

/// Collects what is relevant to one client, in ascending id, until a limit is reached.
#[derive(Debug)]
pub struct Batch {
    client: SiteId,
    limits: Limits,
    changes: Vec<Change>,
    bytes: usize,
    bad: Vec<BadChange>,
    considered: ChangeId,
    is_full: bool,
}

impl Batch {
    /// An empty batch for `client`, which has seen everything up to `seen`.
    pub fn new(client: SiteId, seen: ChangeId, limits: Limits) -> Self {
        Self { client, limits, changes: Vec::new(), bytes: 0, bad: Vec::new(), considered: seen, is_full: false }
    }

    /// Considers a chunk of the buffer: all changes after the last one considered, up to `reached`, in ascending id.
    ///
    /// Stops before the first relevant change that would exceed a limit; the batch is full then.
    pub fn consider(&mut self, chunk: Vec<Change>, reached: ChangeId, subscribed: &HashSet<String>) {
        for change in chunk {
            let (relevant, bad) = is_relevant(&change, &self.client, subscribed);
            if relevant {
                let bytes = self.bytes.saturating_add(change.info.len());
                if !self.changes.is_empty() && !self.limits.allow(self.changes.len() + 1, bytes) {
                    self.is_full = true;
                    return;
                }
                self.bytes = bytes;
            }
            self.considered = change.id;
            self.bad.extend(bad);
            if relevant {
                self.changes.push(change);
            }
        }
        self.considered = reached;
    }

    /// Whether the next relevant change would not fit.
    pub fn is_full(&self) -> bool {
        self.is_full
    }

    /// The last id considered, relevant or not: what finishing the pass sets `chd_seen` to.
    pub fn considered(&self) -> ChangeId {
        self.considered
    }

    /// The relevant changes, in ascending id.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// Changes considered that could not be read.
    pub fn bad(&self) -> &[BadChange] {
        &self.bad
    }

    /// The relevant changes, cut into runs that each fit one notification.
    pub fn notifications(&self, limits: Limits) -> Vec<&[Change]> {
        let mut notifications = Vec::new();
        let (mut start, mut bytes) = (0, 0_usize);
        for (at, change) in self.changes.iter().enumerate() {
            let with_it = bytes.saturating_add(change.info.len());
            if at > start && !limits.allow(at - start + 1, with_it) {
                notifications.push(&self.changes[start..at]);
                (start, bytes) = (at, change.info.len());
            } else {
                bytes = with_it;
            }
        }
        if start < self.changes.len() {
            notifications.push(&self.changes[start..]);
        }
        notifications
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(id: u64, entity: &str, info: &str) -> Change {
        Change {
            id: ChangeId(id),
            kind: "wikibase-item~update".into(),
            time: "20260101000000".into(),
            entity: entity.into(),
            revision: 1,
            user: 1,
            info: info.into(),
        }
    }

    fn batch(limits: Limits, changes: Vec<Change>, reached: u64) -> Batch {
        let mut batch = Batch::new(SiteId::parse("enwiki").unwrap(), ChangeId(0), limits);
        batch.consider(changes, ChangeId(reached), &HashSet::from(["Q1".to_owned()]));
        batch
    }

    fn ids(changes: &[Change]) -> Vec<u64> {
        changes.iter().map(|change| change.id.0).collect()
    }

    #[test]
    fn what_is_not_relevant_is_considered_but_not_taken() {
        let batch = batch(Limits::NONE, vec![change(3, "Q1", "{}"), change(5, "Q2", "{}")], 9);
        assert_eq!(ids(batch.changes()), [3]);
        assert_eq!(batch.considered(), ChangeId(9));
        assert!(!batch.is_full());
    }

    #[test]
    fn a_full_batch_ends_just_before_the_first_relevant_change_that_does_not_fit() {
        let changes = vec![change(1, "Q1", "{}"), change(2, "Q1", "{}"), change(3, "Q2", "{}"), change(4, "Q1", "{}")];
        let batch = batch(Limits { changes: 2, bytes: 1000 }, changes, 9);
        assert_eq!(ids(batch.changes()), [1, 2]);
        assert_eq!(batch.considered(), ChangeId(3));
        assert!(batch.is_full());
    }

    #[test]
    fn a_bad_change_behind_the_end_of_a_full_batch_is_not_reported_yet() {
        let changes = vec![change(1, "Q1", "x"), change(2, "Q1", "x")];
        let batch = batch(Limits { changes: 1, bytes: 1000 }, changes, 9);
        assert_eq!(batch.bad().iter().map(|bad| bad.id.0).collect::<Vec<_>>(), [1]);
    }

    #[test]
    fn a_change_larger_than_the_limit_goes_alone() {
        let large = format!("{{\"a\":\"{}\"}}", "x".repeat(100));
        let changes = vec![change(1, "Q1", "{}"), change(2, "Q1", &large), change(3, "Q1", "{}")];
        let limits = Limits { changes: 10, bytes: 50 };
        assert_eq!(ids(batch(limits, changes.clone(), 3).changes()), [1]);
        let all = batch(Limits::NONE, changes, 3);
        assert_eq!(all.notifications(limits).iter().map(|run| ids(run)).collect::<Vec<_>>(), [[1], [2], [3]]);
    }

    #[test]
    fn notifications_are_as_few_as_the_limits_allow_and_keep_the_order() {
        let changes = (1..=7).map(|id| change(id, "Q1", "{}")).collect();
        let batch = batch(Limits::NONE, changes, 7);
        let runs: Vec<_> = batch.notifications(Limits { changes: 3, bytes: 1000 }).iter().map(|run| ids(run)).collect();
        assert_eq!(runs, [vec![1, 2, 3], vec![4, 5, 6], vec![7]]);
        let by_bytes: Vec<_> =
            batch.notifications(Limits { changes: 9, bytes: 4 }).iter().map(|run| ids(run)).collect();
        assert_eq!(by_bytes, [vec![1, 2], vec![3, 4], vec![5, 6], vec![7]]);
        assert!(
            super::Batch::new(SiteId::parse("a").unwrap(), ChangeId(0), Limits::NONE)
                .notifications(Limits::NONE)
                .is_empty()
        );
    }
}
