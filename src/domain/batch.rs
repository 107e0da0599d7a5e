//! The changes of one pass, cut where the limits say, and cut again into notifications.

use std::sync::Arc;

use super::{
    change::{BadChange, Change, ChangeId},
    change_info,
    notification::Prepared,
    stretch::{ClientNumber, Stretch},
    unknown_forms::UnknownForms,
};

/// How much a batch, or a notification, may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Changes.
    pub changes: usize,
    /// Bytes of `change_info`. One change that is larger goes alone.
    pub bytes: usize,
}

/// Bytes of a notification, whatever the limits: the table of MediaWiki's jobs cuts parameters of more than 16,777,215 in silence.
const MOST_OF_JOB: usize = 12 << 20;

/// Bytes of a notification that a change takes beside its `change_info`, at most, in any format.
const AROUND: usize = 512;

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
    limits: Limits,
    changes: Vec<Arc<Prepared>>,
    bytes: usize,
    bad: Vec<BadChange>,
    unknown: UnknownForms,
    considered: ChangeId,
    is_full: bool,
}

impl Batch {
    /// An empty batch for a client which has seen everything up to `seen`.
    pub fn new(seen: ChangeId, limits: Limits) -> Self {
        let unknown = UnknownForms::default();
        Self { limits, changes: Vec::new(), bytes: 0, bad: Vec::new(), unknown, considered: seen, is_full: false }
    }

    /// Late changes for a client that has seen everything up to `seen`, and stays there.
    pub fn late(seen: ChangeId, changes: Vec<Change>) -> Self {
        let mut batch = Self::new(seen, Limits::NONE);
        for change in changes {
            let glance = change_info::glance(&change.info);
            for name in glance.iter().flat_map(|glance| &glance.unknown) {
                batch.unknown.met(name, Some(change.id));
            }
            let reason = glance.err();
            batch.bytes += change.info.len();
            batch.bad.extend(reason.clone().map(|reason| BadChange { id: change.id, reason }));
            batch.changes.push(Arc::new(Prepared::new(change, reason.is_none())));
        }
        batch
    }

    /// For changes that are sent again to a client that has seen everything up to `seen`, and stays there.
    pub fn again(seen: ChangeId) -> Self {
        Self::new(seen, Limits::NONE)
    }

    /// Adds changes that are sent again.
    pub fn add(&mut self, changes: &[Arc<Prepared>]) {
        self.bytes += changes.iter().map(|change| change.info.len()).sum::<usize>();
        self.changes.extend(changes.iter().map(Arc::clone));
    }

    /// Considers what `client` must hear of in a stretch that the last change considered lies in, or ends before; up to
    /// `upto` at most.
    ///
    /// Stops before the first change that would exceed a limit; the batch is full then.
    pub fn consider(&mut self, client: ClientNumber, stretch: &Stretch, upto: ChangeId) {
        let end = stretch.reached().min(upto);
        for (change, bad) in stretch.of(client, self.considered).take_while(|(change, _)| change.id <= end) {
            let bytes = self.bytes.saturating_add(change.info.len());
            if !self.changes.is_empty() && !self.limits.allow(self.changes.len() + 1, bytes) {
                self.considered = change.id.back(1);
                self.is_full = true;
                return;
            }
            self.bytes = bytes;
            self.bad.extend(bad.map(|reason| BadChange { id: change.id, reason: reason.clone() }));
            self.changes.push(Arc::clone(change));
        }
        self.considered = self.considered.max(end);
    }

    /// Has `bad` reported with this batch, although its client need not hear of them; and `unknown`, which were met where it was
    /// read from.
    pub fn report(&mut self, bad: impl IntoIterator<Item = BadChange>, unknown: &UnknownForms) {
        self.bad.extend(bad);
        self.unknown.met_also(unknown);
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
    pub fn changes(&self) -> &[Arc<Prepared>] {
        &self.changes
    }

    /// Changes that could not be read: those of this batch, and those that are reported with it.
    pub fn bad(&self) -> &[BadChange] {
        &self.bad
    }

    /// Forms of changes that are not known and are reported with this batch.
    pub fn unknown_forms(&self) -> &UnknownForms {
        &self.unknown
    }

    /// The relevant changes, cut into runs that each fit one notification.
    pub fn notifications(&self, limits: Limits) -> Vec<&[Arc<Prepared>]> {
        notifications(&self.changes, limits)
    }
}

/// Changes, cut into runs that each fit one notification.
pub fn notifications(changes: &[Arc<Prepared>], limits: Limits) -> Vec<&[Arc<Prepared>]> {
    let mut notifications = Vec::new();
    let (mut start, mut bytes) = (0, 0_usize);
    for (at, change) in changes.iter().enumerate() {
        let with_it = bytes.saturating_add(change.info.len());
        let fits = with_it.saturating_add((at - start + 1) * AROUND) <= MOST_OF_JOB;
        if at > start && !(fits && limits.allow(at - start + 1, with_it)) {
            notifications.push(&changes[start..at]);
            (start, bytes) = (at, change.info.len());
        } else {
            bytes = with_it;
        }
    }
    if start < changes.len() {
        notifications.push(&changes[start..]);
    }
    notifications
}

#[cfg(test)]
mod tests {
    use super::{
        super::{
            change::Change,
            notification::{
                self,
                Version::{Packed, Plain},
            },
            site::SiteId,
            stretch::tests::{ENWIKI, change, stretch},
        },
        *,
    };

    fn batch(limits: Limits, changes: Vec<Change>, reached: u64) -> Batch {
        let mut batch = Batch::new(ChangeId(0), limits);
        batch.consider(ENWIKI, &stretch(0, reached, changes), ChangeId(u64::MAX));
        batch
    }

    fn ids(changes: &[Arc<Prepared>]) -> Vec<u64> {
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
        assert!(Batch::new(ChangeId(0), Limits::NONE).notifications(Limits::NONE).is_empty());
    }

    #[test]
    fn g16_a_notification_fits_into_a_job_whatever_the_limits() {
        let large = format!("{{\"a\":\"{}\"}}", "x".repeat(change_info::MOST_BYTES - 10));
        for changes in [vec![change(1, "Q1", &large); 9], vec![change(1, "Q1", "{}"); 40_000]] {
            let changes: Vec<Change> =
                (1..).zip(changes).map(|(id, change)| Change { id: ChangeId(id), ..change }).collect();
            let count = changes.len();
            let batch = batch(Limits::NONE, changes, 50_000);
            let notifications = batch.notifications(Limits::NONE);
            assert_eq!(notifications.iter().map(|changes| changes.len()).sum::<usize>(), count);
            assert!(notifications.len() > 1);
            let repo = SiteId::parse("repowiki").unwrap();
            for (changes, version) in notifications.into_iter().flat_map(|one| [(one, Plain), (one, Packed)]) {
                assert!(notification::encode(version, &repo, changes, None).len() < 16_000_000);
            }
        }
    }

    #[test]
    fn a_batch_goes_on_where_it_stopped_from_stretch_to_stretch_and_no_further_than_it_may() {
        let mut batch = Batch::new(ChangeId(1), Limits::NONE);
        let first = stretch(0, 4, vec![change(1, "Q1", "{}"), change(3, "Q1", "{}")]);
        let second = stretch(4, 9, vec![change(5, "Q1", "{}"), change(8, "Q1", "{}")]);
        for stretch in [&first, &second] {
            batch.consider(ENWIKI, stretch, ChangeId(7));
        }
        assert_eq!((ids(batch.changes()), batch.considered()), (vec![3, 5], ChangeId(7)));
    }
}
