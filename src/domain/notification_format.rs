//! In which form each client gets its notifications: farms roll out wiki by wiki, and a wiki can only be told what its
//! version of Wikibase, or our client side, takes.

use std::collections::{BTreeMap, HashMap};

use super::{
    change::ChangeId, client_mark::ClientMark, notification::Version, site::Client, time::Timestamp, value::Value,
};

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

    /// The format of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    fn parse(value: &Value) -> Option<Self> {
        match value {
            Value::Text(name) => Self::named(name),
            _ => None,
        }
    }
}

/// In which format a client is told, and why that is not the one that is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What it is told in.
    pub format: NotificationFormat,
    /// In which version, if that is our own.
    pub version: Version,
    /// What the settings want.
    pub wanted: NotificationFormat,
    /// Why these differ; `None` if they do not.
    pub why: Option<Unfit>,
}

/// Why a client is not told in the format that is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// It has left no mark: its extension is not loaded, or cannot write to the repo's database.
    NoMark,
    /// Its mark was not renewed: its extension is no longer loaded, or nothing happens there.
    OldMark,
    /// Its mark does not name the format.
    NotTaken,
}

impl Unfit {
    /// The code by which the page, the API and the scripts name it.
    pub fn code(self) -> &'static str {
        match self {
            Self::NoMark => "no-mark",
            Self::OldMark => "old-mark",
            Self::NotTaken => "not-taken",
        }
    }
}

/// Stands for every client that the setting does not name.
const DEFAULT: &str = "default";

/// The format that is wanted for every client.
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

    /// The format that is wanted for one client.
    pub fn wanted(&self, client: &Client) -> NotificationFormat {
        self.of_client.get(client.site.as_str()).copied().unwrap_or(self.default)
    }

    /// The format in which a client is told. A job that it does not know waits in its queue for ever, so it is told in our own format
    /// only if it has said that it takes that. Of Wikibase's formats the settings are believed, unless the client says otherwise.
    pub fn choose(&self, client: &Client, mark: Option<&ClientMark>, now: Timestamp) -> Choice {
        let wanted = self.wanted(client);
        let fresh = mark.filter(|mark| !mark.is_old(now));
        let (format, why) = match fresh {
            Some(mark) if mark.takes(wanted) => (wanted, None),
            Some(mark) => {
                let taken = self.of_wikibase().into_iter().find(|format| mark.takes(*format));
                (taken.unwrap_or(self.fallback()), Some(Unfit::NotTaken))
            }
            None if wanted != NotificationFormat::Native => (wanted, None),
            None => (self.fallback(), Some(if mark.is_some() { Unfit::OldMark } else { Unfit::NoMark })),
        };
        let version = fresh.map_or(Version::Plain, |mark| mark.native_version);
        Choice { format, version, wanted, why: why.filter(|_| format != wanted) }
    }

    /// What a client takes of which nothing is known: Wikibase's format, as it has been since 1.38. Where `default` names one of
    /// Wikibase's formats, the farm has that one.
    fn fallback(&self) -> NotificationFormat {
        match self.default {
            NotificationFormat::Native => NotificationFormat::EntityChange,
            of_wikibase => of_wikibase,
        }
    }

    /// Wikibase's formats, the preferred one first.
    fn of_wikibase(&self) -> [NotificationFormat; 2] {
        match self.fallback() {
            NotificationFormat::ChangeIds => [NotificationFormat::ChangeIds, NotificationFormat::EntityChange],
            _ => [NotificationFormat::EntityChange, NotificationFormat::ChangeIds],
        }
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

/// Which changes of a notification a client may merge with others: those of an entity that has several of them.
pub fn in_runs<'a>(entities: impl Iterator<Item = &'a str> + Clone) -> impl Iterator<Item = bool> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for entity in entities.clone() {
        *counts.entry(entity).or_default() += 1;
    }
    entities.map(move |entity| counts[entity] > 1)
}

/// What [`unfindable`] takes off an id. JavaScript, which is on the way where Kafka is, carries whole numbers of 53 bits.
const UNFINDABLE: i64 = 1 << 52;

/// An id by which Wikibase's client finds no change. It goes by ids where changes have one second, so they ascend as those
/// of the changes do.
pub fn unfindable(change: ChangeId) -> i64 {
    i64::try_from(change.0).unwrap_or(i64::MAX) - UNFINDABLE
}

/// The change that an id in a notification is of, which may be [`unfindable`].
pub fn change_of(id: i64) -> ChangeId {
    ChangeId(u64::try_from(if id < 0 { id.saturating_add(UNFINDABLE) } else { id }).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        client_mark::tests::mark,
        site::{DatabaseDomain, SiteId},
        state::tests::NOW,
    };

    fn client(site: &str) -> Client {
        Client { site: SiteId::parse(site).unwrap(), domain: DatabaseDomain::parse(site).unwrap() }
    }

    fn map(entries: &[(&str, &str)]) -> Value {
        Value::Map(entries.iter().map(|(site, name)| ((*site).to_owned(), Value::Text((*name).to_owned()))).collect())
    }

    #[test]
    fn changes_of_an_entity_that_has_several_may_be_merged() {
        let entities = ["Q1", "Q2", "Q1", "P3"];
        assert_eq!(in_runs(entities.into_iter()).collect::<Vec<_>>(), [true, false, true, false]);
        assert_eq!(in_runs(std::iter::empty()).count(), 0);
    }

    #[test]
    fn ids_that_nobody_finds_are_below_zero_in_the_order_of_changes_and_tell_their_change() {
        let changes = [1, 2, u64::from(u32::MAX)].map(ChangeId);
        let ids = changes.map(unfindable);
        assert!(ids.is_sorted() && ids.iter().all(|id| *id < 0), "{ids:?}");
        assert_eq!(ids.map(change_of), changes);
        assert_eq!([7, -1, i64::MIN].map(change_of).map(|change| change.0), [7, (1 << 52) - 1, 0]);
    }

    #[test]
    fn one_format_may_be_for_all_clients() {
        let formats = NotificationFormats::parse(&Value::Text("change-ids".into()), &[]).unwrap();
        assert_eq!(formats.wanted(&client("enwiki")), NotificationFormat::ChangeIds);
    }

    #[test]
    fn a_client_has_its_own_format_and_the_rest_the_default() {
        let clients = [client("dewiki"), client("enwiki"), client("frwiki")];
        let value = map(&[("dewiki", "native"), ("default", "entity-change"), ("enwiki", "change-ids")]);
        let formats = NotificationFormats::parse(&value, &clients).unwrap();
        assert_eq!(
            clients.map(|client| formats.wanted(&client)),
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
        assert_eq!(formats.wanted(&client("enwiki")), NotificationFormat::Native);
        assert_eq!(NotificationFormats::parse(&Value::List(vec![]), &[]), Some(NotificationFormats::default()));
    }

    #[test]
    fn a_format_that_nobody_knows_and_a_wiki_that_is_no_client_are_refused() {
        assert_eq!(NotificationFormats::parse(&Value::Text("xml".into()), &[]), None);
        assert_eq!(NotificationFormats::parse(&map(&[("enwiki", "xml")]), &[client("enwiki")]), None);
        assert_eq!(NotificationFormats::parse(&map(&[("enwiki", "native")]), &[client("dewiki")]), None);
        assert_eq!(NotificationFormats::parse(&Value::Integer(1), &[]), None);
    }

    const DAY: u64 = 86_400;

    fn choice(formats: &NotificationFormats, site: &str, mark: Option<&ClientMark>) -> (&'static str, Option<Unfit>) {
        let choice = formats.choose(&client(site), mark, NOW);
        (choice.format.name(), choice.why)
    }

    #[test]
    fn a_client_is_told_in_our_own_format_only_if_it_has_said_that_it_takes_it() {
        let formats = NotificationFormats::default();
        assert_eq!(choice(&formats, "enwiki", None), ("entity-change", Some(Unfit::NoMark)));
        assert_eq!(choice(&formats, "enwiki", Some(&mark("native,entity-change", DAY))), ("native", None));
        let without = mark("entity-change", DAY);
        assert_eq!(choice(&formats, "enwiki", Some(&without)), ("entity-change", Some(Unfit::NotTaken)));
        let old = mark("native,entity-change", 4 * DAY);
        assert_eq!(choice(&formats, "enwiki", Some(&old)), ("entity-change", Some(Unfit::OldMark)));
    }

    #[test]
    fn a_setting_that_asks_for_our_own_format_is_not_believed_without_a_mark_either() {
        let value = map(&[("dewiki", "native"), ("default", "change-ids")]);
        let formats = NotificationFormats::parse(&value, &[client("dewiki")]).unwrap();
        assert_eq!(choice(&formats, "dewiki", None), ("change-ids", Some(Unfit::NoMark)), "what the farm has");
        assert_eq!(choice(&formats, "dewiki", Some(&mark("native", 0))), ("native", None));
        let choice = formats.choose(&client("dewiki"), None, NOW);
        assert_eq!(choice.wanted, NotificationFormat::Native);
    }

    #[test]
    fn a_format_of_wikibase_needs_no_mark_and_a_client_may_say_that_it_has_another() {
        let formats = NotificationFormats::parse(&Value::Text("change-ids".into()), &[]).unwrap();
        assert_eq!(choice(&formats, "enwiki", None), ("change-ids", None));
        assert_eq!(choice(&formats, "enwiki", Some(&mark("native", 4 * DAY))), ("change-ids", None));
        let newer = mark("native,entity-change", 0);
        assert_eq!(choice(&formats, "enwiki", Some(&newer)), ("entity-change", Some(Unfit::NotTaken)));
        assert_eq!(choice(&formats, "enwiki", Some(&mark("", 0))), ("change-ids", None), "it says nothing that helps");
    }
}
