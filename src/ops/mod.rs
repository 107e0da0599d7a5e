//! What the jobs do: one verb per file, over any store.

mod audience;
mod fast_forward;
mod group;
mod held_lock;
mod horizon;
mod initialise;
mod locked_pass;
mod pass;
mod plan;
mod prune;
mod read_status;
mod relevance;
mod repair_seen;
mod report_lag;
mod seek;
mod states;
mod trigger;
mod window;

pub use audience::{ChangeAudience, Listener, audience};
pub use fast_forward::fast_forward;
pub use group::{GROUP, begin_group, finish_group};
pub use held_lock::held_lock;
pub use horizon::horizon;
pub use initialise::initialise;
pub use locked_pass::{LockedPass, begin_locked};
pub use pass::{Pass, abandon, begin, finish, release};
pub use plan::Plan;
pub use prune::{PruneOutcome, Unconfigured, prune, prune_is_due};
pub use read_status::{Failures, read_status};
pub use relevance::{Relevance, count_relevant};
pub use repair_seen::Repair;
pub use report_lag::report_lag;
pub use seek::seek;
pub use states::{dispatch_states, needs_successor, select_lagged};
pub use trigger::{TriggerOutcome, trigger};
pub use window::Window;
