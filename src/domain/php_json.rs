//! JSON as PHP writes it: empty maps as lists, numbers as strings, truths as numbers.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{self, IgnoredAny, MapAccess, SeqAccess, Visitor},
};

/// A map as PHP writes it: `[]` when empty. The order of the document is kept.
pub(super) struct PhpMap<V>(pub Vec<(String, V)>);

impl<V> Default for PhpMap<V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for PhpMap<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MapVisitor<V>(PhantomData<V>);
        impl<'de, V: Deserialize<'de>> Visitor<'de> for MapVisitor<V> {
            type Value = PhpMap<V>;

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

/// A truth as PHP writes it: `true`, 1, `"1"`; `false`, 0, `"0"`, `""`, `null`.
#[derive(Default)]
pub(super) struct Flag(pub bool);

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(match Scalar::deserialize(deserializer)? {
            Scalar::Null => false,
            Scalar::Bool(flag) => flag,
            Scalar::Number(number) => number != 0,
            Scalar::Text(text) => !text.is_empty() && text != "0",
        }))
    }
}

/// A number as PHP writes it: 5 or `"5"`.
pub(super) struct Number(pub i64);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(match Scalar::deserialize(deserializer)? {
            Scalar::Null => 0,
            Scalar::Bool(flag) => i64::from(flag),
            Scalar::Number(number) => number,
            Scalar::Text(text) => {
                text.parse().map_err(|_| de::Error::invalid_value(de::Unexpected::Str(&text), &"a whole number"))?
            }
        }))
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Scalar {
    Null,
    Bool(bool),
    Number(i64),
    Text(String),
}
