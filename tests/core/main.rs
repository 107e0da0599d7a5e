//! The tests of the core, which need no PHP, in one program: it is linked once and starts one MariaDB. A test that changes what the
//! whole process has (its descriptors, its limits) is a program of its own in `alone/`.

#![allow(clippy::unwrap_used, reason = "a test fails by it")]

#[path = "../support/mod.rs"]
mod support;

mod architecture;
mod failures;
mod guarantees;
mod horizon;
mod jobs;
mod ops;
mod rules;
mod stores;
