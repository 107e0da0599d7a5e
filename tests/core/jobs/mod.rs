//! What each job decides, on a real store: its host does what a test says, and writes down what it is asked for.

mod announce;
mod catch_up;
mod client;
mod delays;
mod farm;
mod follow_up;
mod gap;
mod prune;
mod trigger;
mod trigger_bounds;
