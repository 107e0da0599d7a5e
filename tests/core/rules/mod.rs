//! The pure rules of `src/domain`, beyond their unit tests: random input, hostile input, and everything that Wikibase does.

mod client_properties;
mod hostile_input;
mod kinds;
mod odd_info;
mod packed;
mod subscriptions;
