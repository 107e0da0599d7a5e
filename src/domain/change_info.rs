//! Reads `change_info`: a JSON object whose [`compactDiff`](super::compact_diff) is JSON again, inside a string.
//!
//! Who must hear of a change depends on site links alone, so [`glance`] decodes nothing else, and looks at keys. A client reads all
//! of it, as far as it can: keys may be missing (older rows, redacted diffs), PHP writes an empty map as `[]`, numbers may be strings.
//! What is optional falls back by itself; what cannot be read of the diff means that anything may have changed (G17).

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::{Value, value::RawValue};

use super::{
    change::ChangeId,
    compact_diff::{CompactDiff, Glance},
    excerpt::excerpt,
    php_json::{Entries, PhpObject, flag, is_empty, number, text},
};

const DIFF: &str = "compactDiff";
const METADATA: &str = "metadata";
/// What Wikibase writes into a change that it has merged.
const IDS: &str = "change-ids";

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
    /// Whether the repo has hidden who it was. The user stays there all the same: runs go by it.
    pub hides_user: bool,
    /// All of it as it stands there, in its order, but for what nobody can read: recent changes repeat it.
    pub fields: Vec<(String, Value)>,
}

/// A whole `change_info`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangeInfo {
    /// `None` where the row has no diff: nothing is known of what changed.
    pub diff: Option<CompactDiff>,
    /// Who, when and why.
    pub metadata: Metadata,
    /// What else stands there, and is passed on.
    pub others: Vec<(String, Value)>,
    /// Why it, or its diff, is no such document. Then nothing is known of what changed, and anything may have.
    pub trouble: Option<String>,
}

/// Bytes of a `change_info` that are read. The largest that Wikibase writes have some hundred kilobytes; the column holds 16 MiB,
/// which no server sends by its default settings, and no job queue takes.
pub const MOST_BYTES: usize = 2 << 20;

/// Stands for a `change_info` of so many bytes, which was not read.
pub fn too_long(bytes: u64) -> Vec<u8> {
    format!("{TOO_LONG}{bytes} bytes, too many to be read").into_bytes()
}

/// No JSON begins so.
const TOO_LONG: &str = "change_info has ";

/// The facts of a change that dispatching needs.
///
/// # Errors
/// The reason why the info cannot be read.
pub fn glance(info: &[u8]) -> Result<Glance, String> {
    Glances::default().at(info).cloned()
}

/// Looks at many changes: most have one of a few diffs, and each of these is read once.
#[derive(Default)]
pub struct Glances {
    /// By the diffs as they stand in their infos.
    known: HashMap<Box<str>, Glance>,
    /// Of a diff that is not kept.
    last: Glance,
}

impl Glances {
    /// Diffs that are kept.
    const MOST: usize = 1024;
    /// Bytes of one that is kept.
    const LONGEST: usize = 512;

    /// [`glance`].
    ///
    /// # Errors
    /// The reason why the info cannot be read.
    pub fn at(&mut self, info: &[u8]) -> Result<&Glance, String> {
        #[derive(Deserialize)]
        struct Info<'a> {
            #[serde(borrow, rename = "compactDiff", default)]
            diff: Option<&'a RawValue>,
        }

        let no_such_json = |error| why_no_json(info, &error);
        let PhpObject(fields): PhpObject<Info> = serde_json::from_slice(info).map_err(no_such_json)?;
        let Some(diff) = fields.and_then(|fields| fields.diff).map(RawValue::get) else {
            self.last = Glance { unknown: without_diff(info), ..Glance::default() };
            return Ok(&self.last);
        };
        if !self.known.contains_key(diff) {
            let text: String = serde_json::from_str(diff).map_err(no_such_json)?;
            let glance = Glance::at(&text).map_err(|error| reason(DIFF, &error))?;
            if diff.len() > Self::LONGEST || self.known.len() == Self::MOST {
                self.last = glance;
                return Ok(&self.last);
            }
            self.known.insert(diff.into(), glance);
        }
        Ok(&self.known[diff])
    }
}

/// What is not known in an info that has no diff: few are, so it may be read as a client does.
fn without_diff(info: &[u8]) -> Vec<String> {
    let read = std::str::from_utf8(info).map(ChangeInfo::read).unwrap_or_default();
    if read.trouble.is_some() { Vec::new() } else { read.unknown().to_vec() }
}

impl ChangeInfo {
    /// Reads a `change_info`. Whatever it is, it can be read: at worst it says that anything may have changed.
    pub fn read(info: &str) -> Self {
        let Entries(entries) = match serde_json::from_str(info) {
            Ok(entries) => entries,
            Err(error) => return Self::unreadable(why_no_json(info.as_bytes(), &error)),
        };
        let mut read = Self::default();
        for (key, value) in entries {
            match key.as_str() {
                // Of a diff that comes twice, readers differ on which one counts.
                DIFF if read.diff.is_some() => read.set_diff(Err("compactDiff comes twice".to_owned())),
                DIFF => {
                    let diff = serde_json::from_str(value.get()).and_then(|diff: String| CompactDiff::parse(&diff));
                    read.set_diff(diff.map_err(|error| reason(DIFF, &error)));
                }
                METADATA => read.metadata = Metadata::read(value.get()),
                // A number that JSON allows and nobody can hold is not passed on.
                _ => read.others.extend(serde_json::from_str(value.get()).ok().map(|value| (key, value))),
            }
        }
        if read.diff.is_none() {
            // A diff that got another name, maybe; without one, it is as with Wikibase.
            let other = read.others.iter().find(|(key, value)| key != IDS && !is_empty(value));
            read.diff = other.map(|(key, _)| CompactDiff::unreadable(&excerpt(&format!("change_info.{key}"))));
        }
        read
    }

    /// What is no such document at all, and why.
    pub fn unreadable(trouble: String) -> Self {
        Self { diff: Some(CompactDiff::unreadable("change_info")), trouble: Some(trouble), ..Self::default() }
    }

    fn set_diff(&mut self, diff: Result<CompactDiff, String>) {
        self.diff = Some(diff.unwrap_or_else(|trouble| {
            self.trouble = Some(trouble);
            CompactDiff::unreadable(DIFF)
        }));
    }

    /// What was met in it that is not known, by name. If there is any, anything may have changed.
    pub fn unknown(&self) -> &[String] {
        self.diff.as_ref().map_or(&[], |diff| &diff.unknown)
    }
}

impl Metadata {
    fn read(json: &str) -> Self {
        let Ok(Entries(entries)) = serde_json::from_str(json) else {
            return Self::default();
        };
        let mut read = Self::default();
        for (key, value) in entries {
            let Ok(mut value) = serde_json::from_str::<Value>(value.get()) else {
                continue;
            };
            if let Some(marked) = number(&value).filter(|number| key == "central_user_id" && *number < 0) {
                // So the repo marks a hidden user; the id can be told from it.
                read.hides_user = true;
                value = (!marked).into();
            }
            let fallback = match key.as_str() {
                "page_id" => read.page_id.set(number(&value), 0),
                "rev_id" => read.rev_id.set(number(&value), 0),
                "parent_id" => read.parent_id.set(number(&value), 0),
                "central_user_id" => read.central_user_id.set(number(&value), 0),
                "comment" => read.comment.set(text(value.clone()), ""),
                "user_text" => read.user_text.set(text(value.clone()), ""),
                "bot" => read.bot.set(flag(&value).filter(|_| !value.is_null()), 0),
                _ => None,
            };
            // Nor can anybody else read it there.
            if let Some(fallback) = fallback.filter(|_| !value.is_null()) {
                value = fallback;
            }
            read.fields.push((key, value));
        }
        read
    }
}

trait Set<T> {
    /// Takes what was read; if nothing could be, what stands for it elsewhere.
    fn set(&mut self, read: Option<T>, fallback: impl Into<Value>) -> Option<Value>;
}

impl<T> Set<T> for Option<T> {
    fn set(&mut self, read: Option<T>, fallback: impl Into<Value>) -> Option<Value> {
        *self = read;
        self.is_none().then(|| fallback.into())
    }
}

/// Writes the `change_info` of a change that coalescing has made: its diff, its metadata, what else stood there, and the ids of
/// those that it was made of.
pub fn encode(info: &ChangeInfo, ids: &[ChangeId]) -> String {
    let mut fields: serde_json::Map<_, _> = info.others.iter().cloned().collect();
    if let Some(diff) = &info.diff {
        fields.insert(DIFF.to_owned(), diff.write().into());
    }
    let metadata: serde_json::Map<_, _> = info.metadata.fields.iter().cloned().collect();
    fields.insert(METADATA.to_owned(), metadata.into());
    if ids.len() > 1 {
        fields.insert(IDS.to_owned(), ids.iter().map(|id| Value::from(id.0)).collect());
    }
    Value::Object(fields).to_string()
}

fn why_no_json(info: &[u8], error: &serde_json::Error) -> String {
    match std::str::from_utf8(info) {
        Ok(text) if text.starts_with(TOO_LONG) => excerpt(text).into_owned(),
        _ => reason("change_info", error),
    }
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
    fn diffs_that_come_again_and_those_that_are_not_kept_are_told_apart() {
        let linking = |site: &str| info(&format!(r#"{{"siteLinkChanges":{{"{site}":[null,"A",false]}}}}"#));
        let long = "x".repeat(Glances::LONGEST);
        let mut glances = Glances::default();
        let known = (0..=Glances::MOST).map(|at| format!("wiki{at}"));
        for site in known.chain([long.clone(), "enwiki".into(), long]).flat_map(|site| [site.clone(), site]) {
            assert_eq!(glances.at(&linking(&site)).unwrap().sites, [site]);
            assert_eq!(glances.at(b"{}"), Ok(&Glance::default()));
            assert!(glances.at(b"{\"compactDiff\":5}").is_err());
        }
        assert_eq!(glances.known.len(), Glances::MOST);
    }

    #[test]
    fn sites_are_the_keys_of_the_site_link_changes() {
        let info = info(r#"{"siteLinkChanges":{"enwiki":[null,"Berlin",false],"dewiki":["a","b",true]}}"#);
        assert_eq!(glance(&info).unwrap().sites, ["enwiki", "dewiki"]);
    }

    #[test]
    fn an_empty_map_written_as_a_list_has_no_sites() {
        assert_eq!(glance(&info(r#"{"siteLinkChanges":[]}"#)), Ok(Glance::default()));
    }

    fn read(info: &str) -> ChangeInfo {
        ChangeInfo::read(info)
    }

    #[test]
    fn a_row_without_a_diff_says_nothing_of_what_changed() {
        assert_eq!(glance(b"{}"), Ok(Glance::default()));
        assert_eq!(read(r#"{"metadata":[]}"#), ChangeInfo::default());
    }

    #[test]
    fn sites_cannot_be_read_from_other_documents() {
        for bad in [
            &b"not json"[..],
            b"",
            b"null",
            b"[]x",
            b"[1]",
            b"{\"compactDiff\":{}}",
            b"\xff\xfe",
            b"{\"compactDiff\":\"no\"}",
        ] {
            let reason = glance(bad).unwrap_err();
            assert!(reason.len() < 300, "{reason}");
        }
        assert!(glance(&info(r#"{"siteLinkChanges":["enwiki"]}"#)).is_err());
    }

    #[test]
    fn g17_what_was_too_long_to_be_read_may_have_changed_anything_and_says_so() {
        let info = too_long(16_777_215);
        let says = "change_info has 16777215 bytes, too many to be read";
        assert_eq!(glance(&info).unwrap_err(), says);
        let info = read(std::str::from_utf8(&info).unwrap());
        assert_eq!((info.unknown(), info.trouble.as_deref()), (&["change_info".to_owned()][..], Some(says)));
    }

    #[test]
    fn g17_any_other_document_may_have_changed_anything() {
        for bad in ["not json", "", "null", "7", "[1]", "[]x"] {
            assert_eq!(read(bad).unknown(), ["change_info"], "{bad}");
            assert!(read(bad).trouble.unwrap().starts_with("change_info is not as expected: "), "{bad}");
        }
        for bad in [r#"{"compactDiff":{}}"#, r#"{"compactDiff":null}"#, r#"{"compactDiff":"no"}"#] {
            assert_eq!(read(bad).unknown(), ["compactDiff"], "{bad}");
            assert!(read(bad).trouble.is_some(), "{bad}");
        }
        assert_eq!(read(r#"{"compactDiff":"{}","compactDiff":"{}"}"#).unknown(), ["compactDiff"], "which one?");
        assert_eq!(read(r#"{"diff":{"label":1},"metadata":{"rev_id":8}}"#).unknown(), ["change_info.diff"]);
        assert!(read(r#"{"diff":1}"#).trouble.is_none(), "it is of another form, and can be read");
        assert!(read(r#"{"diff":[],"change-ids":[1]}"#).unknown().is_empty());
    }

    #[test]
    fn g17_dispatching_reports_the_same_forms() {
        for info in [
            r#"{"compactDiff":"{\"lemmaChanges\":[\"en\"]}"}"#,
            r#"{"compactDiff":"{\"arrayFormatVersion\":2}"}"#,
            r#"{"diff":{"label":1},"metadata":{"rev_id":8}}"#,
        ] {
            assert_eq!(glance(info.as_bytes()).unwrap().unknown, read(info).unknown(), "{info}");
            assert_eq!(read(info).unknown().len(), 1);
        }
        assert_eq!(glance(b"{\"metadata\":{\"comment\":\"\xff\"}}"), Ok(Glance::default()));
        assert_eq!(glance(br#"{"compactDiff":null,"diff":1}"#), Ok(Glance::default()), "no upgrade mends it");
    }

    #[test]
    fn flags_and_numbers_are_read_however_php_wrote_them() {
        for bot in ["1", "true", "\"1\""] {
            let metadata = read(&format!(r#"{{"metadata":{{"bot":{bot},"page_id":"42","rev_id":8.0}}}}"#)).metadata;
            assert_eq!((metadata.bot, metadata.page_id, metadata.rev_id), (Some(true), Some(42), Some(8)));
        }
        assert_eq!(read(r#"{"metadata":{"bot":0}}"#).metadata.bot, Some(false));
    }

    #[test]
    fn optional_fields_have_defaults() {
        let with = |field: &str| {
            let info = read(&format!(r#"{{"compactDiff":"{{}}","metadata":{{{field},"rev_id":8}}}}"#));
            assert_eq!((info.metadata.rev_id, info.unknown().len()), (Some(8), 0), "{field}");
            info.metadata
        };
        for number in [r#""""#, "9223372036854775808", "1e400", "[]", "null", "1.5", r#""x""#] {
            assert_eq!(with(&format!(r#""central_user_id":{number}"#)).central_user_id, None, "{number}");
            assert_eq!(with(&format!(r#""parent_id":{number}"#)).parent_id, None, "{number}");
        }
        assert_eq!(with(r#""central_user_id":1.0"#).central_user_id, Some(1));
        for comment in ["false", "[]", r#"["a"]"#, "null", "{}"] {
            assert_eq!(with(&format!(r#""comment":{comment}"#)).comment, None, "{comment}");
        }
        assert_eq!(with(r#""comment":["a"]"#).fields[0].1, "", "recent changes and handlers get it, too");
        assert_eq!(with(r#""parent_id":"""#).fields[0].1, 0);
        assert_eq!(with(r#""parent_id":"7""#).fields[0].1, "7", "what can be read stays as it is");
        assert_eq!(with(r#""comment":0"#).comment.as_deref(), Some("0"));
        assert_eq!(with(r#""user_text":127"#).user_text.as_deref(), Some("127"));
        assert_eq!(with(r#""bot":[]"#).bot, None);
        assert_eq!(read(r#"{"compactDiff":"{}","metadata":"none"}"#).metadata, Metadata::default());
    }

    #[test]
    fn a_hidden_user_is_marked_and_known_all_the_same() {
        for id in [0, 7] {
            let info = read(&format!(r#"{{"metadata":{{"user_text":"Alice","central_user_id":{}}}}}"#, !id));
            assert!(info.metadata.hides_user);
            assert_eq!((info.metadata.user_text.as_deref(), info.metadata.central_user_id), (Some("Alice"), Some(id)));
            assert_eq!(info.metadata.fields[1].1, id);
        }
        assert!(!read(r#"{"metadata":{"user_text":"Alice","central_user_id":7}}"#).metadata.hides_user);
    }

    #[test]
    fn unknown_fields_are_written_again() {
        let info = read(
            r#"{"compactDiff":"{\"labelChanges\":[\"en\"]}","tags":["a"],"metadata":{"rev_id":8,"tags":{"b":1}}}"#,
        );
        let again: Value = serde_json::from_str(&encode(&info, &[ChangeId(1), ChangeId(2)])).unwrap();
        assert_eq!((&again["tags"], &again["metadata"]["tags"]["b"]), (&serde_json::json!(["a"]), &1.into()));
        assert_eq!(again["change-ids"], serde_json::json!([1, 2]));
        assert_eq!(ChangeInfo::read(&again.to_string()).diff.unwrap().labels, ["en"]);
    }
}
