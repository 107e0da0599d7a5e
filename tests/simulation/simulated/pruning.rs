//! The rest of the store that operations see: [`store`](super::store) has what it is for. Pruning, and looking at many places at once.

use std::sync::Arc;

use wikibase_dispatch::{
    domain::{change::ChangeId, prune::PruneNote, time::Timestamp},
    error::Result,
    store::{Backlog, Pruning},
};

use super::{mutant::Mutant, store::Store};

impl Backlog for Store<'_> {
    fn first_after(&mut self, positions: &[ChangeId], upto: ChangeId) -> Result<Vec<(ChangeId, String)>> {
        self.statement(|world| {
            let first = |after: &ChangeId| world.database.changes.range(after.0 + 1..=upto.0.max(after.0)).next();
            let found = positions.iter().filter_map(first);
            found.map(|(id, change)| (ChangeId(*id), change.time.clone())).collect()
        })
    }
}

impl Pruning for Store<'_> {
    fn prune_note(&mut self) -> Result<(Option<PruneNote>, Timestamp)> {
        self.statement(|world| (world.database.prune_note, world.database_time()))
    }

    fn write_prune_note(&mut self, note: PruneNote) -> Result<()> {
        let has_no_grace = self.is(Mutant::PruneWithoutGrace);
        self.statement(|world| {
            let since = if has_no_grace { Timestamp::from_unix(0) } else { note.since };
            world.database.prune_note = Some(PruneNote { since, ..note });
        })
    }

    fn oldest_changes(&mut self, upto: ChangeId, limit: usize) -> Result<Vec<(ChangeId, String)>> {
        self.statement(|world| {
            let oldest = world.database.changes.range(..=upto.0).take(limit);
            oldest.map(|(id, change)| (ChangeId(*id), change.time.clone())).collect()
        })
    }

    fn delete_changes(&mut self, ids: &[ChangeId]) -> Result<usize> {
        let (settings, read) = (Arc::clone(&self.settings), self.read);
        self.statement(|world| {
            let there: Vec<u64> =
                ids.iter().map(|id| id.0).filter(|id| world.database.changes.contains_key(id)).collect();
            world.count("delete");
            world.note(|| format!("delete {there:?}"));
            if !there.is_empty() {
                let now = world.database_time();
                world.judge.deleted(&world.database, &there, &settings, read, now);
            }
            for id in &there {
                world.database.changes.remove(id);
            }
            there.len()
        })
    }
}
