//! A farm that exists in memory, in a time of its own: see docs/simulation.md for the whole.

mod configuration;
pub mod database;
mod extension;
mod failover;
mod farm;
mod gaps;
pub mod judge;
mod keeper;
pub mod load;
mod locks;
pub mod mutant;
pub mod pace;
mod passes;
mod process;
mod pruning;
mod pruning_judge;
mod pushes;
mod queue;
mod rollout;
mod rollout_judge;
pub mod scenario;
pub mod simulation;
mod states;
mod store;
mod wikibase;
mod world;
