//! How a pass goes to its client: in which order, in which form, and for what the client gives a receipt.

use std::sync::Arc;

use super::{notification::Prepared, receipts::Range};

/// Changes of a pass that follow each other. They may be cut further, but nothing of two segments goes in one notification.
#[derive(Clone, Debug, Default)]
pub struct Segment {
    /// In ascending id. None at all: an empty notification is sent, for the sake of the receipt, or of the report that comes with it.
    pub changes: Vec<Arc<Prepared>>,
    /// What the client's receipts for them are to cover; `None` if it gives none.
    pub covers: Option<Range>,
}

impl Segment {
    /// Without anything to handle: the client gives a receipt, and reports.
    pub fn asking(question: Option<Range>) -> Self {
        Self { changes: Vec::new(), covers: question }
    }

    /// What the receipt of a notification covers that ends with the change at `end` of [`Self::changes`], when those up to `begin` went
    /// before it.
    pub fn part(&self, begin: usize, end: usize) -> Option<Range> {
        let whole = self.covers?;
        let before = begin.checked_sub(1).and_then(|at| self.changes.get(at));
        let last = end.checked_sub(1).filter(|_| end < self.changes.len()).and_then(|at| self.changes.get(at));
        let after = before.map_or(whole.after, |change| change.id);
        Range::new(whole.stream, after, last.map_or(whole.upto, |change| change.id))
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{
            change::{Change, ChangeId},
            receipts::{Receipts, Stream},
        },
        *,
    };

    #[test]
    fn g16_the_parts_of_a_segment_cover_all_of_it_and_nothing_else() {
        let change = |id| {
            let info = b"{}".to_vec();
            let (kind, time, entity) = (String::new(), String::new(), "Q1".to_owned());
            Arc::new(Prepared::new(Change { id: ChangeId(id), kind, time, entity, revision: 8, user: 5, info }, true))
        };
        let whole = Range::new(Stream(5), ChangeId(10), ChangeId(40)).unwrap();
        let segment = Segment { changes: [12, 20, 31].map(change).into(), covers: Some(whole) };
        let part = |begin, end| segment.part(begin, end).map(|range| (range.after.0, range.upto.0));
        assert_eq!([part(0, 1), part(1, 2), part(2, 3)], [Some((10, 12)), Some((12, 20)), Some((20, 40))]);
        assert_eq!(part(0, 3), Some((10, 40)));
        let parts = [(0, 2), (2, 3)].map(|(begin, end)| segment.part(begin, end).unwrap());
        assert!(Receipts::of(parts).cover(whole));
        assert_eq!(Segment { changes: Vec::new(), ..segment.clone() }.part(0, 0), Some(whole));
        assert_eq!(Segment { covers: None, ..segment }.part(0, 3), None);
    }
}
