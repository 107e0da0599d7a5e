//! What the horizon is found by on MariaDB and MySQL: the statements of [`find_horizon`](crate::store::find_horizon).
//!
//! A range is asked about at `READ COMMITTED`, which sees to it that only rows are locked, never the space between them: the question
//! hinders no insert.
//!
//! **One server.** What one server counts and another one locks makes no horizon: a proxy that sends reads to a replica, and the rest to
//! the primary, makes edits in flight disappear. So each statement says who answers it, and the first one also says which server
//! wrote the note of the buffer last. If that is not the server that answers, the note is written again, which a new primary passes and a
//! replica does not.

use std::{
    ops::ControlFlow,
    time::{Duration, Instant},
};

use mysql_async::{Params, Row};

use super::{
    MysqlStore,
    change_buffer::number,
    ledger::{READER, WRITER},
    settled::{self, SETTLED},
    subscriptions::text,
    tries::Outcome,
};
use crate::{
    domain::{
        change::ChangeId,
        horizon::{IdRange, Life, Moment, Observations},
        ledger::{BufferNote, MissingRun, Witness, WitnessNow},
        time::Timestamp,
    },
    error::{Error, ErrorKind, Result},
    store::{HorizonStatements, Look, ledger::BUFFER},
};

/// The parentheses are constants to the optimiser: it looks them up once, and the count reads a range of the primary key. The count is
/// compared with the highest id of the very same rows; that of all rows is for when there are none above what is settled.
const LOOK: &str = "SELECT COUNT(*), COALESCE(MAX(change_id), (SELECT MAX(change_id) FROM {wb_changes})),
        (SELECT settled.chd_seen {settled}),
        (SELECT settled.chd_lock {settled}),
        UNIX_TIMESTAMP(),
        COALESCE(SUM(MOD(change_id + @@auto_increment_increment - MOD(@@auto_increment_offset, @@auto_increment_increment),
            @@auto_increment_increment) <> 0
            AND change_id > COALESCE((SELECT chd_seen FROM {wb_changes_dispatch} WHERE chd_site = ?), 0)), 0),
        (SELECT CONCAT_WS('|', chd_seen, chd_touched, chd_lock, chd_db) FROM {wb_changes_dispatch} WHERE chd_site = ?),
        (SELECT CONCAT_WS('|', change_id, change_time, change_revision_id) FROM {wb_changes} ORDER BY change_id DESC LIMIT 1),
        (SELECT CONCAT_WS('|', change_time, change_revision_id) FROM {wb_changes}
            WHERE change_id = (SELECT chd_seen FROM {wb_changes_dispatch} WHERE chd_site = ?)),
        (SELECT CONCAT_WS('|', change_time, change_revision_id) FROM {wb_changes}
            WHERE change_id < (SELECT chd_seen FROM {wb_changes_dispatch} WHERE chd_site = ?) ORDER BY change_id LIMIT 1)";

const LOOK_FROM: &str = " FROM {wb_changes} WHERE change_id > GREATEST(?,
        COALESCE((SELECT settled.chd_seen {settled}), 0))";

/// What is settled, if that is of the present epoch.
const IS_SETTLED: &str = "FROM {wb_changes_dispatch} AS settled JOIN {wb_changes_dispatch} AS note ON note.chd_site = ?
        AND settled.chd_db = SUBSTRING_INDEX(note.chd_lock, ':', -1) WHERE settled.chd_site = ?";

const HAS_LATE: &str = "EXISTS (SELECT 1 FROM {wb_changes_late} WHERE cla_site > '')";

/// What is missing lies before a row, or after all: rows of the end may have been deleted since they were counted, and do not tell any more
/// what is missing before them.
const MISSING: &str =
    "(SELECT previous + 1, change_id - 1, CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS UNSIGNED), {writer} FROM (
        SELECT change_id, COALESCE(LAG(change_id) OVER (ORDER BY change_id), ?) AS previous
        FROM {wb_changes} WHERE change_id > ? AND change_id <= ?) AS pairs
    WHERE change_id > previous + 1 ORDER BY change_id LIMIT ?)
    UNION ALL (SELECT COALESCE(MAX(change_id), ?) + 1, ?, CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS UNSIGNED), {writer}
    FROM {wb_changes} WHERE change_id > ? AND change_id <= ? HAVING COALESCE(MAX(change_id), ?) < ?)";

/// By a range of the primary key, or rows outside the range would be locked, too. What is counted is in no index, because MySQL reads the whole
/// of an index that has everything, where the table is small.
const PROBE: &str =
    "SELECT COUNT(change_user_id), {writer} FROM {wb_changes} FORCE INDEX (PRIMARY) WHERE change_id BETWEEN ? AND ?";

/// Needs no privilege.
const LOCK_WAITS: &str = "SHOW GLOBAL STATUS LIKE 'Innodb_row_lock_current_waits'";

const WRITE_NAME: &str = "UPDATE {wb_changes_dispatch} SET chd_db = {writer} WHERE chd_site = ?";

impl HorizonStatements for MysqlStore {
    fn observations(&mut self) -> &mut Observations {
        &mut self.known.observations
    }

    fn connections_made(&self) -> u64 {
        MysqlStore::connections_made(self)
    }

    fn has_one_writer(&self) -> bool {
        false
    }

    fn is_steady(&mut self, now: Moment) -> bool {
        /// What clocks may differ by between two looks: they are adjusted little by little, and a statement takes its time.
        const TOLERANCE: Duration = Duration::from_millis(500);
        let steady = Instant::now();
        let before = self.known.clocks.replace((now, steady));
        before.is_none_or(|(moment, instant)| {
            let (by_server, by_us) = (now.since(moment).max(moment.since(now)), steady.duration_since(instant));
            moment <= now && by_server.abs_diff(by_us) <= TOLERANCE + by_us / 100
        })
    }

    fn others_may_write(&self) -> bool {
        self.known.is_in_cluster_without_offsets
    }

    fn look(&mut self, from: ChangeId) -> Result<Look> {
        let looked = self.look_and_names(from)?;
        let look = match &looked.writer {
            Some(writer) if *writer != looked.answers => self.look_where_is_written(from, writer)?,
            _ => self.keep(looked),
        };
        self.looked = Some(look.clone());
        Ok(look)
    }

    fn missing(&mut self, start: ChangeId, last: ChangeId, most: usize) -> Result<(Vec<IdRange>, Moment)> {
        let most = u64::try_from(most).unwrap_or(u64::MAX);
        let (from, until, before) = (start.0, last.0, last.back(1).0);
        let values = [from, from, until, most, from, before, from, until, from, before].map(Into::into).to_vec();
        let template = MISSING.replace("{writer}", WRITER);
        let found: Missing = self.read(doing, &template, Params::Positional(values), |found: &mut Missing, row| {
            found.ranges.push(IdRange { first: ChangeId(number(&row, 0)), last: ChangeId(number(&row, 1)) });
            (found.now, found.answers) = (Moment(number(&row, 2)), Some(text(&row, 3)));
            ControlFlow::Continue(())
        })?;
        self.check_who_answers(found.answers)?;
        let mut ranges = found.ranges;
        ranges.truncate(usize::try_from(most).unwrap_or(usize::MAX));
        Ok((ranges, found.now))
    }

    fn is_held(&mut self, range: IdRange) -> Result<bool> {
        let values = vec![range.first.0.into(), range.last.0.into()];
        let probe = PROBE.replace("{writer}", WRITER);
        let answers = self.read_or_be_refused(
            doing,
            |dialect| format!("{probe} {}", dialect.shared_lock_or_fail()),
            Params::Positional(values),
            |row| text(&row, 1),
        )?;
        let is_held = answers.is_none();
        self.check_who_answers(answers)?;
        Ok(is_held)
    }

    fn has_lock_waits(&mut self) -> Result<bool> {
        let waits = self.read(doing, LOCK_WAITS, Params::Empty, |waits: &mut u64, row| {
            *waits = text(&row, 1).parse().unwrap_or_default();
            ControlFlow::Continue(())
        })?;
        Ok(waits > 0)
    }

    fn note_settled(&mut self, life: Life, epoch: u16, upto: ChangeId, missing: Option<(IdRange, Moment)>) {
        self.save_settled(life, epoch, upto, missing);
    }

    fn forget_settled(&mut self, settled: ChangeId) -> Result<()> {
        self.delete_settled(settled)
    }

    fn note_missing(&mut self, life: Life, runs: &[MissingRun]) -> Result<()> {
        self.save_runs(life, runs)
    }

    fn write_buffer_note(&mut self, life: Life, note: &BufferNote) -> Result<()> {
        self.save_buffer_note(life, note)
    }
}

/// What the first statement told.
#[derive(Default)]
struct Looked {
    look: Look,
    /// Who answered it, in words and as a number.
    answers: String,
    reader: u64,
    /// Who wrote the note of the buffer.
    writer: Option<String>,
}

#[derive(Default)]
struct Missing {
    ranges: Vec<IdRange>,
    now: Moment,
    answers: Option<String>,
}

impl MysqlStore {
    fn look_and_names(&mut self, from: ChangeId) -> Result<Looked> {
        let looked = self.try_to_look(from);
        if self.known.has_ledger.is_none() {
            // Of the tables of the ledger, or of others: the next try tells.
            if looked.as_ref().is_err_and(|error| error.kind() == ErrorKind::SchemaMissing) {
                self.known.has_ledger = Some(false);
                return self.try_to_look(from);
            }
            self.known.has_ledger = looked.is_ok().then_some(true);
        }
        looked
    }

    fn try_to_look(&mut self, from: ChangeId) -> Result<Looked> {
        let has_ledger = self.known.has_ledger != Some(false);
        let late = if has_ledger { HAS_LATE } else { "NULL" };
        let template = format!("{LOOK}, {late}, {WRITER}, {READER}{LOOK_FROM}").replace("{settled}", IS_SETTLED);
        let values = [BUFFER, SETTLED, BUFFER, SETTLED, BUFFER, BUFFER, BUFFER, BUFFER].map(Into::into).into_iter();
        let values = values.chain([from.0.into(), BUFFER.into(), SETTLED.into()]);
        self.read(doing, &template, Params::Positional(values.collect()), |looked: &mut Looked, row| {
            let note = optional(&row, 6);
            looked.look = look_of(&row, note.as_deref());
            (looked.answers, looked.reader) = (text(&row, 11), number(&row, 12));
            let writer = note.and_then(|note| note.splitn(4, '|').nth(3).map(str::to_owned));
            looked.writer = writer.filter(|name| !name.is_empty());
            ControlFlow::Continue(())
        })
    }

    /// Another server answers than the one that wrote last: after a failover, or since reads go elsewhere than writes.
    fn look_where_is_written(&mut self, from: ChangeId, writer: &str) -> Result<Look> {
        let template = WRITE_NAME.replace("{writer}", WRITER);
        self.write(doing, &template, Params::Positional(vec![BUFFER.into()]), |_| Ok(Outcome::NotYet))?;
        let looked = self.look_and_names(from)?;
        let writer = looked.writer.clone().unwrap_or_else(|| writer.to_owned());
        if looked.answers != writer {
            return Err(self.split(&looked.answers, &writer));
        }
        let look = self.keep(looked);
        let Some(note) = look.note.clone() else {
            return Ok(look);
        };
        // Since when ids were missing on the other server says nothing of this one, which may give them out again.
        let epoch = note.next_epoch(look.now);
        self.save_buffer_note(self.life, &BufferNote { epoch, ..note })?;
        let looked = self.look_and_names(from)?;
        Ok(self.keep(looked))
    }

    fn keep(&mut self, looked: Looked) -> Look {
        (self.answers, self.known.reader) = (looked.answers, Some(looked.reader));
        looked.look
    }

    /// Who answers, where there was no row to tell.
    pub(super) fn who_answers(&mut self) -> Result<Option<u64>> {
        let template = format!("SELECT {READER}");
        self.read(doing, &template, Params::Empty, |reader: &mut Option<u64>, row| {
            *reader = Some(number(&row, 0));
            ControlFlow::Continue(())
        })
    }

    /// Nobody but the server on which the horizon was found knows what is up to there. (Without a look there is none.)
    pub(super) fn check_who_reads(&self, reader: Option<u64>) -> Result<()> {
        match (reader, self.known.reader) {
            (Some(reader), Some(looker)) if reader != looker => Err(self.split(&self.answers, "")),
            _ => Ok(()),
        }
    }

    fn check_who_answers(&self, answers: Option<String>) -> Result<()> {
        match answers {
            Some(answers) if answers != self.answers => Err(self.split(&self.answers, &answers)),
            _ => Ok(()),
        }
    }

    /// `other` is empty if its name is not known.
    fn split(&self, one: &str, other: &str) -> Error {
        let name = |server: &str| {
            let mut parts = server.splitn(4, ' ').skip(1);
            match (parts.next(), parts.next(), parts.next()) {
                (Some(id), Some(port), Some(host)) => format!("{host}:{port} (server_id {id})"),
                _ => "another one".to_owned(),
            }
        };
        Error::new(
            ErrorKind::SplitConnection,
            format!(
                "cannot dispatch from {}: statements of one connection are answered by two servers, {} and {}. A proxy in \
                 between must send all statements of this connection to the primary",
                self.connection(),
                name(one),
                name(other)
            ),
        )
    }
}

fn look_of(row: &Row, note: Option<&str>) -> Look {
    let mut note = note.unwrap_or_default().splitn(4, '|');
    let (id, time, lock) = (note.next(), note.next(), note.next());
    let note = id
        .and_then(|id| id.parse().ok())
        .zip(time)
        .zip(lock)
        .and_then(|((id, time), lock)| BufferNote::parse(ChangeId(id), time, lock));
    let newest = optional(row, 7);
    let mut newest = newest.as_deref().unwrap_or_default().splitn(3, '|');
    let newest = (|| {
        let (id, time, revision) = (newest.next()?, newest.next()?, newest.next()?);
        Some(Witness { id: ChangeId(id.parse().ok()?), time: time.to_owned(), revision: revision.parse().ok()? })
    })();
    let time_and_revision = |column| {
        let text = optional(row, column)?;
        text.split_once('|').map(|(time, revision)| (time.to_owned(), revision.parse().unwrap_or(0)))
    };
    Look {
        count: number(row, 0),
        last: ChangeId(number(row, 1)),
        settled: ChangeId(number(row, 2)),
        noted: settled::noted(row, 3),
        now: Timestamp::from_unix(i64::try_from(number(row, 4)).unwrap_or(i64::MAX)),
        is_foreign: number(row, 5) > 0,
        note,
        newest,
        witness_now: WitnessNow { same_id: time_and_revision(8), oldest_before: time_and_revision(9) },
        ledger: row.get::<Option<u64>, _>(10).flatten().map(|has_late| has_late > 0),
    }
}

/// The text of a column; `None` for NULL.
fn optional(row: &Row, column: usize) -> Option<String> {
    super::subscriptions::bytes(row, column).map(|bytes| String::from_utf8_lossy(bytes).into_owned())
}

fn doing() -> String {
    "cannot find the horizon".to_owned()
}
