//! The traits behind which a repo's database stands: what operations ask of it, one concept each. The only place with SQL
//! and drivers is below here.
//!
//! The traits are synchronous: a job does one thing after the other, and an engine whose driver is asynchronous waits
//! inside its own methods, with a time limit. Every method is one statement or a few, each complete in itself: nothing relies on a
//! transaction that stays open between calls, so that a process can die between any two of them.

mod backlog;
mod change_buffer;
mod clock;
pub mod descriptors;
mod dispatch_states;
mod horizon;
pub mod interruption;
mod ledger;
mod lock_value;
pub mod mysql;
mod patience;
mod pruning;
mod rollout;
mod sent_passes;
pub mod sqlite;
mod stretches;
mod subscriptions;
mod table_prefix;

pub use backlog::Backlog;
pub use change_buffer::{ChangeBuffer, Chunk, ReadLimit};
pub use clock::Clock;
use dispatch_states::named;
pub use dispatch_states::{Advance, DispatchStates, NARROW_SITE, NewClaim, StateRow};
pub use horizon::{HorizonStatements, Look, find_horizon};
pub use ledger::{LateRecord, Ledger};
pub use patience::{Patience, impatiently};
pub use pruning::Pruning;
pub use rollout::{RolledOut, Rollouts};
pub use sent_passes::SentPasses;
pub use stretches::{Stretches, sort_out};
pub use subscriptions::Subscriptions;
pub use table_prefix::TablePrefix;

/// A repo's database, whole.
pub trait Store:
    Stretches + DispatchStates + SentPasses + Ledger + Backlog + Pruning + Rollouts + Clock + Patience
{
}

impl<T: Stretches + DispatchStates + SentPasses + Ledger + Backlog + Pruning + Rollouts + Clock + Patience> Store
    for T
{
}
