//! `WikibaseDispatch\Settings`.

use std::sync::Arc;

use ext_php_rs::{
    boxed::ZBox,
    convert::IntoZval,
    flags::DataType,
    prelude::*,
    types::{ArrayKey, ZendHashTable, Zval},
};

use super::to_php::{Array, list};
use crate::{
    domain::{settings::Settings as DomainSettings, value::Value},
    error::Result,
};

/// Validated settings of one repo.
#[php_class]
#[php(name = "WikibaseDispatch\\Settings")]
pub struct Settings(Arc<DomainSettings>);

impl Settings {
    /// The settings, shared.
    pub(super) fn shared(&self) -> Arc<DomainSettings> {
        Arc::clone(&self.0)
    }
}

#[php_impl]
impl Settings {
    pub fn __construct(settings: &ZendHashTable) -> Result<Self> {
        let values = settings.iter().map(|(name, value)| (key_text(&name), value_of(value, DEEPEST)));
        DomainSettings::from_values(values).map(|settings| Self(Arc::new(settings)))
    }

    pub fn to_array(&self) -> PhpResult<Array> {
        let mut array = ZendHashTable::new();
        for (name, value) in self.0.to_values() {
            array.insert(name, zval_of(&value)?)?;
        }
        Ok(array)
    }
}

fn key_text(key: &ArrayKey<'_>) -> String {
    key.to_string()
}

/// Arrays in arrays that are looked into; no setting needs more than one. An array can hold itself.
const DEEPEST: usize = 3;

fn value_of(zval: &Zval, depth: usize) -> Value {
    // An array element that somebody holds a reference to comes as one.
    let zval = zval.dereference();
    match zval.get_type() {
        DataType::Long => zval.long().map_or(Value::Other("an integer"), Value::Integer),
        DataType::String => {
            zval.str().map_or(Value::Other("a string that is not UTF-8"), |text| Value::Text(text.to_owned()))
        }
        DataType::Array if depth == 0 => Value::Other("an array in arrays"),
        DataType::Array => zval.array().map_or(Value::Other("an array"), |array| array_value(array, depth - 1)),
        DataType::Null => Value::Other("null"),
        DataType::True => Value::Other("true"),
        DataType::False => Value::Other("false"),
        DataType::Double => Value::Other("a float"),
        _ => Value::Other("an object or a resource"),
    }
}

fn array_value(array: &ZendHashTable, depth: usize) -> Value {
    if array.has_sequential_keys() {
        Value::List(array.values().map(|value| value_of(value, depth)).collect())
    } else {
        Value::Map(array.iter().map(|(key, value)| (key_text(&key), value_of(value, depth))).collect())
    }
}

fn zval_of(value: &Value) -> ext_php_rs::error::Result<Zval> {
    match value {
        Value::Integer(number) => number.into_zval(false),
        Value::Text(text) => text.as_str().into_zval(false),
        Value::List(values) => list(values, zval_of)?.into_zval(false),
        Value::Map(entries) => {
            let mut map: ZBox<ZendHashTable> = ZendHashTable::new();
            for (key, value) in entries {
                map.insert(key.as_str(), zval_of(value)?)?;
            }
            map.into_zval(false)
        }
        Value::Other(_) => Ok(Zval::null()),
    }
}
