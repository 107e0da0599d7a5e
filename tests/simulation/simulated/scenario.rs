//! What a seed stands for: a farm, its settings, and what goes wrong there.

pub use wikibase_dispatch::domain::strategy::Strategy;
use wikibase_dispatch::domain::{rollout::RolloutState, settings::Settings, strategy::Jobs, value::Value};

use super::{delays::HeldBack, world::SECOND};

/// How the repo's job queue behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueueKind {
    /// MediaWiki's queue in the database: in no order, without delays, drops duplicates of jobs that have not begun.
    Database,
    /// In Redis: in order, with delays, drops duplicates of jobs that have not begun.
    Redis,
    /// Kafka: the same, but drops what was pushed before an equal job began.
    Kafka,
}

/// Which locks there are beside the claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LockKind {
    None,
    /// Of the database: they end with the connection.
    Named,
    /// They end by themselves after a while.
    Redis,
}

/// What a world has in which the horizon cannot be sure of what it infers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    None,
    /// Inserts have their ids, and wait for a lock for longer than the grace time.
    LockWaits,
    /// Some edits are on another server, whose locks nobody sees.
    SecondWriter,
    /// A proxy sends reads to a server that is behind, from time to time.
    SplitReads,
    /// The buffer is emptied, and ids begin anew.
    BeginsAnew,
    /// The clock of the database jumps at any moment, also between an id and its row.
    WildClock,
}

/// Rarities: something happens once in so many times; 0 is never.
#[derive(Clone, Debug)]
pub struct Scenario {
    pub seed: u64,
    /// Nothing fails at all.
    pub is_calm: bool,
    pub clients: Vec<String>,
    pub entities: usize,
    pub queue: QueueKind,
    /// Whether pushes are part of the transaction that is open.
    pub pushes_in_transaction: bool,
    pub strategy: Strategy,
    pub runners: usize,
    pub editors: usize,
    pub edits: usize,
    /// Ids are given out one by one as their rows become visible, as by SQLite.
    pub has_one_writer: bool,
    pub increment: u64,
    /// Whether requests come in, so that somebody looks out. If nobody does, no job may be lost.
    pub has_visitors: bool,
    pub locks: LockKind,
    pub call_fails: u32,
    pub stall: u32,
    pub death: u32,
    pub job_is_lost: u32,
    pub job_is_doubled: u32,
    pub job_is_slow: u32,
    pub lock_server_fails: u32,
    /// Whether clients are switched off and on, come and go, and subscribe.
    pub has_admins: bool,
    pub clock_steps: bool,
    /// Whether clients go from Wikibase to us and back. Then none is disabled, and none comes or goes.
    pub has_rollout: bool,
    /// Whether another server takes the place of the database, which lacks what was committed last.
    pub has_failover: bool,
    pub trouble: Trouble,
    pub held_back: HeldBack,
    /// Whether clients that can do so say what they have handled. Then their queues lose notifications, and their databases are restored.
    pub has_receipts: bool,
    pub notification_is_lost: u32,
    pub numbers: Vec<(&'static str, i64)>,
}

impl Scenario {
    pub fn of(seed: u64) -> Self {
        let mut chance = fastrand::Rng::with_seed(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let is_calm = chance.u8(..8) == 0;
        let mut rarity = |usually: u32| if is_calm || chance.u8(..3) == 0 { 0 } else { usually };
        let (call_fails, stall, death) = (rarity(150), rarity(500), rarity(250));
        let (job_is_lost, job_is_doubled, job_is_slow) = (rarity(12), rarity(15), rarity(6));
        let lock_server_fails = rarity(40);
        let queue = [QueueKind::Database, QueueKind::Redis, QueueKind::Kafka][chance.usize(..3)];
        let has_visitors = chance.u8(..4) > 0;
        let count = if chance.u8(..6) == 0 { 1 } else { chance.usize(2..7) };
        let mut scenario = Self {
            seed,
            is_calm,
            clients: ["dewiki", "enwiki", "frwiki", "itwiki", "nlwiki", "svwiki"][..count.min(6)]
                .iter()
                .map(ToString::to_string)
                .collect(),
            entities: chance.usize(2..7),
            queue,
            pushes_in_transaction: queue == QueueKind::Database && chance.bool(),
            strategy: [Strategy::Auto, Strategy::Inline, Strategy::Poll, Strategy::Jobs][chance.usize(..4)],
            runners: chance.usize(1..5),
            editors: chance.usize(1..5),
            edits: chance.usize(20..90),
            has_one_writer: chance.u8(..6) == 0,
            increment: if chance.u8(..8) == 0 { chance.u64(2..6) } else { 1 },
            has_visitors,
            locks: [LockKind::None, LockKind::Named, LockKind::Redis][chance.usize(..3)],
            call_fails,
            stall,
            death,
            job_is_lost: if has_visitors { job_is_lost } else { 0 },
            job_is_doubled,
            job_is_slow,
            lock_server_fails,
            has_admins: !is_calm && chance.bool(),
            clock_steps: !is_calm && chance.u8(..4) == 0,
            has_rollout: false,
            has_failover: false,
            trouble: Trouble::None,
            held_back: HeldBack::Run,
            has_receipts: false,
            notification_is_lost: 0,
            numbers: Vec::new(),
        };
        scenario.numbers = scenario.some_settings(&mut chance);
        scenario.has_rollout = !is_calm && chance.u8(..3) == 0;
        // Who lost a trigger with a server is not told of it, so somebody has to look out.
        let can_fail_over = !is_calm && !scenario.has_rollout && has_visitors && !scenario.has_one_writer;
        scenario.has_failover = can_fail_over && chance.u8(..4) == 0;
        scenario.has_admins &= !scenario.has_rollout && !scenario.has_failover;
        if scenario.has_failover {
            // What is lost is younger than what is pruned.
            scenario.numbers.retain(|(name, _)| *name != "pruneKeepSeconds");
            scenario.numbers.push(("pruneKeepSeconds", chance.i64(60..400)));
        }
        let can_have_trouble =
            !is_calm && !scenario.has_rollout && !scenario.has_failover && has_visitors && !scenario.has_one_writer;
        if can_have_trouble && chance.u8(..3) > 0 {
            let troubles = [
                Trouble::LockWaits,
                Trouble::SecondWriter,
                Trouble::SplitReads,
                Trouble::BeginsAnew,
                Trouble::WildClock,
            ];
            scenario.trouble = troubles[chance.usize(..troubles.len())];
            scenario.clock_steps |= scenario.trouble == Trouble::WildClock;
            scenario.clock_steps &= scenario.trouble != Trouble::LockWaits;
        }
        // Somebody has to look out for what was lost when nobody edits.
        scenario.has_receipts = has_visitors && chance.bool();
        if scenario.has_receipts {
            scenario.notification_is_lost = if is_calm { 0 } else { chance.u32(3..40) };
            scenario.numbers.push(("acknowledgeWithin", chance.i64(30..150)));
            scenario.numbers.push(("pruneKeepUnacknowledged", 6 * 3600));
        }
        if queue == QueueKind::Redis && chance.u8(..3) == 0 {
            // Where jobs stop coming that the servers rely on, somebody has to look out.
            let stops = HeldBack::Stop(chance.u64(..900 * SECOND));
            let kinds = [HeldBack::NeverRun, HeldBack::RunEarly, stops];
            scenario.held_back = kinds[chance.usize(..if has_visitors { 3 } else { 2 })];
        }
        scenario
    }

    pub fn can_delay(&self) -> bool {
        self.queue != QueueKind::Database
    }

    fn some_settings(&self, chance: &mut fastrand::Rng) -> Vec<(&'static str, i64)> {
        let delay = |seconds: i64| if self.can_delay() { seconds } else { 0 };
        vec![
            ("dispatchDefaultBatchSize", chance.i64(1..8)),
            ("dispatchBatchChunkFactor", chance.i64(1..4)),
            ("dispatchDefaultMaxChunks", chance.i64(1..6)),
            ("dispatchDefaultDispatchInterval", delay(if chance.bool() { 0 } else { chance.i64(1..20) })),
            ("dispatchDefaultDispatchRandomness", chance.i64(1..6)),
            ("claimTtl", chance.i64(10..60)),
            ("notificationBatchSize", chance.i64(1..5)),
            ("triggerEveryChanges", chance.i64(1..12)),
            ("triggerMaxDelay", delay(chance.i64(0..7))),
            ("gapGrace", chance.i64(1..4)),
            // Both less and more than the time from one prune to the next.
            ("pruneGraceSeconds", if chance.bool() { chance.i64(0..200) } else { chance.i64(600..1500) }),
            ("pruneKeepSeconds", chance.i64(0..400)),
            ("dispatchMaxTime", chance.i64(3..60)),
            ("dispatchMinChanges", if chance.u8(..3) == 0 { chance.i64(1..30) } else { 0 }),
        ]
    }

    /// The settings of a farm that has these clients, all of which are ours.
    pub fn settings(&self, clients: &[String]) -> Settings {
        self.rolled_out(clients.iter().map(|client| (client.clone(), RolloutState::On)).collect())
    }

    /// The settings of a farm that has these clients.
    pub fn rolled_out(&self, clients: Vec<(String, RolloutState)>) -> Settings {
        let text = |text: &str| Value::Text(text.to_owned());
        let sites = clients.iter().map(|(client, _)| text(client)).collect();
        let states = clients.iter().map(|(client, state)| (client.clone(), text(state.name()))).collect();
        let delays = Jobs { triggers: self.can_delay(), clients: self.can_delay() };
        let names = [
            ("repoSiteId".to_owned(), text("repowiki")),
            ("localClientDatabases".to_owned(), Value::List(sites)),
            ("rollout".to_owned(), Value::Map(states)),
            ("dispatchStrategy".to_owned(), text(self.strategy.name())),
            ("canDelay".to_owned(), delays.to_value()),
        ];
        let numbers = self.numbers.iter().map(|(name, number)| ((*name).to_owned(), Value::Integer(*number)));
        Settings::from_values(names.into_iter().chain(numbers)).unwrap()
    }
}
