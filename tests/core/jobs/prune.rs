//! Pruning: in which order batches are deleted and replicas waited for, and when a run ends.

use std::time::Duration;

use wikibase_dispatch::{
    domain::{change::ChangeId, prune::BATCH},
    jobs::{Action, Answer, Event, RepoJob::Prune},
    store::Pruning,
};

use super::farm::Farm;
use crate::support::{
    TestRepo,
    host::{Failed, Run, run_job},
};

const WAIT: &str = "wait for replicas 5 s";

/// Everybody has seen so many batches of old changes, and a few more.
fn farm(batches: usize) -> Farm {
    let farm = Farm::new(&["dewiki", "enwiki"], &[("pruneGraceSeconds", 0)]);
    let count = batches * BATCH + 10;
    farm.repo.execute(&format!(
        "WITH RECURSIVE ids (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM ids WHERE id < {count})
            INSERT INTO {{wb_changes}} SELECT id, 'wikibase-item~update', '20260131235959', 'Q1', 8, 5, '{{}}' FROM ids"
    ));
    for client in ["dewiki", "enwiki"] {
        farm.repo.set(client, &format!("chd_seen = {count}"));
    }
    farm
}

fn left(farm: &Farm) -> usize {
    farm.repo.store().oldest_changes(ChangeId(u64::from(u32::MAX)), 100_000).unwrap().len()
}

fn batches(run: &Run) -> usize {
    run.events.iter().filter(|event| matches!(event, Event::BatchPruned(_))).count()
}

/// A run in which replicas follow so many times.
fn run_with_replicas(farm: &Farm, mut follow: usize) -> Run {
    run_job(&Prune, &farm.core(), |_| {
        let answer = if follow == 0 { Answer::Refused } else { Answer::Done };
        follow = follow.saturating_sub(1);
        answer
    })
}

#[test]
fn g8_replicas_are_waited_for_before_each_batch() {
    let farm = farm(2);
    let mut before = Vec::new();
    let run = run_job(&Prune, &farm.core(), |action| {
        assert!(matches!(action, Action::WaitForReplicas(_)));
        before.push(left(&farm));
        Answer::Done
    });
    assert_eq!(run.asked(), [WAIT; 3]);
    assert_eq!(before, [2 * BATCH + 10, BATCH + 10, 10]);
    assert_eq!(left(&farm), 0);
    let Some(Event::Pruned { deleted, is_more_left, .. }) = run.events.last() else {
        panic!("{:?}", run.events);
    };
    assert_eq!((*deleted, *is_more_left), (2 * BATCH + 10, false));
}

#[test]
fn g8_replicas_that_do_not_follow_end_the_run_without_a_successor() {
    let farm = farm(2);
    let run = run_with_replicas(&farm, 1);
    assert_eq!(run.asked(), [WAIT; 2]);
    assert!(run.failed.is_none());
    assert_eq!(left(&farm), BATCH + 10);
    assert!(run.events.iter().any(|event| matches!(event, Event::PruneStopped)));
}

#[test]
fn g8_nothing_is_deleted_while_replicas_are_behind_already() {
    let farm = farm(1);
    let run = run_with_replicas(&farm, 0);
    assert_eq!((batches(&run), left(&farm)), (0, BATCH + 10));
}

#[test]
fn a_run_ends_in_time_and_leaves_a_successor() {
    let farm = farm(4);
    let core = farm.core();
    let run = run_job(&Prune, &core, |_| {
        core.pass_time(Duration::from_secs(25));
        Answer::Done
    });
    assert_eq!(run.asked(), [WAIT, WAIT, WAIT, "push prune", "commit"]);
    assert_eq!(left(&farm), BATCH + 10);
}

#[test]
fn g9_clients_that_are_not_configured_are_told_once_a_run() {
    let farm = farm(1);
    farm.repo
        .execute("INSERT INTO {wb_changes_dispatch} (chd_site, chd_db, chd_seen) VALUES ('gonewiki', 'gone', 5000)");
    let run = farm.run(&Prune);
    assert_eq!(batches(&run), 2);
    let told = run.events.iter().filter_map(|event| match event {
        Event::Pruned { unconfigured, .. } => Some(unconfigured.iter().map(|gone| gone.site.as_str()).collect()),
        _ => None,
    });
    assert_eq!(told.collect::<Vec<Vec<_>>>(), [["gonewiki"]]);
}

#[test]
fn a_failure_is_told_and_fails_the_job() {
    let farm = farm(1);
    let run = run_job(&Prune, &farm.failing_core(), |_| Answer::Done);
    assert!(matches!(run.failed, Some(Failed::Native(_))));
    assert!(matches!(run.events[..], [Event::PruneFailed(_)]), "{:?}", run.events);
    assert_eq!(left(&farm), BATCH + 10);
}
