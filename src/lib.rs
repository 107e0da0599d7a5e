//! Wikibase change propagation from the job queue: the native core.
//!
//! # Map
//!
//! | module | holds | may use |
//! |---|---|---|
//! | [`domain`] | what dispatching means: facts in, decisions out | nothing |
//! | [`store`] | the traits behind which a database stands, and the databases | `domain` |
//! | [`lock`] | the locks beside the claim | `domain`, `store` |
//! | [`ops`] | one verb per file: what a job does, over any store | `domain`, the traits of `store` and `lock` |
//! | [`jobs`] | what the jobs decide, as machines that ask their host for the rest | `domain`, `ops`, the traits of `store` and `lock` |
//! | `binding` | the PHP classes; the only place that knows PHP | all |
//!
//! All may use [`error`]. A test keeps this so. The binding sits behind the feature `php`, so the core builds and tests
//! without PHP.
//!
//! # Glossary
//!
//! *Change*: a row of `wb_changes`, the *change buffer*. *Client*: a wiki that receives changes, named by its site id. *Seen*: every
//! change up to this id has been dealt with for a client. *Horizon*: the highest id up to which no transaction can still commit a
//! row. *Pending*: the ids between seen and horizon. *Pass*: for one client, find the next *batch*, hand it over as *notifications*,
//! advance seen. *Claim*: a client's dispatch state, reserved for one pass by a token that expires. *Trigger*: the look at who
//! needs a pass.

pub mod domain;
pub mod error;
pub mod jobs;
pub mod lock;
pub mod ops;
pub mod store;

#[cfg(feature = "php")]
mod binding;
