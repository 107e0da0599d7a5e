//! Changes with their subscribers on MariaDB and MySQL, by one statement: the server looks up those of the next changes while these
//! are sorted out.

use std::ops::ControlFlow;

use mysql_async::{Params, Value};

use super::{
    MysqlStore,
    change_buffer::{INFO, change_of, number},
    ledger::READER,
};
use crate::{
    domain::{change::ChangeId, change_info, stretch::Sorting},
    error::Result,
    store::{ReadLimit, Stretches, stretches::read_one_after_the_other},
};

/// How many subscribers there are, and their names. NULL if there are none.
const READ: &str =
    "SELECT change_id, change_type, change_time, change_object_id, change_revision_id, change_user_id, {info}, {reader},
        (SELECT CONCAT(COUNT(*), '|', GROUP_CONCAT(cs_subscriber_id SEPARATOR '|'))
        FROM {wb_changes_subscription} WHERE cs_entity_id = change_object_id)
    FROM {wb_changes} WHERE change_id > ? AND change_id <= ? ORDER BY change_id LIMIT ?";
const SUBSCRIBERS: usize = 9;

impl Stretches for MysqlStore {
    fn read_stretch(
        &mut self,
        after: ChangeId,
        upto: ChangeId,
        limit: ReadLimit,
        sorting: &mut Sorting<'_>,
    ) -> Result<ChangeId> {
        self.keep_to_the_horizon(upto);
        let rows = i64::try_from(limit.rows).unwrap_or(i64::MAX);
        let values = vec![after.0.into(), upto.0.into(), rows.into()];
        let info = INFO.replace("{most}", &change_info::MOST_BYTES.to_string());
        let template = READ.replace("{info}", &info).replace("{reader}", READER);
        let (read, is_by_replica) = self.read_bulk(
            || format!("cannot read the changes after {after}"),
            &template,
            Params::Positional(values),
            |read: &mut Read, mut row| {
                if read.rows == 0 {
                    // It may be another try.
                    sorting.begin_anew();
                }
                read.reader = Some(number(&row, 8));
                let listed = row.take::<Value, _>(SUBSCRIBERS);
                let change = change_of(&mut row);
                let text = match &listed {
                    Some(Value::Bytes(text)) => String::from_utf8_lossy(text),
                    _ => "".into(),
                };
                let Some(names) = names(&text) else {
                    read.is_doubtful = true;
                    return ControlFlow::Break(());
                };
                (read.rows, read.last) = (read.rows + 1, change.id);
                read.bytes += change.info.len();
                sorting.take(change, names);
                read.is_cut = read.bytes >= limit.bytes || read.rows == limit.rows;
                if read.is_cut { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            },
        )?;
        if read.is_doubtful {
            return read_one_after_the_other(self, after, upto, limit, sorting);
        }
        if read.rows == 0 {
            sorting.begin_anew();
        }
        if !is_by_replica {
            self.check_reader_of(after, upto, read.reader)?;
        }
        Ok(if read.is_cut { read.last } else { upto })
    }
}

/// What has been read so far.
#[derive(Default)]
struct Read {
    rows: usize,
    bytes: usize,
    last: ChangeId,
    is_cut: bool,
    /// Subscribers cannot be told apart: their list is too long, or has a name with the sign that stands between names.
    is_doubtful: bool,
    /// Who answered.
    reader: Option<u64>,
}

/// The names in a list that begins with their number; `None` if there are not so many.
fn names(list: &str) -> Option<impl Iterator<Item = &str>> {
    let (count, names) = list.split_once('|').unwrap_or(("0", ""));
    let count: usize = count.parse().ok()?;
    let is_whole = count == 0 || names.bytes().filter(|byte| *byte == b'|').count() + 1 == count;
    is_whole.then(|| names.split('|').take(count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_that_was_cut_or_has_odd_names_is_not_believed() {
        let read = |list| names(list).map(|names| names.collect::<Vec<_>>());
        assert_eq!(read(""), Some(vec![]));
        assert_eq!(read("1|enwiki"), Some(vec!["enwiki"]));
        assert_eq!(read("2|enwiki|dewiki"), Some(vec!["enwiki", "dewiki"]));
        assert_eq!(read("3||enwiki|"), Some(vec!["", "enwiki", ""]), "names may be empty");
        assert_eq!(read("3|enwiki|dew"), None);
        assert_eq!(read("1|en|wiki"), None);
    }
}
