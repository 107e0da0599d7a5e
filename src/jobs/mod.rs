//! The jobs, as machines without a host: each decides what is done next, does itself what is done in the repo's database, and asks
//! its host for the rest (queues, Wikibase's own job, sleep). PHP is such a host, and so is the simulation.
//!
//! | job | decides |
//! |---|---|
//! | [`announce`] | at the end of an edit: whether to ask for a trigger |
//! | [`trigger`] | who needs a pass, who serves them (this job, or one for each), when somebody looks again |
//! | [`client`] | passes for one client |
//! | [`prune`] | what is deleted, batch after batch |
//! | [`look_out`] | whether changes wait although nobody is going to look |
//! | [`catch_up`] | passes here and now, for an admin |
//! | [`follow_up`] | which job looks at a client that an admin has acted on |
//! | [`wikibase`] | what is left to Wikibase's own dispatching while clients go from it to us and back |
//!
//! A job is an `async fn` over a [`Core`] and a [`Host`]. It is asynchronous only in that it stops where it asks the host for
//! something: a [`Machine`] runs it from one such place to the next, and needs no runtime. Between two steps nothing of it runs, so
//! the host may take as long as it likes, or never come back; what a job had claimed is then given back.

mod action;
mod announce;
mod arrive;
mod catch_up;
mod client;
mod core;
mod deliver;
mod event;
mod follow_up;
mod held;
mod host;
mod look;
mod look_out;
mod machine;
mod one_pass;
mod prune;
mod schedule;
mod serve;
mod trigger;
mod wikibase;

pub use action::{Action, Answer, Delivery, RepoJob};
pub use announce::{Announcement, Asked, announce};
pub use arrive::Arrival;
pub use catch_up::catch_up;
pub use client::client;
pub use core::{Core, Open, PUSH_BYTES};
pub use event::{CaughtUp, Event};
pub use follow_up::{Managed, follow_up};
pub use host::{Cause, Done, Host, Thrown};
pub use look_out::look_out;
pub use machine::{Machine, Step};
pub use prune::prune;
pub use trigger::trigger;
pub use wikibase::wikibase;
