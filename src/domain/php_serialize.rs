//! Writes values as PHP's `serialize()` does: columns of MediaWiki hold such texts.

use std::fmt::Write;

use serde_json::Value;

/// A PHP array with one string key, under which stands an array with string keys, in the order given.
pub fn nested<'v>(key: &str, entries: impl IntoIterator<Item = (&'v str, &'v Value)>) -> String {
    let mut text = String::new();
    write_head(&mut text, 1);
    write_string(&mut text, key);
    write_map(&mut text, entries.into_iter().collect());
    text.push('}');
    text
}

fn write_map(text: &mut String, entries: Vec<(&str, &Value)>) {
    write_head(text, entries.len());
    for (key, value) in entries {
        write_string(text, key);
        write_value(text, value);
    }
    text.push('}');
}

fn write_value(text: &mut String, value: &Value) {
    match value {
        Value::Null => text.push_str("N;"),
        Value::Bool(flag) => put(text, format_args!("b:{};", u8::from(*flag))),
        Value::Number(number) if number.is_i64() => put(text, format_args!("i:{number};")),
        // What PHP's integers cannot hold is a float there.
        Value::Number(number) => put(text, format_args!("d:{number};")),
        Value::String(string) => write_string(text, string),
        Value::Array(items) => {
            write_head(text, items.len());
            for (at, item) in items.iter().enumerate() {
                put(text, format_args!("i:{at};"));
                write_value(text, item);
            }
            text.push('}');
        }
        Value::Object(entries) => write_map(text, entries.iter().map(|(key, value)| (key.as_str(), value)).collect()),
    }
}

fn write_head(text: &mut String, length: usize) {
    put(text, format_args!("a:{length}:{{"));
}

fn write_string(text: &mut String, string: &str) {
    // PHP counts bytes, and escapes nothing.
    put(text, format_args!("s:{}:\"{string}\";", string.len()));
}

fn put(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    text.write_fmt(arguments).expect("a string takes any text");
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_kind_of_value_is_written_as_php_does() {
        let values = [
            json!(null),
            json!(true),
            json!(-5),
            json!(1_u64 << 63),
            json!(0.5),
            json!("é\""),
            json!([1, "a"]),
            json!({ "k": 1 }),
        ];
        let keys = ["n", "b", "i", "u", "d", "s", "l", "m"];
        assert_eq!(
            nested("o", keys.into_iter().zip(&values)),
            r#"a:1:{s:1:"o";a:8:{s:1:"n";N;s:1:"b";b:1;s:1:"i";i:-5;s:1:"u";d:9223372036854775808;s:1:"d";d:0.5;s:1:"s";s:3:"é"";s:1:"l";a:2:{i:0;i:1;i:1;s:1:"a";}s:1:"m";a:1:{s:1:"k";i:1;}}}"#
        );
    }
}
