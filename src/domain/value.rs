//! A setting as a host language gives it, before it is understood.

use std::fmt;

use super::excerpt::quoted;

/// What a setting is given as.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A whole number.
    Integer(i64),
    /// A text.
    Text(String),
    /// A list; in PHP an array with the keys 0, 1, 2…, which an empty map is, too.
    List(Vec<Value>),
    /// A map with text keys.
    Map(Vec<(String, Value)>),
    /// Anything that no setting takes, by the name of its type.
    Other(&'static str),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(number) => number.fmt(f),
            Self::Text(text) => f.write_str(&quoted(text)),
            Self::List(values) => write!(f, "a list of {}", values.len()),
            Self::Map(entries) => write!(f, "a map of {}", entries.len()),
            Self::Other(kind) => f.write_str(kind),
        }
    }
}
