//! G7 and G10: a database clock that jumps by more than the grace, between an id and its row, does not age the gap.

use std::time::Duration;

use crate::support::{
    MariaRepo, PLAIN, TestRepo, mariadb::SHARED, replication::eventually, statement_proxy::StatementProxy,
};
use wikibase_dispatch::{
    domain::{
        change::ChangeId,
        horizon::{GapKind, GapRules},
    },
    store::{
        ChangeBuffer,
        mysql::{MysqlServer, MysqlStore},
    },
};

/// A repo with id 2 given out and not inserted yet, and a store behind a proxy that can set the clock of its session.
fn repo_with_a_gap() -> (MariaRepo, StatementProxy, MysqlStore) {
    let repo = MariaRepo::new();
    let proxy = StatementProxy::before(&SHARED);
    let store = repo.store_with(|to| to.server = MysqlServer::Socket(proxy.socket()));
    repo.change("Q1", PLAIN);
    repo.execute("ALTER TABLE {wb_changes} AUTO_INCREMENT = 3");
    repo.change("Q1", PLAIN);
    (repo, proxy, store)
}

#[test]
fn g7_a_clock_that_jumps_between_an_id_and_its_row_makes_no_gap_old() {
    const GRACE: Duration = Duration::from_secs(3);
    for jump in [60, -60] {
        let (repo, proxy, mut store) = repo_with_a_gap();
        let look = store.horizon(ChangeId(0), GapRules::after(GRACE)).unwrap();
        assert_eq!((look.upto, look.waits_for.unwrap().kind), (ChangeId(1), GapKind::Young));
        proxy.say(&format!("SET SESSION timestamp = UNIX_TIMESTAMP() + {jump}"));
        for _ in 0..3 {
            let look = store.horizon(ChangeId(0), GapRules::after(GRACE)).unwrap();
            assert!(proxy.has_said_it());
            assert_eq!((look.upto, look.waits_for.unwrap().kind), (ChangeId(1), GapKind::Young), "by {jump} s");
        }
        assert_eq!(repo.change_as(Some(2), "Q1", PLAIN.as_bytes()), 2);
        assert_eq!(store.horizon(ChangeId(0), GapRules::after(GRACE)).unwrap().upto, ChangeId(3));
    }
}

/// Otherwise the gap would hold everything back for as long as the clock was wrong.
#[test]
fn g7_a_clock_that_was_set_back_does_not_keep_a_dead_gap_young() {
    const GRACE: Duration = Duration::from_millis(400);
    let (_repo, proxy, mut store) = repo_with_a_gap();
    store.horizon(ChangeId(0), GapRules::after(GRACE)).unwrap();
    // This also stops the session's clock.
    proxy.say("SET SESSION timestamp = UNIX_TIMESTAMP() - 3600");
    store.horizon(ChangeId(0), GapRules::after(GRACE)).unwrap();
    proxy.say("SET SESSION timestamp = DEFAULT");
    eventually("the gap is dead", || store.horizon(ChangeId(0), GapRules::after(GRACE)).unwrap().upto == ChangeId(3));
}
