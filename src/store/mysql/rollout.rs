//! The rollout on MariaDB and MySQL.
//!
//! Transactions that change it lock its rows first, so one comes after the other; two that find the table empty may meet in a deadlock,
//! and one of them is done again. Locks come in one order: the rollout, dispatch states by site id, then the rest.

use std::ops::ControlFlow;

use mysql_async::{Params, Value};

use super::{
    MysqlStore,
    change_buffer::number,
    dialect::Dialect,
    fault::Fault,
    groups::{MOST, in_key_order, marks, repeated},
    subscriptions::text,
    transaction::Transaction,
    tries::Outcome,
};
use crate::{
    domain::{
        change::ChangeId,
        rollout::{AppliedRollout, ClientRollout, Facts, Step, Unhanded, WIKIBASE, plan::BATCH},
        site::{Client, SiteId},
        time::Timestamp,
    },
    error::Result,
    store::{
        RolledOut, Rollouts,
        rollout::{LEFT, OURS, Rows},
    },
};

const LOAD: &str = "SELECT cro_site, cro_state, cro_position FROM {wb_changes_rollout}";

const LOCK: &str = "SELECT cro_site, cro_state, cro_position FROM {wb_changes_rollout} FOR UPDATE";

/// The first change, the last, and whether anything is noted.
const BUFFER: &str = "SELECT (SELECT MIN(change_id) FROM {wb_changes}), (SELECT MAX(change_id) FROM {wb_changes}),
    EXISTS (SELECT 1 FROM {wb_changes_handed})";

const SEEN: &str = "SELECT chd_site, chd_seen, chd_disabled FROM {wb_changes_dispatch} FORCE INDEX (PRIMARY)
    WHERE chd_site IN (";

const START: &str = "INSERT IGNORE INTO {wb_changes_dispatch} (chd_site, chd_db, chd_seen, chd_touched, chd_lock, chd_disabled) VALUES ";

const NEW_STATE: &str = "(?, ?, ?, '00000000000000', NULL, 0)";

/// Makes that statement lock rows that are there exclusively. Without it they would be locked in share mode, and whoever writes one of
/// them at that moment, as an older dispatcher does, and this transaction's next write to it would wait for each other.
const OR_MOVE: &str = " ON DUPLICATE KEY UPDATE chd_seen = GREATEST(chd_seen, VALUES(chd_seen)),
    chd_disabled = IF(chd_disabled = ?, 0, chd_disabled)";

const SET_BACK: &str = "UPDATE {wb_changes_dispatch} FORCE INDEX (PRIMARY) SET chd_seen = ?, chd_lock = NULL
    WHERE chd_site IN (";

const STOP: &str = "UPDATE {wb_changes_dispatch} FORCE INDEX (PRIMARY) SET chd_disabled = ?
    WHERE chd_disabled = 0 AND chd_site IN (";

const FORGET: &str = "DELETE FROM {wb_changes_shadow} WHERE csh_site IN (";

const PUT: &str = "INSERT INTO {wb_changes_rollout} (cro_site, cro_state, cro_position) VALUES ";

const OVERWRITE: &str = " ON DUPLICATE KEY UPDATE cro_state = VALUES(cro_state), cro_position = VALUES(cro_position)";

const REMOVE: &str = "DELETE FROM {wb_changes_rollout} WHERE cro_site IN (";

const RAISE: &str = "UPDATE {wb_changes_rollout} SET cro_position = ? WHERE cro_site = ?";

const FORGET_NOTES: &str = "DELETE FROM {wb_changes_handed} WHERE ch_change_id <= ?";

const HANDED_CHANGES: &str = "SELECT change_id FROM {wb_changes} WHERE change_id <= ? ORDER BY change_id LIMIT ?";

const NOTES: &str = "SELECT ch_change_id FROM {wb_changes_handed} ORDER BY ch_change_id LIMIT ?";

const DELETE_NOTES: &str = "DELETE FROM {wb_changes_handed} WHERE ch_change_id IN (";

const UNHANDED: &str = "SELECT change_id, change_object_id, change_time, UNIX_TIMESTAMP()
    FROM {wb_changes} FORCE INDEX (PRIMARY) LEFT JOIN {wb_changes_handed} ON ch_change_id = change_id
    WHERE change_id > ? AND change_id <= ? AND ch_change_id IS NULL ORDER BY change_id LIMIT ?";

const IS_SOMETHING_HANDED: &str = "SELECT EXISTS (SELECT 1 FROM {wb_changes_handed})";

const NOTE_SHADOW: &str = "INSERT IGNORE INTO {wb_changes_shadow} (csh_site, csh_change_id, csh_by) VALUES ";

const FORGET_EARLIER: &str = "DELETE FROM {wb_changes_shadow} WHERE csh_site = ? AND csh_change_id <= ?";

const EQUAL: &str = "SELECT csh_change_id FROM {wb_changes_shadow} WHERE csh_site = ?
    GROUP BY csh_change_id HAVING COUNT(*) > 1 ORDER BY csh_change_id LIMIT ?";

const FORGET_EQUAL: &str = "DELETE FROM {wb_changes_shadow} WHERE csh_site = ? AND csh_change_id IN (";

fn positional(values: impl IntoIterator<Item = Value>) -> Params {
    Params::Positional(values.into_iter().collect())
}

impl Rollouts for MysqlStore {
    fn rollout(&mut self) -> Result<AppliedRollout> {
        let doing = || "cannot read the rollout".to_owned();
        let rows = self.read(doing, LOAD, Params::Empty, |rows: &mut Rows, row| {
            rows.add(&text(&row, 0), &text(&row, 1), number(&row, 2));
            ControlFlow::Continue(())
        })?;
        rows.rollout()
    }

    fn roll_out(&mut self, plan: &mut dyn FnMut(&Facts) -> Vec<Step>) -> Result<RolledOut> {
        let doing = || "cannot change the rollout".to_owned();
        self.transaction(doing, |transaction| {
            let rows = transaction.read(LOCK, Params::Empty, |rows: &mut Rows, row| {
                rows.add(&text(&row, 0), &text(&row, 1), number(&row, 2));
            })?;
            let before = match rows.rollout() {
                Ok(before) => before,
                Err(error) => return Ok(Err(error)),
            };
            let facts = facts(transaction, before)?;
            let steps = plan(&facts);
            for step in &steps {
                write(transaction, step)?;
            }
            Ok(Ok(RolledOut { before: facts.applied, steps }))
        })?
    }

    fn unhanded(&mut self, after: ChangeId, upto: ChangeId, limit: usize) -> Result<Vec<Unhanded>> {
        let doing = || "cannot find changes that Wikibase has not handed over".to_owned();
        let values = positional([after.0.into(), upto.0.into(), (limit as u64).into()]);
        self.read(doing, UNHANDED, values, |found: &mut Vec<_>, row| {
            let now = Timestamp::from_unix(row.get(3).unwrap_or_default());
            found.push(Unhanded::new(ChangeId(number(&row, 0)), text(&row, 1), &text(&row, 2), now));
            ControlFlow::Continue(())
        })
    }

    fn is_something_handed(&mut self) -> Result<bool> {
        let doing = || "cannot read what Wikibase has handed over".to_owned();
        self.read(doing, IS_SOMETHING_HANDED, Params::Empty, |is_some: &mut bool, row| {
            *is_some = number(&row, 0) == 1;
            ControlFlow::Continue(())
        })
    }

    fn note_shadow(&mut self, client: &SiteId, changes: &[ChangeId]) -> Result<()> {
        for group in changes.chunks(MOST) {
            let doing = || format!("cannot note {} changes for {client}, which is watched", group.len());
            let group = repeated(group);
            let template = format!("{NOTE_SHADOW}{}", marks("(?, ?, ?)", group.len()));
            let values = group.iter().flat_map(|change| [client.as_str().into(), change.0.into(), OURS.into()]);
            self.write(doing, &template, positional(values), |_| Ok(Outcome::NotYet))?;
        }
        Ok(())
    }

    fn compare_shadow(&mut self, client: &str, since: ChangeId) -> Result<()> {
        let doing = || format!("cannot compare what was sent to {client}");
        let earlier = positional([client.into(), since.0.into()]);
        self.write(doing, FORGET_EARLIER, earlier, |_| Ok(Outcome::NotYet))?;
        loop {
            let values = positional([client.into(), (BATCH as u64).into()]);
            let equal = self.read(doing, EQUAL, values, |equal: &mut Vec<u64>, row| {
                equal.push(number(&row, 0));
                ControlFlow::Continue(())
            })?;
            if equal.is_empty() {
                return Ok(());
            }
            let group = repeated(&equal);
            let template = format!("{FORGET_EQUAL}{})", marks("?", group.len()));
            let values = std::iter::once(client.into()).chain(group.iter().map(|id| (*id).into()));
            self.write(doing, &template, positional(values), |_| Ok(Outcome::NotYet))?;
            if equal.len() < BATCH {
                return Ok(());
            }
        }
    }
}

/// What the clients that leave have seen is locked, and so read before the snapshot begins.
fn facts(transaction: &mut Transaction<'_>, applied: AppliedRollout) -> std::result::Result<Facts, Fault> {
    let mut facts = Facts::default();
    let leaving: Vec<&str> = applied.leaving().map(|(site, _)| site).collect();
    for group in leaving.chunks(MOST) {
        let group = repeated(group);
        let template = format!("{SEEN}{}) FOR UPDATE", marks("?", group.len()));
        let values = positional(group.iter().map(|site| (*site).into()));
        let seen: Vec<(String, ChangeId)> = transaction.read(&template, values, |seen: &mut Vec<_>, row| {
            if number(&row, 2) == 0 {
                seen.push((text(&row, 0), ChangeId(number(&row, 1))));
            }
        })?;
        facts.seen.extend(seen);
    }
    let (first, last, has_notes): (Option<u64>, u64, bool) =
        transaction.read(BUFFER, Params::Empty, |(first, last, has_notes), row| {
            *first = row.get::<Option<u64>, _>(0).flatten();
            (*last, *has_notes) = (number(&row, 1), number(&row, 2) == 1);
        })?;
    facts.last = ChangeId(last);
    facts.has_handed_changes = has_notes || first.is_some_and(|first| first <= applied.floor().0);
    facts.applied = applied;
    Ok(facts)
}

fn write(transaction: &mut Transaction<'_>, step: &Step) -> std::result::Result<(), Fault> {
    let sites = |clients: &[Client]| clients.iter().map(|client| client.site.to_string()).collect::<Vec<_>>();
    match step {
        Step::Start { clients, after } => start(transaction, clients, *after),
        Step::StartAgain { clients, after } => {
            start(transaction, clients, *after)?;
            of_sites(transaction, SET_BACK, &[after.0.into()], &sites(clients))
        }
        Step::Stop(clients) => of_sites(transaction, STOP, &[LEFT.into()], clients),
        Step::ForgetShadow(clients) => of_sites(transaction, FORGET, &[], clients),
        Step::Put(clients) => {
            let row = |(site, state): &(String, ClientRollout)| {
                let (name, position) = state.to_columns();
                [site.as_str().into(), name.into(), position.into()]
            };
            put(transaction, &clients.iter().map(row).collect::<Vec<_>>())
        }
        Step::Remove(clients) => of_sites(transaction, REMOVE, &[], clients),
        Step::PutWikibase(state, floor) => put(transaction, &[[WIKIBASE.into(), state.name().into(), floor.0.into()]]),
        Step::RemoveWikibase => of_sites(transaction, REMOVE, &[], &[WIKIBASE.to_owned()]),
        Step::RaiseFloor(floor) => {
            transaction.write(RAISE, positional([floor.0.into(), WIKIBASE.into()]))?;
            transaction.write(FORGET_NOTES, positional([floor.0.into()]))
        }
        Step::DeleteHanded { upto } => delete_handed(transaction, *upto),
    }
}

fn start(transaction: &mut Transaction<'_>, clients: &[Client], after: ChangeId) -> std::result::Result<(), Fault> {
    let clients: Vec<_> = clients.iter().collect();
    for group in in_key_order(&clients).chunks(MOST) {
        let group = repeated(group);
        let template = format!("{START}{}{OR_MOVE}", marks(NEW_STATE, group.len()));
        let row = |client: &&Client| [client.site.as_str().into(), client.domain.in_state().into(), after.0.into()];
        let values = group.iter().flat_map(row).chain([LEFT.into()]);
        transaction.write(&template, positional(values))?;
    }
    Ok(())
}

/// Runs a statement whose values end with a list of sites.
fn of_sites(
    transaction: &mut Transaction<'_>,
    template: &str,
    values: &[Value],
    sites: &[String],
) -> std::result::Result<(), Fault> {
    for group in sites.chunks(MOST) {
        let group = repeated(group);
        let template = format!("{template}{})", marks("?", group.len()));
        let values = values.iter().cloned().chain(group.iter().map(|site| site.as_str().into()));
        transaction.write(&template, positional(values))?;
    }
    Ok(())
}

fn put(transaction: &mut Transaction<'_>, rows: &[[Value; 3]]) -> std::result::Result<(), Fault> {
    for group in rows.chunks(MOST) {
        let group = repeated(group);
        let template = format!("{PUT}{}{OVERWRITE}", marks("(?, ?, ?)", group.len()));
        transaction.write(&template, positional(group.into_iter().flatten()))?;
    }
    Ok(())
}

fn delete_handed(transaction: &mut Transaction<'_>, upto: ChangeId) -> std::result::Result<(), Fault> {
    let mut read = |template: &str, values: Vec<Value>| {
        transaction.read(template, Params::Positional(values), |ids: &mut Vec<u64>, row| ids.push(number(&row, 0)))
    };
    let mut ids = read(HANDED_CHANGES, vec![upto.0.into(), (BATCH as u64).into()])?;
    ids.extend(read(NOTES, vec![((BATCH - ids.len()) as u64).into()])?);
    if ids.is_empty() {
        return Ok(());
    }
    let ids = repeated(&ids);
    let values = || positional(ids.iter().map(|id| (*id).into()));
    transaction.write_as(|dialect: Dialect| dialect.delete_by_id(ids.len()), values())?;
    transaction.write(&format!("{DELETE_NOTES}{})", marks("?", ids.len())), values())
}
