//! Which transaction keeps a gap open. A session's transaction ends with the session. A prepared one (`XA PREPARE`) belongs to no session,
//! survives a restart, and ends only by `XA COMMIT` or `XA ROLLBACK`.

/// Who keeps a gap open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GapHolder {
    /// The database does not say enough.
    #[default]
    Unknown,
    /// The transaction of a session.
    Session,
    /// A transaction that was prepared, and neither committed nor rolled back.
    Prepared,
}

/// Numbers of open transactions; `None` where the database does not tell us.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OpenTransactions {
    /// Prepared.
    pub prepared: Option<u64>,
    /// Have written something, and belong to no session.
    pub detached: Option<u64>,
    /// Have written something, belong to a session, and have been open for a while.
    pub of_sessions: Option<u64>,
}

impl GapHolder {
    /// Which of these holds the gap.
    pub fn among(open: OpenTransactions) -> Self {
        let has_prepared = [open.prepared, open.detached].into_iter().flatten().any(|count| count > 0);
        match (has_prepared, open.of_sessions) {
            // Where sessions are unknown: they end by themselves sooner or later, so blame the prepared one.
            (true, None | Some(0)) => Self::Prepared,
            (true, Some(_)) => Self::Unknown,
            (false, _) if open.prepared.or(open.detached).is_some() => Self::Session,
            (false, _) => Self::Unknown,
        }
    }

    /// The code by which the page, the API and the scripts name it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Session => "session",
            Self::Prepared => "prepared",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn among(prepared: Option<u64>, detached: Option<u64>, of_sessions: Option<u64>) -> GapHolder {
        GapHolder::among(OpenTransactions { prepared, detached, of_sessions })
    }

    #[test]
    fn a_database_that_tells_nothing_leaves_the_holder_unknown() {
        assert_eq!(among(None, None, None), GapHolder::Unknown);
    }

    #[test]
    fn without_prepared_transactions_a_session_holds_the_gap() {
        assert_eq!(among(Some(0), None, None), GapHolder::Session);
        assert_eq!(among(None, Some(0), Some(1)), GapHolder::Session);
        assert_eq!(among(Some(0), Some(0), Some(3)), GapHolder::Session);
    }

    #[test]
    fn a_prepared_transaction_holds_it_unless_a_session_may() {
        assert_eq!(among(Some(1), None, None), GapHolder::Prepared, "sessions are unknown");
        assert_eq!(among(Some(1), Some(1), Some(0)), GapHolder::Prepared);
        assert_eq!(among(None, Some(1), Some(0)), GapHolder::Prepared);
        assert_eq!(among(Some(1), Some(1), Some(1)), GapHolder::Unknown);
        assert_eq!(among(Some(1), Some(0), Some(1)), GapHolder::Unknown, "its session is still there");
    }
}
