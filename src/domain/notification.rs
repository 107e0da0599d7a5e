//! What travels to a client: the `changes` parameter of a notification job in our own format, written and read.
//!
//! Version 1 is what every version of the extension reads:
//!
//! ```json
//! {"v":1,"repo":"repowiki","changes":[
//!   {"id":7,"type":"wikibase-item~update","time":"20260131235959","entity":"Q42","revision":8,"user":5,"info":{…}}]}
//! ```
//! Version 2 has the same [packed], and goes to clients that say that they read it.
//!
//! A client that gives receipts is also told what the one for this is to cover: `"covers":{"stream":…,"after":…,"upto":…,"part":…}`, in ids
//! of a [stream](super::receipts), and which of the notifications of its pass this is.
//!
//! `info` is the `change_info` as it stands in the buffer, byte for byte; where that is not JSON, the beginning of its text
//! stands in `badInfo` of version 1 instead, for a human to see. The document is always valid UTF-8, so queues that carry JSON can carry it.
//! A repeated pass over the same changes writes the same bytes.

mod bytes;
mod dictionary;
mod packed;
mod phrase;
mod template;

use std::{borrow::Cow, fmt::Write, ops::Deref, sync::Arc};

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use self::packed::Packed;
pub use self::phrase::Phrasebook;
use super::{
    change::{BadChange, Change, ChangeId},
    change_info,
    receipts::{Range, Stream},
    received_change::ReceivedChange,
    site::SiteId,
};
use crate::error::{Error, ErrorKind, Result};

/// The versions of our own format.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Version {
    /// Each change as it stands in the buffer.
    #[default]
    Plain,
    /// Changes packed: a tenth of the bytes.
    Packed,
}

impl Version {
    /// The last one, and the last that this reads.
    const LAST: Self = Self::Packed;

    fn number(self) -> u32 {
        match self {
            Self::Plain => 1,
            Self::Packed => 2,
        }
    }
}

/// Bytes of a `change_info` that is not JSON. Written as JSON once more, as some queues do, one can become seven.
pub const MOST_OF_BAD_INFO: usize = 1000;

/// Whatever reads it takes it for a change of which it does not know the details, and Wikibase's own client for one that changed something
/// which has no name of its own.
const WITHOUT_DETAILS: &[u8] =
    br#"{"compactDiff":"{\"arrayFormatVersion\":1,\"labelChanges\":[],\"descriptionChanges\":[],\"statementChanges\":[],\"siteLinkChanges\":{},\"otherChanges\":true,\"detailsLeftOut\":true}","metadata":{}}"#;

/// A change as it goes to clients: packed once, for however many hear of it.
#[derive(Debug)]
pub struct Prepared {
    change: Change,
    is_json: bool,
    packed: Packed,
}

impl Prepared {
    /// `is_json`: whether the `info` is known to be JSON; else it is looked at.
    pub fn new(change: Change, is_json: bool) -> Self {
        Self::among(change, is_json, &mut Phrasebook::default())
    }

    /// The same for one of several changes, which share what they have in common.
    pub fn among(change: Change, is_json: bool, book: &mut Phrasebook) -> Self {
        let is_json = std::str::from_utf8(&change.info).is_ok()
            && (is_json || serde_json::from_slice::<&RawValue>(&change.info).is_ok());
        let packed = Packed::new(&change, is_json, book);
        Self { change, is_json, packed }
    }

    /// The same change, of which nobody is told more than that it changed its entity. `None` if it is one already.
    pub fn without_details(&self) -> Option<Self> {
        (self.change.info != WITHOUT_DETAILS)
            .then(|| Self::new(Change { info: WITHOUT_DETAILS.to_vec(), ..self.change.clone() }, true))
    }

    /// Bytes of memory that it takes beside those of the change.
    pub fn extra_bytes(&self) -> usize {
        self.packed.bytes()
    }

    /// What it unpacks to.
    fn size(&self) -> usize {
        packed::size_of(&self.change, if self.is_json { self.change.info.len() } else { 0 })
    }

    fn write(&self, document: &mut Vec<u8>) {
        #[derive(Serialize)]
        struct Head<'a> {
            id: u64,
            r#type: &'a str,
            time: &'a str,
            entity: &'a str,
            revision: u64,
            user: u64,
            #[serde(rename = "badInfo", skip_serializing_if = "Option::is_none")]
            bad_info: Option<Cow<'a, str>>,
        }
        let change = &self.change;
        let head = Head {
            id: change.id.0,
            r#type: &change.kind,
            time: &change.time,
            entity: &change.entity,
            revision: change.revision,
            user: change.user,
            bad_info: (!self.is_json)
                .then(|| String::from_utf8_lossy(&change.info[..change.info.len().min(MOST_OF_BAD_INFO)])),
        };
        serde_json::to_writer(&mut *document, &head).expect("a document of strings and numbers can be written");
        if self.is_json {
            document.pop();
            document.extend_from_slice(b",\"info\":");
            document.extend_from_slice(&change.info);
            document.push(b'}');
        }
    }
}

impl Deref for Prepared {
    type Target = Change;

    fn deref(&self) -> &Change {
        &self.change
    }
}

/// Writes the `changes` parameter for a run of changes of `repo`. `receipt`: what the client's receipt for it is to cover, and which of the
/// notifications of its pass it is. It is UTF-8.
pub fn encode(version: Version, repo: &SiteId, changes: &[Arc<Prepared>], receipt: Option<(Range, usize)>) -> Vec<u8> {
    let size: usize = changes.iter().map(|change| change.size()).sum();
    // What would unpack to more is read as it is; no limit that there is lets it come to that.
    let version = if size > packed::MOST_UNPACKED { Version::Plain } else { version };
    let repo = serde_json::to_string(repo.as_str()).expect("a string can be written");
    let mut document = format!("{{\"v\":{},\"repo\":{repo},", version.number());
    if let Some((Range { stream, after, upto }, part)) = receipt {
        let stream = stream.0;
        write!(document, "\"covers\":{{\"stream\":{stream},\"after\":{after},\"upto\":{upto},\"part\":{part}}},")
            .expect("a text takes what is written");
    }
    match version {
        Version::Packed => {
            let changes = changes.iter().map(|change| (&change.change, &change.packed));
            let packed = packed::write(changes);
            write!(document, "\"size\":{size},\"packed\":\"{packed}\"}}").expect("a text takes what is written");
            document.into_bytes()
        }
        Version::Plain => {
            document.push_str("\"changes\":[");
            let mut document = document.into_bytes();
            document.reserve(size);
            for (at, change) in changes.iter().enumerate() {
                if at > 0 {
                    document.push(b',');
                }
                change.write(&mut document);
            }
            document.extend_from_slice(b"]}");
            document
        }
    }
}

/// A notification, decoded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notification {
    /// The changes, in ascending id.
    pub changes: Vec<ReceivedChange>,
    /// Those that cannot be read. Where it is known of which entity they are, they are among the changes as well.
    pub bad: Vec<BadChange>,
    /// What the receipt for it is to cover; `None` if the repo wants none.
    pub covers: Option<Range>,
}

impl Notification {
    /// Reads changes that came as rows: in Wikibase's own formats, one carries the rows and the other their ids.
    pub fn of(changes: impl IntoIterator<Item = Change>) -> Self {
        let mut notification = Self::default();
        for change in changes {
            match ReceivedChange::read(change) {
                Ok(change) => {
                    let bad = change.info.trouble.clone().map(|reason| BadChange { id: change.id, reason });
                    notification.bad.extend(bad);
                    notification.changes.push(change);
                }
                Err(bad) => notification.bad.push(bad),
            }
        }
        // Rows of several notifications come together, in no order.
        notification.changes.sort_by_key(|change| change.id);
        notification
    }
}

/// Reads a `changes` parameter.
///
/// # Errors
/// [`ErrorKind::InvalidNotification`] if it is not such a document, [`ErrorKind::UnsupportedNotification`] if it is one of a
/// later version. A single change that cannot be read is no error: it is among the [`Notification::bad`] ones.
pub fn decode(json: &[u8]) -> Result<Notification> {
    #[derive(Deserialize)]
    struct Head {
        v: u32,
    }
    #[derive(Deserialize)]
    struct PlainDocument<'a> {
        covers: Option<Covers>,
        #[serde(borrow)]
        changes: Vec<ReadChange<'a>>,
    }
    #[derive(Deserialize)]
    struct PackedDocument<'a> {
        covers: Option<Covers>,
        size: u64,
        #[serde(borrow)]
        packed: Cow<'a, str>,
    }

    let no_such_json = |error| invalid(&change_info::brief(&error));
    let Head { v } = serde_json::from_slice(json).map_err(no_such_json)?;
    if v == Version::Plain.number() {
        let PlainDocument { covers, changes } = serde_json::from_slice(json).map_err(no_such_json)?;
        let covers = covers.map(Covers::range).transpose()?;
        return Ok(Notification { covers, ..Notification::of(changes.into_iter().map(Change::from)) });
    }
    if v == Version::Packed.number() {
        let PackedDocument { covers, size, packed } = serde_json::from_slice(json).map_err(no_such_json)?;
        let covers = covers.map(Covers::range).transpose()?;
        let changes = packed::read(&packed, size).map_err(invalid)?;
        return Ok(Notification { covers, ..Notification::of(changes) });
    }
    let last = Version::LAST.number();
    Err(Error::new(
        ErrorKind::UnsupportedNotification,
        format!(
            "cannot decode a notification of version {v}: this module reads versions up to {last}; update it on this wiki"
        ),
    ))
}

fn invalid(why: &str) -> Error {
    Error::new(ErrorKind::InvalidNotification, format!("cannot decode a notification: {why}"))
}

#[derive(Deserialize)]
struct Covers {
    stream: u64,
    after: u64,
    upto: u64,
}

impl Covers {
    fn range(self) -> Result<Range> {
        let range = Range::new(Stream(self.stream), ChangeId(self.after), ChangeId(self.upto));
        range.ok_or_else(|| invalid("it covers nothing"))
    }
}

#[derive(Deserialize)]
struct ReadChange<'a> {
    id: u64,
    r#type: String,
    time: String,
    entity: String,
    revision: u64,
    user: u64,
    #[serde(borrow, default)]
    info: Option<&'a RawValue>,
}

impl From<ReadChange<'_>> for Change {
    fn from(change: ReadChange<'_>) -> Self {
        Self {
            id: ChangeId(change.id),
            kind: change.r#type,
            time: change.time,
            entity: change.entity,
            revision: change.revision,
            user: change.user,
            // What was no JSON when it was written is none here.
            info: change.info.map_or_else(Vec::new, |info| info.get().as_bytes().to_vec()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(id: u64, info: &[u8]) -> Change {
        Change {
            id: ChangeId(id),
            kind: "wikibase-item~update".into(),
            time: "20260131235959".into(),
            entity: "Q42".into(),
            revision: 8,
            user: 5,
            info: info.to_vec(),
        }
    }

    fn repo() -> SiteId {
        SiteId::parse("repowiki").unwrap()
    }

    fn encoded(changes: Vec<Change>) -> Vec<u8> {
        encoded_as(Version::Plain, changes)
    }

    fn encoded_as(version: Version, changes: Vec<Change>) -> Vec<u8> {
        let prepared = |change| Arc::new(Prepared::new(change, false));
        encode(version, &repo(), &changes.into_iter().map(prepared).collect::<Vec<_>>(), None)
    }

    #[test]
    fn the_document_carries_change_info_byte_for_byte() {
        let json = encoded(vec![change(7, br#"{"metadata": {"comment":"\u00e9 \/* x *\/"}}"#)]);
        assert_eq!(
            String::from_utf8(json.clone()).unwrap(),
            r#"{"v":1,"repo":"repowiki","changes":[{"id":7,"type":"wikibase-item~update","time":"20260131235959","entity":"Q42","revision":8,"user":5,"info":{"metadata": {"comment":"\u00e9 \/* x *\/"}}}]}"#
        );
        let notification = decode(&json).unwrap();
        assert_eq!(notification.changes[0].info.metadata.comment.as_deref(), Some("é /* x */"));
    }

    #[test]
    fn g17_a_change_that_cannot_be_read_travels_and_may_have_changed_anything() {
        let json = encoded(vec![change(1, b"rub\xffbish"), change(2, b"{}"), change(3, b"[1]")]);
        let notification = decode(&json).unwrap();
        let unknown = |change: &ReceivedChange| (change.id.0, change.info.unknown().len());
        assert_eq!(notification.changes.iter().map(unknown).collect::<Vec<_>>(), [(1, 1), (2, 0), (3, 1)]);
        assert_eq!(notification.bad.iter().map(|bad| bad.id.0).collect::<Vec<_>>(), [1, 3]);
    }

    #[test]
    fn of_a_change_that_is_not_json_only_the_beginning_travels() {
        let json = encoded(vec![change(1, &[0; 1 << 20])]);
        assert!(json.len() < 10_000, "{} bytes", json.len());
        assert_eq!(decode(&json).unwrap().changes[0].info.unknown(), ["change_info"]);
    }

    #[test]
    fn a_change_without_an_entity_is_bad_and_keeps_the_others_company() {
        let changes = vec![Change { entity: String::new(), ..change(1, b"{}") }, change(2, b"{}")];
        let notification = decode(&encoded(changes)).unwrap();
        assert_eq!((notification.changes.len(), notification.bad[0].id), (1, ChangeId(1)));
    }

    #[test]
    fn rows_of_several_notifications_are_put_in_order() {
        let notification = Notification::of([change(5, b"{}"), change(2, b"{}"), change(9, b"{}"), change(3, b"{}")]);
        assert_eq!(notification.changes.iter().map(|change| change.id.0).collect::<Vec<_>>(), [2, 3, 5, 9]);
    }

    #[test]
    fn what_is_no_notification_is_an_error_of_its_own_kind() {
        for bad in ["", "[]", "{}", "{\"v\":1}", "{\"v\":1,\"changes\":[{}]}"] {
            assert_eq!(decode(bad.as_bytes()).unwrap_err().kind(), ErrorKind::InvalidNotification, "{bad}");
        }
        let later = decode(br#"{"v":3,"changes":[]}"#).unwrap_err();
        assert!(
            later.kind() == ErrorKind::UnsupportedNotification && later.is_retryable(),
            "an update makes it readable"
        );
    }
}
