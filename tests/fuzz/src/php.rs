//! Reads what PHP's `serialize()` writes, by the format's own rules: the counterpart of the core's writer, sharing nothing with it.

use serde_json::{Map, Number, Value};

/// Reads one value, to the last byte.
///
/// # Panics
/// If it is none: that is a finding.
pub fn unserialize(text: &str) -> Value {
    let mut reader = Reader(text);
    let value = reader.value();
    assert_eq!(reader.0, "", "something follows the value");
    value
}

struct Reader<'t>(&'t str);

impl<'t> Reader<'t> {
    fn value(&mut self) -> Value {
        match self.take(2) {
            "N;" => Value::Null,
            "b:" => Value::Bool(self.upto(";") == "1"),
            "i:" => self.upto(";").parse::<Number>().expect("an integer").into(),
            "d:" => self.upto(";").parse::<Number>().expect("a float").into(),
            "s:" => {
                let length = self.upto(":\"").parse().expect("a length");
                let string = self.take(length).to_owned();
                assert_eq!(self.take(2), "\";", "a string ends where its length says");
                string.into()
            }
            "a:" => self.array(),
            other => panic!("no value begins with {other:?}"),
        }
    }

    /// A list becomes an array, anything else an object; keys must be each other's unequals, as PHP's are.
    fn array(&mut self) -> Value {
        let length: usize = self.upto(":{").parse().expect("a length");
        let entries: Vec<(Value, Value)> = (0..length).map(|_| (self.value(), self.value())).collect();
        assert_eq!(self.take(1), "}", "an array ends where its length says");
        if entries.iter().enumerate().all(|(at, (key, _))| key.as_u64() == Some(at as u64)) {
            return entries.into_iter().map(|(_, value)| value).collect();
        }
        let mut map = Map::new();
        for (key, value) in entries {
            let Value::String(key) = key else { panic!("{key} is a key of a map") };
            let before = map.insert(key, value);
            assert_eq!(before, None, "a key comes twice");
        }
        map.into()
    }

    fn take(&mut self, length: usize) -> &'t str {
        let (taken, rest) = self.0.split_at(length);
        self.0 = rest;
        taken
    }

    fn upto(&mut self, end: &str) -> &'t str {
        let (taken, rest) = self.0.split_once(end).expect("the text goes on");
        self.0 = rest;
        taken
    }
}
