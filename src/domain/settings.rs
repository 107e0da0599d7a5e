//! The settings of one repo, validated once. Whatever passes here needs no second look.

use std::{collections::BTreeMap, fmt, ops::RangeInclusive, time::Duration};

use super::{
    batch::Limits,
    excerpt::quoted,
    horizon::GapRules,
    notification_format::NotificationFormats,
    rollout::{RolloutState, WantedRollout},
    site::{Client, DatabaseDomain, SiteId},
    state::DueRules,
    strategy::{Jobs, Queue, Strategy},
    stretch::ClientNumber,
    trigger_gate::GateRules,
};
use crate::error::{Error, ErrorKind, Result};

/// A setting as a host language gives it.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A whole number.
    Integer(i64),
    /// A text.
    Text(String),
    /// A list; in PHP an array with the keys 0, 1, 2…, which an empty map is, too.
    List(Vec<Value>),
    /// A map with text keys.
    Map(Vec<(String, Value)>),
    /// Anything that no setting takes, by the name of its type.
    Other(&'static str),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(number) => number.fmt(f),
            Self::Text(text) => f.write_str(&quoted(text)),
            Self::List(values) => write!(f, "a list of {}", values.len()),
            Self::Map(entries) => write!(f, "a map of {}", entries.len()),
            Self::Other(kind) => f.write_str(kind),
        }
    }
}

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
    /// `dispatchStrategy`
    pub strategy: Strategy,
    /// `dispatchMaxTime`
    pub max_time: Duration,
    /// `dispatchMinChanges`; 0: no such bound.
    pub min_changes: u32,
    /// `canDelay` and `claimsToDelay`
    pub queue: Queue,
}

/// A setting that is a whole number: name, allowed range, default.
struct Whole {
    name: &'static str,
    allowed: RangeInclusive<u32>,
    default: u32,
}

const fn whole(name: &'static str, allowed: RangeInclusive<u32>, default: u32) -> Whole {
    Whole { name, allowed, default }
}

const BATCH_SIZE: Whole = whole("dispatchDefaultBatchSize", 1..=100_000, 1000);
const CHUNK_FACTOR: Whole = whole("dispatchBatchChunkFactor", 1..=100, 3);
const MAX_CHUNKS: Whole = whole("dispatchDefaultMaxChunks", 1..=10_000, 15);
const DISPATCH_INTERVAL: Whole = whole("dispatchDefaultDispatchInterval", 0..=86_400, 0);
const RANDOMNESS: Whole = whole("dispatchDefaultDispatchRandomness", 1..=100_000, 15);
const CLAIM_TTL: Whole = whole("claimTtl", 1..=86_400, 300);
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
    /// use wikibase_dispatch::domain::settings::{Settings, Value};
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

    /// When a missing id counts as dead.
    pub fn gap_rules(&self) -> GapRules {
        GapRules { grace: self.gap_grace, longest_transaction: self.longest_transaction }
    }

    /// When an edit schedules a trigger.
    pub fn gate_rules(&self) -> GateRules {
        let max_delay = if self.delays_announcements() { self.trigger_max_delay } else { Duration::ZERO };
        GateRules { every_changes: self.trigger_every_changes, max_delay }
    }

    /// Whether the job that edits ask for can be held back: the trigger, or that of the only client.
    pub fn delays_announcements(&self) -> bool {
        if self.only_client().is_some() { self.queue.delays.clients } else { self.queue.delays.triggers }
    }
}

/// Settings not yet taken.
struct Values(BTreeMap<String, Value>);

impl Values {
    fn whole(&mut self, setting: &Whole) -> Result<u32> {
        let Some(value) = self.0.remove(setting.name) else {
            return Ok(setting.default);
        };
        let number = match value {
            Value::Integer(number) => u32::try_from(number).ok(),
            _ => None,
        };
        number.filter(|number| setting.allowed.contains(number)).ok_or_else(|| {
            let (least, most) = (setting.allowed.start(), setting.allowed.end());
            not_allowed(setting.name, &value, &format!("a whole number from {least} to {most}"))
        })
    }

    fn seconds(&mut self, setting: &Whole) -> Result<Duration> {
        self.whole(setting).map(|seconds| Duration::from_secs(u64::from(seconds)))
    }

    fn one_of<T: Default>(
        &mut self,
        name: &'static str,
        parse: impl Fn(&Value) -> Option<T>,
        allowed: &str,
    ) -> Result<T> {
        match self.0.remove(name) {
            None => Ok(T::default()),
            Some(value) => parse(&value).ok_or_else(|| not_allowed(name, &value, allowed)),
        }
    }

    fn repo(&mut self) -> Result<SiteId> {
        let value = self.0.remove(REPO_SITE_ID).ok_or_else(|| missing(REPO_SITE_ID))?;
        site_of(REPO_SITE_ID, &value)
    }

    fn clients(&mut self) -> Result<Vec<Client>> {
        let value = self.0.remove(CLIENT_DATABASES).ok_or_else(|| missing(CLIENT_DATABASES))?;
        let mut clients: Vec<Client> = match &value {
            Value::List(sites) => sites
                .iter()
                .map(|value| {
                    let site = site_of(CLIENT_DATABASES, value)?;
                    Ok(Client { domain: domain_of(value)?, site })
                })
                .collect::<Result<_>>()?,
            Value::Map(entries) => entries
                .iter()
                .map(|(site, domain)| {
                    let site = site_of(CLIENT_DATABASES, &Value::Text(site.clone()))?;
                    Ok(Client { site, domain: domain_of(domain)? })
                })
                .collect::<Result<_>>()?,
            other => {
                let allowed = "a map of site ids to database domains, or a list of site ids";
                return Err(not_allowed(CLIENT_DATABASES, other, allowed));
            }
        };
        clients.sort_by(|a, b| a.site.cmp(&b.site));
        match clients.windows(2).find(|pair| pair[0].site == pair[1].site) {
            None => Ok(clients),
            Some(pair) => Err(Error::new(
                ErrorKind::InvalidSetting,
                format!("the setting {CLIENT_DATABASES} names {} twice", pair[0].site),
            )),
        }
    }

    /// A client that the map does not name is ours.
    fn rollout(&mut self, clients: Vec<Client>) -> Result<WantedRollout> {
        const ALLOWED: &str = "a map of clients to \"off\", \"shadow\" or \"on\"";
        let value = self.0.remove(ROLLOUT).unwrap_or(Value::Map(Vec::new()));
        let entries = match &value {
            Value::Map(entries) => entries.as_slice(),
            // In PHP an empty map is an empty list.
            Value::List(none) if none.is_empty() => &[],
            other => return Err(not_allowed(ROLLOUT, other, ALLOWED)),
        };
        let mut states = BTreeMap::new();
        for (site, value) in entries {
            let state = match value {
                Value::Text(name) => RolloutState::parse(name),
                _ => None,
            };
            let state = state.ok_or_else(|| not_allowed(ROLLOUT, value, ALLOWED))?;
            if !clients.iter().any(|client| client.site.as_str() == site) {
                return Err(Error::new(
                    ErrorKind::InvalidSetting,
                    format!("the setting {ROLLOUT} names {}, which is no client ({CLIENT_DATABASES})", quoted(site)),
                ));
            }
            states.insert(site.as_str(), state);
        }
        let state_of = |client: &Client| states.get(client.site.as_str()).copied().unwrap_or(RolloutState::On);
        Ok(WantedRollout::new(clients.into_iter().map(|client| {
            let state = state_of(&client);
            (client, state)
        })))
    }

    fn refused(&mut self) -> Result<Vec<String>> {
        let Some(value) = self.0.remove(REFUSED_CLIENTS) else {
            return Ok(Vec::new());
        };
        let names = match &value {
            Value::List(names) => names
                .iter()
                .map(|name| match name {
                    Value::Text(name) => Some(name.clone()),
                    _ => None,
                })
                .collect(),
            _ => None,
        };
        names.ok_or_else(|| not_allowed(REFUSED_CLIENTS, &value, "a list of names"))
    }

    fn notification_formats(&mut self, clients: &[Client]) -> Result<NotificationFormats> {
        match self.0.remove(NOTIFICATION_FORMAT) {
            None => Ok(NotificationFormats::default()),
            Some(value) => NotificationFormats::parse(&value, clients)
                .ok_or_else(|| not_allowed(NOTIFICATION_FORMAT, &value, NotificationFormats::ALLOWED)),
        }
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

fn site_of(setting: &str, value: &Value) -> Result<SiteId> {
    let allowed = "site ids of 1 to 64 bytes without control characters";
    match value {
        Value::Text(text) => SiteId::parse(text),
        _ => None,
    }
    .ok_or_else(|| not_allowed(setting, value, allowed))
}

fn domain_of(value: &Value) -> Result<DatabaseDomain> {
    match value {
        Value::Text(text) => DatabaseDomain::parse(text),
        _ => None,
    }
    .ok_or_else(|| {
        not_allowed(CLIENT_DATABASES, value, "database domains of 1 to 255 bytes without control characters")
    })
}

fn not_allowed(setting: &str, value: &Value, allowed: &str) -> Error {
    Error::new(ErrorKind::InvalidSetting, format!("the setting {setting} cannot be {value}; allowed: {allowed}"))
}

fn missing(setting: &str) -> Error {
    Error::new(ErrorKind::InvalidSetting, format!("the setting {setting} is missing"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Value {
        Value::Text(text.into())
    }

    fn with(name: &str, value: Value) -> Result<Settings> {
        let mut values = BTreeMap::from([
            (REPO_SITE_ID.to_owned(), text("repowiki")),
            (CLIENT_DATABASES.to_owned(), Value::List(vec![])),
        ]);
        values.insert(name.to_owned(), value);
        Settings::from_values(values)
    }

    fn message(result: Result<Settings>) -> String {
        let error = result.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidSetting);
        error.to_string()
    }

    #[test]
    fn a_list_of_clients_and_a_map_are_both_read() {
        let list = with(CLIENT_DATABASES, Value::List(vec![text("frwiki"), text("dewiki")])).unwrap();
        assert_eq!(list.clients()[0].site.as_str(), "dewiki");
        let map = with(CLIENT_DATABASES, Value::Map(vec![("enwiki".into(), text("en-wb_"))])).unwrap();
        assert_eq!(map.client("enwiki").unwrap().domain.as_str(), "en-wb_");
        assert!(map.client("dewiki").is_none());
    }

    #[test]
    fn of_a_long_value_only_the_beginning_is_named() {
        for long in ["x".repeat(1 << 20), "\u{7f}".repeat(1 << 20)] {
            assert!(message(with(CLIENT_DATABASES, Value::List(vec![text(&long)]))).len() < 400);
            assert!(message(with(&long, Value::Integer(1))).len() < 400);
        }
    }

    #[test]
    fn a_wrong_value_is_named_with_what_is_allowed() {
        assert_eq!(
            message(with("dispatchDefaultBatchSize", Value::Integer(0))),
            "the setting dispatchDefaultBatchSize cannot be 0; allowed: a whole number from 1 to 100000"
        );
        assert_eq!(
            message(with("notificationFormat", text("xml"))),
            "the setting notificationFormat cannot be \"xml\"; allowed: \"native\", \"entity-change\" or \"change-ids\", \
             or a map of clients (and \"default\") to these"
        );
        assert!(message(with("claimTtl", text("300"))).contains("claimTtl cannot be \"300\""));
        assert!(message(with("claimTtl", Value::Other("null"))).contains("claimTtl cannot be null"));
        assert!(message(with(CLIENT_DATABASES, Value::Map(vec![("a\0".into(), text("b"))]))).contains("site ids"));
        assert!(message(with(CLIENT_DATABASES, Value::List(vec![text("a"), text("a")]))).contains("twice"));
    }

    fn rolled_out(states: &[(&str, &str)]) -> Result<Settings> {
        let names = ["dewiki", "enwiki", "frwiki"].map(text).to_vec();
        let states = states.iter().map(|(site, state)| ((*site).to_owned(), text(state))).collect();
        Settings::from_values([
            (REPO_SITE_ID.to_owned(), text("repowiki")),
            (CLIENT_DATABASES.to_owned(), Value::List(names)),
            (NOTIFICATION_FORMAT.to_owned(), Value::Map(vec![("dewiki".to_owned(), text("change-ids"))])),
            (ROLLOUT.to_owned(), Value::Map(states)),
        ])
    }

    fn served_by(settings: &Settings) -> Vec<&str> {
        settings.clients().iter().map(|client| client.site.as_str()).collect()
    }

    #[test]
    fn we_serve_clients_that_are_on_or_watched_and_know_the_rest() {
        let settings = rolled_out(&[("dewiki", "off"), ("enwiki", "shadow")]).unwrap();
        assert_eq!(served_by(&settings), ["enwiki", "frwiki"]);
        assert_eq!(settings.rollout().of("frwiki"), RolloutState::On, "a client that is not named is ours");
        assert_eq!(settings.client("dewiki"), None);
        assert_eq!(settings.rollout().clients().count(), 3);
        assert_eq!(served_by(&with(CLIENT_DATABASES, Value::List(vec![text("enwiki")])).unwrap()), ["enwiki"]);
    }

    #[test]
    fn we_serve_clients_that_leave_too_in_their_own_format() {
        let site = |name| SiteId::parse(name).unwrap();
        let settings = rolled_out(&[("dewiki", "off"), ("enwiki", "off")]).unwrap();
        let serving = settings.serving(&[site("dewiki"), site("nowiki")]);
        assert_eq!(served_by(&serving), ["dewiki", "frwiki"]);
        let dewiki = serving.client("dewiki").unwrap();
        assert_eq!(serving.notification_formats.wanted(dewiki).name(), "change-ids");
        assert_eq!(settings.serving(&[]), settings);
    }

    #[test]
    fn a_rollout_that_cannot_be_meant_is_refused() {
        let allowed =
            "the setting rollout cannot be \"maybe\"; allowed: a map of clients to \"off\", \"shadow\" or \"on\"";
        assert_eq!(message(rolled_out(&[("dewiki", "maybe")])), allowed);
        assert_eq!(message(with(ROLLOUT, text("maybe"))), allowed);
        assert!(message(rolled_out(&[("nowiki", "off")])).contains("names \"nowiki\", which is no client"));
        assert!(with(ROLLOUT, Value::List(Vec::new())).is_ok());
    }

    #[test]
    fn an_unknown_or_missing_setting_is_named() {
        assert_eq!(
            message(with("dispatchBatchSize", Value::Integer(5))),
            "there is no setting \"dispatchBatchSize\"; check its spelling"
        );
        assert_eq!(message(Settings::from_values([])), "the setting repoSiteId is missing");
    }

    #[test]
    fn effective_values_make_the_same_settings_again() {
        let refused = Value::List(vec![text("x"), text("entry 3")]);
        let rollout = rolled_out(&[("enwiki", "shadow")]);
        for settings in
            [with("claimTtl", Value::Integer(7)), with(REFUSED_CLIENTS, refused), rollout].map(Result::unwrap)
        {
            let values = settings.to_values().into_iter().map(|(name, value)| (name.to_owned(), value));
            assert_eq!(Settings::from_values(values).unwrap(), settings);
        }
    }

    #[test]
    fn native_memory_follows_the_memory_limit_of_php() {
        let mebibytes = |settings: &Settings| (settings.window_max_bytes >> 20, settings.batch_max_bytes >> 20);
        let limited = |limit: i64| with("memoryLimit", Value::Integer(limit << 20)).unwrap();
        assert_eq!(
            [0, 1024, 512, 128].map(|limit| mebibytes(&limited(limit))),
            [(64, 16), (64, 16), (64, 16), (16, 4)]
        );
        for limit in [32, 64, 128, 150, 256, 512] {
            assert!(limited(limit).peak_memory() <= (limit.unsigned_abs() << 20) / 2, "{limit}");
        }
        let too_much = [("memoryLimit", 128 << 20), ("windowMaxBytes", 64 << 20)];
        let values = too_much
            .map(|(name, number)| (name.to_owned(), Value::Integer(number)))
            .into_iter()
            .chain([(REPO_SITE_ID.to_owned(), text("repowiki")), (CLIENT_DATABASES.to_owned(), Value::List(vec![]))]);
        assert_eq!(
            message(Settings::from_values(values)),
            "windowMaxBytes = 67108864 and batchMaxBytes = 4194304 may take 144 MiB of native memory, beside what PHP's \
             memory_limit of 128 MiB bounds; lower them, leave them out, or raise memory_limit"
        );
    }

    #[test]
    fn refused_clients_are_names_and_no_clients() {
        let settings = with(REFUSED_CLIENTS, Value::List(vec![text(&"x".repeat(99))])).unwrap();
        assert_eq!((settings.refused.len(), settings.clients().len()), (1, 0));
        assert!(message(with(REFUSED_CLIENTS, text("x"))).contains("a list of names"));
        assert!(message(with(REFUSED_CLIENTS, Value::List(vec![Value::Integer(1)]))).contains("a list of names"));
    }
}
