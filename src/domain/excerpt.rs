//! Cuts what came from outside before it gets into a message: a value may be megabytes long, and a message goes into a log.

use std::borrow::Cow;

const MOST: usize = 160;

/// The beginning of a text, and a sign if more follows.
pub(super) fn excerpt(text: &str) -> Cow<'_, str> {
    if text.len() <= MOST {
        return Cow::Borrowed(text);
    }
    let cut = (0..=MOST).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    Cow::Owned(format!("{}…", &text[..cut]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_between_two_characters() {
        assert_eq!(excerpt(&"é".repeat(80)), "é".repeat(80));
        assert_eq!(excerpt(&format!("a{}", "é".repeat(80))), format!("a{}…", "é".repeat(79)));
    }
}
