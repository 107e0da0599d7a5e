//! Subscriptions of clients, `wb_changes_subscription`: owned by Wikibase, read as it is.

use crate::error::Result;

/// Reads subscriptions.
pub trait Subscriptions {
    /// Calls `each` with (entity, subscriber) for every subscription to one of `entities` (each named once), in no order. Subscribers are
    /// what the table says: not every one is a configured client.
    fn each_subscriber(&mut self, entities: &[&str], each: &mut dyn FnMut(&str, &str)) -> Result<()>;
}
