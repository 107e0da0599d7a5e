//! Who is subscribed to what, `wb_changes_subscription`: owned by Wikibase, read as it is.

use std::collections::HashSet;

use crate::{domain::site::SiteId, error::Result};

/// Reads subscriptions.
pub trait Subscriptions {
    /// Those of `entities` that `client` is subscribed to.
    fn subscribed(&mut self, client: &SiteId, entities: &HashSet<&str>) -> Result<HashSet<String>>;

    /// Calls `each` with (entity, subscriber) for every subscription to one of `entities`, in no order. Subscribers are
    /// what the table says: not every one is a configured client.
    fn each_subscriber(&mut self, entities: &HashSet<&str>, each: &mut dyn FnMut(&str, &str)) -> Result<()>;
}
