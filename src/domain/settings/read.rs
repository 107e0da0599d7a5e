//! Reads settings one by one, and refuses what is not allowed by name.

use std::{collections::BTreeMap, ops::RangeInclusive, time::Duration};

use super::{CLIENT_DATABASES, NOTIFICATION_FORMAT, REFUSED_CLIENTS, REPO_SITE_ID, ROLLOUT};
use crate::{
    domain::{
        excerpt::quoted,
        notification_format::NotificationFormats,
        rollout::{RolloutState, WantedRollout},
        site::{Client, DatabaseDomain, SiteId},
        value::Value,
    },
    error::{Error, ErrorKind, Result},
};

/// A setting that is a whole number: name, allowed range, default.
pub(super) struct Whole {
    pub name: &'static str,
    pub allowed: RangeInclusive<u32>,
    pub default: u32,
}

pub(super) const fn whole(name: &'static str, allowed: RangeInclusive<u32>, default: u32) -> Whole {
    Whole { name, allowed, default }
}

/// Settings not yet taken.
pub(super) struct Values(pub BTreeMap<String, Value>);

impl Values {
    pub fn whole(&mut self, setting: &Whole) -> Result<u32> {
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

    pub fn seconds(&mut self, setting: &Whole) -> Result<Duration> {
        self.whole(setting).map(|seconds| Duration::from_secs(u64::from(seconds)))
    }

    pub fn one_of<T: Default>(
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

    pub fn repo(&mut self) -> Result<SiteId> {
        let value = self.0.remove(REPO_SITE_ID).ok_or_else(|| missing(REPO_SITE_ID))?;
        site_of(REPO_SITE_ID, &value)
    }

    pub fn clients(&mut self) -> Result<Vec<Client>> {
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
    pub fn rollout(&mut self, clients: Vec<Client>) -> Result<WantedRollout> {
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

    pub fn refused(&mut self) -> Result<Vec<String>> {
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

    pub fn notification_formats(&mut self, clients: &[Client]) -> Result<NotificationFormats> {
        match self.0.remove(NOTIFICATION_FORMAT) {
            None => Ok(NotificationFormats::default()),
            Some(value) => NotificationFormats::parse(&value, clients)
                .ok_or_else(|| not_allowed(NOTIFICATION_FORMAT, &value, NotificationFormats::ALLOWED)),
        }
    }
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
