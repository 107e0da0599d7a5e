//! The one clock whose times are compared: the repo database's. And waiting, which is no comparison.

use std::time::Duration;

use super::interruption;
use crate::{domain::time::Timestamp, error::Result};

/// Tells the time.
pub trait Clock {
    /// Now, by the database.
    fn now(&mut self) -> Result<Timestamp>;

    /// Lets `duration` pass, or less if the host wants to go on. Returns whether it has passed.
    fn wait(&mut self, duration: Duration) -> bool {
        interruption::wait(duration)
    }
}
