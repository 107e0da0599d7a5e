//! Tells whether a new connection leads to where the one before led: to the same server, which has run all the while.
//!
//! After a failover, or a crash, the last transactions may be missing, and the ids of their changes are given out anew, to other
//! changes. Whoever had read the first ones, and records on the new server that a client has seen them, has lost the others.
//! So a buffer has **lives**, and what was found in one is not written in another. A lost connection to a server that has
//! run on begins none.

use std::time::{Duration, Instant};

use mysql_async::{Conn, prelude::Queryable};

use super::change_buffer::HIGHEST_ALLOCATED;
use crate::{domain::change::ChangeId, store::TablePrefix};

/// What tells one server from another, behind one address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ServerName(String);

/// Servers that replicate each other have different ids; nodes of a cluster may share one, but not where they are.
const WHO: &str = "SELECT VERSION(), CONCAT_WS(' ', @@server_id, @@hostname, @@port, @@datadir)";

const UPTIME: &str = "SHOW GLOBAL STATUS LIKE 'Uptime'";

/// How many nodes a cluster has, where there is one; and whether they take turns in giving out ids.
const CLUSTER: &str = "SHOW GLOBAL STATUS LIKE 'wsrep_cluster_size'";
const INCREMENT: &str = "SELECT @@auto_increment_increment";

/// Uptime is told in whole seconds, rounded down.
const ROUNDING: Duration = Duration::from_secs(1);

/// The server's version, and its name.
pub(super) async fn who_is_it(connection: &mut Conn) -> mysql_async::Result<(String, ServerName)> {
    let answer: Option<(String, String)> = connection.query_first(WHO).await?;
    let (version, name) = answer.unwrap_or_default();
    Ok((version, ServerName(name)))
}

/// Whether this is one of several nodes of a cluster, all of which give out ids in the same way.
pub(super) async fn is_in_cluster_without_offsets(connection: &mut Conn) -> mysql_async::Result<bool> {
    let size: Option<(String, String)> = connection.query_first(CLUSTER).await?;
    if size.and_then(|(_, size)| size.parse::<u32>().ok()).is_none_or(|size| size < 2) {
        return Ok(false);
    }
    let increment: Option<u64> = connection.query_first(INCREMENT).await?;
    Ok(increment.is_none_or(|increment| increment < 2))
}

/// Whether the buffer may have another life on this connection, which leads to the server called `name`: than when a connection to
/// `before` was made, at the time given with it. The last change that was visible there shows it, too, in the table with the prefix that is
/// given with it.
pub(super) async fn is_another_life(
    connection: &mut Conn,
    (before, since): (&ServerName, Instant),
    name: &ServerName,
    (prefix, last_visible): (&TablePrefix, ChangeId),
) -> mysql_async::Result<bool> {
    if before != name {
        return Ok(true);
    }
    let uptime: Option<(String, String)> = connection.query_first(UPTIME).await?;
    let uptime = uptime.and_then(|(_, seconds)| seconds.parse().ok()).map(Duration::from_secs);
    if uptime.is_some_and(|uptime| has_begun_anew(uptime, since.elapsed())) {
        return Ok(true);
    }
    if last_visible == ChangeId::default() {
        return Ok(false);
    }
    let highest: Option<Option<u64>> =
        connection.exec_first(prefix.fill(HIGHEST_ALLOCATED, '`'), (format!("{}wb_changes", prefix.as_str()),)).await?;
    Ok(highest.flatten().is_some_and(|highest| highest < last_visible.0))
}

/// Whether a server that runs for `uptime` cannot have answered `ago`.
fn has_begun_anew(uptime: Duration, ago: Duration) -> bool {
    uptime + ROUNDING < ago
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_ran_before_the_last_connection_was_made_has_not_begun_anew() {
        let seconds = Duration::from_secs_f64;
        assert!(!has_begun_anew(seconds(3600.0), seconds(20.0)));
        assert!(!has_begun_anew(seconds(19.0), seconds(19.9)), "19.95 s are told as 19");
        assert!(has_begun_anew(seconds(2.0), seconds(20.0)));
    }
}
