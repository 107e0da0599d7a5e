//! The one clock whose times are compared: the repo database's.

use crate::{domain::time::Timestamp, error::Result};

/// Tells the time.
pub trait Clock {
    /// Now, by the database.
    fn now(&mut self) -> Result<Timestamp>;
}
