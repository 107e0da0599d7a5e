//! What the jobs do: one verb per file, over any store.

mod fast_forward;
mod horizon;
mod initialise;
mod locked_pass;
mod pass;
mod repair_seen;
mod states;
mod trigger;

pub use fast_forward::fast_forward;
pub use horizon::horizon;
pub use initialise::initialise;
pub use locked_pass::{LockedPass, begin_locked};
pub use pass::{Pass, abandon, begin, finish, release};
pub use repair_seen::Repair;
pub use states::{dispatch_states, needs_successor, select_lagged};
pub use trigger::{TriggerOutcome, trigger};
