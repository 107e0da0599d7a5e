//! The store's session with the server: connects when there is a need, keeps to the time limits, and runs one statement at a time.
//! `tries` has what is done when that fails.

use std::{
    ops::ControlFlow,
    time::{Duration, Instant},
};

use mysql_async::{Params, Row, prelude::Queryable};

use super::{
    connection::MysqlConnection,
    dialect::Dialect,
    fault::{Cause, Fault, Stage},
    link::Link,
    replica::Replicas,
    server::{self, ServerName},
};
use crate::{
    domain::{
        change::ChangeId,
        horizon::{Life, Moment, Observations},
    },
    store::{Look, Patience},
};

/// A repo's database on MariaDB or MySQL. Making it costs nothing; it connects when it is first used, and again when the connection was lost.
pub struct MysqlStore {
    description: MysqlConnection,
    link: Option<Link>,
    /// What ends with the connection.
    pub(super) known: Known,
    connections_made: u64,
    /// Of the change buffer; see [`server`](super::server).
    pub(super) life: Life,
    /// The life that what is being written rests on.
    pub(super) rests_on: Option<Life>,
    /// Which server answered last, and when the connection to it was made.
    server: Option<(ServerName, Instant)>,
    /// The highest change that was visible when the horizon was found last.
    pub(super) last_visible: ChangeId,
    is_hurried: bool,
    pub(super) replicas: Replicas,
    idle: Duration,
    /// A session whose statement was given up, when the host wanted to be returned to or the time was over, and when.
    left_behind: Option<(u32, Instant)>,
    /// What the first statement of the last look at the horizon told, and which server said so.
    pub(super) looked: Option<Look>,
    pub(super) answers: String,
    /// While a transaction is open it ends with the connection, so no other one is made.
    pub(super) is_in_transaction: bool,
}

/// What is known, or held, by a connection: the next one may lead to another server.
#[derive(Default)]
pub(super) struct Known {
    /// Of the gaps in the change buffer.
    pub observations: Observations,
    /// Named locks.
    pub locks_held: usize,
    /// Whether the tables of the ledger are there; `None` before anybody has looked.
    pub has_ledger: Option<bool>,
    /// Which session read the change buffer in the last look.
    pub reader: Option<u64>,
    /// What the server's clock and a steady one said when gaps were listed last.
    pub clocks: Option<(Moment, Instant)>,
    /// Whether this is a node of a cluster whose nodes give out the same ids, so that these do not tell who writes.
    pub is_in_cluster_without_offsets: bool,
}

/// For how long a connection that nobody uses is kept, and then closed rather than trusted.
const IDLE: Duration = Duration::from_secs(60);

impl MysqlStore {
    /// A store that will use this connection.
    pub fn new(description: MysqlConnection) -> Self {
        Self {
            description,
            link: None,
            known: Known::default(),
            connections_made: 0,
            life: Life::default(),
            rests_on: None,
            server: None,
            last_visible: ChangeId::default(),
            is_hurried: false,
            replicas: Replicas::default(),
            idle: IDLE,
            left_behind: None,
            looked: None,
            answers: String::new(),
            is_in_transaction: false,
        }
    }

    /// Sets for how long a connection that nobody uses is kept (usually a minute). The server keeps it ten times as long and then
    /// closes it by itself, as a job runner may have no more to do with it; no pass is handed over for longer.
    pub fn keep_idle_for(&mut self, idle: Duration) {
        self.idle = idle;
    }

    /// Where it is.
    pub fn connection(&self) -> &MysqlConnection {
        &self.description
    }

    /// How many connections were made so far: while the number stays, one server answers.
    pub(super) fn connections_made(&self) -> u64 {
        self.connections_made
    }

    /// Whether there is a connection, as far as we know.
    pub(super) fn is_connected(&self) -> bool {
        self.dialect().is_some()
    }

    /// Of the connection, if there is one.
    pub(super) fn dialect(&self) -> Option<Dialect> {
        self.link.as_ref().and_then(Link::dialect)
    }

    /// Whether nothing is to be waited for.
    pub(super) fn is_hurried(&self) -> bool {
        self.is_hurried
    }

    /// [`MysqlStore::attempt`] at a write, which is refused in another life than it rests on.
    pub(super) fn attempt_write(
        &mut self,
        template: impl Fn(Dialect) -> String,
        values: &Params,
    ) -> std::result::Result<u64, Fault> {
        self.connect()?;
        if self.rests_on.is_some_and(|life| life != self.life) {
            return Err(Fault { stage: Stage::Connecting, cause: Cause::AnotherLife });
        }
        self.attempt(template, values, |_| ControlFlow::Continue(()))
    }

    /// One try: connects if need be, runs the statement, hands over its rows. Returns how many rows a write found.
    pub(super) fn attempt(
        &mut self,
        template: impl Fn(Dialect) -> String,
        values: &Params,
        mut each: impl FnMut(Row) -> ControlFlow<()>,
    ) -> std::result::Result<u64, Fault> {
        let dialect = self.connect()?;
        let sql = self.description.prefix.fill(&template(dialect), '`');
        let limit = self.limit(self.description.timeout);
        let result = self.link()?.use_within(limit, async |connection| {
            let mut answer = connection.exec_iter(sql, values.clone()).await?;
            while let Some(row) = answer.next().await? {
                if each(row).is_break() {
                    break;
                }
            }
            let found = answer.affected_rows();
            answer.drop_result().await?;
            Ok(found)
        });
        result.map_err(|cause| self.sent_in_vain(cause))
    }

    /// One try at a word that has neither values nor rows, and that not every server prepares.
    pub(super) fn command(&mut self, word: &str) -> std::result::Result<(), Fault> {
        self.connect()?;
        let limit = self.limit(self.description.timeout);
        let result = self.link()?.use_within(limit, async |connection| connection.query_drop(word).await);
        result.map_err(|cause| self.sent_in_vain(cause))
    }

    fn sent_in_vain(&mut self, cause: Cause) -> Fault {
        let fault = Fault { stage: Stage::Sent, cause };
        if let Cause::Interrupted | Cause::NoAnswer(_) = fault.cause {
            self.left_behind = self.link.as_ref().and_then(Link::session).map(|id| (id, Instant::now()));
        }
        if fault.ends_connection()
            && let Some(link) = &mut self.link
        {
            link.hang_up();
        }
        fault
    }

    /// The link, which is made when there is none.
    fn link(&mut self) -> std::result::Result<&mut Link, Fault> {
        let link = match self.link.take() {
            Some(link) => link,
            None => Link::new().map_err(connecting)?,
        };
        Ok(self.link.insert(link))
    }

    fn connect(&mut self) -> std::result::Result<Dialect, Fault> {
        self.close_if_idle();
        let link = self.link()?;
        link.touch();
        if let Some(dialect) = link.dialect() {
            return Ok(dialect);
        }
        if self.is_in_transaction {
            return Err(connecting(Cause::TransactionLost));
        }
        // Somebody may have made tables since, too.
        self.known = Known::default();
        let opening = Instant::now();
        let limit = self.limit(self.description.connect_timeout);
        let server_idle = self.idle.as_secs().saturating_mul(10).max(1);
        let Some(link) = self.link.as_mut() else {
            unreachable!("it was made just now");
        };
        let mut opened = link.open(&self.description, limit, server_idle).map_err(connecting)?;
        self.known.is_in_cluster_without_offsets = opened.is_in_cluster_without_offsets;
        if let Some((before, since)) = &self.server {
            let seen = (&self.description.prefix, self.last_visible);
            let asked = server::is_another_life(&mut opened.connection, (before, *since), &opened.server, seen);
            if link.wait(limit, asked).map_err(connecting)? {
                self.life = Life(self.life.0 + 1);
                self.last_visible = ChangeId::default();
                // Its number would be somebody else's here.
                self.left_behind = None;
            }
        }
        if let Some(end_it) = self.left_behind.take().and_then(end_of_session) {
            // It fails if there is no more to end.
            let _ = link.wait(limit, opened.connection.query_drop(end_it));
        }
        self.server = Some((opened.server.clone(), opening));
        self.connections_made += 1;
        Ok(link.take(opened))
    }

    fn limit(&self, patience: Duration) -> Duration {
        const MOMENT: Duration = Duration::from_millis(250);
        if self.is_hurried { patience.min(MOMENT) } else { patience }
    }

    /// Closes a connection that was not used for so long that it may be gone; unless a lock or a transaction lives on it, which would end.
    fn close_if_idle(&mut self) {
        if let Some(link) = self.link.as_mut()
            && self.known.locks_held == 0
            && !self.is_in_transaction
            && link.idle() >= self.idle
        {
            link.say_goodbye();
        }
    }
}

impl Patience for MysqlStore {
    fn hurry(&mut self, is_hurried: bool) {
        self.is_hurried = is_hurried;
    }
}

fn connecting(cause: Cause) -> Fault {
    Fault { stage: Stage::Connecting, cause }
}

/// Ends a session whose statement still waits for a lock, and would have its effect when nobody is left who wants it: a claim that
/// is nobody's, until it expires. Only at once: later the number may be somebody else's.
fn end_of_session((id, since): (u32, Instant)) -> Option<String> {
    const AT_ONCE: Duration = Duration::from_secs(2);
    (since.elapsed() < AT_ONCE).then(|| format!("KILL {id}"))
}
