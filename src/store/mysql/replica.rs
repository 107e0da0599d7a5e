//! Bulk reads from a replica, where nothing but who answers can differ.
//!
//! What decides (the horizon, dispatch states, claims, the clock) is read on the primary alone. Changes up to the horizon, and
//! who is subscribed to them, may come from a replica that has everything the primary had when the horizon was found: the
//! primary is asked how far its replicas have to be, after the horizon, and the replica whether it is there. A transaction is in that
//! position before others can see it, so nothing that counted for the horizon is missing. Asked once a horizon, since a
//! replica does not go back, and over the very connection that then reads.
//!
//! A replica that is not there within a moment, does not answer, or fails, is left alone for a while, and the primary reads: slower
//! at worst, and never less. The one thing that is not seen is a replica told to leave out subscriptions (replication filters).

use std::{
    ops::ControlFlow,
    time::{Duration, Instant},
};

use mysql_async::{Params, Row};

use super::{MysqlConnection, MysqlStore, subscriptions::text};
use crate::{domain::change::ChangeId, error::Result};

/// How long a replica that was of no use is left alone.
const LEFT_ALONE: Duration = Duration::from_secs(30);

/// The most that a replica may take; the primary has to have time left.
const CONNECT_LIMIT: Duration = Duration::from_secs(1);
const STATEMENT_LIMIT: Duration = Duration::from_secs(2);

/// The replicas of a store's server. Usually none.
#[derive(Default)]
pub(super) struct Replicas {
    all: Vec<Replica>,
    /// Which one is connected to, and the session there.
    session: Option<(usize, Box<MysqlStore>)>,
    standing: Standing,
}

struct Replica {
    description: MysqlConnection,
    left_alone_until: Option<Instant>,
}

/// What is known of the replica at hand, for the horizon found last.
#[derive(Clone, Copy, Default)]
enum Standing {
    /// Nothing that would let it be used.
    #[default]
    Unusable,
    /// Nothing yet: the horizon was found on this connection to the primary, when this change was the last.
    Unknown { connection: u64, last: ChangeId },
    /// It has everything.
    Complete,
}

/// What a replica must have: two texts, for the dialects' sake.
#[derive(Default)]
struct Position(String, String);

impl Replicas {
    fn new(descriptions: Vec<MysqlConnection>) -> Self {
        let all = descriptions.into_iter().map(|mut description| {
            description.connect_timeout = description.connect_timeout.min(CONNECT_LIMIT);
            description.timeout = description.timeout.min(STATEMENT_LIMIT);
            Replica { description, left_alone_until: None }
        });
        Self { all: all.collect(), ..Self::default() }
    }

    /// A new horizon: what was known of the replica is too old.
    pub fn horizon_found(&mut self, connection: u64, last: ChangeId) {
        if !self.all.is_empty() {
            self.standing = Standing::Unknown { connection, last };
        }
    }

    /// The primary reads until the next horizon.
    pub fn stand_back(&mut self) {
        self.standing = Standing::Unusable;
    }

    /// The replica that is connected to, or else any of those that are not left alone.
    fn choose(&self) -> Option<usize> {
        if let Some((at, _)) = &self.session {
            return Some(*at);
        }
        let now = Instant::now();
        let is_free = |at: &usize| self.all[*at].left_alone_until.is_none_or(|until| until <= now);
        let free: Vec<usize> = (0..self.all.len()).filter(is_free).collect();
        // Not by a generator of the process's, which a fork would share.
        let chance = usize::try_from(getrandom::u64().unwrap_or_default() >> 32).unwrap_or_default();
        chance.checked_rem(free.len()).map(|at| free[at])
    }

    fn leave_alone(&mut self, which: impl Fn(usize) -> bool) {
        let until = Some(Instant::now() + LEFT_ALONE);
        for (at, replica) in self.all.iter_mut().enumerate() {
            if which(at) {
                replica.left_alone_until = until;
            }
        }
        self.session = None;
        self.standing = Standing::Unusable;
    }

    /// Whether replica `at` has everything up to `position`; `None` if it does not say.
    fn is_complete(&mut self, at: usize, position: &Position, last: ChangeId) -> Option<bool> {
        loop {
            let kept = self.session.take().map(|(_, session)| session);
            // A connection that was kept may have been closed meanwhile; a new one tells.
            let is_last_try = kept.is_none();
            let mut session = kept.unwrap_or_else(|| Box::new(MysqlStore::new(self.all[at].description.clone())));
            let values = vec![position.0.as_str().into(), position.1.as_str().into(), last.0.into()];
            let mut is_complete = false;
            let asked = session.attempt(
                |dialect| dialect.has_position(),
                &Params::Positional(values),
                |row| {
                    is_complete = row.get::<Option<i64>, _>(0).flatten() == Some(1);
                    ControlFlow::Continue(())
                },
            );
            if asked.is_ok() {
                self.session = Some((at, session));
                return Some(is_complete);
            }
            if is_last_try {
                return None;
            }
        }
    }
}

impl MysqlStore {
    /// A store that will use this connection, and for bulk reads one of these to replicas, each of the same database.
    pub fn with_replicas(description: MysqlConnection, replicas: Vec<MysqlConnection>) -> Self {
        let mut store = Self::new(description);
        store.replicas = Replicas::new(replicas);
        store
    }

    /// [`MysqlStore::read`], from a replica if one is sure to give the same answer. Also tells whether it was.
    pub(super) fn read_bulk<T: Default>(
        &mut self,
        doing: impl Fn() -> String,
        template: &str,
        values: Params,
        mut fold: impl FnMut(&mut T, Row) -> ControlFlow<()>,
    ) -> Result<(T, bool)> {
        if let Some((at, replica)) = self.complete_replica() {
            let mut folded = T::default();
            if replica.attempt(|_| template.to_owned(), &values, |row| fold(&mut folded, row)).is_ok() {
                return Ok((folded, true));
            }
            self.replicas.leave_alone(|other| other == at);
        }
        self.read(doing, template, values, fold).map(|read| (read, false))
    }

    fn complete_replica(&mut self) -> Option<(usize, &mut MysqlStore)> {
        if self.is_hurried() {
            return None;
        }
        if let Standing::Unknown { connection, last } = self.replicas.standing {
            self.replicas.stand_back();
            if self.finds_complete_replica(connection, last) {
                self.replicas.standing = Standing::Complete;
            }
        }
        match (self.replicas.standing, &mut self.replicas.session) {
            (Standing::Complete, Some((at, session))) => Some((*at, session)),
            _ => None,
        }
    }

    fn finds_complete_replica(&mut self, connection: u64, last: ChangeId) -> bool {
        let Some(at) = self.replicas.choose() else {
            return false;
        };
        // Another server's position says nothing about a horizon found here. Nor is it for this to connect: whoever does
        // has to learn whether the server has changed.
        if !self.is_connected() || self.connections_made() != connection {
            return false;
        }
        let Some(position) = self.position() else {
            self.replicas.leave_alone(|_| true);
            return false;
        };
        let is_complete = self.replicas.is_complete(at, &position, last) == Some(true);
        if !is_complete {
            self.replicas.leave_alone(|other| other == at);
        }
        is_complete
    }

    /// How far the primary is; `None` if it does not say, or has no replicas that could be as far.
    fn position(&mut self) -> Option<Position> {
        let mut position = Position::default();
        let asked = self.attempt(
            |dialect| dialect.position().to_owned(),
            &Params::Empty,
            |row| {
                position = Position(text(&row, 0), text(&row, 1));
                ControlFlow::Continue(())
            },
        );
        // A fault that matters shows again when the primary reads.
        asked.ok().filter(|_| !position.0.is_empty()).map(|_| position)
    }
}
