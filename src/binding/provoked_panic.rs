//! Panics on demand, in builds for tests alone (`--features test-panic`): what a host does with a panic can only be seen if there
//! is one. `WIKIBASE_DISPATCH_PANIC_AT` in the environment names the place; PHP's `putenv()` sets it for one request.

/// Where one can be had.
pub(super) enum Place {
    /// While the module starts.
    Start,
    /// In a call, as soon as it has the connections.
    Call,
    /// While a pass that nobody finished is given back, because its object ends.
    Drop,
}

/// Panics if this is the place that was named.
#[cfg(feature = "test-panic")]
pub(super) fn at(place: &Place) {
    let name = match place {
        Place::Start => "start",
        Place::Call => "call",
        Place::Drop => "drop",
    };
    assert!(std::env::var("WIKIBASE_DISPATCH_PANIC_AT").as_deref() != Ok(name), "provoked at {name}");
}

/// Does nothing: this is no build for tests.
#[cfg(not(feature = "test-panic"))]
pub(super) fn at(_: &Place) {}
