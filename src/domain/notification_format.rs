//! In which form each client gets its notifications: farms roll out wiki by wiki, and a wiki can only be told what its
//! version of Wikibase, or our client side, takes.

use std::collections::BTreeMap;

use super::{settings::Value, site::Client};

/// In which form a client's queue gets its notifications.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotificationFormat {
    /// Our own job, `DispatchNotification`, handled by our client side.
    Native,
    /// Wikibase's `EntityChangeNotification` (1.38 and later), which carries the rows.
    EntityChange,
    /// Wikibase's `ChangeNotification` (1.39 and earlier), which carries ids; the client reads the rows itself.
    ChangeIds,
}

impl NotificationFormat {
    const ALL: [Self; 3] = [Self::Native, Self::EntityChange, Self::ChangeIds];

    /// The value of the setting.
    pub fn name(self) -> &'static str {
        match self {
            Self::Native => "native",
            Self::EntityChange => "entity-change",
            Self::ChangeIds => "change-ids",
        }
    }

    fn parse(value: &Value) -> Option<Self> {
        Self::ALL.into_iter().find(|format| matches!(value, Value::Text(text) if text == format.name()))
    }
}

/// Stands for every client that the setting does not name.
const DEFAULT: &str = "default";

/// The format of every client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotificationFormats {
    default: NotificationFormat,
    of_client: BTreeMap<String, NotificationFormat>,
}

impl Default for NotificationFormats {
    fn default() -> Self {
        Self { default: NotificationFormat::Native, of_client: BTreeMap::new() }
    }
}

impl NotificationFormats {
    /// What [`Self::parse`] takes, in words.
    pub const ALLOWED: &'static str = "\"native\", \"entity-change\" or \"change-ids\", \
        or a map of clients (and \"default\") to these";

    /// Reads the setting: one format for all, or a map of site ids to formats in which `default` stands for the rest.
    /// `None` for anything else, and for a map that names a wiki which is no client.
    pub fn parse(value: &Value, clients: &[Client]) -> Option<Self> {
        let mut formats = Self::default();
        match value {
            Value::Map(entries) => {
                for (site, value) in entries {
                    let format = NotificationFormat::parse(value)?;
                    if site == DEFAULT {
                        formats.default = format;
                    } else if clients.iter().any(|client| client.site.as_str() == site) {
                        formats.of_client.insert(site.clone(), format);
                    } else {
                        return None;
                    }
                }
            }
            // In PHP an empty map is an empty list.
            Value::List(none) if none.is_empty() => {}
            one => formats.default = NotificationFormat::parse(one)?,
        }
        Some(formats)
    }

    /// The format of one client.
    pub fn of(&self, client: &Client) -> NotificationFormat {
        self.of_client.get(client.site.as_str()).copied().unwrap_or(self.default)
    }

    /// The setting again.
    pub fn to_value(&self) -> Value {
        let text = |format: NotificationFormat| Value::Text(format.name().to_owned());
        if self.of_client.is_empty() {
            return text(self.default);
        }
        let clients = self.of_client.iter().map(|(site, format)| (site.clone(), text(*format)));
        Value::Map(clients.chain([(DEFAULT.to_owned(), text(self.default))]).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::site::{DatabaseDomain, SiteId};

    fn client(site: &str) -> Client {
        Client { site: SiteId::parse(site).unwrap(), domain: DatabaseDomain::parse(site).unwrap() }
    }

    fn map(entries: &[(&str, &str)]) -> Value {
        Value::Map(entries.iter().map(|(site, name)| ((*site).to_owned(), Value::Text((*name).to_owned()))).collect())
    }

    #[test]
    fn one_format_may_be_for_all_clients() {
        let formats = NotificationFormats::parse(&Value::Text("change-ids".into()), &[]).unwrap();
        assert_eq!(formats.of(&client("enwiki")), NotificationFormat::ChangeIds);
    }

    #[test]
    fn a_client_has_its_own_format_and_the_rest_the_default() {
        let clients = [client("dewiki"), client("enwiki"), client("frwiki")];
        let value = map(&[("dewiki", "native"), ("default", "entity-change"), ("enwiki", "change-ids")]);
        let formats = NotificationFormats::parse(&value, &clients).unwrap();
        assert_eq!(
            clients.map(|client| formats.of(&client)),
            [NotificationFormat::Native, NotificationFormat::ChangeIds, NotificationFormat::EntityChange]
        );
        assert_eq!(
            NotificationFormats::parse(&formats.to_value(), &[client("dewiki"), client("enwiki")]),
            Some(formats)
        );
    }

    #[test]
    fn without_a_default_the_rest_gets_our_own_format() {
        let formats = NotificationFormats::parse(&map(&[("dewiki", "change-ids")]), &[client("dewiki")]).unwrap();
        assert_eq!(formats.of(&client("enwiki")), NotificationFormat::Native);
        assert_eq!(NotificationFormats::parse(&Value::List(vec![]), &[]), Some(NotificationFormats::default()));
    }

    #[test]
    fn a_format_that_nobody_knows_and_a_wiki_that_is_no_client_are_refused() {
        assert_eq!(NotificationFormats::parse(&Value::Text("xml".into()), &[]), None);
        assert_eq!(NotificationFormats::parse(&map(&[("enwiki", "xml")]), &[client("enwiki")]), None);
        assert_eq!(NotificationFormats::parse(&map(&[("enwiki", "native")]), &[client("dewiki")]), None);
        assert_eq!(NotificationFormats::parse(&Value::Integer(1), &[]), None);
    }
}
