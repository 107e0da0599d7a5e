//! Keeps the layers apart: what each folder of `src` may use. `domain` is pure; only `binding` knows PHP; SQL and drivers stay
//! in `store`.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// A folder of `src`, the folders it may use, and words that must not occur in its code at all.
struct Layer {
    folder: &'static str,
    may_use: &'static [&'static str],
    must_not_name: &'static [&'static str],
}

const LAYERS: [Layer; 6] = [
    Layer {
        folder: "domain",
        may_use: &["domain", "error"],
        must_not_name: &[
            "rusqlite",
            "ext_php_rs",
            "std::fs",
            "std::net",
            "std::env",
            "std::process",
            "std::thread",
            "SystemTime",
            "Instant",
            "Rng::new",
            "getrandom",
            "async ",
            ".await",
            "tokio",
            "\nstatic ",
            "println!",
        ],
    },
    Layer { folder: "store", may_use: &["domain", "store", "error"], must_not_name: &["ext_php_rs"] },
    Layer {
        folder: "lock",
        may_use: &["domain", "store", "lock", "error"],
        must_not_name: &["ext_php_rs", "rusqlite"],
    },
    Layer {
        folder: "ops",
        may_use: &["domain", "store", "lock", "ops", "error"],
        must_not_name: &["ext_php_rs", "rusqlite", "sqlite", "mysql", "tokio", "SELECT ", "UPDATE ", "INSERT "],
    },
    Layer {
        folder: "jobs",
        may_use: &["domain", "store", "lock", "ops", "jobs", "error"],
        must_not_name: &["ext_php_rs", "rusqlite", "sqlite", "mysql", "tokio", "Instant", "SystemTime", "std::thread"],
    },
    Layer {
        folder: "binding",
        may_use: &["domain", "store", "lock", "ops", "jobs", "error"],
        must_not_name: &["rusqlite", "mysql_async", "tokio", "SELECT ", "UPDATE ", "INSERT "],
    },
];

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

/// The code of a file: no comments, no tests.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// Top-level modules of the crate that the code names: `crate::x` and `crate::{x, y::z}`.
fn modules_used(code: &str) -> Vec<String> {
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    code.match_indices("crate::")
        .flat_map(|(at, found)| {
            let rest = &code[at + found.len()..];
            match rest.strip_prefix('{') {
                None => vec![word(rest)],
                Some(group) => top_level_words(group),
            }
        })
        .filter(|module| !module.is_empty())
        .collect()
}

/// The first word of each item of a `use` group, up to its closing brace.
fn top_level_words(group: &str) -> Vec<String> {
    let (mut words, mut depth, mut word, mut expects) = (Vec::new(), 0, String::new(), true);
    for c in group.chars() {
        if depth == 0 && expects && (c.is_alphanumeric() || c == '_') {
            word.push(c);
            continue;
        }
        if depth == 0 && !word.is_empty() {
            words.push(std::mem::take(&mut word));
            expects = false;
        }
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => expects = true,
            _ => {}
        }
    }
    words
}

#[test]
fn every_layer_uses_only_what_it_may() {
    for layer in &LAYERS {
        let files = rust_files(&source().join(layer.folder));
        assert!(!files.is_empty(), "src/{} has no files", layer.folder);
        for path in files {
            let code = code(&path);
            for module in modules_used(&code) {
                assert!(layer.may_use.contains(&module.as_str()), "{} must not use crate::{module}", path.display());
            }
            for word in layer.must_not_name {
                assert!(!code.contains(word), "{} must not name {word:?}", path.display());
            }
        }
    }
}

#[test]
fn ext_php_rs_is_named_in_the_binding_only() {
    for path in rust_files(&source()) {
        let is_binding = path.starts_with(source().join("binding"));
        assert!(is_binding || !code(&path).contains("ext_php_rs"), "{} names ext_php_rs", path.display());
    }
}

#[test]
fn every_file_opens_by_saying_why_it_exists() {
    for path in rust_files(&source()) {
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("//! "), "{} does not", path.display());
    }
}

#[test]
fn the_check_itself_sees_through_groups() {
    let code = "use crate::{domain::{a, b}, error::Result, ops};\nuse crate::store::Store;";
    assert_eq!(modules_used(code), ["domain", "error", "ops", "store"]);
}
