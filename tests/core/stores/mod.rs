//! What every store and every lock manager promises, on each of them; and how they connect.

mod conformance;
mod connecting;
mod hostile_names;
mod idle;
mod locks;
mod rollout_tables;
