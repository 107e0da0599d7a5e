//! Phrases: what changes have in common. Each is compressed by itself, once, and stands in a notification where it is first used; from
//! then on a number stands for it.

use std::{collections::HashMap, sync::Arc};

use lz4_flex::block;

use super::{
    bytes::{self, Reader},
    dictionary::DICTIONARY,
};

/// A phrase of more bytes is the change's own: nobody looks for its like.
const LONGEST_SHARED: usize = 4096;

/// A phrase, as it is defined in a notification: its length, the length of what it is compressed to (0: it is not), and that.
#[derive(Debug, PartialEq, Eq)]
pub struct Phrase(Box<[u8]>);

impl Phrase {
    fn new(text: &[u8]) -> Self {
        let packed = block::compress_with_dict(text, DICTIONARY);
        let mut definition = Vec::with_capacity(packed.len() + 6);
        bytes::put(&mut definition, text.len() as u64);
        if packed.len() < text.len() {
            bytes::put_text(&mut definition, &packed);
        } else {
            bytes::put(&mut definition, 0);
            definition.extend_from_slice(text);
        }
        Self(definition.into())
    }

    /// What stands in a notification.
    pub fn definition(&self) -> &[u8] {
        &self.0
    }
}

/// The text of a definition, of no more than `most` bytes; `None` if it is longer, or not as it says.
pub fn read(definition: &mut Reader, most: usize) -> Option<Box<[u8]>> {
    let length = definition.size().filter(|length| *length <= most)?;
    let packed = definition.text()?;
    if packed.is_empty() {
        return definition.take(length).map(Box::from);
    }
    let mut text = vec![0; length];
    let written = block::decompress_into_with_dict(packed, &mut text, DICTIONARY).ok()?;
    (written == length).then(|| text.into())
}

/// The phrases of changes that were read together, by their texts.
#[derive(Debug, Default)]
pub struct Phrasebook(HashMap<Box<[u8]>, Arc<Phrase>>);

impl Phrasebook {
    /// The phrase of this text.
    pub fn phrase(&mut self, text: &[u8]) -> Arc<Phrase> {
        if text.len() > LONGEST_SHARED {
            return Arc::new(Phrase::new(text));
        }
        if let Some(phrase) = self.0.get(text) {
            return Arc::clone(phrase);
        }
        let phrase = Arc::new(Phrase::new(text));
        self.0.insert(text.into(), Arc::clone(&phrase));
        phrase
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(definition: &[u8], most: usize) -> Option<Box<[u8]>> {
        let mut reader = Reader::new(definition);
        read(&mut reader, most).filter(|_| reader.left() == 0)
    }

    #[test]
    fn a_phrase_is_read_as_it_was_written() {
        let long = "\"P\u{1}\",".repeat(10_000);
        for text in ["", "a", "{\"compactDiff\":", "no word of this is known beforehand: xyzzy", &long] {
            let phrase = Phrasebook::default().phrase(text.as_bytes());
            assert_eq!(read_all(phrase.definition(), text.len()).unwrap().as_ref(), text.as_bytes());
            assert_eq!(
                read_all(phrase.definition(), text.len().wrapping_sub(1).min(1 << 30)).is_some(),
                text.is_empty()
            );
        }
    }

    #[test]
    fn what_is_known_beforehand_takes_few_bytes() {
        let text = br#"{\"arrayFormatVersion\":1,\"labelChanges\":[\"de\"],\"descriptionChanges\":[],\"statementChanges\":[],\"siteLinkChanges\":[],\"otherChanges\":false}","metadata":{"page_id":"#;
        let length = Phrasebook::default().phrase(text).definition().len();
        assert!(length < 35, "{length} bytes");
    }

    #[test]
    fn equal_texts_are_one_phrase() {
        let mut book = Phrasebook::default();
        let (a, b) = (book.phrase(b"a"), book.phrase(b"a"));
        assert!(Arc::ptr_eq(&a, &b));
        assert_ne!(book.phrase(b"b"), a);
    }

    #[test]
    fn a_definition_that_does_not_hold_what_it_says_is_none() {
        let phrase = Phrasebook::default().phrase(&[b'x'; 1000]);
        let definition = phrase.definition();
        for end in 0..definition.len() {
            assert_eq!(read_all(&definition[..end], 1000), None);
        }
        let packed = &definition[2..];
        for length in [999_u64, 1001, 1 << 60] {
            let mut wrong = Vec::new();
            bytes::put(&mut wrong, length);
            wrong.extend_from_slice(packed);
            assert_eq!(read_all(&wrong, 1 << 20), None, "{length}");
        }
    }
}
