//! The rollout on SQLite.

use rusqlite::{Connection, Transaction, TransactionBehavior, params};

use super::{
    SqliteStore,
    change_buffer::{number, text},
};
use crate::{
    domain::{
        change::ChangeId,
        rollout::{AppliedRollout, ClientRollout, Facts, Step, Unhanded, WIKIBASE, WikibaseState, plan::BATCH},
        site::{Client, SiteId},
        time::Timestamp,
    },
    error::Result,
    store::{
        RolledOut, Rollouts, TablePrefix,
        rollout::{LEFT, OURS, Rows},
    },
};

const LOAD: &str = "SELECT cro_site, cro_state, cro_position FROM {wb_changes_rollout}";

const BUFFER: &str = "SELECT (SELECT MAX(change_id) FROM {wb_changes}),
    EXISTS (SELECT 1 FROM {wb_changes} WHERE change_id <= ?1) OR EXISTS (SELECT 1 FROM {wb_changes_handed})";

const SEEN: &str = "SELECT chd_seen FROM {wb_changes_dispatch} WHERE chd_site = ?1 AND chd_disabled = 0";

const MAKE_STATE: &str =
    "INSERT OR IGNORE INTO {wb_changes_dispatch} (chd_site, chd_db, chd_seen, chd_touched, chd_lock, chd_disabled)
    VALUES (?1, ?2, ?3, '00000000000000', NULL, 0)";

const MOVE: &str = "UPDATE {wb_changes_dispatch} SET chd_seen = ?2 WHERE chd_site = ?1 AND chd_seen < ?2";

const SET_BACK: &str = "UPDATE {wb_changes_dispatch} SET chd_seen = ?2, chd_lock = NULL WHERE chd_site = ?1";

const SWITCH: &str = "UPDATE {wb_changes_dispatch} SET chd_disabled = ?3 WHERE chd_site = ?1 AND chd_disabled = ?2";

const FORGET: &str = "DELETE FROM {wb_changes_shadow} WHERE csh_site = ?1";

const PUT: &str = "INSERT INTO {wb_changes_rollout} (cro_site, cro_state, cro_position) VALUES (?1, ?2, ?3)
    ON CONFLICT (cro_site) DO UPDATE SET cro_state = ?2, cro_position = ?3";

const REMOVE: &str = "DELETE FROM {wb_changes_rollout} WHERE cro_site = ?1";

const RAISE: &str = "UPDATE {wb_changes_rollout} SET cro_position = ?2 WHERE cro_site = ?1";

const FORGET_NOTES: &str = "DELETE FROM {wb_changes_handed} WHERE ch_change_id <= ?1";

const HANDED_CHANGES: &str = "SELECT change_id FROM {wb_changes} WHERE change_id <= ?1 ORDER BY change_id LIMIT ?2";

const NOTES: &str = "SELECT ch_change_id FROM {wb_changes_handed} ORDER BY ch_change_id LIMIT ?1";

/// `?1` is a JSON array of ids.
const DELETE: [&str; 2] = [
    "DELETE FROM {wb_changes} WHERE change_id IN (SELECT value FROM json_each(?1))",
    "DELETE FROM {wb_changes_handed} WHERE ch_change_id IN (SELECT value FROM json_each(?1))",
];

const UNHANDED: &str = "SELECT change_id, change_object_id, change_time, CAST(strftime('%s', 'now') AS INTEGER)
    FROM {wb_changes} LEFT JOIN {wb_changes_handed} ON ch_change_id = change_id
    WHERE change_id > ?1 AND change_id <= ?2 AND ch_change_id IS NULL ORDER BY change_id LIMIT ?3";

const IS_SOMETHING_HANDED: &str = "SELECT EXISTS (SELECT 1 FROM {wb_changes_handed})";

const NOTE_SHADOW: &str =
    "INSERT OR IGNORE INTO {wb_changes_shadow} (csh_site, csh_change_id, csh_by) VALUES (?1, ?2, ?3)";

const FORGET_SHADOW: &str = "DELETE FROM {wb_changes_shadow} WHERE csh_site = ?1 AND (csh_change_id <= ?2
    OR csh_change_id IN (SELECT csh_change_id FROM {wb_changes_shadow} WHERE csh_site = ?1
        GROUP BY csh_change_id HAVING COUNT(*) > 1))";

impl Rollouts for SqliteStore {
    fn rollout(&mut self) -> Result<AppliedRollout> {
        let rows = load(&self.connection, &self.prefix);
        rows.map_err(|error| self.failed("cannot read the rollout", error))?.rollout()
    }

    fn roll_out(&mut self, plan: &mut dyn FnMut(&Facts) -> Vec<Step>) -> Result<RolledOut> {
        let prefix = &self.prefix;
        let done = self.connection.transaction_with_behavior(TransactionBehavior::Immediate).and_then(|transaction| {
            let before = match load(&transaction, prefix)?.rollout() {
                Ok(before) => before,
                Err(error) => return Ok(Err(error)),
            };
            let writer = Writer { transaction: &transaction, prefix };
            let facts = writer.facts(before)?;
            let steps = plan(&facts);
            for step in &steps {
                writer.write(step)?;
            }
            transaction.commit()?;
            Ok(Ok(RolledOut { before: facts.applied, steps }))
        });
        done.map_err(|error| self.failed("cannot change the rollout", error))?
    }

    fn unhanded(&mut self, after: ChangeId, upto: ChangeId, limit: usize) -> Result<Vec<Unhanded>> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.connection
            .prepare_cached(&self.sql(UNHANDED))
            .and_then(|mut statement| {
                let change = |row: &rusqlite::Row<'_>| {
                    let now = Timestamp::from_unix(row.get(3)?);
                    Ok(Unhanded::new(ChangeId(row.get(0)?), text(row, 1)?, &text(row, 2)?, now))
                };
                statement.query_map(params![after.0, upto.0, limit], change)?.collect()
            })
            .map_err(|error| self.failed("cannot find changes that Wikibase has not handed over", error))
    }

    fn is_something_handed(&mut self) -> Result<bool> {
        self.connection
            .prepare_cached(&self.sql(IS_SOMETHING_HANDED))
            .and_then(|mut statement| statement.query_row([], |row| row.get(0)))
            .map_err(|error| self.failed("cannot read what Wikibase has handed over", error))
    }

    fn note_shadow(&mut self, client: &SiteId, changes: &[ChangeId]) -> Result<()> {
        let doing = || format!("cannot note {} changes for {client}, which is watched", changes.len());
        self.change_each(changes, NOTE_SHADOW, doing, |statement, change| {
            statement.execute(params![client.as_str(), change.0, OURS])
        })
        .map(drop)
    }

    fn compare_shadow(&mut self, client: &str, since: ChangeId) -> Result<()> {
        self.change_one(FORGET_SHADOW, params![client, since.0], || format!("cannot compare what was sent to {client}"))
            .map(drop)
    }
}

fn load(connection: &Connection, prefix: &TablePrefix) -> rusqlite::Result<Rows> {
    let mut statement = connection.prepare_cached(&prefix.fill(LOAD, '"'))?;
    let mut cursor = statement.query([])?;
    let mut rows = Rows::default();
    while let Some(row) = cursor.next()? {
        rows.add(&text(row, 0)?, &text(row, 1)?, number(row, 2)?);
    }
    Ok(rows)
}

/// A transaction in which nobody else writes.
struct Writer<'t> {
    transaction: &'t Transaction<'t>,
    prefix: &'t TablePrefix,
}

impl Writer<'_> {
    fn facts(&self, applied: AppliedRollout) -> rusqlite::Result<Facts> {
        let mut facts = Facts::default();
        let mut seen = self.transaction.prepare_cached(&self.sql(SEEN))?;
        for (site, _) in applied.leaving() {
            if let Some(row) = seen.query([site])?.next()? {
                facts.seen.insert(site.to_owned(), ChangeId(number(row, 0)?));
            }
        }
        let mut buffer = self.transaction.prepare_cached(&self.sql(BUFFER))?;
        (facts.last, facts.has_handed_changes) =
            buffer.query_row([applied.floor().0], |row| Ok((ChangeId(number(row, 0)?), row.get(1)?)))?;
        facts.applied = applied;
        Ok(facts)
    }

    fn write(&self, step: &Step) -> rusqlite::Result<()> {
        match step {
            Step::Start { clients, after } => self.start(clients, *after),
            Step::StartAgain { clients, after } => {
                self.start(clients, *after)?;
                self.each(SET_BACK, clients, |client| (client.site.as_str(), after.0))
            }
            Step::Stop(clients) => self.each(SWITCH, clients, |site| (site.as_str(), 0, LEFT)),
            Step::ForgetShadow(clients) => self.each(FORGET, clients, |site| [site]),
            Step::Put(clients) => self.each(PUT, clients, |(site, state): &(String, ClientRollout)| {
                let (name, position) = state.to_columns();
                (site.as_str(), name, position)
            }),
            Step::Remove(clients) => self.each(REMOVE, clients, |site| [site]),
            Step::PutWikibase(state, floor) => {
                self.each(PUT, &[(state, floor)], |(state, floor): &(&WikibaseState, &ChangeId)| {
                    (WIKIBASE, state.name(), floor.0)
                })
            }
            Step::RemoveWikibase => self.each(REMOVE, &[WIKIBASE], |site| [*site]),
            Step::RaiseFloor(floor) => {
                self.each(RAISE, &[floor], |floor| (WIKIBASE, floor.0))?;
                self.each(FORGET_NOTES, &[floor], |floor| [floor.0])
            }
            Step::DeleteHanded { upto } => self.delete_handed(*upto),
        }
    }

    fn start(&self, clients: &[Client], after: ChangeId) -> rusqlite::Result<()> {
        self.each(MAKE_STATE, clients, |client| (client.site.as_str(), client.domain.in_state(), after.0))?;
        self.each(MOVE, clients, |client| (client.site.as_str(), after.0))?;
        self.each(SWITCH, clients, |client| (client.site.as_str(), LEFT, 0))
    }

    fn delete_handed(&self, upto: ChangeId) -> rusqlite::Result<()> {
        let mut ids = self.ids(HANDED_CHANGES, params![upto.0, BATCH])?;
        ids.extend(self.ids(NOTES, params![BATCH - ids.len()])?);
        let ids = serde_json::to_string(&ids).expect("a list of numbers can be written");
        DELETE.into_iter().try_for_each(|template| self.each(template, &[&ids], |ids| [*ids]))
    }

    fn ids(&self, template: &str, values: impl rusqlite::Params) -> rusqlite::Result<Vec<u64>> {
        self.transaction.prepare_cached(&self.sql(template))?.query_map(values, |row| number(row, 0))?.collect()
    }

    fn each<'v, T, P: rusqlite::Params>(
        &self,
        template: &str,
        items: &'v [T],
        values: impl Fn(&'v T) -> P,
    ) -> rusqlite::Result<()> {
        let mut statement = self.transaction.prepare_cached(&self.sql(template))?;
        items.iter().try_for_each(|item| statement.execute(values(item)).map(drop))
    }

    fn sql(&self, template: &str) -> String {
        self.prefix.fill(template, '"')
    }
}
