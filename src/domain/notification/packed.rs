//! Version 2 of our own format, in which changes are packed: each once, for all clients that hear of it.
//!
//! ```json
//! {"v":2,"repo":"repowiki","size":3187,"packed":"…"}
//! ```
//! `size` is what it unpacks to, see [`size_of`]; `packed` is base64 (that of URLs, so that JSON leaves it alone) of
//!
//! | | |
//! |---|---|
//! | checksum | CRC-32 of all that follows, 4 bytes, the lowest first |
//! | number | how many changes there are |
//! | differences | their ids, each as its difference from the one before |
//! | changes | one after the other |
//!
//! Numbers are written as in [`bytes`]. A change is
//!
//! | | |
//! |---|---|
//! | number | which form it has: bits, and above them, how many pieces its info has |
//! | phrases | its head (kind, entity, user), and the [pieces](template) of its info: each a number. One more than the highest so far is new, and its [definition](phrase) follows |
//! | differences | its time and revision, from those of the change before |
//! | numbers | that of its entity; those for which marks stand in its pieces |

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
    sync::Arc,
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{
    bytes::{self, Reader},
    phrase::{self, Phrase, Phrasebook},
    template::{self, Known},
};
use crate::domain::change::{Change, ChangeId};

/// Bytes that a notification may unpack to. Those that we make stay below, see [`batch`](crate::domain::batch).
pub const MOST_UNPACKED: usize = 16 << 20;

/// What a change takes beside its texts.
const AROUND: usize = 512;

/// The time is a number, and not in the head.
const TIME: u64 = 1;
/// The id of the entity ends with a number, which is not in the head.
const ENTITY: u64 = 2;
/// The pieces of the info are texts, and no templates.
const VERBATIM: u64 = 4;
/// Above the bits: how many pieces.
const PIECES: u32 = 3;

/// A change, packed.
#[derive(Debug)]
pub struct Packed {
    form: u64,
    /// The head, and the pieces of the info.
    phrases: Box<[Arc<Phrase>]>,
    time: u64,
    numbers: Box<[u8]>,
}

impl Packed {
    /// Packs a change. `has_info`: whether its info is told.
    pub fn new(change: &Change, has_info: bool, book: &mut Phrasebook) -> Self {
        let (mut form, mut numbers, mut text) = (0, Vec::new(), Vec::new());
        let (entity, number) = split_entity(&change.entity);
        if let Some(number) = number {
            form |= ENTITY;
            bytes::put(&mut numbers, number);
        }
        let time = number_of_time(&change.time);
        form |= time.map_or(0, |_| TIME);
        bytes::put_text(&mut text, change.kind.as_bytes());
        bytes::put_text(&mut text, entity.as_bytes());
        bytes::put(&mut text, change.user);
        bytes::put_text(&mut text, if time.is_some() { b"" } else { change.time.as_bytes() });
        let mut phrases = vec![book.phrase(&text)];
        if has_info && template::may_have_marks(&change.info) {
            let known = Known { revision: change.revision, entity: number.unwrap_or(0) };
            let mut pieces = template::pieces(&change.info).peekable();
            while let Some(piece) = pieces.next() {
                if pieces.peek().is_none() {
                    phrases.push(book.phrase(piece));
                } else {
                    text.clear();
                    template::take_apart(piece, known, &mut text, &mut numbers);
                    phrases.push(book.phrase(&text));
                }
            }
        } else if has_info {
            form |= VERBATIM;
            phrases.push(book.phrase(&change.info));
        }
        form |= (phrases.len() as u64 - 1) << PIECES;
        Self { form, phrases: phrases.into(), time: time.unwrap_or(0), numbers: numbers.into() }
    }

    /// Bytes of memory that it takes, without those of short phrases: most of these are shared.
    pub fn bytes(&self) -> usize {
        const SHORT: usize = 256;
        let long = self.phrases.iter().map(|phrase| phrase.definition().len()).filter(|length| *length > SHORT);
        size_of_val(&*self.phrases) + self.numbers.len() + long.sum::<usize>()
    }
}

/// The id of an entity, cut before the number that it ends with.
fn split_entity(entity: &str) -> (&str, Option<u64>) {
    let start = entity.len() - entity.bytes().rev().take_while(u8::is_ascii_digit).count();
    let (before, digits) = entity.split_at(start);
    match digits.parse() {
        Ok(number) if !digits.starts_with('0') => (before, Some(number)),
        _ => (entity, None),
    }
}

/// A time of 14 digits as a number.
fn number_of_time(time: &str) -> Option<u64> {
    let is_time = time.len() == 14 && time.bytes().all(|byte| byte.is_ascii_digit());
    time.parse().ok().filter(|_| is_time)
}

/// What a change unpacks to.
pub fn size_of(change: &Change, info: usize) -> usize {
    AROUND + change.kind.len() + change.time.len() + change.entity.len() + info
}

/// Writes what stands in `packed`.
pub fn write<'c>(changes: impl ExactSizeIterator<Item = (&'c Change, &'c Packed)> + Clone) -> String {
    let mut body = vec![0; 4];
    bytes::put(&mut body, changes.len() as u64);
    let mut before = 0;
    for (change, _) in changes.clone() {
        bytes::put(&mut body, bytes::difference(before, change.id.0));
        before = change.id.0;
    }
    let mut used = Used::default();
    let (mut time, mut revision) = (0, 0);
    for (change, packed) in changes {
        bytes::put(&mut body, packed.form);
        for phrase in &packed.phrases {
            used.put(&mut body, phrase);
        }
        if packed.form & TIME != 0 {
            bytes::put(&mut body, bytes::difference(time, packed.time));
            time = packed.time;
        }
        bytes::put(&mut body, bytes::difference(revision, change.revision));
        revision = change.revision;
        body.extend_from_slice(&packed.numbers);
    }
    let checksum = crc32fast::hash(&body[4..]);
    body[..4].copy_from_slice(&checksum.to_le_bytes());
    URL_SAFE_NO_PAD.encode(body)
}

/// The phrases of a notification, by their numbers. Changes that were read together share theirs; those of others may be equal.
#[derive(Default)]
struct Used<'c> {
    by_place: HashMap<*const Phrase, u64, BuildHasherDefault<PlaceHasher>>,
    by_text: HashMap<&'c [u8], u64>,
}

impl<'c> Used<'c> {
    fn put(&mut self, body: &mut Vec<u8>, phrase: &'c Arc<Phrase>) {
        let known = self.by_text.len() as u64;
        let number = *self
            .by_place
            .entry(Arc::as_ptr(phrase))
            .or_insert_with(|| *self.by_text.entry(phrase.definition()).or_insert(known));
        bytes::put(body, number);
        if self.by_text.len() as u64 > known {
            body.extend_from_slice(phrase.definition());
        }
    }
}

/// Of a place in memory: spreads its bits. Nobody outside chooses these.
#[derive(Default)]
struct PlaceHasher(u64);

impl Hasher for PlaceHasher {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_usize(usize::from(*byte)));
    }

    fn write_usize(&mut self, place: usize) {
        self.0 = (self.0 ^ place as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(26);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// Why something cannot be unpacked.
type Trouble = &'static str;

const BROKEN_OFF: Trouble = "what is packed ends too early, or is not what it says";

/// Reads what stands in `packed`, of which the head says that it unpacks to `size` bytes. Takes no more memory than that, and a few
/// times the length of what is packed.
///
/// # Errors
/// What is wrong with it.
pub fn read(packed: &str, size: u64) -> Result<Vec<Change>, Trouble> {
    let size =
        usize::try_from(size).ok().filter(|size| *size <= MOST_UNPACKED).ok_or("it unpacks to too many bytes")?;
    let body = URL_SAFE_NO_PAD.decode(packed).map_err(|_| "what is packed is not base64")?;
    let (checksum, body) = body.split_first_chunk().ok_or(BROKEN_OFF)?;
    if crc32fast::hash(body) != u32::from_le_bytes(*checksum) {
        return Err("what is packed has another checksum");
    }
    let mut unpacking =
        Unpacking { reader: Reader::new(body), phrases: Vec::new(), room: size, left: size, time: 0, revision: 0 };
    let changes = unpacking.changes().ok_or(BROKEN_OFF)?;
    if unpacking.left > 0 || unpacking.reader.left() > 0 {
        return Err("it does not unpack to what it says");
    }
    Ok(changes)
}

struct Unpacking<'b> {
    reader: Reader<'b>,
    phrases: Vec<Box<[u8]>>,
    /// Bytes that phrases may still take: each is in some change, and no longer there than the change.
    room: usize,
    /// Of the bytes that it unpacks to.
    left: usize,
    time: u64,
    revision: u64,
}

impl Unpacking<'_> {
    fn changes(&mut self) -> Option<Vec<Change>> {
        let count = self.reader.size().filter(|count| *count <= self.left / AROUND)?;
        let mut before = 0;
        let mut ids = Vec::with_capacity(count);
        for _ in 0..count {
            before = self.reader.differing(before)?;
            ids.push(ChangeId(before));
        }
        ids.into_iter().map(|id| self.change(id)).collect()
    }

    fn change(&mut self, id: ChangeId) -> Option<Change> {
        let form = self.reader.number()?;
        let count = usize::try_from(form >> PIECES).ok().filter(|count| *count <= template::MOST_PIECES)?;
        let head = self.phrase()?;
        let mut pieces = [0; template::MOST_PIECES];
        for piece in &mut pieces[..count] {
            *piece = self.phrase()?;
        }
        if form & TIME != 0 {
            self.time = self.reader.differing(self.time)?;
        }
        self.revision = self.reader.differing(self.revision)?;
        let number = if form & ENTITY != 0 { Some(self.reader.number()?) } else { None };
        let mut change = self.head(head, number, form & TIME != 0)?;
        change.id = id;
        let most = self.left.checked_sub(size_of(&change, 0))?;
        let known = Known { revision: self.revision, entity: number.unwrap_or(0) };
        // Numbers are longer than the marks that stand for them; few are.
        let expected = pieces[..count].iter().map(|piece| self.phrases[*piece].len() + 16).sum::<usize>();
        change.info.reserve(expected.min(most));
        for (at, piece) in pieces[..count].iter().enumerate() {
            let piece = &self.phrases[*piece];
            if form & VERBATIM != 0 || at + 1 == count {
                template::push(&mut change.info, piece, most)?;
            } else {
                template::put_together(piece, known, &mut self.reader, &mut change.info, most)?;
            }
        }
        self.left = most - change.info.len();
        Some(change)
    }

    /// The number of the next phrase; its definition follows if it is new.
    fn phrase(&mut self) -> Option<usize> {
        let number = self.reader.size().filter(|number| *number <= self.phrases.len())?;
        if number == self.phrases.len() {
            let phrase = phrase::read(&mut self.reader, self.left.min(self.room))?;
            self.room -= phrase.len();
            self.phrases.push(phrase);
        }
        Some(number)
    }

    /// A change, but for its id and info.
    fn head(&self, phrase: usize, number: Option<u64>, has_time: bool) -> Option<Change> {
        let mut head = Reader::new(&self.phrases[phrase]);
        let text = |bytes: &[u8]| std::str::from_utf8(bytes).ok().map(str::to_owned);
        // Of a long head that is used again and again, nothing is copied that is too much.
        let texts = |head: &mut Reader| head.text().filter(|text| text.len() <= self.left).and_then(text);
        let (kind, mut entity, user, mut time) =
            (texts(&mut head)?, texts(&mut head)?, head.number()?, texts(&mut head)?);
        if let Some(number) = number {
            entity.push_str(&number.to_string());
        }
        if has_time {
            time = format!("{:014}", self.time);
        }
        let (id, revision, info) = (ChangeId::default(), self.revision, Vec::new());
        (head.left() == 0).then_some(Change { id, kind, time, entity, revision, user, info })
    }
}
