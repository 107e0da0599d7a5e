//! Cases, by job.

mod announce;
mod catch_up;
mod client;
mod delays;
mod farm;
mod gap;
mod prune;
mod trigger;
mod trigger_bounds;
