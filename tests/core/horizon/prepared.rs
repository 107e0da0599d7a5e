//! G7: a forgotten `XA PREPARE` holds the horizon, survives its session, and cannot be killed. The status says what ends it.

use std::{
    sync::{LazyLock, Mutex, PoisonError},
    thread,
    time::Duration,
};

use crate::support::{
    MariaRepo, PLAIN, TestRepo,
    edit::{Edit, edit_of_q1},
    kind::{is_galera, is_mysql},
    mariadb::{PASSWORD, Server, Sql, USER},
    replication::eventually,
    settings,
};
use wikibase_dispatch::{
    domain::{
        change::ChangeId,
        gap_holder::GapHolder,
        health::{FarmStatus, Health, Reason},
        settings::Settings,
    },
    lock::ClaimOnly,
    ops::{self, Failures},
    store::ChangeBuffer,
};

/// Their own: a server lists the prepared transactions of all databases, and the privileges of a user are those of all.
static SERVER: LazyLock<Server> = LazyLock::new(|| Server::start(&[]));

/// For the same reason these tests cannot run side by side.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

fn farm(repo: &MariaRepo) -> Settings {
    let settings = settings(&["frwiki"], &[("gapGrace", 0)]);
    ops::initialise(&mut repo.store(), &settings).unwrap();
    settings
}

/// INNODB_TRX is filled anew when nobody has read it for a tenth of a second.
fn assert_told(repo: &MariaRepo, settings: &Settings, holder: GapHolder, may: bool) {
    eventually(&format!("it is told with PROCESS {may}: {holder:?}"), || {
        thread::sleep(Duration::from_millis(150));
        status(repo, settings).gap_holder == holder
    });
}

fn status(repo: &MariaRepo, settings: &Settings) -> FarmStatus {
    ops::read_status(&mut repo.store(), &mut ClaimOnly, settings, &Failures::default()).unwrap()
}

/// Prepares an edit under this name and disconnects.
fn prepare_and_leave(repo: &MariaRepo, name: &str) {
    let mut sql = repo.editor();
    sql.run(&format!("XA START '{name}'"));
    sql.run(&edit_of_q1(repo));
    sql.run(&format!("XA END '{name}'"));
    sql.run(&format!("XA PREPARE '{name}'"));
    let session = sql.id();
    drop(sql);
    eventually("its session has ended", || {
        let sessions = format!("SELECT 1 FROM information_schema.PROCESSLIST WHERE ID = {session}");
        repo.sql.borrow_mut().run(&sessions).is_empty()
    });
}

/// Lets the stores' user see what others do, or not.
fn may_see_processes(may: bool) {
    for host in ["localhost", "127.0.0.1"] {
        let sql = if may {
            format!("GRANT PROCESS ON *.* TO {USER}@{host}")
        } else {
            format!("REVOKE PROCESS ON *.* FROM {USER}@{host}")
        };
        SERVER.root().run(&sql);
    }
    let mut own = Sql::open(&SERVER.socket(), USER, PASSWORD, None).unwrap();
    assert_eq!(own.try_run("SELECT COUNT(*) FROM information_schema.INNODB_TRX", ()).is_ok(), may);
}

#[test]
fn g7_a_forgotten_prepared_transaction_is_told_from_a_session_that_can_be_killed() {
    let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    if is_galera() {
        // A cluster takes none.
        assert!(SERVER.root().try_run("XA START 'forgotten'", ()).is_err());
        return;
    }
    for may in [false, true] {
        may_see_processes(may);
        let repo = SERVER.repo("");
        let settings = farm(&repo);
        prepare_and_leave(&repo, "forgotten");
        let last = repo.change("Q1", PLAIN);
        let held = status(&repo, &settings);
        assert_eq!(held.verdict(), (Health::Stuck, Reason::OpenGap, None));
        // MySQL lists prepared transactions only to those with the privilege.
        let told = if is_mysql() && !may { GapHolder::Unknown } else { GapHolder::Prepared };
        assert_told(&repo, &settings, told, may);
        SERVER.root().run("XA ROLLBACK 'forgotten'");
        assert_eq!(repo.store().horizon(ChangeId(0), settings.gap_rules()).unwrap().upto, ChangeId(last));

        repo.set("frwiki", &format!("chd_seen = {last}"));
        let edit = Edit::begin(&repo, "Q1");
        repo.change("Q1", PLAIN);
        let held = status(&repo, &settings);
        assert_eq!(held.verdict(), (Health::Stuck, Reason::OpenGap, None));
        let told = if is_mysql() && !may { GapHolder::Unknown } else { GapHolder::Session };
        assert_told(&repo, &settings, told, may);
        edit.roll_back();
    }
    may_see_processes(false);
}

#[test]
fn g7_holders_of_a_gap_are_looked_up_only_where_a_gap_is_the_reason() {
    let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let repo = SERVER.repo("");
    let settings = farm(&repo);
    repo.change("Q1", PLAIN);
    assert_eq!(status(&repo, &settings).gap_holder, GapHolder::Unknown);
}
