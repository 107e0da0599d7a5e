//! A repo on SQLite: the very file that MediaWiki uses, on a connection of our own.
//!
//! **One copy of SQLite in the process.** SQLite guards a file with POSIX advisory locks, and those belong to the process: when
//! any descriptor of the file is closed, all locks of the process on it are gone. SQLite copes by sharing descriptors
//! among its connections, which works only inside one copy of the library. PHP's `pdo_sqlite` uses the system's; were ours
//! compiled in beside it, closing our connection would silently drop the lock of MediaWiki's open write transaction, and
//! another process could write into the middle of it. So the crate links the system's `libsqlite3`, and a test of the
//! built module holds that open.
//!
//! SQLite has one writer at a time, so ids become visible in order: the horizon is the highest id.

mod backlog;
mod change_buffer;
mod clock;
mod connection;
mod dispatch_states;
mod gaps;
mod guard;
mod ledger;
mod pruning;
mod rollout;
mod sent_passes;
mod subscriptions;

pub use connection::SqliteStore;
