//! JSON as PHP writes it: empty maps as lists, numbers as strings, truths as numbers.

use std::{borrow::Cow, fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{self, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Value, value::RawValue};

/// A map as PHP writes it: `[]` when empty. The order of the document is kept.
pub(super) struct PhpMap<V, K = String>(pub Vec<(K, V)>);

/// A key that is not copied where it stands in the document as it is.
#[derive(Deserialize)]
pub(super) struct Key<'a>(#[serde(borrow)] pub Cow<'a, str>);

impl<V, K> Default for PhpMap<V, K> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, V: Deserialize<'de>, K: Deserialize<'de>> Deserialize<'de> for PhpMap<V, K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MapVisitor<V, K>(PhantomData<(V, K)>);
        impl<'de, V: Deserialize<'de>, K: Deserialize<'de>> Visitor<'de> for MapVisitor<V, K> {
            type Value = PhpMap<V, K>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object, or an empty list")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(PhpMap(entries))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                match seq.next_element::<IgnoredAny>()? {
                    None => Ok(PhpMap::default()),
                    Some(_) => Err(de::Error::invalid_length(1, &self)),
                }
            }

            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(PhpMap::default())
            }
        }
        deserializer.deserialize_any(MapVisitor(PhantomData))
    }
}

/// An object as PHP writes it: `[]` when empty, which has no fields.
pub(super) struct PhpObject<T>(pub Option<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for PhpObject<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ObjectVisitor<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
            type Value = PhpObject<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object, or an empty list")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                T::deserialize(de::value::MapAccessDeserializer::new(map)).map(|value| PhpObject(Some(value)))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                match seq.next_element::<IgnoredAny>()? {
                    None => Ok(PhpObject(None)),
                    Some(_) => Err(de::Error::invalid_length(1, &self)),
                }
            }
        }
        deserializer.deserialize_any(ObjectVisitor(PhantomData))
    }
}

/// An object's members in their order, each left as it stands there, so that one that cannot be read spoils no other. An empty
/// one may be `[]`.
pub(super) struct Entries<'a>(pub Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Entries<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let PhpObject(entries) = PhpObject::<PhpMap<&'a RawValue>>::deserialize(deserializer)?;
        Ok(Self(entries.map_or_else(Vec::new, |PhpMap(entries)| entries)))
    }
}

/// A truth as PHP writes it: `true`, 1, `"1"`; `false`, 0, `"0"`, `""`, `null`. `None` for what is no truth.
pub(super) fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Null => Some(false),
        Value::Bool(flag) => Some(*flag),
        Value::Number(number) => Some(number.as_f64() != Some(0.0)),
        Value::String(text) => Some(!text.is_empty() && text != "0"),
        Value::Array(_) | Value::Object(_) => None,
    }
}

/// A whole number as PHP writes it: 5, `"5"` or 5.0. `None` for what is none, or does not fit.
pub(super) fn number(value: &Value) -> Option<i64> {
    /// From here on, not every whole number is a float's.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match value {
        Value::Bool(flag) => Some(i64::from(*flag)),
        #[expect(clippy::cast_possible_truncation, reason = "it is whole, and in the range")]
        Value::Number(number) => number.as_i64().or_else(|| {
            number.as_f64().filter(|float| float.fract() == 0.0 && float.abs() <= EXACT).map(|float| float as i64)
        }),
        Value::String(digits) => digits.parse().ok(),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A text, or the digits of a number. `None` for anything else.
pub(super) fn text(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// What a list holds, or an object as a list: PHP writes `{"0":"a","2":"b"}` where something was taken out of the middle.
pub(super) fn items(value: Value) -> Option<Vec<Value>> {
    match value {
        Value::Null => Some(Vec::new()),
        Value::Array(items) => Some(items),
        Value::Object(members) if members.keys().all(|key| key.bytes().all(|byte| byte.is_ascii_digit())) => {
            Some(members.into_iter().map(|(_, value)| value).collect())
        }
        _ => None,
    }
}

/// Whether a value says nothing, as PHP has it.
pub(super) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        scalar => flag(scalar) == Some(false),
    }
}
