//! A repo on MariaDB (10.5 and later) or MySQL (8.0 and later, run on 9.7), on a connection of our own.
//!
//! The driver is asynchronous; its runtime belongs to the store, runs on the calling thread alone, and is made when the store is first
//! used: nothing of it outlives a call, and a process that forks before takes nothing along.
//!
//! Every statement is complete in itself (autocommit), has a time limit, and is tried again when a fault
//! that passes kept it from having an effect. See `tries` for what is done when that is not certain, `transaction` for where it takes
//! several statements, and `replica` for what may be read elsewhere than on the primary.

mod backlog;
mod change_buffer;
mod clock;
mod connection;
mod dialect;
mod dispatch_states;
mod fault;
mod gap_holder;
mod gaps;
mod groups;
mod ledger;
mod link;
mod named_lock;
mod pruning;
mod replica;
mod rollout;
mod sent_passes;
mod server;
mod session;
mod settled;
mod stretches;
mod subscriptions;
mod transaction;
mod tries;
mod within;

pub use connection::{MysqlConnection, MysqlServer, Password, Tls};
pub use session::MysqlStore;
