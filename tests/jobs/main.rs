//! What each job decides, on a real store: its host does what a test says, and writes down what it is asked for.

#[path = "../support/mod.rs"]
mod support;

mod cases;
