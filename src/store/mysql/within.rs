//! Waiting for the server: never for longer than a limit, and in slices, between which the host may want to be returned to.

use std::{
    future::Future,
    pin::pin,
    time::{Duration, Instant},
};

use super::fault::Cause;
use crate::store::interruption;

/// Waits for `work`, in slices, for at most `limit`.
pub(super) async fn within<T>(
    limit: Duration,
    work: impl Future<Output = mysql_async::Result<T>>,
) -> std::result::Result<T, Cause> {
    let until = Instant::now() + limit;
    let mut work = pin!(work);
    loop {
        let left = until.saturating_duration_since(Instant::now());
        match tokio::time::timeout(left.min(interruption::SLICE), work.as_mut()).await {
            Ok(done) => return done.map_err(Cause::Driver),
            Err(_) if interruption::is_wanted() => return Err(Cause::Interrupted),
            Err(_) if left <= interruption::SLICE => return Err(Cause::NoAnswer(limit)),
            Err(_) => {}
        }
    }
}
