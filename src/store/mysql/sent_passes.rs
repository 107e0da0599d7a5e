//! `wb_changes_sent` and `wb_changes_aside` on MariaDB and MySQL.

use std::ops::ControlFlow;

use mysql_async::{Params, Value};

use super::{
    MysqlStore, change_buffer::number, dispatch_states::lock_of, groups::repeated, subscriptions::text, tries::Outcome,
};
use crate::{
    domain::{
        change::ChangeId,
        sent::{AsideChange, Sent},
        site::SiteId,
        time::Timestamp,
    },
    error::{ErrorKind, Result},
    store::{Advance, SentPasses, named},
};

/// Of those whose claims still hold. A row that is written for a claim which is lost meanwhile says nothing wrong: it is of a pass that
/// was pushed.
const NOTE_SENT: &str = "INSERT INTO {wb_changes_sent} (csn_site, csn_passes) SELECT chd_site, CASE chd_site ";
const NOTE_AGAIN: &str = " ON DUPLICATE KEY UPDATE csn_passes = VALUES(csn_passes)";

const FORGET_SENT: &str = "DELETE FROM {wb_changes_sent} WHERE csn_site = ? AND EXISTS
    (SELECT 1 FROM {wb_changes_dispatch} WHERE chd_site = csn_site AND chd_seen = ? AND chd_lock <=> ?)";

/// A client that is enabled begins another stream where an admin says.
const FORGET_SENT_TO_DISABLED: &str = "DELETE FROM {wb_changes_sent} WHERE csn_site = ? AND EXISTS
    (SELECT 1 FROM {wb_changes_dispatch} WHERE chd_site = csn_site AND chd_disabled = 1)";

const SET_ASIDE: &str =
    "INSERT IGNORE INTO {wb_changes_aside} (cas_site, cas_change, cas_entity, cas_time) VALUES (?, ?, ?, ?)";

const ASIDE: &str = "SELECT cas_site, cas_change, cas_entity, cas_time FROM {wb_changes_aside}
    ORDER BY cas_time DESC, cas_change DESC LIMIT ?";

const ASIDE_FOR: &str = "SELECT cas_site, cas_change, cas_entity, cas_time FROM {wb_changes_aside}
    WHERE cas_site = ? ORDER BY cas_change";

const TELL_AGAIN: &str = "INSERT INTO {wb_changes_late} (cla_site, cla_change, cla_found)
    SELECT cas_site, cas_change, ? FROM {wb_changes_aside} WHERE cas_site = ? AND cas_change = ?
    ON DUPLICATE KEY UPDATE cla_found = VALUES(cla_found)";

const NO_LONGER_ASIDE: &str = "DELETE FROM {wb_changes_aside} WHERE cas_site = ? AND cas_change = ?";

impl SentPasses for MysqlStore {
    fn note_sent(&mut self, notes: &[(&Advance<'_>, &Sent)]) -> Result<()> {
        if notes.is_empty() {
            return Ok(());
        }
        let group = repeated(notes);
        let template = format!(
            "{NOTE_SENT}{} END FROM {{wb_changes_dispatch}} FORCE INDEX (PRIMARY) WHERE {}{NOTE_AGAIN}",
            "WHEN ? THEN ? ".repeat(group.len()),
            vec!["(chd_site = ? AND chd_seen = ? AND chd_lock = ?)"; group.len()].join(" OR ")
        );
        let site = |advance: &Advance<'_>| Value::from(advance.client.as_str());
        let mut values: Vec<Value> =
            group.iter().flat_map(|(advance, sent)| [site(advance), sent.to_text().into()]).collect();
        values
            .extend(group.iter().flat_map(|(advance, _)| [site(advance), advance.seen.0.into(), advance.lock.into()]));
        let doing = || format!("cannot note what was sent to {}", named(notes, |(advance, _)| advance.client));
        // To write the same twice is to write it once.
        let written = self.write(doing, &template, Params::Positional(values), |_| Ok(Outcome::NotYet));
        without_tables(written).map(drop)
    }

    fn forget_sent(&mut self, client: &SiteId, seen: ChangeId, lock: Option<&str>) -> Result<()> {
        self.forget(client, FORGET_SENT, vec![client.as_str().into(), seen.0.into(), lock_of(lock)])
    }

    fn set_aside(&mut self, client: &SiteId, change: ChangeId, entity: &str, now: Timestamp) -> Result<()> {
        let values = vec![client.as_str().into(), change.0.into(), entity.into(), now.to_mw().into()];
        let doing = || format!("cannot set change {change} aside for {client}");
        let written = self.write(doing, SET_ASIDE, Params::Positional(values), |_| Ok(Outcome::NotYet));
        without_tables(written).map(drop)
    }

    fn aside(&mut self, most: usize) -> Result<Vec<AsideChange>> {
        self.read_aside(ASIDE, most.into())
    }

    fn aside_for(&mut self, client: &SiteId) -> Result<Vec<AsideChange>> {
        self.read_aside(ASIDE_FOR, client.as_str().into())
    }

    fn take_up(&mut self, client: &SiteId, change: ChangeId, now: Timestamp) -> Result<bool> {
        let doing = || format!("cannot take change {change} up again for {client}");
        let names = [Value::from(client.as_str()), change.0.into()];
        let values = std::iter::once(now.to_mw().into()).chain(names.clone()).collect();
        self.write(doing, TELL_AGAIN, Params::Positional(values), |_| Ok(Outcome::NotYet))?;
        let left = |store: &mut Self| {
            let is_left = store.aside_for(client)?.iter().any(|aside| aside.change == change);
            Ok(if is_left { Outcome::NotYet } else { Outcome::Done })
        };
        self.write(doing, NO_LONGER_ASIDE, Params::Positional(names.to_vec()), left).map(|found| found > 0)
    }
}

impl MysqlStore {
    fn read_aside(&mut self, template: &str, value: Value) -> Result<Vec<AsideChange>> {
        let doing = || "cannot read which changes were set aside".to_owned();
        without_tables(self.read(doing, template, Params::Positional(vec![value]), |found: &mut Vec<_>, row| {
            let at = Timestamp::parse_mw(&text(&row, 3)).unwrap_or_default();
            found.push(AsideChange {
                client: text(&row, 0),
                change: ChangeId(number(&row, 1)),
                entity: text(&row, 2),
                at,
            });
            ControlFlow::Continue(())
        }))
    }

    /// To be done before it is enabled. Of a client that is enabled already, nothing is forgotten.
    pub(super) fn forget_sent_to_disabled(&mut self, client: &SiteId) -> Result<()> {
        self.forget(client, FORGET_SENT_TO_DISABLED, vec![client.as_str().into()])
    }

    fn forget(&mut self, client: &SiteId, template: &str, values: Vec<Value>) -> Result<()> {
        let doing = || format!("cannot forget what was sent to {client}");
        without_tables(self.write(doing, template, Params::Positional(values), |_| Ok(Outcome::NotYet))).map(drop)
    }
}

/// Where the tables are not there, nothing is noted.
fn without_tables<T: Default>(result: Result<T>) -> Result<T> {
    match result {
        Err(error) if error.kind() == ErrorKind::SchemaMissing => Ok(T::default()),
        other => other,
    }
}
