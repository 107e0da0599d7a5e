//! Gives every configured client a dispatch state.

use std::collections::HashMap;

use crate::{
    domain::{settings::Settings, site::SiteId},
    error::Result,
    store::{NARROW_SITE, StateRow, Store},
};

/// Makes a dispatch state, with seen 0, for every configured client that has none, and keeps the domains up to date.
/// Returns the clients that are new.
///
/// Seen starts at 0 so that a change which waits in the buffer already reaches the new client, too. Runners that do this
/// at the same time do not disturb each other.
pub fn initialise<S: Store + ?Sized>(store: &mut S, settings: &Settings) -> Result<Vec<SiteId>> {
    let rows = store.all_states()?;
    complete(store, settings, &rows)
}

/// The same, given every row there is.
pub(super) fn complete<S: Store + ?Sized>(
    store: &mut S,
    settings: &Settings,
    rows: &[StateRow],
) -> Result<Vec<SiteId>> {
    let known: HashMap<&str, &str> = rows.iter().map(|row| (row.site.as_str(), row.domain.as_str())).collect();
    let mut new = Vec::new();
    for client in settings.clients() {
        match known.get(client.site.as_str()) {
            Some(domain) if *domain == client.domain.in_state() => {}
            Some(_) => store.update_domain(client)?,
            None => new.push(client),
        }
    }
    if !new.is_empty() && store.insert_states(&new)? < new.len() {
        // Either somebody else has just made some, or there is no room for a long site id: that client is not new, it waits for
        // an update of the schema.
        let width = if new.iter().any(|client| client.site.as_str().len() > NARROW_SITE) {
            store.site_width()?
        } else {
            SiteId::MAX_BYTES
        };
        new.retain(|client| client.site.as_str().len() <= width);
    }
    Ok(new.into_iter().map(|client| client.site.clone()).collect())
}
