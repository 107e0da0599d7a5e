//! `chd_lock` as text. What is not UTF-8 there is nobody's of ours; yet the compare-and-set that takes the row over has to name it to the
//! byte, or the client would get no pass for ever. So its bytes are spelt.

use std::{borrow::Cow, fmt::Write};

/// Begins no text of ours, nor any that is shown as it is.
const SPELT: &str = "\0hex:";

/// The column's bytes as text; no two of them are the same text.
pub(super) fn text_of(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.starts_with(SPELT) => text.to_owned(),
        _ => bytes.iter().fold(SPELT.to_owned(), |mut text, byte| {
            write!(text, "{byte:02x}").expect("a string takes any text");
            text
        }),
    }
}

/// The bytes that [`text_of`] made this text of.
pub(super) fn bytes_of(text: &str) -> Cow<'_, [u8]> {
    let Some(digits) = text.strip_prefix(SPELT) else {
        return Cow::Borrowed(text.as_bytes());
    };
    let byte = |digits: &[u8]| std::str::from_utf8(digits).ok().and_then(|digits| u8::from_str_radix(digits, 16).ok());
    digits.as_bytes().chunks(2).map(|digits| byte(digits).unwrap_or_default()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_survives_a_round_trip_and_what_is_text_stays_text() {
        for bytes in [&b""[..], b"wd1r:1:2:3", b"\xff'", b"\0", b"\0hex:00", b"\0hex:", "\u{e9}".as_bytes()] {
            assert_eq!(*bytes_of(&text_of(bytes)), *bytes);
        }
        assert_eq!(text_of(b"wd1r:1:2:3"), "wd1r:1:2:3");
    }
}
