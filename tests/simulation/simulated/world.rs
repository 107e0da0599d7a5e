//! What all simulated processes share: the time, the repo's database, the queue, the locks, chance, and who judges what happens.

use std::{
    borrow::Cow,
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
    sync::Arc,
};

use wikibase_dispatch::domain::{
    change::Change, client_mark::ClientMark, settings::Settings, time::Timestamp, trigger_gate::GateWord,
};

use super::{
    database::Database, delays::SeenDelays, judge::Judge, locks::LockServer, mutant::Mutant, pace::Pace,
    queue::JobQueue, receivers::ClientWiki, scenario::Scenario,
};

pub const SECOND: u64 = 1_000_000;
/// When every simulation begins.
const EPOCH: i64 = 1_800_000_000;

#[derive(Clone)]
pub struct Shared(Rc<RefCell<World>>);

impl Shared {
    pub fn new(world: World) -> Self {
        Self(Rc::new(RefCell::new(world)))
    }

    /// No process may wait inside.
    pub fn with<T>(&self, work: impl FnOnce(&mut World) -> T) -> T {
        work(&mut self.0.borrow_mut())
    }
}

/// What happens to a call.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Done,
    /// It does nothing, and says so.
    Refused,
    /// It takes effect, and nobody hears of it.
    AnswerLost,
}

pub struct World {
    /// Microseconds since the beginning.
    pub now: u64,
    pub chance: fastrand::Rng,
    pub scenario: Scenario,
    pub mutant: Option<Mutant>,
    /// Whether things fail.
    pub is_stormy: bool,
    pub database: Database,
    pub queue: JobQueue,
    /// Clients that give receipts.
    pub wikis: BTreeMap<String, ClientWiki>,
    pub locks: LockServer,
    pub judge: Judge,
    /// What is to be the case in the end: with a rollout, every client gets everything, whoever serves it.
    pub settings: Arc<Settings>,
    /// What a process that begins now reads; others go by what they have read. And what it was before, which some servers have until then.
    pub configuration: Arc<Settings>,
    pub outdated: Option<(Arc<Settings>, u64)>,
    /// Clients whose queues take nothing.
    pub unreachable: BTreeSet<String>,
    /// What is known of jobs that the queue is to hold back.
    pub seen_delays: SeenDelays,
    /// One for each web server.
    pub gates: [GateWord; 2],
    pub edits_left: usize,
    /// A client that every edit concerns: it is to show that it handles others than what it has not.
    pub is_to_prove: Option<String>,
    /// A proxy sends reads to a replica that is so far behind, in microseconds.
    pub replica_lag: Option<u64>,
    /// Everything of note that happened, if somebody wants to read it.
    pub log: Option<Vec<String>>,
    /// A sum over everything of note: two runs are the same if these are.
    pub trace: u64,
    /// How long things take, if that is not chance.
    pub pace: Option<Pace>,
    pub counts: BTreeMap<&'static str, u64>,
}

/// What a client has for our own format.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum ClientExtension {
    Loaded,
    /// It never was there, so it has said nothing.
    Missing,
    /// It has said that it is there, and was removed long ago.
    Removed,
}

impl World {
    /// Whether a client can run jobs in our own format.
    pub fn extension_of(&self, client: &str) -> ClientExtension {
        if self.pace.is_some() {
            return ClientExtension::Loaded;
        }
        let at = client.bytes().fold(self.scenario.seed, |sum, byte| sum.wrapping_add(u64::from(byte)));
        [ClientExtension::Loaded, ClientExtension::Missing, ClientExtension::Removed][usize::try_from(at % 3).unwrap()]
    }

    /// What a client says about itself, as a statement finds it now.
    pub fn mark_of(&self, client: &str) -> Option<ClientMark> {
        let now = self.database_time();
        let long_ago = now.minus(2 * ClientMark::LIFE);
        let made = match (self.extension_of(client), self.mutant) {
            (ClientExtension::Loaded, _) | (_, Some(Mutant::MarksNotAsked)) => now,
            (ClientExtension::Removed, Some(Mutant::OldMarksCount)) => now,
            (ClientExtension::Removed, _) => long_ago,
            (ClientExtension::Missing, _) => return None,
        };
        let receipts = if self.gives_receipts(client) { ",receipts" } else { "" };
        ClientMark::read("0.1.0".to_owned(), &format!("native,entity-change,change-ids{receipts}"), &made.to_mw())
    }

    /// The time by the database, in milliseconds.
    pub fn database_ms(&self) -> u64 {
        let ms = EPOCH * 1000 + i64::try_from(self.now / 1000).unwrap() + self.database.clock_ahead_ms;
        u64::try_from(ms).unwrap()
    }

    pub fn database_time(&self) -> Timestamp {
        Timestamp::from_unix(i64::try_from(self.database_ms() / 1000).unwrap())
    }

    /// The change buffer as a reading statement sees it.
    pub fn readable(&self) -> Cow<'_, BTreeMap<u64, Change>> {
        let Some(lag) = self.replica_lag else {
            return Cow::Borrowed(&self.database.changes);
        };
        let is_there = |id: &u64| self.database.committed_at.get(id).is_none_or(|at| at + lag <= self.now);
        let there = self.database.changes.iter().filter(|(id, _)| is_there(id));
        Cow::Owned(there.map(|(id, change)| (*id, change.clone())).collect())
    }

    /// Whether something happens that happens once in `rarity` times, while things fail.
    pub fn misfortune(&mut self, rarity: u32) -> bool {
        self.is_stormy && rarity > 0 && self.chance.u32(..rarity) == 0
    }

    /// What becomes of a call to the database or to a queue.
    pub fn fate(&mut self) -> Fate {
        if !self.misfortune(self.scenario.call_fails) {
            Fate::Done
        } else if self.chance.bool() {
            Fate::Refused
        } else {
            Fate::AnswerLost
        }
    }

    /// How long a call is under way.
    pub fn latency(&mut self) -> u64 {
        if let Some(pace) = &self.pace {
            return pace.round_trip;
        }
        if self.misfortune(self.scenario.stall) {
            // The process is stopped, or swapped out, or its network hangs: often for longer than its claim lasts.
            return self.chance.u64(1..2 * self.settings.claim_ttl.as_secs() * SECOND);
        }
        match self.chance.u8(..) {
            0..=229 => self.chance.u64(100..4000),
            230..=252 => self.chance.u64(4000..150_000),
            _ => self.chance.u64(150_000..1_500_000),
        }
    }

    /// What a server has that is asked by chance.
    pub fn some_configuration(&mut self) -> Arc<Settings> {
        let outdated =
            self.outdated.as_ref().filter(|(_, until)| *until > self.now).map(|(before, _)| Arc::clone(before));
        match outdated {
            Some(before) if self.chance.u8(..3) == 0 => before,
            _ => Arc::clone(&self.configuration),
        }
    }

    pub fn has_somebody_enabled(&self) -> bool {
        self.scenario.has_rollout || self.database.states.values().any(|row| !row.disabled)
    }

    /// Whether there is another edit to be made; whoever asks makes it.
    pub fn take_edit(&mut self) -> bool {
        let is_one_left = self.edits_left > 0;
        self.edits_left = self.edits_left.saturating_sub(1);
        is_one_left
    }

    /// Takes note of an event.
    pub fn note(&mut self, event: impl FnOnce() -> String) {
        if let Some(log) = &mut self.log {
            let event = event();
            log.push(format!("{:>12.6} {event}", self.now as f64 / SECOND as f64));
        }
    }

    pub fn count(&mut self, what: &'static str) {
        *self.counts.entry(what).or_default() += 1;
        for byte in what.bytes() {
            self.trace = (self.trace ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
        }
        self.trace = (self.trace ^ self.now).wrapping_mul(0x100_0000_01b3);
    }
}
