//! Reads `change_info`: a JSON object whose `compactDiff` is JSON again, inside a string.
//!
//! Who must hear of a change depends on site links alone, so [`changed_sites`] decodes nothing else. Keys may be missing
//! (older rows, redacted diffs), PHP writes an empty map as `[]`, and numbers may be strings; all of that is read.
//! What is no such document is a reason, as text, for a [`BadChange`](super::change::BadChange).

use std::{borrow::Cow, collections::BTreeMap};

use serde::{Deserialize, de::IgnoredAny};
use serde_json::{Value, json, value::RawValue};

use super::{
    change::ChangeId,
    distinct::Distinct,
    excerpt::excerpt,
    php_json::{Flag, Number, PhpMap, PhpObject},
};

/// What a change did to the title of one site link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteLinkChange {
    /// Title before; `None` if the link was added.
    pub old: Option<String>,
    /// Title after; `None` if it was removed.
    pub new: Option<String>,
    /// Whether badges changed.
    pub badges: bool,
}

impl SiteLinkChange {
    /// Whether the link now leads elsewhere; false where only badges changed.
    pub fn moves_title(&self) -> bool {
        self.old != self.new
    }

    /// Whether nothing but badges changed.
    pub fn is_badges_only(&self) -> bool {
        self.badges && !self.moves_title()
    }

    /// What this change and a later one come to: from the first title to the last. A change of badges does not always say
    /// what the title is, so a title that stays counts only where nothing else is known.
    pub fn followed_by(self, later: Self) -> Self {
        let badges = self.badges || later.badges;
        match (self.moves_title(), later.moves_title()) {
            (true, true) => Self { old: self.old, new: later.new, badges },
            (false, true) => Self { badges, ..later },
            (_, false) => Self { badges, ..self },
        }
    }
}

/// What an entity change touched, coarsely.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CompactDiff {
    /// Language codes.
    pub labels: Vec<String>,
    /// Language codes.
    pub descriptions: Vec<String>,
    /// Property ids.
    pub statements: Vec<String>,
    /// By site id, as the diff says it, configured or not.
    pub site_links: BTreeMap<String, SiteLinkChange>,
    /// Anything else: aliases, lemmas, data types…
    pub other: bool,
}

impl CompactDiff {
    /// What changes come to that follow each other. Values are not known, so what an edit changed and another changed back
    /// stays: rather a page updated too often than one that keeps what was true in between.
    pub fn of_run(diffs: impl IntoIterator<Item = Self>) -> Self {
        let (mut labels, mut descriptions, mut statements) =
            (Distinct::default(), Distinct::default(), Distinct::default());
        let mut run = Self::default();
        for diff in diffs {
            labels.add(diff.labels);
            descriptions.add(diff.descriptions);
            statements.add(diff.statements);
            for (site, link) in diff.site_links {
                let link = match run.site_links.remove(&site) {
                    Some(earlier) => earlier.followed_by(link),
                    None => link,
                };
                run.site_links.insert(site, link);
            }
            run.other |= diff.other;
        }
        Self { labels: labels.texts, descriptions: descriptions.texts, statements: statements.texts, ..run }
    }
}

/// What a change says of the edit behind it. A key that is missing is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metadata {
    /// Page of the entity on the repo.
    pub page_id: Option<i64>,
    /// Revision that the edit made.
    pub rev_id: Option<i64>,
    /// Revision before it.
    pub parent_id: Option<i64>,
    /// Edit summary.
    pub comment: Option<String>,
    /// User name or address on the repo.
    pub user_text: Option<String>,
    /// Id of the user in a central user table, 0 if there is none.
    pub central_user_id: Option<i64>,
    /// Whether it was flagged as a bot's.
    pub bot: Option<bool>,
    /// All of it as it stands there, in its order: recent changes repeat it.
    pub fields: Vec<(String, Value)>,
}

/// A whole `change_info`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangeInfo {
    /// `None` where the row has no diff: nothing is known of what changed.
    pub diff: Option<CompactDiff>,
    /// Who, when and why.
    pub metadata: Metadata,
}

/// Site ids whose link the change adds, moves, removes, or gives other badges.
///
/// # Errors
/// The reason why the info cannot be read.
pub fn changed_sites(info: &[u8]) -> Result<Vec<String>, String> {
    #[derive(Deserialize)]
    struct Info<'a> {
        #[serde(borrow, rename = "compactDiff", default)]
        diff: Option<Cow<'a, str>>,
    }
    #[derive(Deserialize)]
    struct Diff {
        #[serde(rename = "siteLinkChanges", default)]
        site_links: PhpMap<IgnoredAny>,
    }

    let info: Info = serde_json::from_slice(info).map_err(|error| reason("change_info", &error))?;
    let Some(diff) = info.diff else {
        return Ok(Vec::new());
    };
    let diff: Diff = serde_json::from_str(&diff).map_err(|error| reason("compactDiff", &error))?;
    Ok(diff.site_links.0.into_iter().map(|(site, _)| site).collect())
}

/// Reads all of a `change_info`.
///
/// # Errors
/// The reason why the info cannot be read.
pub fn decode(info: &[u8]) -> Result<ChangeInfo, String> {
    #[derive(Deserialize)]
    struct Info<'a> {
        #[serde(borrow, rename = "compactDiff", default)]
        diff: Option<Cow<'a, str>>,
        #[serde(borrow, default)]
        metadata: Option<&'a RawValue>,
    }

    // The parser does not look at what it skips. So the format of the queue would decide whether the change can be read.
    let info = std::str::from_utf8(info).map_err(|_| "change_info is not UTF-8".to_owned())?;
    let info: Info = serde_json::from_str(info).map_err(|error| reason("change_info", &error))?;
    Ok(ChangeInfo {
        diff: info.diff.map(|diff| decode_diff(&diff)).transpose()?,
        metadata: info.metadata.map_or_else(|| Ok(Metadata::default()), |raw| decode_metadata(raw.get()))?,
    })
}

fn decode_diff(json: &str) -> Result<CompactDiff, String> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase", default)]
    #[derive(Default)]
    struct Diff {
        label_changes: Vec<String>,
        description_changes: Vec<String>,
        statement_changes: Vec<String>,
        site_link_changes: PhpMap<(Option<String>, Option<String>, Flag)>,
        other_changes: Flag,
    }

    let diff: Diff = serde_json::from_str(json).map_err(|error| reason("compactDiff", &error))?;
    Ok(CompactDiff {
        labels: diff.label_changes,
        descriptions: diff.description_changes,
        statements: diff.statement_changes,
        site_links: diff
            .site_link_changes
            .0
            .into_iter()
            .map(|(site, (old, new, badges))| (site, SiteLinkChange { old, new, badges: badges.0 }))
            .collect(),
        other: diff.other_changes.0,
    })
}

fn decode_metadata(json: &str) -> Result<Metadata, String> {
    #[derive(Deserialize)]
    struct Fields {
        #[serde(default)]
        page_id: Option<Number>,
        #[serde(default)]
        rev_id: Option<Number>,
        #[serde(default)]
        parent_id: Option<Number>,
        #[serde(default)]
        comment: Option<String>,
        #[serde(default)]
        user_text: Option<String>,
        #[serde(default)]
        central_user_id: Option<Number>,
        #[serde(default)]
        bot: Option<Flag>,
    }

    let PhpObject(fields): PhpObject<Fields> =
        serde_json::from_str(json).map_err(|error| reason("metadata", &error))?;
    let all: PhpMap<Value> = serde_json::from_str(json).map_err(|error| reason("metadata", &error))?;
    Ok(fields.map_or_else(Metadata::default, |fields| Metadata {
        page_id: fields.page_id.map(|number| number.0),
        rev_id: fields.rev_id.map(|number| number.0),
        parent_id: fields.parent_id.map(|number| number.0),
        comment: fields.comment,
        user_text: fields.user_text,
        central_user_id: fields.central_user_id.map(|number| number.0),
        bot: fields.bot.map(|flag| flag.0),
        fields: all.0,
    }))
}

/// Writes the `change_info` of a change that coalescing has made: its diff, its metadata, and the ids of those it was made of.
pub fn encode(diff: Option<&CompactDiff>, metadata: &[(String, Value)], ids: &[ChangeId]) -> String {
    let mut info = Vec::new();
    if let Some(diff) = diff {
        info.push(("compactDiff".to_owned(), Value::String(encode_diff(diff))));
    }
    info.push(("metadata".to_owned(), metadata.iter().cloned().collect::<serde_json::Map<_, _>>().into()));
    if ids.len() > 1 {
        info.push(("change-ids".to_owned(), ids.iter().map(|id| Value::from(id.0)).collect()));
    }
    Value::Object(info.into_iter().collect()).to_string()
}

fn encode_diff(diff: &CompactDiff) -> String {
    let links = diff.site_links.iter().map(|(site, link)| (site.clone(), json!([link.old, link.new, link.badges])));
    json!({
        "arrayFormatVersion": 1,
        "labelChanges": diff.labels,
        "descriptionChanges": diff.descriptions,
        "statementChanges": diff.statements,
        "siteLinkChanges": Value::Object(links.collect()),
        "otherChanges": diff.other,
    })
    .to_string()
}

fn reason(what: &str, error: &serde_json::Error) -> String {
    format!("{what} is not as expected: {}", brief(error))
}

/// The parser's message, cut: it may quote a whole value, which can be long, and not for a log.
pub(super) fn brief(error: &serde_json::Error) -> String {
    let message = error.to_string();
    match excerpt(&message) {
        whole if whole.len() == message.len() => message,
        cut => format!("{cut} at line {} column {}", error.line(), error.column()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn info(diff: &str) -> Vec<u8> {
        serde_json::json!({ "compactDiff": diff, "metadata": {} }).to_string().into_bytes()
    }

    #[test]
    fn sites_are_the_keys_of_the_site_link_changes() {
        let info = info(r#"{"siteLinkChanges":{"enwiki":[null,"Berlin",false],"dewiki":["a","b",true]}}"#);
        assert_eq!(changed_sites(&info).unwrap(), ["enwiki", "dewiki"]);
    }

    #[test]
    fn an_empty_map_written_as_a_list_has_no_sites() {
        assert!(changed_sites(&info(r#"{"siteLinkChanges":[]}"#)).unwrap().is_empty());
    }

    #[test]
    fn a_row_without_a_diff_is_readable_and_says_nothing() {
        assert!(changed_sites(b"{}").unwrap().is_empty());
        assert_eq!(decode(br#"{"metadata":[]}"#).unwrap(), ChangeInfo::default());
    }

    #[test]
    fn what_is_not_such_a_document_has_a_reason() {
        for bad in [&b"not json"[..], b"", b"[]x", b"{\"compactDiff\":{}}", b"\xff\xfe", b"{\"compactDiff\":\"nope\"}"]
        {
            assert!(changed_sites(bad).is_err(), "{:?}", String::from_utf8_lossy(bad));
            assert!(decode(bad).is_err(), "{:?}", String::from_utf8_lossy(bad));
        }
        assert!(changed_sites(&info(r#"{"siteLinkChanges":["enwiki"]}"#)).is_err());
    }

    #[test]
    fn a_reason_is_short_however_long_the_value_that_it_quotes() {
        let info = format!(r#"{{"metadata":"{}"}}"#, "é".repeat(100_000));
        assert!(decode(info.as_bytes()).unwrap_err().len() < 300);
    }

    #[test]
    fn what_is_not_utf8_is_bad_even_where_nobody_looks() {
        assert_eq!(decode(b"{\"x\":\"\xff\"}").unwrap_err(), "change_info is not UTF-8");
    }

    #[test]
    fn flags_and_numbers_are_read_however_php_wrote_them() {
        for bot in ["1", "true", "\"1\""] {
            let json = format!(r#"{{"metadata":{{"bot":{bot},"page_id":"42","rev_id":8}}}}"#);
            let metadata = decode(json.as_bytes()).unwrap().metadata;
            assert_eq!((metadata.bot, metadata.page_id, metadata.rev_id), (Some(true), Some(42), Some(8)));
        }
        assert_eq!(decode(br#"{"metadata":{"bot":0}}"#).unwrap().metadata.bot, Some(false));
    }

    #[test]
    fn a_diff_is_read_whole() {
        let info = info(
            r#"{"arrayFormatVersion":1,"labelChanges":["en"],"descriptionChanges":["de"],"statementChanges":["P31"],
                "siteLinkChanges":{"enwiki":["T","T",true]},"otherChanges":true}"#,
        );
        let diff = decode(&info).unwrap().diff.unwrap();
        assert_eq!(diff.labels, ["en"]);
        assert_eq!(diff.descriptions, ["de"]);
        assert_eq!(diff.statements, ["P31"]);
        assert!(diff.other);
        let link = &diff.site_links["enwiki"];
        assert!(link.badges && !link.moves_title());
    }
}
