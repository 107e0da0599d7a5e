//! Statements that are tried again when a fault that passes has met them (G14).
//!
//! A **read** is tried again, a few times, whatever passing fault it met. A **write** is tried again only when the fault is certain to
//! have kept it from having an effect: a deadlock, a lock wait, or no connection to send it on. When the connection is lost
//! under a write nobody can tell from here, so its caller tells how to find out: every write is a compare-and-set, and the
//! row shows whether it happened. It may even happen a little later, while the server has not noticed that we are gone; a
//! write that is tried again is therefore one that cannot succeed twice.

use std::{ops::ControlFlow, time::Duration};

use mysql_async::{Params, Row};

use super::{
    MysqlStore,
    dialect::Dialect,
    fault::{Fault, Stage},
};
use crate::{domain::horizon::Life, error::Result, store::interruption};

/// Pauses before each further try.
pub(super) const PAUSES: [Duration; 3] =
    [Duration::from_millis(50), Duration::from_millis(150), Duration::from_millis(400)];

/// For the next statement, which is a transaction of its own.
const ROWS_ALONE: &str = "SET TRANSACTION ISOLATION LEVEL READ COMMITTED";

/// What the row says about a write of which nobody knows whether it took effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It did.
    Done,
    /// It did not, and what it expects still holds.
    NotYet,
    /// What it expects holds no longer.
    Never,
}

impl MysqlStore {
    /// Runs a reading statement and folds its rows into a value, which starts anew with each try. Stops reading when told.
    pub(super) fn read<T: Default>(
        &mut self,
        doing: impl Fn() -> String,
        template: &str,
        values: Params,
        mut fold: impl FnMut(&mut T, Row) -> ControlFlow<()>,
    ) -> Result<T> {
        let mut pauses = PAUSES.iter();
        loop {
            let mut folded = T::default();
            match self.attempt(|_| template.to_owned(), &values, |row| fold(&mut folded, row)) {
                Ok(_) => return Ok(folded),
                Err(fault) => self.pause_or_fail(fault, &mut pauses, &doing)?,
            }
        }
    }

    /// Runs a reading statement that may be refused a lock, at the level at which it locks rows alone. Returns what `answer` makes of
    /// its row; `None` if it was refused. `template` is made for the dialect.
    pub(super) fn read_or_be_refused<T: Default>(
        &mut self,
        doing: impl Fn() -> String,
        template: impl Fn(Dialect) -> String,
        values: Params,
        answer: impl Fn(Row) -> T,
    ) -> Result<Option<T>> {
        let mut pauses = PAUSES.iter();
        loop {
            let mut answered = T::default();
            let asked =
                self.attempt(|_| ROWS_ALONE.to_owned(), &Params::Empty, |_| ControlFlow::Continue(())).and_then(|_| {
                    self.attempt(&template, &values, |row| {
                        answered = answer(row);
                        ControlFlow::Continue(())
                    })
                });
            match asked {
                Ok(_) => return Ok(Some(answered)),
                Err(fault) if self.is_refusal(&fault) => return Ok(None),
                Err(fault) => self.pause_or_fail(fault, &mut pauses, &doing)?,
            }
        }
    }

    fn is_refusal(&self, fault: &Fault) -> bool {
        fault.stage == Stage::Sent
            && self.dialect().zip(fault.code()).is_some_and(|(dialect, code)| dialect.is_lock_refused(code))
    }

    /// Runs a compare-and-set and returns how many rows it found. `find_out` is asked when that is not known.
    pub(super) fn write(
        &mut self,
        doing: impl Fn() -> String,
        template: &str,
        values: Params,
        find_out: impl FnMut(&mut Self) -> Result<Outcome>,
    ) -> Result<u64> {
        self.write_as(doing, |_| template.to_owned(), values, find_out)
    }

    /// [`MysqlStore::write`] by a statement that is made for the dialect.
    pub(super) fn write_as(
        &mut self,
        doing: impl Fn() -> String,
        template: impl Fn(Dialect) -> String,
        values: Params,
        mut find_out: impl FnMut(&mut Self) -> Result<Outcome>,
    ) -> Result<u64> {
        let mut pauses = PAUSES.iter();
        let mut in_doubt = false;
        loop {
            let fault = match self.attempt_write(&template, &values) {
                // An earlier try may have been late and taken effect after all; then this one found what that one left.
                Ok(0) if in_doubt => return Ok(u64::from(find_out(self)? == Outcome::Done)),
                Ok(found) => return Ok(found),
                Err(fault) => fault,
            };
            if fault.had_no_effect() {
                self.pause_or_fail(fault, &mut pauses, &doing)?;
                continue;
            }
            in_doubt = true;
            match find_out(self)? {
                Outcome::Done => return Ok(1),
                Outcome::Never => return Ok(0),
                Outcome::NotYet => self.pause_or_fail(fault, &mut pauses, &doing)?,
            }
        }
    }

    /// Lets the next try come after a pause, if the fault passes and there is a next try; else makes the error.
    pub(super) fn pause_or_fail(
        &self,
        fault: Fault,
        pauses: &mut std::slice::Iter<'_, Duration>,
        doing: impl Fn() -> String,
    ) -> Result<()> {
        match pauses.next() {
            Some(pause) if fault.passes() && !self.is_hurried() && interruption::wait(*pause) => Ok(()),
            _ => Err(fault.into_error(doing(), self.connection())),
        }
    }

    /// Runs a write that rests on what was found in `life`: in another one it is refused.
    pub(super) fn resting_on<T>(&mut self, life: Life, write: impl FnOnce(&mut Self) -> T) -> T {
        self.rests_on = Some(life);
        let written = write(self);
        self.rests_on = None;
        written
    }
}
