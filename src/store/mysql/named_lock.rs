//! Named locks of the server, taken and given back. They belong to the session: whatever ends it gives them back, so the
//! store that takes them must be kept for nothing else, and must not be dropped while they are held.

use std::{borrow::Cow, fmt::Write, ops::ControlFlow};

use mysql_async::{Params, Row};
use sha1::{Digest, Sha1};

use super::{
    MysqlStore,
    groups::{filled_up, marks},
};
use crate::error::Result;

/// An empty name stands for none, which keeps the number of different statements small. 1: taken; 0: somebody else holds it.
const TAKE: &str = "IF(? = '', NULL, GET_LOCK(?, 0))";

/// 1: given back; 0: it is somebody else's; NULL: it is nobody's.
const GIVE_BACK: &str = "IF(? = '', NULL, RELEASE_LOCK(?))";

/// 1: somebody holds it, of this session or another; 0: nobody does.
const IN_USE: &str = "IF(? = '', NULL, IS_USED_LOCK(?) IS NOT NULL)";

impl MysqlStore {
    /// Takes those of the locks that are free for this session, without waiting, in one statement. Returns of each whether it did.
    ///
    /// # Errors
    /// As for any statement; if one was lost on its way, so was the session, and with it the locks.
    pub fn take_named_locks(&mut self, names: &[&str]) -> Result<Vec<bool>> {
        let taken = self.ask_of_each(|| format!("cannot take the lock {}", said(names)), TAKE, names)?;
        self.known.locks_held += taken.iter().filter(|taken| **taken).count();
        Ok(taken)
    }

    /// Gives the locks back, in one statement. Returns of each whether this session held it.
    ///
    /// # Errors
    /// As for any statement; the locks then end with the session.
    pub fn release_named_locks(&mut self, names: &[&str]) -> Result<Vec<bool>> {
        let given_back = self.ask_of_each(|| format!("cannot give back the lock {}", said(names)), GIVE_BACK, names)?;
        let count = given_back.iter().filter(|given_back| **given_back).count();
        self.known.locks_held = self.known.locks_held.saturating_sub(count);
        Ok(given_back)
    }

    /// Of each of the locks whether any session holds it, in one statement.
    ///
    /// # Errors
    /// As for any statement.
    pub fn named_locks_in_use(&mut self, names: &[&str]) -> Result<Vec<bool>> {
        self.ask_of_each(|| format!("cannot look for the lock {}", said(names)), IN_USE, names)
    }

    fn ask_of_each(&mut self, doing: impl Fn() -> String, question: &str, names: &[&str]) -> Result<Vec<bool>> {
        if names.is_empty() {
            return Ok(Vec::new());
        }
        let asked = filled_up(names.iter().map(|name| on_server(name)).collect(), Cow::Borrowed(""));
        let values = Params::Positional(asked.iter().flat_map(|name| [name.as_ref(); 2]).map(Into::into).collect());
        let template = format!("SELECT {}", marks(question, asked.len()));
        self.read(doing, &template, values, |answers: &mut Vec<bool>, row: Row| {
            *answers = (0..names.len()).map(|at| row.get::<Option<i64>, _>(at).flatten() == Some(1)).collect();
            ControlFlow::Break(())
        })
    }
}

/// The name that a lock has on the server: hashed, as MediaWiki does it, where it is longer than MySQL takes; and where there are letters in
/// it that MySQL has no names with, such as emoji (nobody else can have such a lock there). Hashed here, because MySQL 9.7 has no `SHA1()`.
fn on_server(name: &str) -> Cow<'_, str> {
    const LONGEST: usize = 64;
    const LAST_LETTER: char = '\u{ffff}';
    if name.len() <= LONGEST && name.chars().all(|letter| letter <= LAST_LETTER) {
        return Cow::Borrowed(name);
    }
    let mut hashed = String::new();
    for byte in Sha1::digest(name) {
        let _ = write!(hashed, "{byte:02x}");
    }
    Cow::Owned(hashed)
}

/// The first name, and how many more.
fn said(names: &[&str]) -> String {
    match names {
        [first, _, ..] => format!("{first} and {} others", names.len() - 1),
        _ => names.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_more_than_64_bytes_is_hashed_as_mediawiki_does_it() {
        let longest = "x".repeat(64);
        assert_eq!(on_server(&longest), longest);
        // php -r "echo sha1( str_repeat( 'x', 65 ) ), sha1( str_repeat( 'é', 33 ) );"
        assert_eq!(on_server(&"x".repeat(65)), "78c741ddc482e4cdf8c474a0876347a0905b6233");
        assert_eq!(on_server(&"é".repeat(33)), "089b6d6474dd3ccf92f3d43cc7911551684a76df", "bytes count, not letters");
        assert_eq!(on_server("Wikibase.r.dispatchChanges.é"), "Wikibase.r.dispatchChanges.é");
        assert_eq!(on_server("\u{1f600}").len(), 40);
    }
}
