//! Counts what a stretch of the buffer holds for one client: what it would skip, or get again.

use super::{horizon::horizon, states::client_named, window::Window};
use crate::{
    domain::{change::ChangeId, settings::Settings},
    error::Result,
    store::Store,
};

/// How many changes there are, and how many of them a client must hear of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Relevance {
    /// Changes in the buffer.
    pub changes: u64,
    /// Those that the client must hear of, by the subscriptions that there are now.
    pub relevant: u64,
}

/// What lies after `after`, up to `upto` or the horizon. Reads all of it, in chunks, so that memory is bounded.
///
/// # Errors
/// [`ErrorKind::UnknownClient`](crate::error::ErrorKind::UnknownClient) if the client is not configured.
pub fn count_relevant<S: Store + ?Sized>(
    store: &mut S,
    settings: &Settings,
    site: &str,
    after: ChangeId,
    upto: ChangeId,
) -> Result<Relevance> {
    let client = client_named(settings, site)?;
    let upto = upto.min(horizon(store, settings)?.upto);
    let mut found = Relevance::default();
    let Some(number) = settings.client_number(&client.site) else {
        return Ok(found);
    };
    let mut position = after;
    while position < upto {
        // A window of its own each time: nobody needs a stretch twice, and each begins where it is asked for.
        let stretch = Window::new(settings).stretch(store, settings, position, upto)?;
        found.changes += u64::try_from(stretch.rows()).unwrap_or(u64::MAX);
        found.relevant += u64::try_from(stretch.of(number, position).count()).unwrap_or(u64::MAX);
        position = stretch.reached();
    }
    Ok(found)
}
