//! What a change touched, coarsely: `compactDiff`, JSON in one of two forms.
//!
//! Wikibase 1.44 and earlier lists all changed statements together, and counts aliases among the other changes. Since 1.45 there
//! are two lists of statements, and one of aliases. The version number inside is 1 in both, so the keys tell them apart.
//!
//! What is not known may mean that anything has changed (G17): another version, a key that is not known and not empty, or a value
//! that cannot be read. Such a diff names what was met, and still says what could be read.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::de::IgnoredAny;
use serde_json::{Value, json, value::RawValue};

use super::{
    distinct::Distinct,
    excerpt::excerpt,
    php_json::{Entries, Key, PhpMap, PhpObject, flag, is_empty, items, number, text},
};

const VERSION: i64 = 1;
const VERSION_KEY: &str = "arrayFormatVersion";
const LABELS: &str = "labelChanges";
const DESCRIPTIONS: &str = "descriptionChanges";
const ALL_STATEMENTS: &str = "statementChanges";
const VALUES: &str = "statementChangesExcludingQualOrRefOnlyChanges";
const ALIASES: &str = "aliasChanges";
const QUALIFIERS: &str = "statementChangesQualOrRefOnly";
const SITE_LINKS: &str = "siteLinkChanges";
const OTHER: &str = "otherChanges";
/// Keys whose values say what changed.
const KNOWN: [&str; 8] = [LABELS, DESCRIPTIONS, ALIASES, ALL_STATEMENTS, VALUES, QUALIFIERS, SITE_LINKS, OTHER];
/// Names of what is not known that are kept: one is enough to act on, and a few show what is going on.
const MOST_NAMES: usize = 8;

/// What a change did to the title of one site link.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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

/// In which form a diff lists statements and aliases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DiffForm {
    /// `statementChanges`; aliases are among the other changes.
    #[default]
    OneList,
    /// Statements with changed values apart from those with changed qualifiers, references or ranks; aliases by language.
    TwoLists,
    /// Both, for readers of either: a run with changes of both forms.
    Both,
}

impl DiffForm {
    fn with(self, other: Self) -> Self {
        if self == other { self } else { Self::Both }
    }
}

/// What can be told of a diff by its keys: little work, for those who dispatch it and need not know more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Glance {
    /// Site ids whose link the change adds, moves, removes, or gives other badges.
    pub sites: Vec<String>,
    /// What was met that is not known, by name, as far as keys and the version tell. A client, which reads all, may find more.
    pub unknown: Vec<String>,
}

impl Glance {
    /// Looks at the text of a diff.
    ///
    /// # Errors
    /// It is no object, or not JSON; or its site links are no map.
    pub fn at(json: &str) -> serde_json::Result<Self> {
        let PhpObject(entries) = serde_json::from_str::<PhpObject<PhpMap<&RawValue, Key<'_>>>>(json)?;
        let PhpMap(entries) = entries.unwrap_or_default();
        let mut glance = Self::default();
        for (Key(key), value) in entries {
            if key == SITE_LINKS {
                let PhpMap(links) = serde_json::from_str::<PhpMap<IgnoredAny>>(value.get())?;
                glance.sites.extend(links.into_iter().map(|(site, _)| site));
            } else if let Some(name) = unknown_form(&key, value) {
                name_unknown(&mut glance.unknown, &name);
            }
        }
        Ok(glance)
    }
}

/// See the file's head.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CompactDiff {
    /// Language codes.
    pub labels: Vec<String>,
    /// Language codes.
    pub descriptions: Vec<String>,
    /// Language codes.
    pub aliases: Vec<String>,
    /// Ids of properties with a statement that was added, removed or given another value; of those with any change to a
    /// statement, where the form does not tell them apart.
    pub statements: Vec<String>,
    /// Ids of properties with a statement that changed in nothing but qualifiers, references or rank.
    pub qualifiers: Vec<String>,
    /// By site id, as the diff says it, configured or not.
    pub site_links: BTreeMap<String, SiteLinkChange>,
    /// Anything else: lemmas, data types…
    pub other: bool,
    /// How it was written, and how it is written again.
    pub form: DiffForm,
    /// What was met that is not known, by name. If there is any, anything may have changed.
    pub unknown: Vec<String>,
}

impl CompactDiff {
    /// A diff that says nothing but what was met. It is written for readers of either form.
    pub fn unreadable(what: &str) -> Self {
        Self { unknown: vec![what.to_owned()], form: DiffForm::Both, ..Self::default() }
    }

    /// Whether anything may have changed.
    pub fn is_anything(&self) -> bool {
        !self.unknown.is_empty()
    }

    /// Reads the text of a diff. Of an object, whatever is in it can be read: at worst it says that anything may have changed.
    ///
    /// # Errors
    /// It is no object, or not JSON.
    pub fn parse(json: &str) -> serde_json::Result<Self> {
        let Entries(entries) = serde_json::from_str(json)?;
        let mut reading = Reading::default();
        for (key, value) in entries {
            reading.key(&key, value);
        }
        Ok(reading.diff())
    }

    /// What changes come to that follow each other. Values are not known, so what an edit changed and another changed back
    /// stays: rather a page updated too often than one that keeps what was true in between.
    pub fn of_run(diffs: impl IntoIterator<Item = Self>) -> Self {
        let mut diffs = diffs.into_iter().peekable();
        let mut run = Self { form: diffs.peek().map(|first| first.form).unwrap_or_default(), ..Self::default() };
        let mut lists: [Distinct; 6] = Default::default();
        for mut diff in diffs {
            for (texts, list) in diff.lists_mut().into_iter().zip(&mut lists) {
                list.add(std::mem::take(texts));
            }
            for (site, link) in diff.site_links {
                let link = match run.site_links.remove(&site) {
                    Some(earlier) => earlier.followed_by(link),
                    None => link,
                };
                run.site_links.insert(site, link);
            }
            run.other |= diff.other;
            run.form = run.form.with(diff.form);
        }
        for (texts, list) in run.lists_mut().into_iter().zip(lists) {
            *texts = list.texts;
        }
        // A reader of one list finds aliases nowhere else.
        run.other |= run.form == DiffForm::Both && !run.aliases.is_empty();
        run
    }

    fn lists_mut(&mut self) -> [&mut Vec<String>; 6] {
        [
            &mut self.labels,
            &mut self.descriptions,
            &mut self.aliases,
            &mut self.statements,
            &mut self.qualifiers,
            &mut self.unknown,
        ]
    }

    /// Whether the changes may have undone each other, so that nothing is different in the end: each thing that one of them
    /// changed, another changed as well.
    pub fn may_cancel(diffs: &[Self]) -> bool {
        let mut times: HashMap<(u8, &str), u32> = HashMap::new();
        for diff in diffs {
            let lists = [&diff.labels, &diff.descriptions, &diff.aliases, &diff.statements, &diff.qualifiers];
            let listed = (0..).zip(lists).flat_map(|(kind, list)| list.iter().map(move |one| (kind, one.as_str())));
            let linked = diff.site_links.keys().map(|site| (u8::MAX, site.as_str()));
            for thing in listed.chain(linked) {
                *times.entry(thing).or_default() += 1;
            }
        }
        times.values().all(|times| *times > 1)
    }

    /// Writes it in its form. What is not known of it is not written: such a diff passes through as it came.
    pub fn write(&self) -> String {
        let links = self.site_links.iter().map(|(site, link)| (site.clone(), json!([link.old, link.new, link.badges])));
        let mut diff = json!({
            VERSION_KEY: VERSION,
            LABELS: self.labels,
            DESCRIPTIONS: self.descriptions,
            SITE_LINKS: Value::Object(links.collect()),
            OTHER: self.other,
        });
        if self.form != DiffForm::TwoLists {
            let mut all = Distinct::default();
            all.add(self.statements.iter().chain(&self.qualifiers).cloned());
            diff[ALL_STATEMENTS] = all.texts.into();
        }
        if self.form != DiffForm::OneList {
            diff[ALIASES] = self.aliases.clone().into();
            diff[VALUES] = self.statements.clone().into();
            diff[QUALIFIERS] = self.qualifiers.clone().into();
        }
        diff.to_string()
    }
}

/// A diff while its keys are read one by one.
#[derive(Default)]
struct Reading {
    diff: CompactDiff,
    keys: HashSet<String>,
    all_statements: Vec<String>,
}

impl Reading {
    fn key(&mut self, key: &str, value: &RawValue) {
        let diff = &mut self.diff;
        if let Some(name) = unknown_form(key, value) {
            return name_unknown(&mut diff.unknown, &name);
        }
        let is_read = match key {
            LABELS => read_list(value, &mut diff.labels),
            DESCRIPTIONS => read_list(value, &mut diff.descriptions),
            ALIASES => read_list(value, &mut diff.aliases),
            ALL_STATEMENTS => read_list(value, &mut self.all_statements),
            VALUES => read_list(value, &mut diff.statements),
            QUALIFIERS => read_list(value, &mut diff.qualifiers),
            SITE_LINKS => read_links(value, &mut diff.site_links),
            OTHER => {
                let other = parsed(value).as_ref().and_then(flag);
                diff.other |= other == Some(true);
                other.is_some()
            }
            _ => true,
        };
        // Of a key that comes twice, readers differ on which one counts.
        if !self.keys.insert(key.to_owned()) || !is_read {
            name_unknown(&mut self.diff.unknown, &named(key));
        }
    }

    fn diff(mut self) -> CompactDiff {
        let has = |key: &str| self.keys.contains(key);
        self.diff.form = match (has(ALL_STATEMENTS), has(VALUES) || has(QUALIFIERS) || has(ALIASES)) {
            (true, true) => DiffForm::Both,
            (false, true) => DiffForm::TwoLists,
            (_, false) => DiffForm::OneList,
        };
        // Where both forms are there, the two lists tell more.
        let told_apart: HashSet<&String> = self.diff.qualifiers.iter().collect();
        let mut statements = Distinct::default();
        statements.add(std::mem::take(&mut self.diff.statements));
        statements.add(self.all_statements.into_iter().filter(|property| !told_apart.contains(property)));
        self.diff.statements = statements.texts;
        self.diff
    }
}

/// The name of a form that is not known, if a key and its value show one: another version, or a key that is not known and not
/// empty.
fn unknown_form(key: &str, value: &RawValue) -> Option<String> {
    if key == VERSION_KEY {
        let is_known = parsed(value).as_ref().and_then(number) == Some(VERSION);
        return (!is_known).then(|| format!("{VERSION_KEY} {}", value.get()));
    }
    let says_nothing = || parsed(value).as_ref().is_some_and(is_empty);
    (!KNOWN.contains(&key) && !says_nothing()).then(|| named(key))
}

fn named(key: &str) -> String {
    format!("compactDiff.{key}")
}

fn name_unknown(unknown: &mut Vec<String>, name: &str) {
    let name = excerpt(name);
    if unknown.len() < MOST_NAMES && !unknown.iter().any(|known| *known == name) {
        unknown.push(name.into_owned());
    }
}

fn parsed(value: &RawValue) -> Option<Value> {
    serde_json::from_str(value.get()).ok()
}

/// Whether it is a list of texts; what can be read of it is read in any case.
fn read_list(value: &RawValue, texts: &mut Vec<String>) -> bool {
    let Some(items) = parsed(value).and_then(items) else {
        return false;
    };
    let count = items.len();
    texts.extend(items.into_iter().filter_map(text));
    texts.len() == count
}

/// Whether it is a map of site ids to old title, new title, and whether badges changed. Whatever stands there of a site, its
/// link has changed.
fn read_links(value: &RawValue, links: &mut BTreeMap<String, SiteLinkChange>) -> bool {
    let Ok(PhpMap(entries)) = serde_json::from_str::<PhpMap<&RawValue>>(value.get()) else {
        return false;
    };
    let mut is_read = true;
    for (site, value) in entries {
        let link = parsed(value).and_then(items).and_then(read_link);
        is_read &= link.is_some();
        links.insert(site, link.unwrap_or_default());
    }
    is_read
}

fn read_link(items: Vec<Value>) -> Option<SiteLinkChange> {
    let [old, new, badges]: [Value; 3] = items.try_into().ok()?;
    let title = |value: Value| if value.is_null() { Some(None) } else { text(value).map(Some) };
    Some(SiteLinkChange { old: title(old)?, new: title(new)?, badges: flag(&badges)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> CompactDiff {
        CompactDiff::parse(json).unwrap()
    }

    fn unknown_of(json: &str) -> Vec<String> {
        read(json).unknown
    }

    #[test]
    fn a_diff_of_one_list_is_read_whole() {
        let diff = read(
            r#"{"arrayFormatVersion":1,"labelChanges":["en"],"descriptionChanges":["de"],"statementChanges":["P31"],
                "siteLinkChanges":{"enwiki":["T","T",true]},"otherChanges":true}"#,
        );
        assert_eq!((diff.labels, diff.descriptions, diff.statements), (texts("en"), texts("de"), texts("P31")));
        assert!(diff.other && diff.form == DiffForm::OneList && diff.unknown.is_empty());
        let link = &diff.site_links["enwiki"];
        assert!(link.badges && !link.moves_title());
    }

    #[test]
    fn a_diff_of_two_lists_is_read_whole() {
        let diff = read(
            r#"{"arrayFormatVersion":1,"labelChanges":[],"descriptionChanges":[],"aliasChanges":["fr"],
                "statementChangesExcludingQualOrRefOnlyChanges":["P1"],"statementChangesQualOrRefOnly":["P2"],
                "siteLinkChanges":[],"otherChanges":false}"#,
        );
        assert_eq!((&diff.aliases, &diff.statements, &diff.qualifiers), (&texts("fr"), &texts("P1"), &texts("P2")));
        assert!(!diff.other && diff.form == DiffForm::TwoLists && !diff.is_anything());
    }

    #[test]
    fn g17_a_glance_finds_each_form_that_is_not_known_and_nothing_in_one_that_is() {
        let glance = |json: &str| Glance::at(json).unwrap();
        for known in [OLD, NEW, "{}", "[]", r#"{"lemmaChanges":[],"siteLinkChanges":[]}"#] {
            assert_eq!(glance(known), Glance::default(), "{known}");
        }
        for new in [r#"{"arrayFormatVersion":2}"#, r#"{"lemmaChanges":["en"],"labelChanges":["de"],"senses":1}"#] {
            assert_eq!(glance(new).unknown, unknown_of(new));
        }
        let both = glance(r#"{"siteLinkChanges":{"enwiki":[],"dewiki":7},"x":"y"}"#);
        assert_eq!((both.sites, both.unknown), (vec!["enwiki".into(), "dewiki".into()], texts("compactDiff.x")));
        assert!(Glance::at(r#"{"siteLinkChanges":["enwiki"]}"#).is_err());
    }

    #[test]
    fn g17_what_is_written_has_no_key_that_is_not_known() {
        let diff = CompactDiff { form: DiffForm::Both, ..read(NEW) };
        let written: serde_json::Map<_, _> = serde_json::from_str(&diff.write()).unwrap();
        assert!(written.keys().all(|key| key == VERSION_KEY || KNOWN.contains(&key.as_str())), "{written:?}");
        assert_eq!(written.len(), KNOWN.len() + 1);
    }

    fn texts(text: &str) -> Vec<String> {
        vec![text.to_owned()]
    }

    /// Old rows have lists like this, from which PHP has removed what came twice.
    #[test]
    fn a_list_may_be_an_object() {
        let diff = read(r#"{"statementChanges":{"0":"P1","2":"P5"},"labelChanges":{},"aliasChanges":null}"#);
        assert_eq!(diff.statements, ["P1", "P5"]);
        assert!(!diff.is_anything());
    }

    #[test]
    fn g17_what_is_not_known_is_named_and_the_rest_is_read() {
        let with = |rest: &str| unknown_of(&format!(r#"{{"labelChanges":["en"],{rest}}}"#));
        assert_eq!(with(r#""arrayFormatVersion":2"#), ["arrayFormatVersion 2"]);
        assert_eq!(with(r#""lemmaChanges":["en"]"#), ["compactDiff.lemmaChanges"]);
        assert_eq!(with(r#""descriptionChanges":7"#), ["compactDiff.descriptionChanges"]);
        assert_eq!(with(r#""descriptionChanges":[["en"]]"#), ["compactDiff.descriptionChanges"]);
        assert_eq!(with(r#""labelChanges":["de"]"#), ["compactDiff.labelChanges"]);
        assert_eq!(with(r#""siteLinkChanges":["enwiki"]"#), ["compactDiff.siteLinkChanges"]);
        assert_eq!(with(r#""otherChanges":[1]"#), ["compactDiff.otherChanges"]);
        let diff = read(r#"{"x":1,"labelChanges":["en"],"siteLinkChanges":{"enwiki":["A"],"dewiki":["A","B",0]}}"#);
        assert_eq!((diff.unknown.len(), diff.labels), (2, texts("en")));
        assert_eq!(diff.site_links.keys().collect::<Vec<_>>(), ["dewiki", "enwiki"]);
        assert_eq!(diff.site_links["dewiki"].new.as_deref(), Some("B"));
    }

    #[test]
    fn what_is_no_object_is_no_diff() {
        for none in ["", "nope", "null", "7", "[1]", "{\"a\"", "\"{}\""] {
            assert!(CompactDiff::parse(none).is_err(), "{none}");
        }
    }

    #[test]
    fn a_key_that_is_not_known_and_empty_says_nothing() {
        for empty in ["null", "false", "[]", "{}", "\"\"", "0", "0.0"] {
            assert!(unknown_of(&format!(r#"{{"lemmaChanges":{empty}}}"#)).is_empty(), "{empty}");
        }
        assert!(unknown_of("[]").is_empty(), "PHP's empty map");
        assert!(unknown_of(r#"{"arrayFormatVersion":"1"}"#).is_empty());
    }

    #[test]
    fn what_is_not_known_is_named_within_bounds() {
        let keys: Vec<String> = (0..1000).map(|key| format!("\"{key}{}\":1", "x".repeat(1000))).collect();
        let unknown = unknown_of(&format!("{{{}}}", keys.join(",")));
        assert_eq!(unknown.len(), MOST_NAMES);
        assert!(unknown.iter().all(|name| name.len() < 200));
    }

    fn keys_written(diffs: &[&str]) -> Value {
        let run = CompactDiff::of_run(diffs.iter().map(|diff| read(diff)));
        assert_eq!(read(&run.write()), run, "what is written is read again");
        serde_json::from_str(&run.write()).unwrap()
    }

    const OLD: &str = r#"{"statementChanges":["P1"],"otherChanges":false}"#;
    const NEW: &str = r#"{"aliasChanges":["en"],"statementChangesExcludingQualOrRefOnlyChanges":["P2"],
        "statementChangesQualOrRefOnly":["P3"]}"#;

    #[test]
    fn a_run_is_written_in_the_form_of_its_changes() {
        let old = keys_written(&[OLD, OLD]);
        assert_eq!((&old[ALL_STATEMENTS], &old[VALUES], &old[ALIASES]), (&json!(["P1"]), &Value::Null, &Value::Null));
        let new = keys_written(&[NEW, NEW]);
        assert_eq!(
            (&new[ALL_STATEMENTS], &new[VALUES], &new[QUALIFIERS]),
            (&Value::Null, &json!(["P2"]), &json!(["P3"]))
        );
        assert_eq!((&new[ALIASES], &new["otherChanges"]), (&json!(["en"]), &json!(false)));
    }

    #[test]
    fn a_run_of_both_forms_can_be_read_by_readers_of_either() {
        let both = keys_written(&[OLD, NEW]);
        assert_eq!((&both[ALL_STATEMENTS], &both["otherChanges"]), (&json!(["P1", "P2", "P3"]), &json!(true)));
        assert_eq!((&both[VALUES], &both[QUALIFIERS]), (&json!(["P1", "P2"]), &json!(["P3"])));
        assert_eq!(&both[ALIASES], &json!(["en"]));
    }

    #[test]
    fn changes_may_cancel_where_each_thing_was_changed_twice() {
        let may_cancel =
            |diffs: &[&str]| CompactDiff::may_cancel(&diffs.iter().map(|diff| read(diff)).collect::<Vec<_>>());
        assert!(may_cancel(&[NEW, NEW]));
        assert!(!may_cancel(&[NEW, NEW, OLD]));
    }
}
