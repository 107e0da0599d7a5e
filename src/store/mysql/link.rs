//! A connection and the runtime that drives it: opened when there is a need, closed politely when nobody uses it.

use std::{
    future::Future,
    io, thread,
    time::{Duration, Instant},
};

use mysql_async::{Conn, prelude::Queryable};
use tokio::runtime::{Builder, Runtime};

use super::{
    connection::MysqlConnection,
    dialect::Dialect,
    fault::Cause,
    server::{self, ServerName},
    within::within,
};
use crate::store::descriptors::Descriptors;

/// A runtime, and the connection that lives in it, while there is one.
pub(super) struct Link {
    runtime: Runtime,
    connection: Option<(Conn, Dialect)>,
    used: Instant,
    _of_runtime: Descriptors,
    of_connection: Descriptors,
}

/// A connection that was opened just now, and is not yet used.
pub(super) struct Opened {
    pub connection: Conn,
    pub server: ServerName,
    /// Whether it leads to a node of a cluster whose nodes give out the same ids.
    pub is_in_cluster_without_offsets: bool,
    dialect: Dialect,
}

impl Link {
    /// One without a connection.
    pub fn new() -> Result<Self, Cause> {
        let (runtime, of_runtime) = Descriptors::of(|| Builder::new_current_thread().enable_io().enable_time().build());
        Ok(Self {
            runtime: runtime.map_err(Cause::NoRuntime)?,
            connection: None,
            used: Instant::now(),
            _of_runtime: of_runtime,
            of_connection: Descriptors::default(),
        })
    }

    /// Of the connection, if there is one.
    pub fn dialect(&self) -> Option<Dialect> {
        self.connection.as_ref().map(|(_, dialect)| *dialect)
    }

    /// The server's number for this session.
    pub fn session(&self) -> Option<u32> {
        self.connection.as_ref().map(|(connection, _)| connection.id())
    }

    /// Notes that it is used now.
    pub fn touch(&mut self) {
        self.used = Instant::now();
    }

    /// For how long nobody has used it.
    pub fn idle(&self) -> Duration {
        self.used.elapsed()
    }

    /// Opens a connection within `limit`, which the server closes when nobody has used it for so many seconds.
    pub fn open(&mut self, description: &MysqlConnection, limit: Duration, server_idle: u64) -> Result<Opened, Cause> {
        if description.takes_a_thread() {
            // The runtime panics where the system gives it none.
            let thread = thread::Builder::new().spawn(|| ()).and_then(|thread| {
                thread.join().map_err(|_| io::Error::other("a thread that does nothing has failed"))
            });
            thread.map_err(Cause::NoRuntime)?;
        }
        let (opened, of_connection) = Descriptors::of(|| {
            self.wait(limit, async {
                let (mut connection, dialect, server) = description.open().await?;
                connection.query_drop(format!("SET SESSION wait_timeout = {server_idle}")).await?;
                let is_in_cluster_without_offsets = server::is_in_cluster_without_offsets(&mut connection).await?;
                Ok(Opened { connection, server, is_in_cluster_without_offsets, dialect })
            })
        });
        self.of_connection = of_connection;
        opened
    }

    /// Has that connection be this one's.
    pub fn take(&mut self, opened: Opened) -> Dialect {
        self.connection = Some((opened.connection, opened.dialect));
        opened.dialect
    }

    /// Waits for something, for at most `limit`.
    pub fn wait<T>(&self, limit: Duration, work: impl Future<Output = mysql_async::Result<T>>) -> Result<T, Cause> {
        self.runtime.block_on(within(limit, work))
    }

    /// Waits for what `work` makes of the connection, which there must be.
    pub fn use_within<T>(
        &mut self,
        limit: Duration,
        work: impl AsyncFnOnce(&mut Conn) -> mysql_async::Result<T>,
    ) -> Result<T, Cause> {
        let Some((connection, _)) = self.connection.as_mut() else {
            unreachable!("it was connected just now");
        };
        self.runtime.block_on(within(limit, work(connection)))
    }

    /// Drops a connection that is of no more use, without a word to the server.
    pub fn hang_up(&mut self) {
        self.connection = None;
    }

    /// Closes the connection with a word to the server, so that its log does not fill with aborted connections.
    pub fn say_goodbye(&mut self) {
        const MANNERS: Duration = Duration::from_millis(200);
        if let Some((connection, _)) = self.connection.take() {
            let _ = self.runtime.block_on(async { tokio::time::timeout(MANNERS, connection.disconnect()).await });
        }
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.say_goodbye();
    }
}
