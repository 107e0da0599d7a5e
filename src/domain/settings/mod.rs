//! The settings of one repo, validated once. Whatever passes here needs no second look.

mod read;

use std::time::Duration;

use self::read::{Values, Whole, whole};
use super::{
    batch::Limits,
    excerpt::quoted,
    horizon::GapRules,
    notification_format::NotificationFormats,
    rollout::{RolloutState, WantedRollout},
    sent::AgainRules,
    site::{Client, SiteId},
    state::DueRules,
    strategy::{Jobs, Queue, Strategy},
    stretch::ClientNumber,
    trigger_gate::GateRules,
    value::Value,
};
use crate::error::{Error, ErrorKind, Result};

/// Validated settings of one repo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Site id of the repo.
    pub repo: SiteId,
    /// The clients that we dispatch to, ordered by site id.
    clients: Vec<Client>,
    /// `rollout`
    rollout: WantedRollout,
    /// `refusedClients`: those that should be clients and cannot be served, by the names under which the host reports them.
    pub refused: Vec<String>,
    /// `dispatchDefaultBatchSize`
    pub batch_size: u32,
    /// `dispatchBatchChunkFactor`
    pub chunk_factor: u32,
    /// `dispatchDefaultMaxChunks`
    pub max_chunks: u32,
    /// `dispatchDefaultDispatchInterval`
    pub dispatch_interval: Duration,
    /// `dispatchDefaultDispatchRandomness`
    pub randomness: u32,
    /// `claimTtl`
    pub claim_ttl: Duration,
    /// `batchMaxBytes`
    pub batch_max_bytes: u32,
    /// `windowMaxBytes`
    pub window_max_bytes: u32,
    /// `memoryLimit` of the host, of which native memory is no part; `None`: there is none.
    pub memory_limit: Option<u32>,
    /// `notificationFormat`
    pub notification_formats: NotificationFormats,
    /// `notificationBatchSize`
    pub notification_batch_size: u32,
    /// `notificationMaxBytes`
    pub notification_max_bytes: u32,
    /// `triggerEveryChanges`
    pub trigger_every_changes: u32,
    /// `triggerMaxDelay`
    pub trigger_max_delay: Duration,
    /// `gapGrace`
    pub gap_grace: Duration,
    /// `longestTransaction`; `None`: not said.
    pub longest_transaction: Option<Duration>,
    /// `pruneGraceSeconds`
    pub prune_grace: Duration,
    /// `pruneKeepSeconds`
    pub prune_keep: Duration,
    /// `acknowledgeWithin`
    pub acknowledge_within: Duration,
    /// `pruneKeepUnacknowledged`
    pub keep_unacknowledged: Duration,
    /// `dispatchStrategy`
    pub strategy: Strategy,
    /// `dispatchMaxTime`
    pub max_time: Duration,
    /// `dispatchMinChanges`; 0: no such bound.
    pub min_changes: u32,
    /// `canDelay` and `claimsToDelay`
    pub queue: Queue,
}

const BATCH_SIZE: Whole = whole("dispatchDefaultBatchSize", 1..=100_000, 1000);
const CHUNK_FACTOR: Whole = whole("dispatchBatchChunkFactor", 1..=100, 3);
const MAX_CHUNKS: Whole = whole("dispatchDefaultMaxChunks", 1..=10_000, 15);
const DISPATCH_INTERVAL: Whole = whole("dispatchDefaultDispatchInterval", 0..=86_400, 0);
const RANDOMNESS: Whole = whole("dispatchDefaultDispatchRandomness", 1..=100_000, 15);
const CLAIM_TTL: Whole = whole("claimTtl", 1..=86_400, 60);
const BATCH_MAX_BYTES: Whole = whole("batchMaxBytes", 1024..=1 << 30, 16 << 20);
const WINDOW_MAX_BYTES: Whole = whole("windowMaxBytes", 1 << 20..=1 << 30, 64 << 20);
const MEMORY_LIMIT: Whole = whole("memoryLimit", 0..=1 << 30, 0);
const NOTIFICATION_BATCH_SIZE: Whole = whole("notificationBatchSize", 1..=100_000, 1000);
const NOTIFICATION_MAX_BYTES: Whole = whole("notificationMaxBytes", 1024..=16 << 20, 1 << 20);
const TRIGGER_EVERY_CHANGES: Whole = whole("triggerEveryChanges", 1..=1_000_000, 100);
const TRIGGER_MAX_DELAY: Whole = whole("triggerMaxDelay", 0..=3600, 0);
const GAP_GRACE: Whole = whole("gapGrace", 0..=60, 3);
const LONGEST_TRANSACTION: Whole = whole("longestTransaction", 0..=3600, 0);
const PRUNE_GRACE: Whole = whole("pruneGraceSeconds", 0..=31_536_000, 1200);
const PRUNE_KEEP: Whole = whole("pruneKeepSeconds", 0..=31_536_000, 10_800);
/// Somewhat longer than MediaWiki's queues need to run a job again whose runner has died, which is an hour.
const ACKNOWLEDGE_WITHIN: Whole = whole("acknowledgeWithin", 5..=604_800, 4200);
const KEEP_UNACKNOWLEDGED: Whole = whole("pruneKeepUnacknowledged", 0..=31_536_000, 259_200);

const MAX_TIME: Whole = whole("dispatchMaxTime", 1..=86_400, 60);
const MIN_CHANGES: Whole = whole("dispatchMinChanges", 0..=1_000_000_000, 0);

const REPO_SITE_ID: &str = "repoSiteId";
const CLIENT_DATABASES: &str = "localClientDatabases";
const REFUSED_CLIENTS: &str = "refusedClients";
const NOTIFICATION_FORMAT: &str = "notificationFormat";
const STRATEGY: &str = "dispatchStrategy";
const CAN_DELAY: &str = "canDelay";
const CLAIMS_TO_DELAY: &str = "claimsToDelay";
const ROLLOUT: &str = "rollout";

impl Settings {
    /// Validates settings given by name.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidSetting`], naming the setting, the value and what is allowed. Names that no setting has are
    /// refused, so that a typing error cannot turn into a default.
    ///
    /// ```
    /// use wikibase_dispatch::domain::{settings::Settings, value::Value};
    /// let settings = Settings::from_values([
    ///     ("repoSiteId".into(), Value::Text("repowiki".into())),
    ///     ("localClientDatabases".into(), Value::List(vec![Value::Text("enwiki".into())])),
    /// ]).unwrap();
    /// assert_eq!(settings.clients()[0].domain.as_str(), "enwiki");
    /// ```
    pub fn from_values(values: impl IntoIterator<Item = (String, Value)>) -> Result<Self> {
        let mut values = Values(values.into_iter().collect());
        let repo = values.repo()?;
        let clients = values.clients()?;
        let notification_formats = values.notification_formats(&clients)?;
        let refused = values.refused()?;
        let rollout = values.rollout(clients)?.with_refused(&refused);
        let memory_limit = Some(values.whole(&MEMORY_LIMIT)?).filter(|limit| *limit > 0);
        let settings = Self {
            repo,
            notification_formats,
            clients: served(&rollout, &[]),
            rollout,
            refused,
            batch_size: values.whole(&BATCH_SIZE)?,
            chunk_factor: values.whole(&CHUNK_FACTOR)?,
            max_chunks: values.whole(&MAX_CHUNKS)?,
            dispatch_interval: values.seconds(&DISPATCH_INTERVAL)?,
            randomness: values.whole(&RANDOMNESS)?,
            claim_ttl: values.seconds(&CLAIM_TTL)?,
            batch_max_bytes: values
                .whole(&Whole { default: share(memory_limit, 32, &BATCH_MAX_BYTES), ..BATCH_MAX_BYTES })?,
            window_max_bytes: values
                .whole(&Whole { default: share(memory_limit, 8, &WINDOW_MAX_BYTES), ..WINDOW_MAX_BYTES })?,
            memory_limit,
            notification_batch_size: values.whole(&NOTIFICATION_BATCH_SIZE)?,
            notification_max_bytes: values.whole(&NOTIFICATION_MAX_BYTES)?,
            trigger_every_changes: values.whole(&TRIGGER_EVERY_CHANGES)?,
            trigger_max_delay: values.seconds(&TRIGGER_MAX_DELAY)?,
            gap_grace: values.seconds(&GAP_GRACE)?,
            longest_transaction: Some(values.seconds(&LONGEST_TRANSACTION)?).filter(|longest| !longest.is_zero()),
            prune_grace: values.seconds(&PRUNE_GRACE)?,
            prune_keep: values.seconds(&PRUNE_KEEP)?,
            acknowledge_within: values.seconds(&ACKNOWLEDGE_WITHIN)?,
            keep_unacknowledged: values.seconds(&KEEP_UNACKNOWLEDGED)?,
            strategy: values.one_of(STRATEGY, Strategy::parse, Strategy::ALLOWED)?,
            max_time: values.seconds(&MAX_TIME)?,
            min_changes: values.whole(&MIN_CHANGES)?,
            queue: Queue {
                delays: values.one_of(CAN_DELAY, Jobs::parse, Jobs::ALLOWED)?,
                claims_to_delay: values.one_of(CLAIMS_TO_DELAY, Jobs::parse, Jobs::ALLOWED)?,
            },
        };
        match values.0.into_iter().next() {
            None => {
                let queue = settings.queue;
                settings.on_queue(queue).within_memory()
            }
            Some((name, _)) => Err(Error::new(
                ErrorKind::InvalidSetting,
                format!("there is no setting {}; check its spelling", quoted(&name)),
            )),
        }
    }

    /// Peak native memory of a process that dispatches, about: what is kept, what passes hold that is no longer kept, and what is
    /// being read and written.
    pub fn peak_memory(&self) -> u64 {
        2 * u64::from(self.window_max_bytes) + 4 * u64::from(self.batch_max_bytes)
    }

    /// The same settings on such a queue. Where no job that was held back was seen to come, no client rests until one comes.
    #[must_use]
    pub fn on_queue(self, queue: Queue) -> Self {
        if queue.claims_to_delay.triggers && !queue.delays.triggers {
            Self { queue, dispatch_interval: Duration::ZERO, ..self }
        } else {
            Self { queue, ..self }
        }
    }

    fn within_memory(self) -> Result<Self> {
        match self.memory_limit {
            Some(limit) if self.peak_memory() > u64::from(limit) => {
                let mebibytes = |bytes: u64| bytes.div_ceil(1 << 20);
                Err(Error::new(
                    ErrorKind::InvalidSetting,
                    format!(
                        "{} = {} and {} = {} may take {} MiB of native memory, beside what PHP's memory_limit of {} MiB bounds; \
                         lower them, leave them out, or raise memory_limit",
                        WINDOW_MAX_BYTES.name,
                        self.window_max_bytes,
                        BATCH_MAX_BYTES.name,
                        self.batch_max_bytes,
                        mebibytes(self.peak_memory()),
                        mebibytes(u64::from(limit)),
                    ),
                ))
            }
            _ => Ok(self),
        }
    }

    /// The effective value of every setting.
    pub fn to_values(&self) -> Vec<(&'static str, Value)> {
        let number = |value: u32| Value::Integer(i64::from(value));
        let seconds = |value: Duration| Value::Integer(i64::try_from(value.as_secs()).unwrap_or(i64::MAX));
        let text = |value: &str| Value::Text(value.to_owned());
        let clients = self.rollout.clients();
        let domains = clients.map(|(client, _)| (client.site.to_string(), text(client.domain.as_str())));
        vec![
            (REPO_SITE_ID, text(self.repo.as_str())),
            (CLIENT_DATABASES, Value::Map(domains.collect())),
            (ROLLOUT, Value::Map(self.exceptions_of_rollout())),
            (REFUSED_CLIENTS, Value::List(self.refused.iter().map(|name| text(name)).collect())),
            (BATCH_SIZE.name, number(self.batch_size)),
            (CHUNK_FACTOR.name, number(self.chunk_factor)),
            (MAX_CHUNKS.name, number(self.max_chunks)),
            (DISPATCH_INTERVAL.name, seconds(self.dispatch_interval)),
            (RANDOMNESS.name, number(self.randomness)),
            (CLAIM_TTL.name, seconds(self.claim_ttl)),
            (BATCH_MAX_BYTES.name, number(self.batch_max_bytes)),
            (WINDOW_MAX_BYTES.name, number(self.window_max_bytes)),
            (MEMORY_LIMIT.name, number(self.memory_limit.unwrap_or_default())),
            (NOTIFICATION_FORMAT, self.notification_formats.to_value()),
            (NOTIFICATION_BATCH_SIZE.name, number(self.notification_batch_size)),
            (NOTIFICATION_MAX_BYTES.name, number(self.notification_max_bytes)),
            (TRIGGER_EVERY_CHANGES.name, number(self.trigger_every_changes)),
            (TRIGGER_MAX_DELAY.name, seconds(self.trigger_max_delay)),
            (GAP_GRACE.name, seconds(self.gap_grace)),
            (LONGEST_TRANSACTION.name, seconds(self.longest_transaction.unwrap_or_default())),
            (PRUNE_GRACE.name, seconds(self.prune_grace)),
            (PRUNE_KEEP.name, seconds(self.prune_keep)),
            (ACKNOWLEDGE_WITHIN.name, seconds(self.acknowledge_within)),
            (KEEP_UNACKNOWLEDGED.name, seconds(self.keep_unacknowledged)),
            (STRATEGY, text(self.strategy.name())),
            (MAX_TIME.name, seconds(self.max_time)),
            (MIN_CHANGES.name, number(self.min_changes)),
            (CAN_DELAY, self.queue.delays.to_value()),
            (CLAIMS_TO_DELAY, self.queue.claims_to_delay.to_value()),
        ]
    }

    /// The clients that we dispatch to, or watch, ordered by site id.
    pub fn clients(&self) -> &[Client] {
        &self.clients
    }

    /// Every configured client, and who is to dispatch to it.
    pub fn rollout(&self) -> &WantedRollout {
        &self.rollout
    }

    /// The client, if there is one alone, and it is ours alone: there is nothing to select from.
    pub fn only_client(&self) -> Option<&SiteId> {
        let mut clients = self.rollout.clients();
        match (clients.next(), clients.next()) {
            (Some((client, RolloutState::On)), None) => Some(&client.site),
            _ => None,
        }
    }

    /// The same settings, by which we also dispatch to configured clients that leave us.
    pub fn serving(&self, leaving: &[SiteId]) -> Self {
        Self { clients: served(&self.rollout, leaving), ..self.clone() }
    }

    fn exceptions_of_rollout(&self) -> Vec<(String, Value)> {
        let exceptions = self.rollout.clients().filter(|(_, state)| *state != RolloutState::On);
        exceptions.map(|(client, state)| (client.site.to_string(), Value::Text(state.name().to_owned()))).collect()
    }

    /// The client that `site` names, if we dispatch to it.
    pub fn client(&self, site: &str) -> Option<&Client> {
        let at = self.clients.binary_search_by(|client| client.site.as_str().cmp(site)).ok()?;
        self.clients.get(at)
    }

    /// The number by which this process tells the client apart: its place among [`Settings::clients`].
    pub fn client_number(&self, site: &SiteId) -> Option<ClientNumber> {
        let at = self.clients.binary_search_by(|client| client.site.cmp(site)).ok()?;
        at.try_into().ok()
    }

    /// Changes read at once.
    pub fn chunk_size(&self) -> usize {
        self.batch_size as usize * self.chunk_factor as usize
    }

    /// Changes that one pass may read.
    pub fn pass_reach(&self) -> u64 {
        u64::try_from(self.chunk_size()).unwrap_or(u64::MAX).saturating_mul(u64::from(self.max_chunks))
    }

    /// How much one pass may hand over.
    pub fn batch_limits(&self) -> Limits {
        Limits { changes: self.batch_size as usize, bytes: self.batch_max_bytes as usize }
    }

    /// How much one notification may carry.
    pub fn notification_limits(&self) -> Limits {
        Limits { changes: self.notification_batch_size as usize, bytes: self.notification_max_bytes as usize }
    }

    /// When a client that is behind is due.
    pub fn due_rules(&self) -> DueRules {
        DueRules { interval: self.dispatch_interval, batch_size: u64::from(self.batch_size), claim_ttl: self.claim_ttl }
    }

    /// When what a client was sent is sent again.
    pub fn again_rules(&self) -> AgainRules {
        AgainRules { within: self.acknowledge_within, give_up: self.keep_unacknowledged }
    }

    /// When a missing id counts as dead.
    pub fn gap_rules(&self) -> GapRules {
        GapRules { grace: self.gap_grace, longest_transaction: self.longest_transaction }
    }

    /// When an edit schedules a trigger.
    pub fn gate_rules(&self) -> GateRules {
        let max_delay = if self.delays_announcements() { self.trigger_max_delay } else { Duration::ZERO };
        GateRules { every_changes: self.trigger_every_changes, max_delay }
    }

    /// In what time a trigger that found something is followed by another, in case its runner dies. Where edits may share a trigger, no
    /// later than they may have to wait: the queue drops the triggers that they ask for while the successor waits. Else each edit asks for
    /// a trigger that runs at once, nothing waits for the successor, and it may take its time.
    pub fn until_successor(&self) -> Duration {
        const UNHURRIED: Duration = Duration::from_secs(5);
        const SHORTEST: Duration = Duration::from_secs(1);
        if self.trigger_max_delay.is_zero() { UNHURRIED } else { self.trigger_max_delay.max(SHORTEST) }
    }

    /// Whether the job that edits ask for can be held back: the trigger, or that of the only client.
    pub fn delays_announcements(&self) -> bool {
        if self.only_client().is_some() { self.queue.delays.clients } else { self.queue.delays.triggers }
    }
}

/// The clients that we dispatch to, ordered by site id.
fn served(rollout: &WantedRollout, leaving: &[SiteId]) -> Vec<Client> {
    let is_served = |site: &SiteId, state| state != RolloutState::Off || leaving.contains(site);
    let served = rollout.clients().filter(|(client, state)| is_served(&client.site, *state));
    served.map(|(client, _)| client.clone()).collect()
}

/// The default of a setting where memory is limited: a part of it, if that is less and allowed.
fn share(memory_limit: Option<u32>, parts: u32, setting: &Whole) -> u32 {
    memory_limit.map_or(setting.default, |limit| setting.default.min(limit / parts)).max(*setting.allowed.start())
}

#[cfg(test)]
mod tests;
