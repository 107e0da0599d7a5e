//! Named locks of the server, taken and given back. They belong to the session: whatever ends it gives them back, so the
//! store that takes them must be kept for nothing else, and must not be dropped while they are held.

use std::ops::ControlFlow;

use mysql_async::{Params, Row};

use super::MysqlStore;
use crate::error::Result;

/// Names longer than 64 characters are hashed, as MediaWiki does it. 1: taken; 0: somebody else holds it.
const TAKE: &str = "SELECT GET_LOCK(IF(CHAR_LENGTH(?) > 64, SHA1(?), ?), 0)";

/// 1: given back; 0: it is somebody else's; NULL: it is nobody's.
const GIVE_BACK: &str = "SELECT RELEASE_LOCK(IF(CHAR_LENGTH(?) > 64, SHA1(?), ?))";

impl MysqlStore {
    /// Takes the lock for this session, without waiting. Returns whether it did.
    ///
    /// # Errors
    /// As for any statement; if one was lost on its way, so was the session, and with it the lock.
    pub fn take_named_lock(&mut self, name: &str) -> Result<bool> {
        let taken = self.answers_one(|| format!("cannot take the lock {name}"), TAKE, name)?;
        self.locks_held += usize::from(taken);
        Ok(taken)
    }

    /// Gives the lock back. Returns whether this session held it.
    ///
    /// # Errors
    /// As for any statement; the lock then ends with the session.
    pub fn release_named_lock(&mut self, name: &str) -> Result<bool> {
        let given_back = self.answers_one(|| format!("cannot give back the lock {name}"), GIVE_BACK, name)?;
        self.locks_held = self.locks_held.saturating_sub(usize::from(given_back));
        Ok(given_back)
    }

    fn answers_one(&mut self, doing: impl Fn() -> String, template: &str, name: &str) -> Result<bool> {
        let values = Params::Positional(vec![name.into(); 3]);
        self.read(doing, template, values, |answer: &mut bool, row: Row| {
            *answer = row.get::<Option<i64>, _>(0).flatten() == Some(1);
            ControlFlow::Break(())
        })
    }
}
