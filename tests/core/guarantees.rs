//! docs/guarantees.md defines every number that is used, and the tests that it names are there.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Where numbers are used.
const USERS: [&str; 8] = ["src", "tests", "php/src", "php/tests", "php/maintenance", "benches", "docs", "stubs"];

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        let name = entry.file_name().into_string().unwrap();
        if path.is_dir() {
            if !["target", "data", "vendor"].contains(&name.as_str()) {
                files(&path, found);
            }
        } else if [".rs", ".php", ".phpt", ".md", ".sh"].iter().any(|end| name.ends_with(end)) {
            found.push(path);
        }
    }
}

/// `G7b`, and `g7b` at the beginning of a test's name or in its middle.
fn numbers(text: &str) -> BTreeSet<String> {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric();
    let bytes = text.as_bytes();
    let mut found = BTreeSet::new();
    for (at, byte) in bytes.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| bytes[at]);
        let digits = bytes[at + 1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        if !byte.eq_ignore_ascii_case(&b'g') || digits == 0 || digits > 2 || before.is_some_and(is_word) {
            continue;
        }
        let mut end = at + 1 + digits;
        end += usize::from(bytes.get(end) == Some(&b'b'));
        let is_name = *byte == b'g' && bytes.get(end) == Some(&b'_');
        let is_reference = *byte == b'G' && bytes.get(end).is_none_or(|byte| !is_word(*byte) && *byte != b'_');
        if is_name || is_reference {
            found.insert(text[at..end].to_ascii_uppercase().replace('B', "b"));
        }
    }
    found
}

fn defined() -> BTreeMap<String, String> {
    let document = fs::read_to_string(Path::new(ROOT).join("docs/guarantees.md")).unwrap();
    let rows = document.lines().filter_map(|line| line.strip_prefix("| **"));
    rows.map(|row| (row.split("**").next().unwrap().to_owned(), row.to_owned())).collect()
}

#[test]
fn every_number_that_is_used_is_defined() {
    let defined = defined();
    assert_eq!(defined.len(), 18, "G1 to G17, and G7b");
    let mut found = Vec::new();
    USERS.iter().for_each(|folder| files(&Path::new(ROOT).join(folder), &mut found));
    assert!(found.len() > 300, "{}", found.len());
    for path in found {
        let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
        for number in numbers(&text) {
            assert!(defined.contains_key(&number), "{} uses {number}, which is not defined", path.display());
        }
    }
}

#[test]
fn the_tests_that_are_named_exist_and_each_number_is_in_the_name_of_a_test() {
    let mut tests = Vec::new();
    ["tests", "src", "php/tests"].iter().for_each(|folder| files(&Path::new(ROOT).join(folder), &mut tests));
    let named: BTreeSet<String> = tests.iter().flat_map(|path| numbers(&fs::read_to_string(path).unwrap())).collect();
    for (number, row) in defined() {
        assert!(named.contains(&number), "no test is about {number}");
        let shown: Vec<&str> = row.split('`').filter(|part| part.starts_with("tests/")).collect();
        assert!(!shown.is_empty(), "{number} is shown by nothing");
        for path in shown {
            assert!(Path::new(ROOT).join(path).exists(), "{number} names {path}, which is not there");
        }
    }
}

#[test]
fn numbers_are_found_in_names_and_in_prose() {
    let found = numbers("fn g1_g7b_something() // (G16), see G3. Not big9_ or img2x, nor G20x or 4G1");
    assert_eq!(found.into_iter().collect::<Vec<_>>(), ["G1", "G16", "G3", "G7b"]);
}
