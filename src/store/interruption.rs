//! Whether the host wants to be returned to: its signal handlers and time limits run only when a native call has ended, so
//! whatever waits here waits in slices and asks in between.

use std::{
    sync::OnceLock,
    thread,
    time::{Duration, Instant},
};

/// No wait goes on for longer than this without asking.
pub(super) const SLICE: Duration = Duration::from_millis(200);

static ASK: OnceLock<fn() -> bool> = OnceLock::new();

/// Sets the question, once a process. It must be cheap and safe to ask from any thread of the host's.
pub fn ask_with(question: fn() -> bool) {
    // A second one is the same one, of a module that started twice.
    let _ = ASK.set(question);
}

/// Whether the host wants to be returned to.
pub(super) fn is_wanted() -> bool {
    ASK.get().is_some_and(|ask| ask())
}

/// Sleeps for `duration`, or until the host wants to be returned to. Returns whether it was for `duration`.
pub(super) fn wait(duration: Duration) -> bool {
    let until = Instant::now() + duration;
    loop {
        if is_wanted() {
            return false;
        }
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return true;
        }
        thread::sleep(left.min(SLICE));
    }
}
