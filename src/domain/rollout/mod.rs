//! Who dispatches to which client: what is configured ([`WantedRollout`]), what is the case ([`AppliedRollout`]), and the steps
//! from the one to the other ([`plan`]).
//!
//! The two differ for a while whenever the configuration changes: it reaches the servers of a farm one after the other, jobs are
//! under way, edits go on. Everybody who dispatches goes by what is the case; only a plan goes by what is configured.

mod applied;
pub mod plan;
mod wanted;

pub use applied::{AppliedRollout, ClientRollout, UNKNOWN, WIKIBASE, WikibaseState};
pub use plan::{Facts, Step, Unhanded};
pub use wanted::{RolloutState, WantedRollout};
