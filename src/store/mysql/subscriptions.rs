//! `wb_changes_subscription` on MariaDB and MySQL.

use std::ops::ControlFlow;

use mysql_async::{Params, Row, Value};

use super::{
    MysqlStore,
    groups::{MOST, marks, repeated},
};
use crate::{error::Result, store::Subscriptions};

const SUBSCRIBERS: &str = "SELECT cs_entity_id, cs_subscriber_id FROM {wb_changes_subscription}
    WHERE cs_entity_id IN (";

impl Subscriptions for MysqlStore {
    fn each_subscriber(&mut self, entities: &[&str], each: &mut dyn FnMut(&str, &str)) -> Result<()> {
        for group in entities.chunks(MOST).map(repeated) {
            // A try that fails half-way must not have told the first half: a group is read whole.
            let (found, _) = self.read_bulk(
                || "cannot read subscriptions".to_owned(),
                &format!("{SUBSCRIBERS}{})", marks("?", group.len())),
                Params::Positional(group.iter().copied().map(Value::from).collect()),
                |found: &mut Found, row| {
                    found.add(&row);
                    ControlFlow::Continue(())
                },
            )?;
            found.each(each);
        }
        Ok(())
    }
}

/// Rows, in one piece of memory: there are hundreds of thousands.
#[derive(Default)]
struct Found {
    texts: Vec<u8>,
    /// Where each text ends: entity, subscriber, entity, subscriber…
    ends: Vec<usize>,
}

impl Found {
    fn add(&mut self, row: &Row) {
        for column in 0..2 {
            self.texts.extend_from_slice(bytes(row, column).unwrap_or_default());
            self.ends.push(self.texts.len());
        }
    }

    fn each(&self, each: &mut dyn FnMut(&str, &str)) {
        let mut start = 0;
        for pair in self.ends.chunks_exact(2) {
            let (entity, subscriber) = (&self.texts[start..pair[0]], &self.texts[pair[0]..pair[1]]);
            each(&String::from_utf8_lossy(entity), &String::from_utf8_lossy(subscriber));
            start = pair[1];
        }
    }
}

/// Columns are VARBINARY; a row with bytes that are no text must not keep the others from being read.
pub(super) fn text(row: &Row, column: usize) -> String {
    bytes(row, column).map(|bytes| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default()
}

/// The bytes of a column; `None` for NULL.
pub(super) fn bytes(row: &Row, column: usize) -> Option<&[u8]> {
    match row.as_ref(column) {
        Some(Value::Bytes(bytes)) => Some(bytes),
        _ => None,
    }
}
