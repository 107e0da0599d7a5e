//! The rest of the store that operations see: [`store`](super::store) has what it is for. The ledger, and late changes.

use wikibase_dispatch::{
    domain::{change::ChangeId, horizon::Life, ledger::LateChange, site::SiteId, time::Timestamp},
    error::Result,
    store::{HorizonStatements, LateRecord, Ledger},
};

use super::{database::Database, mutant::Mutant, store::Store};

impl Database {
    /// Rows that were missing when they were passed, and that nobody has found.
    pub fn unrecorded(&self) -> impl Iterator<Item = ChangeId> {
        let was_missing = |id: ChangeId| self.runs.iter().any(|run| run.contains(id));
        self.changes.keys().map(|id| ChangeId(*id)).filter(move |id| was_missing(*id) && !self.late.contains_key(&id.0))
    }
}

impl Ledger for Store<'_> {
    fn find_late(&mut self, most: usize) -> Result<Vec<ChangeId>> {
        if self.is(Mutant::NoLedger) {
            return Ok(Vec::new());
        }
        self.statement(|world| world.database.unrecorded().take(most).collect())
    }

    fn record_late(&mut self, records: &[LateRecord], now: Timestamp) -> Result<bool> {
        self.statement(|world| {
            if records.iter().any(|record| world.database.late.contains_key(&record.change.0)) {
                return false;
            }
            for record in records {
                world.count("late");
                world.note(|| format!("change {} is late for {:?}", record.change, record.clients));
                world.database.late.insert(record.change.0, now);
                let rows = record.clients.iter().map(|client| (client.to_string(), record.change.0));
                world.database.undelivered.extend(rows);
            }
            true
        })
    }

    fn undelivered(&mut self) -> Result<Vec<(String, LateChange)>> {
        self.statement(|world| {
            let database = &world.database;
            let found = |id: u64| database.late.get(&id).copied().unwrap_or_default();
            let late = |id: u64| LateChange { id: ChangeId(id), found: found(id) };
            database.undelivered.iter().map(|(client, id)| (client.clone(), late(*id))).collect()
        })
    }

    fn late_were_delivered(&mut self, client: &SiteId, changes: &[ChangeId]) -> Result<()> {
        self.statement(|world| {
            for id in changes {
                world.database.undelivered.remove(&(client.to_string(), id.0));
            }
        })
    }

    fn late_changes(&mut self, most: usize) -> Result<Vec<LateChange>> {
        self.statement(|world| {
            let late = world.database.late.iter().take(most);
            late.map(|(id, found)| LateChange { id: ChangeId(*id), found: *found }).collect()
        })
    }

    fn late_change(&mut self, change: ChangeId) -> Result<Option<LateChange>> {
        self.statement(|world| world.database.late.get(&change.0).map(|found| LateChange { id: change, found: *found }))
    }

    fn begin_epoch(&mut self, now: Timestamp) -> Result<()> {
        let Some(note) = self.looked.as_ref().and_then(|look| look.note_of_next_epoch(now)) else {
            return Ok(());
        };
        self.write_buffer_note(Life(self.life_of_look), &note)?;
        if let Some(look) = &mut self.looked {
            look.note = Some(note);
        }
        Ok(())
    }

    fn was_compared(&mut self, now: Timestamp) -> Result<()> {
        let note = self.looked.as_ref().and_then(|look| look.note_after_comparison(now));
        note.map_or(Ok(()), |note| self.write_buffer_note(Life(self.life_of_look), &note))
    }

    fn tidy_ledger(&mut self, seen: ChangeId) -> Result<()> {
        self.statement(|world| {
            let database = &mut world.database;
            let first = database.changes.keys().next().map(|first| (*first).min(seen.0 + 1));
            let Some(first) = first.filter(|first| *first > 1) else {
                return;
            };
            database.runs.retain(|run| run.last.0 >= first);
            database.runs.push(wikibase_dispatch::domain::ledger::MissingRun {
                first: ChangeId(1),
                last: ChangeId(first - 1),
                step: 0,
            });
            database.late.retain(|id, _| *id >= first);
        })
    }

    fn begin_new_life(&mut self) -> Result<()> {
        self.statement(|world| {
            let database = &mut world.database;
            database.runs.clear();
            database.late.clear();
            database.undelivered.clear();
            (database.settled, database.note) = (None, None);
        })?;
        self.observations.forget();
        Ok(())
    }
}
