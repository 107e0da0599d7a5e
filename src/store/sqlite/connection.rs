//! Opening the file, and what its errors mean.

use std::{
    collections::HashMap,
    fmt,
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::guard::Guard;
use crate::{
    domain::horizon::Observations,
    error::{Error, ErrorKind, Result},
    store::{
        Look, Patience,
        table_prefix::{CLIENT, LEDGER, NEEDED, RECEIPTS, ROLLOUT, TablePrefix},
    },
};

/// A repo's database in a SQLite file.
pub struct SqliteStore {
    pub(super) connection: Connection,
    pub(super) prefix: TablePrefix,
    path: PathBuf,
    timeout: Duration,
    pub(super) observations: Observations,
    /// Whether the tables of the ledger were there.
    pub(super) has_ledger: bool,
    /// What the last look at the horizon told.
    pub(super) looked: Option<Look>,
    pub(super) guard: Guard,
    /// Claims of which nobody knows any more: as they were read, and as they are.
    pub(super) orphans: HashMap<String, String>,
}

impl SqliteStore {
    /// Opens an existing file for reading and writing. A statement waits up to `timeout` for another writer.
    ///
    /// # Errors
    /// [`ErrorKind::StoreMissing`] if there is no such file, [`ErrorKind::StoreUnavailable`] if it cannot be opened.
    pub fn open(path: &Path, prefix: TablePrefix, timeout: Duration) -> Result<Self> {
        // What cannot be looked at may be there.
        if matches!(path.try_exists(), Ok(false)) {
            return Err(Error::new(
                ErrorKind::StoreMissing,
                format!("cannot open the repo's database: there is no file {}", path.display()),
            ));
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let opened = Connection::open_with_flags(path, flags).and_then(|connection| {
            connection.busy_timeout(timeout)?;
            // The first statement that touches the file finds out whether it is a database at all.
            connection.query_row("SELECT COUNT(*) FROM sqlite_master", [], |_| Ok(()))?;
            Ok(connection)
        });
        match opened {
            Ok(connection) => Ok(Self {
                connection,
                prefix,
                path: path.to_owned(),
                timeout,
                observations: Observations::default(),
                has_ledger: false,
                looked: None,
                guard: Guard::beside(path),
                orphans: HashMap::new(),
            }),
            Err(error) => {
                let doing = format!("cannot open the repo's database {}", path.display());
                Err(Error::new(kind_of(&error), doing).caused_by(error))
            }
        }
    }

    /// The version of the SQLite library in use.
    pub fn library_version() -> &'static str {
        rusqlite::version()
    }

    /// SQL in which each `{name}` stands for a table, with its prefix, quoted.
    pub(super) fn sql(&self, template: &str) -> String {
        self.prefix.fill(template, '"')
    }

    /// Turns the driver's error into ours, with what was being done.
    pub(super) fn failed(&self, doing: impl fmt::Display, error: rusqlite::Error) -> Error {
        let path = self.path.display();
        if matches!(kind_of(&error), ErrorKind::StoreFailed)
            && let Some(table) = self.missing_table()
        {
            return Error::new(
                ErrorKind::SchemaMissing,
                format!("{doing}: {path} has no table {table}; run maintenance/update.php, and check the table prefix"),
            );
        }
        Error::new(kind_of(&error), format!("{doing} in {path}")).caused_by(error)
    }

    /// SQLite has one code for every mistake in SQL, so a missing table is looked for.
    fn missing_table(&self) -> Option<String> {
        self.lacking(&NEEDED).or_else(|| self.lacking(&ROLLOUT))
    }

    pub(super) fn has_tables_of_ledger(&self) -> bool {
        self.lacking(&LEDGER).is_none()
    }

    pub(super) fn lacks_marks(&self) -> bool {
        self.lacking(&CLIENT).is_some()
    }

    pub(super) fn lacks_receipts(&self) -> bool {
        self.lacking(&RECEIPTS).is_some()
    }

    fn lacking(&self, tables: &[&str]) -> Option<String> {
        tables
            .iter()
            .map(|table| format!("{}{table}", self.prefix.as_str()))
            .find(|table| matches!(self.connection.table_exists(None, table.as_str()), Ok(false)))
    }
}

impl Patience for SqliteStore {
    fn hurry(&mut self, is_hurried: bool) {
        const MOMENT: Duration = Duration::from_millis(100);
        let limit = if is_hurried { self.timeout.min(MOMENT) } else { self.timeout };
        // Setting a number in memory fails only for a number out of range.
        let _ = self.connection.busy_timeout(limit);
    }
}

fn kind_of(error: &rusqlite::Error) -> ErrorKind {
    match error.sqlite_error_code() {
        // Not only those that wait for a lock: others took turns at the file, or changed the tables, or the statement was stopped.
        Some(
            ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::FileLockingProtocolFailed
            | ErrorCode::SchemaChanged
            | ErrorCode::OperationAborted
            | ErrorCode::OperationInterrupted,
        ) => ErrorKind::StoreBusy,
        Some(ErrorCode::ReadOnly) => ErrorKind::StoreReadOnly,
        Some(
            ErrorCode::CannotOpen
            | ErrorCode::SystemIoFailure
            | ErrorCode::DiskFull
            | ErrorCode::PermissionDenied
            | ErrorCode::OutOfMemory,
        ) => ErrorKind::StoreUnavailable,
        _ => ErrorKind::StoreFailed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn g13_whatever_a_fresh_process_or_a_later_minute_can_mend_is_retryable() {
        let kind = |code| kind_of(&rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(code), None));
        // Busy, locked, no memory, read-only, interrupted, I/O error, disk full, cannot open, locking protocol, schema changed.
        for code in [5, 6, 7, 8, 9, 10, 13, 14, 15, 17] {
            assert!(kind(code).is_retryable(), "{code}");
        }
        // An error in SQL, a constraint, a file that is no database.
        for code in [1, 19, 26] {
            assert!(!kind(code).is_retryable(), "{code}: somebody has to change something");
        }
    }
}
