//! Opening the file, and what its errors mean.

use std::{
    fmt,
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::error::{Error, ErrorKind, Result};

/// MediaWiki's table prefix, checked: it becomes part of SQL.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TablePrefix(String);

impl TablePrefix {
    /// Accepts up to 32 ASCII letters, digits, `_` and `-`; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let is_safe =
            text.len() <= 32 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
        is_safe.then(|| Self(text.to_owned()))
    }
}

/// A repo's database in a SQLite file.
pub struct SqliteStore {
    pub(super) connection: Connection,
    prefix: TablePrefix,
    path: PathBuf,
    timeout: Duration,
}

impl SqliteStore {
    /// Opens an existing file for reading and writing. A statement waits up to `timeout` for another writer.
    ///
    /// # Errors
    /// [`ErrorKind::StoreMissing`] if there is no such file, [`ErrorKind::StoreUnavailable`] if it cannot be opened.
    pub fn open(path: &Path, prefix: TablePrefix, timeout: Duration) -> Result<Self> {
        if !path.exists() {
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
            Ok(connection) => Ok(Self { connection, prefix, path: path.to_owned(), timeout }),
            Err(error) => {
                let doing = format!("cannot open the repo's database {}", path.display());
                Err(Error::new(kind_of(&error), doing).caused_by(error))
            }
        }
    }

    /// Does something without waiting for another writer for longer than a moment.
    pub fn impatiently<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        const MOMENT: Duration = Duration::from_millis(100);
        // Setting a number in memory fails only for a number out of range.
        let _ = self.connection.busy_timeout(self.timeout.min(MOMENT));
        let done = work(self);
        let _ = self.connection.busy_timeout(self.timeout);
        done
    }

    /// The version of the SQLite library in use.
    pub fn library_version() -> &'static str {
        rusqlite::version()
    }

    /// SQL in which each `{name}` stands for a table, with its prefix, quoted.
    pub(super) fn sql(&self, template: &str) -> String {
        let mut sql = template.to_owned();
        for table in TABLES {
            sql = sql.replace(&format!("{{{table}}}"), &format!("\"{}{table}\"", self.prefix.0));
        }
        sql
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
        TABLES
            .iter()
            .map(|table| format!("{}{table}", self.prefix.0))
            .find(|table| matches!(self.connection.table_exists(None, table.as_str()), Ok(false)))
    }
}

const TABLES: [&str; 3] = ["wb_changes", "wb_changes_dispatch", "wb_changes_subscription"];

fn kind_of(error: &rusqlite::Error) -> ErrorKind {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => ErrorKind::StoreBusy,
        Some(ErrorCode::ReadOnly) => ErrorKind::StoreReadOnly,
        Some(
            ErrorCode::CannotOpen | ErrorCode::SystemIoFailure | ErrorCode::DiskFull | ErrorCode::PermissionDenied,
        ) => ErrorKind::StoreUnavailable,
        _ => ErrorKind::StoreFailed,
    }
}
