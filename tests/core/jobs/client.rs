//! The job of one client: the order of the steps of a pass, what happens when one fails, and who comes after.

use std::time::Duration;

use wikibase_dispatch::{
    error::ErrorKind,
    jobs::{self, Answer, Arrival, Event, Machine, RepoJob, Step},
};

use super::farm::{Farm, client_of, job_of, notified};
use crate::support::{
    TestRepo,
    host::{Failed, Run, run_job},
};

fn enwiki() -> RepoJob {
    job_of("enwiki")
}

fn farm() -> Farm {
    Farm::new(&["dewiki", "enwiki"], &[("dispatchDefaultBatchSize", 2)])
}

fn kind(run: &Run) -> Option<ErrorKind> {
    match &run.failed {
        Some(Failed::Native(error)) => Some(error.kind()),
        _ => None,
    }
}

fn failures(run: &Run) -> usize {
    run.events.iter().filter(|event| matches!(event, Event::PassFailed { client, .. } if client == "enwiki")).count()
}

#[test]
fn g1_notifications_are_pushed_and_durable_before_the_pass_is_finished() {
    let farm = farm().with_changes(2);
    let mut seen = Vec::new();
    let run = run_job(&enwiki(), &farm.core(), |_| {
        seen.push(farm.repo.seen("enwiki"));
        Answer::Done
    });
    assert_eq!(run.asked(), ["notify enwiki [1, 2]", "commit", "commit"]);
    assert_eq!(seen, [0, 0, 2]);
    assert_eq!(farm.repo.lock("enwiki"), None);
    assert_eq!(farm.repo.seen("dewiki"), 0);
}

#[test]
fn g1_a_pass_whose_push_fails_is_not_finished() {
    let farm = farm().with_changes(2);
    let run = farm.run_failing(&enwiki(), "enwiki");
    assert_eq!(run.asked(), ["notify enwiki [1, 2]", "roll back"]);
    assert!(matches!(run.failed, Some(Failed::Host)));
    assert_eq!(farm.repo.seen("enwiki"), 0);
    assert!(farm.repo.lock("enwiki").unwrap().starts_with("wd1r"), "it rests");
    assert_eq!(failures(&run), 1, "it is told once, though it fails the pass and the job");
}

#[test]
fn g1_a_pass_whose_commit_fails_is_not_finished() {
    let farm = farm().with_changes(2);
    let run = run_job(&enwiki(), &farm.core(), |action| match client_of(action) {
        Some(_) => Answer::Done,
        None => Answer::Thrown(0),
    });
    assert_eq!(run.asked(), ["notify enwiki [1, 2]", "commit", "roll back"]);
    assert_eq!(farm.repo.seen("enwiki"), 0);
}

#[test]
fn a_job_that_is_dropped_in_the_middle_gives_its_claim_back() {
    let farm = farm().with_changes(2);
    let core = &farm.core();
    let mut job = Machine::new(|host| async move { jobs::client("enwiki", Arrival::AtOnce, core, &host).await });
    assert!(matches!(job.next(None).0, Step::Act(_)));
    assert!(farm.repo.lock("enwiki").unwrap().starts_with("wd1c"), "{:?}", farm.repo.lock("enwiki"));
    drop(job);
    assert!(farm.repo.lock("enwiki").unwrap().starts_with("wd1r"));
}

#[test]
fn passes_go_on_while_the_next_is_due_at_once() {
    let farm = farm().with_changes(5);
    let run = farm.run(&enwiki());
    assert_eq!(notified(&run), ["notify enwiki [1, 2]", "notify enwiki [3, 4]", "notify enwiki [5]"]);
    assert_eq!(run.asked().last(), Some(&"commit"));
}

#[test]
fn nothing_is_pushed_when_the_client_needs_no_pass() {
    assert_eq!(farm().run(&enwiki()).asked(), ["commit"]);
}

#[test]
fn a_successor_goes_on_when_time_is_up() {
    let farm = farm().with_changes(20);
    let run = farm.run_slowly(&enwiki(), 25);
    assert_eq!(notified(&run).len(), 3, "passes of 25 seconds in a limit of 60");
    assert_eq!(run.asked()[6..], ["push client enwiki", "commit"]);
    assert_eq!(farm.repo.seen("enwiki"), 6);
}

#[test]
fn g1_before_a_pass_pushes_anything_somebody_is_told_to_look_soon_where_the_queue_can_delay() {
    for (longest, trigger) in [(0, "push trigger in 5 s"), (1, "push trigger in 1 s"), (7, "push trigger in 7 s")] {
        // However long the client rests then: the triggers of edits that share one are dropped while this one waits.
        let numbers = [("dispatchDefaultDispatchInterval", 60), ("triggerMaxDelay", longest)];
        let farm = Farm::new(&["dewiki", "enwiki"], &numbers).with_changes(2).delaying();
        let run = farm.run(&enwiki());
        assert_eq!(run.asked(), [trigger, "notify enwiki [1, 2]", "commit", "commit"]);
    }
}

#[test]
fn g1_a_claimed_client_keeps_a_job_where_the_queue_cannot_delay() {
    let farm = farm().with_changes(2);
    farm.die_with_claim_of("enwiki");
    let run = farm.run(&enwiki());
    assert_eq!(run.asked(), ["sleep 1 s", "push client enwiki", "commit"], "its owner may be dead");
    assert!(run.failed.is_none());
    assert!(matches!(run.events[..], [Event::PassDeferred(..)]), "{:?}", run.events);
}

#[test]
fn g1_a_claimed_client_is_looked_at_again_where_the_queue_can_delay() {
    let farm = farm().with_changes(2).delaying();
    farm.die_with_claim_of("enwiki");
    let run = farm.run(&enwiki());
    assert_eq!(run.asked(), ["push trigger in 1 s", "commit"]);
    assert!(run.failed.is_none());
}

#[test]
fn a_client_that_rests_fails_the_job_where_the_queue_cannot_delay_and_no_job_elsewhere() {
    let farm = farm().with_changes(2);
    farm.lay_to_rest("enwiki");
    let run = farm.run(&enwiki());
    assert_eq!((run.asked().len(), kind(&run)), (0, Some(ErrorKind::ClientResting)));
    assert_eq!(failures(&run), 0, "nothing has failed now");
    let run = farm.delaying().run(&enwiki());
    assert_eq!(run.asked(), ["push trigger in 5 s", "commit"]);
    assert!(run.failed.is_none());
}

#[test]
fn g1_a_job_for_a_client_that_is_not_ours_any_more_has_somebody_look() {
    let run = farm().run(&job_of("frwiki"));
    assert_eq!(run.asked(), ["push trigger", "commit"]);
    assert_eq!(kind(&run), Some(ErrorKind::UnknownClient));
    assert!(matches!(&run.events[..], [Event::PassFailed { client, .. }] if client == "frwiki"), "{:?}", run.events);
}

#[test]
fn with_a_single_client_its_job_has_somebody_prune_when_that_is_due() {
    let farm = Farm::new(&["enwiki"], &[]).with_changes(1);
    assert_eq!(farm.run(&enwiki()).asked(), ["notify enwiki [1]", "commit", "commit"]);
    farm.clock.set(Duration::from_secs(10_000));
    assert_eq!(farm.run(&enwiki()).asked(), ["push prune", "commit"]);

    let farm = self::farm();
    farm.clock.set(Duration::from_secs(10_000));
    assert_eq!(farm.run(&enwiki()).asked(), ["commit"], "there a trigger does");
}
