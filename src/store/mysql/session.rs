//! Runs statements: connects when there is a need, keeps to the time limits, and copes with faults that pass (G14).
//!
//! A **read** is tried again, a few times, whatever passing fault it met. A **write** is tried again only when the fault is certain to
//! have kept it from having an effect: a deadlock, a lock wait, or no connection to send it on. When the connection is lost
//! under a write nobody can tell from here, so its caller tells how to find out: every write is a compare-and-set, and the
//! row shows whether it happened. It may even happen a little later, while the server has not noticed that we are gone; a
//! write that is tried again is therefore one that cannot succeed twice.

use std::{
    io,
    ops::ControlFlow,
    thread,
    time::{Duration, Instant},
};

use mysql_async::{Conn, Params, Row, prelude::Queryable};
use tokio::runtime::{Builder, Runtime};

use super::{
    connection::MysqlConnection,
    dialect::Dialect,
    fault::{Cause, Fault, Stage},
    replica::Replicas,
    server::{self, ServerName},
    within::within,
};
use crate::{
    domain::{
        change::ChangeId,
        horizon::{Life, Moment, Observations},
    },
    error::{Error, Result},
    store::{Look, Patience, descriptors::Descriptors, interruption},
};

/// Pauses before each further try.
pub(super) const PAUSES: [Duration; 3] =
    [Duration::from_millis(50), Duration::from_millis(150), Duration::from_millis(400)];

/// A repo's database on MariaDB or MySQL. Making it costs nothing; it connects when it is first used, and again when the connection was lost.
pub struct MysqlStore {
    description: MysqlConnection,
    link: Option<Link>,
    /// Of the gaps in the change buffer; forgotten with the connection, since the next one may lead to another server.
    pub(super) observations: Observations,
    connections_made: u64,
    /// Of the change buffer; see [`server`](super::server).
    pub(super) life: Life,
    /// The life that what is being written rests on.
    rests_on: Option<Life>,
    /// Which server answered last, and when the connection to it was made.
    server: Option<(ServerName, Instant)>,
    /// The highest change that was visible when the horizon was found last.
    pub(super) last_visible: ChangeId,
    is_hurried: bool,
    pub(super) replicas: Replicas,
    idle: Duration,
    /// A session whose statement was given up, when the host wanted to be returned to or the time was over, and when.
    left_behind: Option<(u32, Instant)>,
    /// Named locks, which end with the connection.
    pub(super) locks_held: usize,
    /// Whether the tables of the ledger are there; `None` before anybody has looked.
    pub(super) has_ledger: Option<bool>,
    /// What the first statement of the last look at the horizon told, and which server said so.
    pub(super) looked: Option<Look>,
    pub(super) answers: String,
    pub(super) reader: Option<u64>,
    /// What the server's clock and a steady one said when gaps were listed last.
    pub(super) clocks: Option<(Moment, Instant)>,
    /// While a transaction is open it ends with the connection, so no other one is made.
    pub(super) is_in_transaction: bool,
    /// Whether this is a node of a cluster whose nodes give out the same ids, so that these do not tell who writes.
    is_in_cluster_without_offsets: bool,
}

/// For how long a connection that nobody uses is kept, and then closed rather than trusted.
const IDLE: Duration = Duration::from_secs(60);

/// For the next statement, which is a transaction of its own.
const ROWS_ALONE: &str = "SET TRANSACTION ISOLATION LEVEL READ COMMITTED";

/// A connection and the runtime that drives it.
struct Link {
    runtime: Runtime,
    connection: Option<(Conn, Dialect)>,
    used: Instant,
    _of_runtime: Descriptors,
    of_connection: Descriptors,
}

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
    /// A store that will use this connection.
    pub fn new(description: MysqlConnection) -> Self {
        Self {
            description,
            link: None,
            observations: Observations::default(),
            connections_made: 0,
            life: Life::default(),
            rests_on: None,
            server: None,
            last_visible: ChangeId::default(),
            is_hurried: false,
            replicas: Replicas::default(),
            idle: IDLE,
            left_behind: None,
            locks_held: 0,
            has_ledger: None,
            looked: None,
            answers: String::new(),
            reader: None,
            clocks: None,
            is_in_transaction: false,
            is_in_cluster_without_offsets: false,
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
        self.link.as_ref().is_some_and(|link| link.connection.is_some())
    }

    pub(super) fn is_in_cluster_without_offsets(&self) -> bool {
        self.is_in_cluster_without_offsets
    }

    /// Whether nothing is to be waited for.
    pub(super) fn is_hurried(&self) -> bool {
        self.is_hurried
    }

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
        let dialect = self.link.as_ref().and_then(|link| link.connection.as_ref()).map(|(_, dialect)| *dialect);
        fault.stage == Stage::Sent
            && dialect.zip(fault.code()).is_some_and(|(dialect, code)| dialect.is_lock_refused(code))
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
            Some(pause) if fault.passes() && !self.is_hurried && interruption::wait(*pause) => Ok(()),
            _ => Err(self.failed(fault, doing())),
        }
    }

    fn failed(&self, fault: Fault, doing: String) -> Error {
        fault.into_error(doing, &self.description)
    }

    /// Runs a write that rests on what was found in `life`: in another one it is refused.
    pub(super) fn resting_on<T>(&mut self, life: Life, write: impl FnOnce(&mut Self) -> T) -> T {
        self.rests_on = Some(life);
        let written = write(self);
        self.rests_on = None;
        written
    }

    fn attempt_write(
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
        let Some(Link { runtime, connection: Some((connection, _)), .. }) = self.link.as_mut() else {
            unreachable!("it was connected just now");
        };
        let result = runtime.block_on(within(limit, async {
            let mut answer = connection.exec_iter(sql, values.clone()).await?;
            while let Some(row) = answer.next().await? {
                if each(row).is_break() {
                    break;
                }
            }
            let found = answer.affected_rows();
            answer.drop_result().await?;
            Ok(found)
        }));
        result.map_err(|cause| self.sent_in_vain(cause))
    }

    /// One try at a word that has neither values nor rows, and that not every server prepares.
    pub(super) fn command(&mut self, word: &str) -> std::result::Result<(), Fault> {
        self.connect()?;
        let limit = self.limit(self.description.timeout);
        let Some(Link { runtime, connection: Some((connection, _)), .. }) = self.link.as_mut() else {
            unreachable!("it was connected just now");
        };
        let result = runtime.block_on(within(limit, connection.query_drop(word)));
        result.map_err(|cause| self.sent_in_vain(cause))
    }

    fn sent_in_vain(&mut self, cause: Cause) -> Fault {
        let fault = Fault { stage: Stage::Sent, cause };
        if let Cause::Interrupted | Cause::NoAnswer(_) = fault.cause {
            self.left_behind = self.link.as_ref().and_then(Link::session).map(|id| (id, Instant::now()));
        }
        if fault.ends_connection() {
            self.hang_up();
        }
        fault
    }

    fn connect(&mut self) -> std::result::Result<Dialect, Fault> {
        let fault = |cause| Fault { stage: Stage::Connecting, cause };
        self.close_if_idle();
        if self.link.is_none() {
            let (runtime, of_runtime) =
                Descriptors::of(|| Builder::new_current_thread().enable_io().enable_time().build());
            let runtime = runtime.map_err(|error| fault(Cause::NoRuntime(error)))?;
            let of_connection = Descriptors::default();
            self.link =
                Some(Link { runtime, connection: None, used: Instant::now(), _of_runtime: of_runtime, of_connection });
        }
        let limit = self.limit(self.description.connect_timeout);
        let Some(link) = self.link.as_mut() else {
            unreachable!("it was made just now");
        };
        link.used = Instant::now();
        if let Some((_, dialect)) = &link.connection {
            return Ok(*dialect);
        }
        if self.is_in_transaction {
            return Err(fault(Cause::TransactionLost));
        }
        self.observations.forget();
        self.locks_held = 0;
        // Somebody may have made the tables since.
        self.has_ledger = None;
        self.reader = None;
        self.clocks = None;
        let server_idle = self.idle.as_secs().saturating_mul(10).max(1);
        let opening = Instant::now();
        if self.description.takes_a_thread() {
            // The runtime panics where the system gives it none.
            let thread = thread::Builder::new().spawn(|| ()).and_then(|thread| {
                thread.join().map_err(|_| io::Error::other("a thread that does nothing has failed"))
            });
            thread.map_err(|error| fault(Cause::NoRuntime(error)))?;
        }
        let (opened, of_connection) = Descriptors::of(|| {
            link.runtime.block_on(within(limit, async {
                let (mut connection, dialect, name) = self.description.open().await?;
                connection.query_drop(format!("SET SESSION wait_timeout = {server_idle}")).await?;
                let is_in_cluster = server::is_in_cluster_without_offsets(&mut connection).await?;
                Ok((connection, dialect, name, is_in_cluster))
            }))
        });
        link.of_connection = of_connection;
        let (mut connection, dialect, name, is_in_cluster) = opened.map_err(fault)?;
        self.is_in_cluster_without_offsets = is_in_cluster;
        if let Some((before, since)) = &self.server {
            let prefix = &self.description.prefix;
            let asked = server::is_another_life(&mut connection, (before, *since), &name, (prefix, self.last_visible));
            if link.runtime.block_on(within(limit, asked)).map_err(fault)? {
                self.life = Life(self.life.0 + 1);
                self.last_visible = ChangeId::default();
                // Its number would be somebody else's here.
                self.left_behind = None;
            }
        }
        self.server = Some((name, opening));
        if let Some(end_it) = self.left_behind.take().and_then(end_of_session) {
            // It fails if there is no more to end.
            let _ = link.runtime.block_on(within(limit, connection.query_drop(end_it)));
        }
        link.connection = Some((connection, dialect));
        self.connections_made += 1;
        Ok(dialect)
    }

    fn limit(&self, patience: Duration) -> Duration {
        const MOMENT: Duration = Duration::from_millis(250);
        if self.is_hurried { patience.min(MOMENT) } else { patience }
    }

    /// Closes a connection that was not used for so long that it may be gone; unless a lock or a transaction lives on it, which would end.
    fn close_if_idle(&mut self) {
        if let Some(link) = self.link.as_mut()
            && self.locks_held == 0
            && !self.is_in_transaction
            && link.used.elapsed() >= self.idle
        {
            link.say_goodbye();
        }
    }

    /// Drops a connection that is of no more use, without a word to the server.
    fn hang_up(&mut self) {
        if let Some(link) = self.link.as_mut() {
            link.connection = None;
        }
    }
}

impl Patience for MysqlStore {
    fn hurry(&mut self, is_hurried: bool) {
        self.is_hurried = is_hurried;
    }
}

impl Link {
    /// The server's number for this session.
    fn session(&self) -> Option<u32> {
        self.connection.as_ref().map(|(connection, _)| connection.id())
    }

    /// Closes the connection with a word to the server, so that its log does not fill with aborted connections.
    fn say_goodbye(&mut self) {
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

/// Ends a session whose statement still waits for a lock, and would have its effect when nobody is left who wants it: a claim that
/// is nobody's, until it expires. Only at once: later the number may be somebody else's.
fn end_of_session((id, since): (u32, Instant)) -> Option<String> {
    const AT_ONCE: Duration = Duration::from_secs(2);
    (since.elapsed() < AT_ONCE).then(|| format!("KILL {id}"))
}
