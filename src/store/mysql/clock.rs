//! The clock of the primary.

use std::ops::ControlFlow;

use mysql_async::Params;

use super::MysqlStore;
use crate::{domain::time::Timestamp, error::Result, store::Clock};

const NOW: &str = "SELECT UNIX_TIMESTAMP()";

impl Clock for MysqlStore {
    fn now(&mut self) -> Result<Timestamp> {
        let now = self.read(
            || "cannot read the clock".to_owned(),
            NOW,
            Params::Empty,
            |now: &mut i64, row| {
                *now = row.get(0).unwrap_or_default();
                ControlFlow::Continue(())
            },
        )?;
        Ok(Timestamp::from_unix(now))
    }
}
