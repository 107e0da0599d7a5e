//! What can go wrong with a statement: which kind of error it is, whether it passes, and whether the statement may have taken
//! effect all the same.

use std::{fmt, time::Duration};

use mysql_async::{Error as DriverFailure, IoError};

use super::connection::MysqlConnection;
use crate::error::{Error, ErrorKind};

/// How far a statement had got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// There was no connection to send it on.
    Connecting,
    /// It was sent.
    Sent,
}

#[derive(Debug)]
pub(super) enum Cause {
    Driver(DriverFailure),
    NoAnswer(Duration),
    /// The host wanted to be returned to.
    Interrupted,
    /// Another server has taken over, or the server has begun anew, since what was to be written was found.
    AnotherLife,
    /// The connection was lost with an open transaction.
    TransactionLost,
    /// The runtime could not be made: no descriptors, threads or memory are left.
    NoRuntime(std::io::Error),
}

/// A statement that failed.
#[derive(Debug)]
pub(super) struct Fault {
    pub stage: Stage,
    pub cause: Cause,
}

impl Fault {
    /// The server's error code, if it was the server that spoke.
    pub fn code(&self) -> Option<u16> {
        match &self.cause {
            Cause::Driver(DriverFailure::Server(error)) => Some(error.code),
            _ => None,
        }
    }

    /// Whether the connection is of no more use.
    pub fn ends_connection(&self) -> bool {
        // Shutdown; killed; gone away, lost, as a proxy reports them; too many connections, as a proxy reports it.
        self.code().is_none_or(|code| matches!(code, 1053 | 1927 | 2006 | 2013 | 1040 | 1203 | 4031))
    }

    /// Whether the same may succeed a moment later.
    pub fn passes(&self) -> bool {
        match &self.cause {
            // A name that does not resolve, or a host without a route, is as likely to be wrong as to be slow, but trying is cheap.
            Cause::Driver(DriverFailure::Io(_) | DriverFailure::Driver(_)) => {
                self.kind() == ErrorKind::StoreUnavailable
            }
            Cause::Driver(DriverFailure::Server(error)) => {
                // Deadlock; lock wait; lock refused; changed since the transaction's first read; too many connections; shutdown;
                // killed; gone away; lost.
                matches!(error.code, 1213 | 1205 | 3572 | 1020 | 1040 | 1203 | 1053 | 1927 | 2006 | 2013 | 4031)
            }
            // Whoever has waited for a whole time limit does not wait for another one.
            _ => false,
        }
    }

    /// Whether it is certain that the statement changed nothing: it was not sent, or the server itself says that it failed, and
    /// does not say so because it is ending the session.
    pub fn had_no_effect(&self) -> bool {
        self.stage == Stage::Connecting
            || self.code().is_some_and(|code| !matches!(code, 1053 | 1317 | 1927 | 2006 | 2013 | 4031))
    }

    fn kind(&self) -> ErrorKind {
        use mysql_async::DriverError;
        match &self.cause {
            Cause::Driver(DriverFailure::Server(error)) => kind_of_code(error.code),
            // A certificate that is not trusted, or a server without TLS, stays so.
            Cause::Driver(DriverFailure::Io(IoError::Io(error)))
                if error.kind() == std::io::ErrorKind::InvalidData && self.stage == Stage::Connecting =>
            {
                ErrorKind::StoreFailed
            }
            Cause::Driver(DriverFailure::Io(IoError::Io(_)))
            | Cause::Driver(DriverFailure::Driver(
                DriverError::ConnectionClosed | DriverError::PacketOutOfOrder | DriverError::UnexpectedPacket { .. },
            ))
            | Cause::NoAnswer(_)
            | Cause::NoRuntime(_)
            | Cause::Interrupted
            | Cause::TransactionLost
            | Cause::AnotherLife => ErrorKind::StoreUnavailable,
            _ => ErrorKind::StoreFailed,
        }
    }

    /// The crate's error, saying what was being done, on what, and what to do about it.
    pub fn into_error(self, doing: impl fmt::Display, connection: &MysqlConnection) -> Error {
        let kind = self.kind();
        let what_to_do = match kind {
            ErrorKind::SchemaMissing => "; run maintenance/update.php, and check the table prefix",
            ErrorKind::StoreDenied if self.stage == Stage::Connecting => {
                "; check the user, the password and the rights of the connection"
            }
            ErrorKind::StoreDenied => "; grant the database user what is missing",
            _ => "",
        };
        let error = |text: fmt::Arguments<'_>| Error::new(kind, format!("{doing} in {connection}{text}"));
        match self.cause {
            Cause::Driver(DriverFailure::Server(server)) => {
                error(format_args!(": {} (error {}){what_to_do}", server.message, server.code))
            }
            Cause::Driver(failure) => Error::new(kind, format!("{doing} in {connection}")).caused_by(failure),
            Cause::NoAnswer(limit) if self.stage == Stage::Connecting => {
                error(format_args!(": no connection within {limit:?}"))
            }
            Cause::NoAnswer(limit) => error(format_args!(": no answer within {limit:?}")),
            Cause::AnotherLife => {
                error(format_args!(": another server has taken over, or the server has begun anew, since it was read"))
            }
            Cause::TransactionLost => error(format_args!(": the connection was lost in the transaction")),
            Cause::Interrupted => error(format_args!(": interrupted")),
            Cause::NoRuntime(failure) => Error::new(kind, format!("{doing} in {connection}")).caused_by(failure),
        }
    }
}

fn kind_of_code(code: u16) -> ErrorKind {
    match code {
        // Access denied: user or password; the database; a statement on a table; a column; a missing privilege.
        1045 | 1044 | 1698 | 1142 | 1143 | 1227 | 1370 => ErrorKind::StoreDenied,
        1049 => ErrorKind::StoreMissing,
        // No such table; no such column.
        1146 | 1054 => ErrorKind::SchemaMissing,
        // --read-only and --super-read-only; read-only transaction; read-only mode. And where there is no room: the disk, a
        // table, the folder for temporary files.
        1290 | 1792 | 1836 | 1021 | 1114 | 1878 => ErrorKind::StoreReadOnly,
        // Deadlock; lock wait; lock refused; a row that has changed; too many locks, transactions or prepared statements; a
        // table that was altered, or is read-locked. And the statement's time limit: the server lives and answers, it was just
        // kept busy for longer than we wait, by a lock that has no limit of its own or by too much work at once.
        1213 | 1205 | 3572 | 1020 | 1206 | 1223 | 1412 | 1461 | 1614 | 1615 | 1637 | 1969 | 3024 | 3058 => {
            ErrorKind::StoreBusy
        }
        // Too many connections, of all or of this user; shutdown; interrupted; killed; idle for too long; host blocked; a name
        // that does not resolve; a node of a cluster that is not ready; lost packets.
        1040 | 1203 | 1226 | 1053 | 1317 | 1927 | 3168 | 3169 | 4031 | 1129 | 1042 | 1043 | 1047 | 1152 | 1184 => {
            ErrorKind::StoreUnavailable
        }
        1155..=1161 => ErrorKind::StoreUnavailable,
        2002..=2013 => ErrorKind::StoreUnavailable,
        // What the server lacks: memory, threads, descriptors; a file that it cannot create, open, read or write, for which the
        // message names the system's reason; a commit that failed for one of these.
        1..=32 | 1004 | 1016 | 1023 | 1024 | 1026 | 1030 | 1037 | 1038 | 1041 | 1135 | 1180 | 1181 | 3170 => {
            ErrorKind::StoreUnavailable
        }
        _ => ErrorKind::StoreFailed,
    }
}

#[cfg(test)]
mod tests {
    use mysql_async::ServerError;

    use super::*;

    fn server(stage: Stage, code: u16) -> Fault {
        let error = ServerError { code, message: "told so".into(), state: "HY000".into() };
        Fault { stage, cause: Cause::Driver(error.into()) }
    }

    #[test]
    fn g14_what_passes_is_retryable_too() {
        for code in 1000..4100 {
            let fault = server(Stage::Sent, code);
            assert!(!fault.passes() || fault.kind().is_retryable(), "{code}");
        }
        for code in [1045, 1146, 1142, 1049, 1064] {
            assert!(!server(Stage::Sent, code).passes());
        }
    }

    #[test]
    fn g13_whatever_a_fresh_process_or_a_later_minute_can_mend_is_retryable() {
        // No disk space, no memory, no threads, no descriptors, no locks, no statements, no cluster, no network.
        let codes = [
            3, 5, 20, 23, 1016, 1021, 1026, 1030, 1037, 1038, 1041, 1047, 1114, 1135, 1158, 1160, 1206, 1412, 1461,
            1615, 1637, 1878, 3170,
        ];
        for code in codes {
            assert!(server(Stage::Sent, code).kind().is_retryable(), "{code}");
        }
        for errno in [libc::EMFILE, libc::ENFILE, libc::ENOMEM, libc::EAGAIN, libc::ENOSPC] {
            let failure = || std::io::Error::from_raw_os_error(errno);
            for cause in [Cause::NoRuntime(failure()), Cause::Driver(DriverFailure::from(failure()))] {
                assert!(Fault { stage: Stage::Connecting, cause }.kind().is_retryable(), "{errno}");
            }
        }
        for code in [1044, 1045, 1049, 1054, 1064, 1146, 1062, 1406] {
            assert!(!server(Stage::Sent, code).kind().is_retryable(), "{code}: somebody has to change something");
        }
    }

    #[test]
    fn g14_a_write_whose_connection_was_lost_may_have_taken_effect() {
        assert!(server(Stage::Sent, 1213).had_no_effect());
        assert!(server(Stage::Connecting, 1927).had_no_effect());
        assert!(!server(Stage::Sent, 1927).had_no_effect());
        assert!(!Fault { stage: Stage::Sent, cause: Cause::NoAnswer(Duration::ZERO) }.had_no_effect());
    }
}
