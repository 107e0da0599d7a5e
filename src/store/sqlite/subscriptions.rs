//! `wb_changes_subscription` on SQLite.
//!
//! The entities of a chunk are bound as one JSON array: one parameter and one cached statement, whatever their number.

use rusqlite::params;

use super::{SqliteStore, change_buffer::text};
use crate::{
    error::Result,
    store::{Stretches, Subscriptions},
};

const SUBSCRIBERS: &str = "SELECT cs_entity_id, cs_subscriber_id FROM {wb_changes_subscription}
    WHERE cs_entity_id IN (SELECT value FROM json_each(?1))";

impl Subscriptions for SqliteStore {
    fn each_subscriber(&mut self, entities: &[&str], each: &mut dyn FnMut(&str, &str)) -> Result<()> {
        if entities.is_empty() {
            return Ok(());
        }
        self.connection
            .prepare_cached(&self.sql(SUBSCRIBERS))
            .and_then(|mut statement| {
                let mut cursor = statement.query(params![json_array(entities)])?;
                while let Some(row) = cursor.next()? {
                    each(&text(row, 0)?, &text(row, 1)?);
                }
                Ok(())
            })
            .map_err(|error| self.failed("cannot read subscriptions", error))
    }
}

impl Stretches for SqliteStore {}

fn json_array(entities: &[&str]) -> String {
    serde_json::to_string(entities).expect("a list of strings can be written")
}
