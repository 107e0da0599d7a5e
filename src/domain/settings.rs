//! The settings of one repo, validated once. Whatever passes here needs no second look.

use std::{collections::BTreeMap, fmt, ops::RangeInclusive, time::Duration};

use super::{
    batch::Limits,
    excerpt::excerpt,
    notification_format::NotificationFormats,
    site::{Client, DatabaseDomain, SiteId},
    state::DueRules,
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
            Self::Text(text) => f.write_str(&excerpt(&format!("{text:?}"))),
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
    /// The clients, ordered by site id.
    clients: Vec<Client>,
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
    /// `pruneGraceSeconds`
    pub prune_grace: Duration,
    /// `pruneKeepSeconds`
    pub prune_keep: Duration,
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
const NOTIFICATION_BATCH_SIZE: Whole = whole("notificationBatchSize", 1..=100_000, 1000);
const NOTIFICATION_MAX_BYTES: Whole = whole("notificationMaxBytes", 1024..=16 << 20, 1 << 20);
const TRIGGER_EVERY_CHANGES: Whole = whole("triggerEveryChanges", 1..=1_000_000, 100);
const TRIGGER_MAX_DELAY: Whole = whole("triggerMaxDelay", 0..=3600, 0);
const GAP_GRACE: Whole = whole("gapGrace", 0..=60, 3);
const PRUNE_GRACE: Whole = whole("pruneGraceSeconds", 0..=31_536_000, 1200);
const PRUNE_KEEP: Whole = whole("pruneKeepSeconds", 0..=31_536_000, 10_800);

const REPO_SITE_ID: &str = "repoSiteId";
const CLIENT_DATABASES: &str = "localClientDatabases";
const NOTIFICATION_FORMAT: &str = "notificationFormat";

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
        let settings = Self {
            repo,
            notification_formats: values.notification_formats(&clients)?,
            clients,
            batch_size: values.whole(&BATCH_SIZE)?,
            chunk_factor: values.whole(&CHUNK_FACTOR)?,
            max_chunks: values.whole(&MAX_CHUNKS)?,
            dispatch_interval: values.seconds(&DISPATCH_INTERVAL)?,
            randomness: values.whole(&RANDOMNESS)?,
            claim_ttl: values.seconds(&CLAIM_TTL)?,
            batch_max_bytes: values.whole(&BATCH_MAX_BYTES)?,
            window_max_bytes: values.whole(&WINDOW_MAX_BYTES)?,
            notification_batch_size: values.whole(&NOTIFICATION_BATCH_SIZE)?,
            notification_max_bytes: values.whole(&NOTIFICATION_MAX_BYTES)?,
            trigger_every_changes: values.whole(&TRIGGER_EVERY_CHANGES)?,
            trigger_max_delay: values.seconds(&TRIGGER_MAX_DELAY)?,
            gap_grace: values.seconds(&GAP_GRACE)?,
            prune_grace: values.seconds(&PRUNE_GRACE)?,
            prune_keep: values.seconds(&PRUNE_KEEP)?,
        };
        match values.0.into_iter().next() {
            None => Ok(settings),
            Some((name, _)) => Err(Error::new(
                ErrorKind::InvalidSetting,
                format!("there is no setting {}; check its spelling", Value::Text(name)),
            )),
        }
    }

    /// The effective value of every setting.
    pub fn to_values(&self) -> Vec<(&'static str, Value)> {
        let number = |value: u32| Value::Integer(i64::from(value));
        let seconds = |value: Duration| Value::Integer(i64::try_from(value.as_secs()).unwrap_or(i64::MAX));
        let text = |value: &str| Value::Text(value.to_owned());
        let clients = self.clients.iter().map(|client| (client.site.to_string(), text(client.domain.as_str())));
        vec![
            (REPO_SITE_ID, text(self.repo.as_str())),
            (CLIENT_DATABASES, Value::Map(clients.collect())),
            (BATCH_SIZE.name, number(self.batch_size)),
            (CHUNK_FACTOR.name, number(self.chunk_factor)),
            (MAX_CHUNKS.name, number(self.max_chunks)),
            (DISPATCH_INTERVAL.name, seconds(self.dispatch_interval)),
            (RANDOMNESS.name, number(self.randomness)),
            (CLAIM_TTL.name, seconds(self.claim_ttl)),
            (BATCH_MAX_BYTES.name, number(self.batch_max_bytes)),
            (WINDOW_MAX_BYTES.name, number(self.window_max_bytes)),
            (NOTIFICATION_FORMAT, self.notification_formats.to_value()),
            (NOTIFICATION_BATCH_SIZE.name, number(self.notification_batch_size)),
            (NOTIFICATION_MAX_BYTES.name, number(self.notification_max_bytes)),
            (TRIGGER_EVERY_CHANGES.name, number(self.trigger_every_changes)),
            (TRIGGER_MAX_DELAY.name, seconds(self.trigger_max_delay)),
            (GAP_GRACE.name, seconds(self.gap_grace)),
            (PRUNE_GRACE.name, seconds(self.prune_grace)),
            (PRUNE_KEEP.name, seconds(self.prune_keep)),
        ]
    }

    /// The configured clients, ordered by site id.
    pub fn clients(&self) -> &[Client] {
        &self.clients
    }

    /// The client that `site` names, if it is configured.
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

    /// When an edit schedules a trigger.
    pub fn gate_rules(&self) -> GateRules {
        GateRules { every_changes: self.trigger_every_changes, max_delay: self.trigger_max_delay }
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

    fn notification_formats(&mut self, clients: &[Client]) -> Result<NotificationFormats> {
        match self.0.remove(NOTIFICATION_FORMAT) {
            None => Ok(NotificationFormats::default()),
            Some(value) => NotificationFormats::parse(&value, clients)
                .ok_or_else(|| not_allowed(NOTIFICATION_FORMAT, &value, NotificationFormats::ALLOWED)),
        }
    }
}

fn site_of(setting: &str, value: &Value) -> Result<SiteId> {
    let allowed = "site ids of 1 to 32 bytes without control characters";
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
        let settings = with("claimTtl", Value::Integer(7)).unwrap();
        let again =
            Settings::from_values(settings.to_values().into_iter().map(|(name, value)| (name.to_owned(), value)));
        assert_eq!(again.unwrap(), settings);
    }
}
