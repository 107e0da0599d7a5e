//! Random numbers that no other process has, forked ones included: they come from the operating system.

use crate::{
    domain::claim::Token,
    error::{Error, ErrorKind, Result},
};

/// Chance for decisions.
pub(super) fn chance() -> Result<fastrand::Rng> {
    random().map(fastrand::Rng::with_seed)
}

/// A token that nobody else has.
pub(super) fn token() -> Result<Token> {
    random().map(Token)
}

fn random() -> Result<u64> {
    getrandom::u64().map_err(|error| {
        Error::new(ErrorKind::StoreUnavailable, "cannot get random bytes from the operating system").caused_by(error)
    })
}
