//! What a panic leaves in the log of a host: one line with the place, for a bug report. Rust's own report has dozens of
//! lines where its environment asks for them, and PHP-FPM writes each into its log as a warning of its own.

use std::panic;

/// From now on.
pub(super) fn announce() {
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
        let payload = panic.payload();
        let message = payload.downcast_ref::<&str>().copied();
        let message = message.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        let message = message.unwrap_or("without a message");
        eprintln!("wikibase_dispatch {}: panic at {place}: {message}", env!("CARGO_PKG_VERSION"));
    }));
}
