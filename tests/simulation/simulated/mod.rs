//! A farm that exists in memory, in a time of its own: see docs/simulation.md for the whole.

pub mod database;
mod extension;
mod farm;
mod gaps;
pub mod judge;
pub mod load;
mod locks;
pub mod mutant;
pub mod pace;
mod passes;
mod process;
mod pruning;
mod pushes;
mod queue;
pub mod scenario;
pub mod simulation;
mod store;
mod world;
