//! `wb_changes_subscription` on MariaDB and MySQL.
//!
//! Entities are bound in groups, and a group is filled up to one of a few sizes by repeating its last one: that keeps the number of
//! different statements small, which the driver prepares once and keeps.

use std::{collections::HashSet, ops::ControlFlow};

use mysql_async::{Params, Row, Value};

use super::MysqlStore;
use crate::{domain::site::SiteId, error::Result, store::Subscriptions};

const SUBSCRIBED: &str = "SELECT cs_entity_id FROM {wb_changes_subscription}
    WHERE cs_subscriber_id = ? AND cs_entity_id IN (";

const SUBSCRIBERS: &str = "SELECT cs_entity_id, cs_subscriber_id FROM {wb_changes_subscription}
    WHERE cs_entity_id IN (";

/// Sizes of a group. The largest stays below the thousand from which on MariaDB turns a list into a table of its own.
const SIZES: [usize; 4] = [4, 32, 250, 900];

impl Subscriptions for MysqlStore {
    fn subscribed(&mut self, client: &SiteId, entities: &HashSet<&str>) -> Result<HashSet<String>> {
        let mut found = HashSet::new();
        for group in groups(entities) {
            let values = std::iter::once(client.as_str()).chain(group.iter().copied()).map(Value::from).collect();
            found.extend(self.read_bulk(
                || format!("cannot read the subscriptions of {client}"),
                &format!("{SUBSCRIBED}{})", marks("?", group.len())),
                Params::Positional(values),
                |found: &mut Vec<String>, row| {
                    found.push(text(&row, 0));
                    ControlFlow::Continue(())
                },
            )?);
        }
        Ok(found)
    }

    fn each_subscriber(&mut self, entities: &HashSet<&str>, each: &mut dyn FnMut(&str, &str)) -> Result<()> {
        for group in groups(entities) {
            // A try that fails half-way must not have told the first half: a group is read whole.
            let found = self.read_bulk(
                || "cannot read subscriptions".to_owned(),
                &format!("{SUBSCRIBERS}{})", marks("?", group.len())),
                Params::Positional(group.iter().copied().map(Value::from).collect()),
                |found: &mut Vec<(String, String)>, row| {
                    found.push((text(&row, 0), text(&row, 1)));
                    ControlFlow::Continue(())
                },
            )?;
            for (entity, subscriber) in &found {
                each(entity, subscriber);
            }
        }
        Ok(())
    }
}

/// `items` in groups of few sizes.
fn groups<'e>(items: &HashSet<&'e str>) -> Vec<Vec<&'e str>> {
    let items: Vec<&str> = items.iter().copied().collect();
    items.chunks(SIZES[SIZES.len() - 1]).map(|group| filled_up(group.to_vec())).collect()
}

/// `group` with its last item repeated up to the next of a few sizes.
pub(super) fn filled_up<T: Clone>(mut group: Vec<T>) -> Vec<T> {
    let size = SIZES.into_iter().find(|size| *size >= group.len()).unwrap_or(group.len());
    if let Some(last) = group.last().cloned() {
        group.resize(size, last);
    }
    group
}

/// `count` times `mark`, with commas.
pub(super) fn marks(mark: &str, count: usize) -> String {
    vec![mark; count].join(",")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_have_few_sizes_and_hold_everything() {
        let names: Vec<String> = (0..2000).map(|n| format!("Q{n}")).collect();
        for count in [0, 1, 4, 5, 900, 901, 2000] {
            let items: HashSet<&str> = names[..count].iter().map(String::as_str).collect();
            let groups = groups(&items);
            assert!(groups.iter().all(|group| SIZES.contains(&group.len())));
            assert_eq!(groups.into_iter().flatten().collect::<HashSet<_>>(), items);
        }
    }
}
