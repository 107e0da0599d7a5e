//! Several statements of which others see all or nothing.
//!
//! Whatever is tried again is the whole transaction, and it decides anew by what it reads. So it is safe to do it again even when the
//! answer to its commit was lost.

use std::ops::ControlFlow;

use mysql_async::{Params, Row};

use super::{MysqlStore, dialect::Dialect, fault::Fault, tries::PAUSES};
use crate::error::Result;

type Outcome<T> = std::result::Result<T, Fault>;

/// An open transaction. Whatever is written in it is undone unless it is committed.
pub(super) struct Transaction<'s>(&'s mut MysqlStore);

impl MysqlStore {
    /// Does `work` in a transaction, and again when a fault that passes kept it from being committed. Its first read should lock what
    /// it is about: the snapshot that others are read from is as of the first that does not.
    pub(super) fn transaction<T>(
        &mut self,
        doing: impl Fn() -> String,
        mut work: impl FnMut(&mut Transaction<'_>) -> Outcome<T>,
    ) -> Result<T> {
        let mut pauses = PAUSES.iter();
        loop {
            match self.attempt_transaction(&mut work) {
                Ok(done) => return Ok(done),
                Err(fault) => self.pause_or_fail(fault, &mut pauses, &doing)?,
            }
        }
    }

    fn attempt_transaction<T>(&mut self, work: impl FnOnce(&mut Transaction<'_>) -> Outcome<T>) -> Outcome<T> {
        self.command("START TRANSACTION")?;
        self.is_in_transaction = true;
        let done = work(&mut Transaction(self)).and_then(|done| self.command("COMMIT").map(|()| done));
        if done.is_err() && self.is_connected() {
            // If it fails, the connection is gone, and the transaction with it. Some errors undo but the last statement.
            let _ = self.command("ROLLBACK");
        }
        self.is_in_transaction = false;
        done
    }
}

impl Transaction<'_> {
    /// Runs a reading statement and folds its rows into a value.
    pub fn read<T: Default>(
        &mut self,
        template: &str,
        values: Params,
        mut fold: impl FnMut(&mut T, Row),
    ) -> Outcome<T> {
        let mut folded = T::default();
        self.0.attempt(
            |_| template.to_owned(),
            &values,
            |row| {
                fold(&mut folded, row);
                ControlFlow::Continue(())
            },
        )?;
        Ok(folded)
    }

    /// Runs a writing statement.
    pub fn write(&mut self, template: &str, values: Params) -> Outcome<()> {
        self.write_as(|_| template.to_owned(), values)
    }

    /// Runs one that is made for the dialect.
    pub fn write_as(&mut self, template: impl Fn(Dialect) -> String, values: Params) -> Outcome<()> {
        self.0.attempt(template, &values, |_| ControlFlow::Continue(())).map(drop)
    }
}
