//! Gives every configured client a dispatch state.

use std::collections::HashMap;

use crate::{
    domain::{settings::Settings, site::SiteId},
    error::Result,
    store::Store,
};

/// Makes a dispatch state, with seen 0, for every configured client that has none, and keeps the domains up to date.
/// Returns the clients that are new.
///
/// Seen starts at 0 so that a change which waits in the buffer already reaches the new client, too. Runners that do this
/// at the same time do not disturb each other.
pub fn initialise<S: Store + ?Sized>(store: &mut S, settings: &Settings) -> Result<Vec<SiteId>> {
    let known: HashMap<_, _> = store.all_states()?.into_iter().map(|row| (row.site, row.domain)).collect();
    let mut new = Vec::new();
    for client in settings.clients() {
        match known.get(client.site.as_str()) {
            Some(domain) if domain == client.domain.in_state() => {}
            Some(_) => store.update_domain(client)?,
            None => {
                if store.insert_state(client)? {
                    new.push(client.site.clone());
                }
            }
        }
    }
    Ok(new)
}
