//! Small helpers that read PHP arrays leniently: what a database or a queue gives may be a number or its digits.

use ext_php_rs::types::{ZendHashTable, Zval};

use super::connection::value;
use crate::domain::change::ChangeId;

/// A whole number that is not negative; `None` for anything else.
pub(super) fn number(array: &ZendHashTable, key: &str) -> Option<u64> {
    value(array, key).and_then(number_of)
}

/// See [`number`].
pub(super) fn number_of(zval: &Zval) -> Option<u64> {
    let zval = zval.dereference();
    match zval.long() {
        Some(number) => u64::try_from(number).ok(),
        None => zval.str().and_then(|digits| digits.parse().ok()),
    }
}

/// The bytes of a string; empty for anything else.
pub(super) fn bytes(array: &ZendHashTable, key: &str) -> Vec<u8> {
    value(array, key).map(bytes_of).unwrap_or_default()
}

/// See [`bytes`].
pub(super) fn bytes_of(zval: &Zval) -> Vec<u8> {
    zval.dereference().zend_str().map(|text| text.as_bytes().to_vec()).unwrap_or_default()
}

/// A text; what is not UTF-8 in it is replaced.
pub(super) fn text(array: &ZendHashTable, key: &str) -> String {
    value(array, key).map(text_of).unwrap_or_default()
}

/// See [`text`].
pub(super) fn text_of(zval: &Zval) -> String {
    String::from_utf8_lossy(&bytes_of(zval)).into_owned()
}

/// The id of a change. Ids are not negative.
pub(super) fn change(id: i64) -> ChangeId {
    ChangeId(u64::try_from(id).unwrap_or_default())
}
