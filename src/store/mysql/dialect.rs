//! Where MariaDB and MySQL differ. Run on: MariaDB 10.11, MySQL 9.7. Words that MySQL 8.0 does not have are not used.

use std::time::Duration;

use super::groups::marks;

/// Which of the two answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    MariaDb,
    MySql,
}

/// Bytes of a list of subscribers in one row. What is longer is read by rows of its own.
const LONGEST_LIST: u32 = 256 << 10;

impl Dialect {
    /// From what `VERSION()` says.
    pub fn of(version: &str) -> Self {
        if version.contains("MariaDB") { Self::MariaDb } else { Self::MySql }
    }

    /// What ends a reading statement that locks what it reads, and fails at once where it would have to wait.
    pub fn shared_lock_or_fail(self) -> &'static str {
        match self {
            Self::MariaDb => "LOCK IN SHARE MODE NOWAIT",
            Self::MySql => "FOR SHARE NOWAIT",
        }
    }

    /// Whether this is how such a statement fails.
    pub fn is_lock_refused(self, code: u16) -> bool {
        match self {
            Self::MariaDb => code == 1205,
            Self::MySql => code == 3572,
        }
    }

    /// Deletes changes by their ids, of which there are `count`, and locks no others: neither rows that stay nor the space between
    /// them.
    pub fn delete_by_id(self, count: usize) -> String {
        match self {
            // The syntax for several tables is the one that takes the index.
            Self::MariaDb => format!(
                "DELETE {{wb_changes}} FROM {{wb_changes}} FORCE INDEX (PRIMARY) WHERE change_id IN ({})",
                marks("?", count)
            ),
            // There the index is not taken all the same when the list has most of the table in it. Parameters in a list of rows
            // are texts unless they are told otherwise, and a text is not looked up by an index of numbers.
            Self::MySql => format!(
                "DELETE {{wb_changes}} FROM (VALUES {}) AS ids (id)
                STRAIGHT_JOIN {{wb_changes}} FORCE INDEX (PRIMARY) ON change_id = id",
                marks("ROW(CAST(? AS UNSIGNED))", count)
            ),
        }
    }

    /// Asks the primary how far it is, as two texts; the first is empty where nothing is written down for replicas. A
    /// transaction that others can see is in one of them.
    ///
    /// MariaDB writes a transaction to the binary log, and counts it, before others can see it. The second text also
    /// counts what the primary had replicated itself before it became one. MySQL counts a moment after, so those on the
    /// way are asked for first. `gtid_mode` counts everything only when it is wholly on.
    pub fn position(self) -> &'static str {
        match self {
            Self::MariaDb => "SELECT IF(@@GLOBAL.log_bin, @@GLOBAL.gtid_binlog_pos, ''), @@GLOBAL.gtid_current_pos",
            Self::MySql => {
                "SELECT CONCAT_WS(',', NULLIF(REGEXP_REPLACE(@@GLOBAL.gtid_owned, '#[0-9]+', ''), ''),
                    @@GLOBAL.gtid_executed), '' FROM DUAL WHERE @@GLOBAL.gtid_mode = 'ON'"
            }
        }
    }

    /// Asks a replica whether it has come as far as both texts, and waits a moment for it: replicas are always a little
    /// behind. And whether it has a certain change: a server that replicates other tables, or leaves this one out, would
    /// otherwise pass.
    pub fn has_position(self) -> String {
        const MOMENT: &str = "0.05";
        let reached = match self {
            Self::MariaDb => format!("MASTER_GTID_WAIT(?, {MOMENT}) = 0 AND MASTER_GTID_WAIT(?, {MOMENT}) = 0"),
            Self::MySql => format!("WAIT_FOR_EXECUTED_GTID_SET(CONCAT_WS(',', ?, NULLIF(?, '')), {MOMENT}) = 0"),
        };
        format!("SELECT {reached} AND EXISTS (SELECT 1 FROM {{wb_changes}} WHERE change_id = ?)")
    }

    /// What a new session needs. The server gives up a little before we do, so that there is an answer rather than silence,
    /// and no statement goes on after we have left.
    pub fn set_up(self, timeout: Duration) -> Vec<String> {
        let limit = timeout.mul_f64(0.9);
        let lock_wait = (limit.as_secs() / 2).clamp(1, 50);
        let time_limit = match self {
            Self::MariaDb => format!("max_statement_time = {:.3}", limit.as_secs_f64()),
            // Bounds reading statements only. Statistics must be fresh: AUTO_INCREMENT is one of them.
            Self::MySql => {
                format!("max_execution_time = {}, information_schema_stats_expiry = 0", limit.as_millis().max(1))
            }
        };
        vec![
            // A server whose binary log holds statements (`binlog_format`) refuses writes at a lower level (error 1665).
            "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ".into(),
            format!(
                "SET SESSION autocommit = 1, sql_mode = 'STRICT_ALL_TABLES', time_zone = '+00:00', \
                 innodb_lock_wait_timeout = {lock_wait}, group_concat_max_len = {LONGEST_LIST}, {time_limit}"
            ),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_are_told_apart_by_their_version() {
        assert_eq!(Dialect::of("10.11.19-MariaDB-0+deb12u1"), Dialect::MariaDb);
        assert_eq!(Dialect::of("8.4.3"), Dialect::MySql);
        assert_eq!(Dialect::of("8.0.36-28-log"), Dialect::MySql);
    }

    #[test]
    fn each_is_spoken_to_in_its_own_words() {
        assert_eq!(Dialect::MySql.shared_lock_or_fail(), "FOR SHARE NOWAIT");
        assert!(Dialect::MySql.is_lock_refused(3572) && !Dialect::MySql.is_lock_refused(1205));
        let set_up = Dialect::MariaDb.set_up(Duration::from_secs(10)).join(";");
        assert!(set_up.contains("max_statement_time = 9.000") && set_up.contains("innodb_lock_wait_timeout = 4"));
        assert!(Dialect::MySql.set_up(Duration::from_secs(10)).join(";").contains("max_execution_time = 9000"));
        for dialect in [Dialect::MariaDb, Dialect::MySql] {
            assert_eq!(dialect.delete_by_id(4).matches('?').count(), 4);
        }
    }

    #[test]
    fn each_is_asked_for_positions_in_its_own_words_and_with_the_same_values() {
        for (dialect, wait) in [(Dialect::MariaDb, "MASTER_GTID_WAIT"), (Dialect::MySql, "WAIT_FOR_EXECUTED_GTID_SET")]
        {
            let has_position = dialect.has_position();
            assert!(has_position.contains(wait) && has_position.contains("{wb_changes}"), "{has_position}");
            assert_eq!(has_position.matches('?').count(), 3);
            // MySQL takes 0 for no limit.
            assert!(!has_position.contains(", 0)"), "{has_position}");
        }
        let position = Dialect::MySql.position();
        assert!(position.find("gtid_owned") < position.find("gtid_executed"), "{position}");
    }
}
