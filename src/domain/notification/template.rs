//! Takes a `change_info` apart into what it has in common with others, and what is its own.
//!
//! It is cut before each text value, so `{"compactDiff":`, the diff, the summary and the user are pieces of their own. In all but the
//! last piece, which says who made the change, a number of two digits or more gives way to a mark, and what is left is the piece's
//! template: few differ in all the changes of an hour. Put together again, the pieces are what they were, byte for byte.

use super::bytes::{self, Reader};

/// Stands for a number that follows.
const NUMBER: u8 = 1;
/// Stands for the revision of the change.
const REVISION: u8 = 2;
/// Stands for the number in the id of its entity.
const ENTITY: u8 = 3;
/// Stands for a number that follows as its difference from the revision.
const NEAR_REVISION: u8 = 4;

/// Bytes up to this one are marks in a template.
const LAST_MARK: u8 = NEAR_REVISION;

/// Pieces of an info, at most; the last is the rest. One of Wikibase's has four.
pub const MOST_PIECES: usize = 8;

/// A number of more digits may be larger than 64 bits hold.
const MOST_DIGITS: usize = 18;

/// What is known of a change beside its info.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    pub revision: u64,
    /// The number in the id of its entity; 0 if that has none.
    pub entity: u64,
}

/// Whether numbers can give way to marks: no mark stands there already.
pub fn may_have_marks(info: &[u8]) -> bool {
    !has_any(info, is_mark)
}

fn is_mark(byte: u8) -> bool {
    byte <= LAST_MARK
}

/// Where the first byte of a kind stands that few are of.
fn find(bytes: &[u8], is_it: impl Fn(u8) -> bool + Copy) -> Option<usize> {
    const CHUNK: usize = 16;
    // Compilers make one instruction for a whole chunk of this.
    let without = bytes.chunks_exact(CHUNK).take_while(|chunk| !has_any(chunk, is_it)).count() * CHUNK;
    bytes[without..].iter().position(|byte| is_it(*byte)).map(|at| without + at)
}

fn has_any(bytes: &[u8], is_it: impl Fn(u8) -> bool) -> bool {
    bytes.iter().fold(false, |has, byte| has | is_it(*byte))
}

/// Cuts an info into pieces.
pub fn pieces(info: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(info);
    let mut count = 0;
    std::iter::from_fn(move || {
        let whole = rest?;
        count += 1;
        let end = if count < MOST_PIECES { end_of_piece(whole) } else { None };
        let (piece, after) = whole.split_at(end.unwrap_or(whole.len()));
        rest = end.map(|_| after);
        Some(piece)
    })
}

/// Where the next text value begins, behind the one that this may begin with.
fn end_of_piece(info: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        let quote = at + info[at..].iter().position(|byte| *byte == b'"')?;
        if quote > 0 && info[quote - 1] == b':' {
            return Some(quote);
        }
        at = end_of_text(info, quote + 1)?;
    }
}

/// Behind the quote that ends a text.
fn end_of_text(info: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += info[at..].iter().position(|byte| matches!(byte, b'"' | b'\\'))?;
        if info[at] == b'"' {
            return Some(at + 1);
        }
        at += 2;
        if at > info.len() {
            return None;
        }
    }
}

/// Writes the template of a piece, and the numbers that its marks stand for.
pub fn take_apart(piece: &[u8], known: Known, template: &mut Vec<u8>, numbers: &mut Vec<u8>) {
    let mut rest = piece;
    while let Some(start) = find(rest, |byte| byte.wrapping_sub(b'1') < 9) {
        let digits = rest[start..].iter().take(MOST_DIGITS).take_while(|byte| byte.is_ascii_digit()).count();
        let (before, after) = rest.split_at(start);
        let (number, after) = after.split_at(digits);
        template.extend_from_slice(before);
        if digits == 1 {
            template.push(number[0]);
        } else {
            let number = number.iter().fold(0_u64, |number, digit| number * 10 + u64::from(digit - b'0'));
            template.push(mark(number, known, numbers));
        }
        rest = after;
    }
    template.extend_from_slice(rest);
}

fn mark(number: u64, known: Known, numbers: &mut Vec<u8>) -> u8 {
    let difference = bytes::difference(known.revision, number);
    if difference == 0 {
        REVISION
    } else if number == known.entity {
        ENTITY
    } else if bytes::length(difference) < bytes::length(number) {
        bytes::put(numbers, difference);
        NEAR_REVISION
    } else {
        bytes::put(numbers, number);
        NUMBER
    }
}

/// Puts a piece together again, behind what `info` has, which is to have no more than `most` bytes then. `None` if it would, or if
/// a number is missing.
pub fn put_together(
    mut template: &[u8],
    known: Known,
    numbers: &mut Reader,
    info: &mut Vec<u8>,
    most: usize,
) -> Option<()> {
    while let Some(at) = find(template, is_mark) {
        push(info, &template[..at], most)?;
        let number = match template[at] {
            NUMBER => numbers.number()?,
            REVISION => known.revision,
            ENTITY => known.entity,
            NEAR_REVISION => numbers.differing(known.revision)?,
            _ => return None,
        };
        push_number(info, number, most)?;
        template = &template[at + 1..];
    }
    push(info, template, most)
}

/// Adds to an info that is to have no more than `most` bytes then.
pub fn push(info: &mut Vec<u8>, bytes: &[u8], most: usize) -> Option<()> {
    (bytes.len() <= most.checked_sub(info.len())?).then(|| info.extend_from_slice(bytes))
}

fn push_number(info: &mut Vec<u8>, mut number: u64, most: usize) -> Option<()> {
    let mut digits = [0; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            return push(info, &digits[at..], most);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: Known = Known { revision: 645_091_312, entity: 3_855_005 };

    fn template(piece: &str) -> (String, usize) {
        let (mut template, mut numbers) = (Vec::new(), Vec::new());
        take_apart(piece.as_bytes(), KNOWN, &mut template, &mut numbers);
        let mut again = Vec::new();
        put_together(&template, KNOWN, &mut Reader::new(&numbers), &mut again, piece.len()).unwrap();
        assert_eq!(String::from_utf8(again).unwrap(), piece);
        assert_eq!(put_together(&template, KNOWN, &mut Reader::new(&numbers), &mut vec![0], piece.len()), None);
        (String::from_utf8(template).unwrap(), numbers.len())
    }

    #[test]
    fn numbers_give_way_to_marks_and_come_back() {
        assert_eq!(template("\"page_id\":3926451,\"bot\":0"), ("\"page_id\":\u{1},\"bot\":0".to_owned(), 4));
        assert_eq!(template("645091312 645091281 3855005"), ("\u{2} \u{4} \u{3}".to_owned(), 1));
        assert_eq!(template("007 0 7 070 -17"), ("007 0 7 0\u{1} -\u{1}".to_owned(), 2));
        assert_eq!(template("999999999999999999999999999999").0, "\u{1}\u{1}");
        assert_eq!(template("1000000000000000000000000000001").0, "\u{1}000000000000\u{1}".replace("0\u{1}", "01"));
        assert_eq!(template("").0, "");
    }

    #[test]
    fn an_info_is_cut_before_each_text_value() {
        let cut = |info: &'static str| {
            pieces(info.as_bytes()).map(|piece| str::from_utf8(piece).unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(
            cut(
                r#"{"compactDiff":"{\"a\":\"\\\"}","metadata":{"page_id":3,"comment":"a: \"b\"","user_text":"X","bot":0}}"#
            ),
            [
                r#"{"compactDiff":"#,
                r#""{\"a\":\"\\\"}","metadata":{"page_id":3,"comment":"#,
                r#""a: \"b\"","user_text":"#,
                r#""X","bot":0}}"#
            ]
        );
        for info in ["", "{}", "\"", ":\"", "{\"a\":\"\\", "[\"a\",\"b\"]"] {
            assert_eq!(cut(info).concat(), info);
        }
        let many = r#"{"a":"b","c":"d","e":"f","g":"h","i":"j","k":"l","m":"n","o":"p","q":"r"}"#;
        assert_eq!((cut(many).len(), cut(many).concat()), (MOST_PIECES, many.to_owned()));
    }
}
