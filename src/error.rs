//! The one error of the crate: opaque, with a kind that callers match on and a message that names the thing and the act.
//!
//! Kinds are stable: each has a code that PHP sees, and says whether doing the same again later can succeed.

use std::{error::Error as StdError, fmt};

/// `Result` with the crate's own [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

/// What went wrong, as far as a caller may have to tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A setting is unknown, missing, or has a value that is not allowed.
    InvalidSetting,
    /// The description of a connection is incomplete or wrong.
    InvalidConnection,
    /// The parameters of a notification are not what a pass makes.
    InvalidNotification,
    /// The notification is of a later version than this module reads.
    UnsupportedNotification,
    /// The client is not configured.
    UnknownClient,
    /// The claim of a pass was lost before it finished; nothing was recorded.
    ClaimLost,
    /// Somebody else holds the client's claim.
    ClientClaimed,
    /// The client rests after a failure.
    ClientResting,
    /// A client cannot be set behind a change whose transaction may still commit, or that nobody has written yet.
    BeyondHorizon,
    /// The store failed in a way that has no kind of its own, and that stays so until somebody changes something.
    StoreFailed,
    /// The database cannot be opened or reached, or it or this process lacks what it takes: descriptors, threads, memory.
    StoreUnavailable,
    /// The database, or its file, cannot be written, or has no room.
    StoreReadOnly,
    /// Another writer held the database for longer than the time limit, or changed what was being worked on.
    StoreBusy,
    /// A table or column is missing.
    SchemaMissing,
    /// The database does not exist.
    StoreMissing,
    /// The database refuses the user, or lacks a right that is needed.
    StoreDenied,
    /// Statements of one connection are answered by different servers.
    SplitConnection,
    /// The lock server does not answer.
    LockUnavailable,
}

impl ErrorKind {
    /// Every kind, in the order of the codes.
    pub const ALL: [Self; 18] = [
        Self::InvalidSetting,
        Self::InvalidConnection,
        Self::InvalidNotification,
        Self::UnsupportedNotification,
        Self::UnknownClient,
        Self::ClaimLost,
        Self::ClientClaimed,
        Self::ClientResting,
        Self::BeyondHorizon,
        Self::StoreFailed,
        Self::StoreUnavailable,
        Self::StoreReadOnly,
        Self::StoreBusy,
        Self::SchemaMissing,
        Self::StoreMissing,
        Self::StoreDenied,
        Self::SplitConnection,
        Self::LockUnavailable,
    ];

    /// The stable code that PHP exceptions carry.
    pub const fn code(self) -> i32 {
        match self {
            Self::InvalidSetting => 1001,
            Self::InvalidConnection => 1002,
            Self::InvalidNotification => 1003,
            Self::UnsupportedNotification => 1004,
            Self::UnknownClient => 1101,
            Self::ClaimLost => 1102,
            Self::ClientClaimed => 1103,
            Self::ClientResting => 1104,
            Self::BeyondHorizon => 1105,
            Self::StoreFailed => 1200,
            Self::StoreUnavailable => 1201,
            Self::StoreReadOnly => 1202,
            Self::StoreBusy => 1203,
            Self::SchemaMissing => 1204,
            Self::StoreMissing => 1205,
            Self::StoreDenied => 1206,
            Self::SplitConnection => 1207,
            Self::LockUnavailable => 1301,
        }
    }

    /// Whether doing the same again, later or in a fresh process, can succeed without anybody changing anything.
    pub const fn is_retryable(self) -> bool {
        matches!(
            self,
            Self::UnsupportedNotification
                | Self::ClaimLost
                | Self::ClientClaimed
                | Self::ClientResting
                | Self::BeyondHorizon
                | Self::StoreUnavailable
                | Self::StoreReadOnly
                | Self::StoreBusy
                | Self::SplitConnection
                | Self::LockUnavailable
        )
    }
}

/// A failure: its kind, what was tried on what, and the cause.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// An error without a cause below it.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), source: None }
    }

    /// Attaches the cause, whose text ends the message.
    pub fn caused_by(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.source = Some(Box::new(source));
        self
    }

    /// What went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// See [`ErrorKind::is_retryable`].
    pub fn is_retryable(&self) -> bool {
        self.kind.is_retryable()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if let Some(source) = &self.source {
            write!(f, ": {source}")?;
        }
        Ok(())
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
