//! Which claims are still somebody's.
//!
//! A claim that nobody can give back (the disk is full, or its process was killed) would keep its client waiting until it expires.
//! On one machine the operating system knows better: for each of its claims a process holds a lock on a byte of a file beside
//! the database, and such a lock ends with its process. A claim whose byte nobody holds is an orphan, and may be taken over at once.
//!
//! The token says whether its claim has a byte at all: a process that cannot open the file makes claims that expire, as ever.

use std::{
    collections::HashMap,
    fs::{File, OpenOptions},
    os::fd::AsRawFd,
    path::PathBuf,
};

use crate::domain::claim::{Lock, Token};

/// The first two bytes of a token that has a byte in the file; one token in 65,536 has them by chance, and may be taken over early.
const MARK: u64 = 0xC1A1;
const SHIFT: u32 = 48;

/// The claims of this process.
pub(super) struct Guard {
    path: PathBuf,
    file: Option<File>,
    /// How many claims there are with each token.
    held: HashMap<u64, usize>,
}

impl Guard {
    /// For the database in this file.
    pub fn beside(database: &std::path::Path) -> Self {
        let mut path = database.as_os_str().to_owned();
        path.push("-claims");
        Self { path: path.into(), file: None, held: HashMap::new() }
    }

    /// The token, marked if its claim can be guarded.
    pub fn mark(&mut self, token: Token) -> Token {
        let marked = Token((MARK << SHIFT) | place(token));
        if self.lock(libc::F_RDLCK, marked) && self.lock(libc::F_UNLCK, marked) { marked } else { token }
    }

    /// From before it is written, so that nobody sees the claim without it.
    pub fn hold(&mut self, lock: &str) {
        if let Some(token) = guarded(Some(lock))
            && self.lock(libc::F_RDLCK, token)
        {
            *self.held.entry(token.0).or_default() += 1;
        }
    }

    /// The claim is over, whether that could be written or not.
    pub fn let_go(&mut self, lock: &str) {
        let Some(token) = guarded(Some(lock)) else {
            return;
        };
        match self.held.get_mut(&token.0) {
            Some(count) if *count > 1 => *count -= 1,
            Some(_) => {
                self.held.remove(&token.0);
                self.lock(libc::F_UNLCK, token);
            }
            None => {}
        }
    }

    /// What is read of a claim: that of an orphan has expired.
    pub fn as_read(&mut self, lock: Option<String>) -> Option<String> {
        match guarded(lock.as_deref()) {
            Some(token) if self.is_orphan(token) => lock.as_deref().and_then(Lock::expired),
            _ => lock,
        }
    }

    fn is_orphan(&mut self, token: Token) -> bool {
        if self.held.contains_key(&token.0) || !self.open() {
            return false;
        }
        let mut asked = range(libc::F_WRLCK, token);
        // SAFETY: the descriptor is open, and the kernel fills what it is given.
        let answered = unsafe { libc::fcntl(self.descriptor(), libc::F_OFD_GETLK, &raw mut asked) };
        answered == 0 && i32::from(asked.l_type) == libc::F_UNLCK
    }

    fn lock(&mut self, kind: i32, token: Token) -> bool {
        let range = range(kind, token);
        // SAFETY: the descriptor is open, and the kernel reads what it is given.
        self.open() && unsafe { libc::fcntl(self.descriptor(), libc::F_OFD_SETLK, &raw const range) } == 0
    }

    fn open(&mut self) -> bool {
        if self.file.is_none() {
            // A user who may write the database may make the file; a shared lock needs only the right to read it.
            let made = OpenOptions::new().append(true).create(true).open(&self.path);
            self.file = made.and_then(|_| File::open(&self.path)).or_else(|_| File::open(&self.path)).ok();
        }
        self.file.is_some()
    }

    fn descriptor(&self) -> i32 {
        self.file.as_ref().map_or(-1, AsRawFd::as_raw_fd)
    }
}

fn guarded(lock: Option<&str>) -> Option<Token> {
    match Lock::parse(lock) {
        Lock::Claimed(claim) => Some(claim.token).filter(|token| token.0 >> SHIFT == MARK),
        _ => None,
    }
}

fn place(token: Token) -> u64 {
    token.0 & ((1 << SHIFT) - 1)
}

fn range(kind: i32, token: Token) -> libc::flock {
    // SAFETY: all of it are numbers, and zero is one; for locks of open files the process id has to be.
    let mut range: libc::flock = unsafe { std::mem::zeroed() };
    range.l_type = libc::c_short::try_from(kind).unwrap_or_default();
    range.l_whence = libc::c_short::try_from(libc::SEEK_SET).unwrap_or_default();
    range.l_start = libc::off_t::try_from(place(token)).unwrap_or_default();
    range.l_len = 1;
    range
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{change::ChangeId, claim::Claim, time::Timestamp};

    fn claim(token: Token) -> String {
        Claim { token, expires: Timestamp::from_unix(1_800_000_000), end: ChangeId(7), failures: 2 }.to_string()
    }

    fn expires(lock: Option<String>) -> Option<i64> {
        match Lock::parse(lock.as_deref()) {
            Lock::Claimed(claim) => Some(claim.expires.unix()),
            _ => None,
        }
    }

    #[test]
    fn a_claim_is_an_orphan_as_soon_as_nobody_holds_its_byte() {
        let folder = tempfile::tempdir().unwrap();
        let guard = || Guard::beside(&folder.path().join("repo.sqlite"));
        let (mut owner, mut other) = (guard(), guard());
        let lock = claim(owner.mark(Token(0xabc)));
        owner.hold(&lock);
        assert_eq!(expires(other.as_read(Some(lock.clone()))), Some(1_800_000_000));
        assert_eq!(expires(owner.as_read(Some(lock.clone()))), Some(1_800_000_000), "its own");
        owner.let_go(&lock);
        assert_eq!(expires(other.as_read(Some(lock.clone()))), Some(0));
        owner.hold(&lock);
        drop(owner);
        let orphan = other.as_read(Some(lock.clone())).unwrap();
        assert_eq!(expires(Some(orphan.clone())), Some(0));
        assert_eq!(orphan, lock.replace("1800000000", "0"), "all else is kept");
    }

    #[test]
    fn claims_with_one_token_end_one_by_one() {
        let folder = tempfile::tempdir().unwrap();
        let guard = || Guard::beside(&folder.path().join("repo.sqlite"));
        let (mut owner, mut other) = (guard(), guard());
        let lock = claim(owner.mark(Token(0xabc)));
        owner.hold(&lock);
        owner.hold(&lock);
        owner.let_go(&lock);
        assert_eq!(expires(other.as_read(Some(lock.clone()))), Some(1_800_000_000));
        owner.let_go(&lock);
        assert_eq!(expires(other.as_read(Some(lock))), Some(0));
    }

    #[test]
    fn claims_without_a_byte_expire_as_ever() {
        let mut guard = Guard::beside(std::path::Path::new("/nowhere/repo.sqlite"));
        assert_eq!(guard.mark(Token(0xabc)), Token(0xabc));
        let folder = tempfile::tempdir().unwrap();
        let mut guard = Guard::beside(&folder.path().join("repo.sqlite"));
        assert_eq!(guard.as_read(Some(claim(Token(0xabc)))), Some(claim(Token(0xabc))));
        assert_eq!(guard.as_read(Some("something else".into())), Some("something else".into()));
    }
}
