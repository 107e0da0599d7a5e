//! A trigger: who serves the clients that are due, what one failure does to the others, and who looks again.

use std::time::Duration;

use wikibase_dispatch::{
    domain::strategy::Strategy,
    jobs::{Answer, Event, RepoJob::Trigger},
};

use super::farm::{Farm, client_of, job_of, notified, of_repo};
use crate::support::{
    TestRepo,
    host::{Failed, Run, run_job},
};

const INLINE: [Strategy; 3] = [Strategy::Auto, Strategy::Inline, Strategy::Poll];

fn farm() -> Farm {
    Farm::new(&["dewiki", "enwiki"], &[])
}

/// How often it has looked.
fn looks(run: &Run) -> usize {
    run.events.iter().filter(|event| matches!(event, Event::Triggered { .. })).count()
}

#[test]
fn with_jobs_every_client_that_is_due_gets_one_job_by_one_push() {
    let run = farm().serving_by(Strategy::Jobs).with_changes(1).run(&Trigger);
    let both = [["push client dewiki, client enwiki", "commit"], ["push client enwiki, client dewiki", "commit"]];
    assert!(both.iter().any(|both| run.asked() == both), "{:?}", run.asked());
}

#[test]
fn nothing_is_pushed_when_nobody_is_due() {
    for strategy in [Strategy::Jobs, Strategy::Auto, Strategy::Inline, Strategy::Poll] {
        assert_eq!(farm().serving_by(strategy).run(&Trigger).asked(), ["commit"]);
        assert_eq!(farm().serving_by(strategy).delaying().run(&Trigger).asked(), ["commit"]);
    }
}

#[test]
fn g1_who_found_something_leaves_a_successor_where_the_queue_can_delay() {
    let run = farm().serving_by(Strategy::Jobs).with_changes(1).delaying().run(&Trigger);
    assert_eq!(of_repo(&run)[1..], ["push trigger in 5 s"]);
    let sharing = Farm::new(&["dewiki", "enwiki"], &[("triggerMaxDelay", 3)]);
    let run = sharing.serving_by(Strategy::Inline).with_changes(1).delaying().run(&Trigger);
    assert_eq!(of_repo(&run), ["push trigger in 3 s"; 2], "once in case it dies, and once at its end");
    assert_eq!(run.asked()[0], "push trigger in 3 s", "before anything is pushed to clients");
    assert_eq!(looks(&run), 1, "edits that come meanwhile wait for the successor");
}

#[test]
fn g1_where_edits_do_not_share_a_trigger_it_looks_until_it_finds_nothing() {
    for (strategy, can_delay) in INLINE.into_iter().flat_map(|strategy| [(strategy, false), (strategy, true)]) {
        let mut farm = farm().serving_by(strategy).with_changes(1);
        farm.settings.queue.delays.triggers = can_delay;
        let run = farm.run(&Trigger);
        assert_eq!(looks(&run), 2, "an edit may have met our claims, and nobody comes back for it soon");
        assert!(of_repo(&run).iter().all(|push| can_delay && *push == "push trigger in 5 s"), "{:?}", of_repo(&run));
        assert_eq!(notified(&run).len(), 2);
        assert_eq!(farm.seen(), [1, 1]);
    }
}

#[test]
fn g1_everything_is_pushed_and_durable_before_the_group_is_finished() {
    let farm = farm().serving_by(Strategy::Inline).with_changes(1);
    let mut seen = Vec::new();
    let run = run_job(&Trigger, &farm.core(), |_| {
        seen.push(farm.seen());
        Answer::Done
    });
    let kinds: Vec<_> = run.asked().iter().map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(kinds, ["notify", "commit", "notify", "commit", "commit"]);
    assert_eq!(seen, [[0, 0], [0, 0], [0, 0], [0, 0], [1, 1]]);
}

#[test]
fn polling_holds_one_claim_at_a_time() {
    let farm = farm().serving_by(Strategy::Poll).with_changes(1);
    let mut claimed = Vec::new();
    run_job(&Trigger, &farm.core(), |action| {
        if client_of(action).is_some() {
            let locks = ["dewiki", "enwiki"].map(|client| farm.repo.lock(client).is_some());
            claimed.push(locks.into_iter().filter(|is_locked| *is_locked).count());
        }
        Answer::Done
    });
    assert_eq!(claimed, [1, 1]);
}

#[test]
fn g9_one_queue_that_is_down_fails_one_pass_alone() {
    for strategy in INLINE {
        for can_delay in [false, true] {
            let mut farm = Farm::new(&["dewiki", "enwiki", "frwiki"], &[]).serving_by(strategy).with_changes(1);
            farm.settings.queue.delays.triggers = can_delay;
            let run = farm.run_failing(&Trigger, "enwiki");
            assert!(run.failed.is_none());
            assert_eq!(farm.seen(), [1, 0, 1]);
            assert!(farm.repo.lock("enwiki").unwrap().starts_with("wd1r"), "it rests");
            let at = run.asked().iter().position(|line| *line == "notify enwiki [1]").unwrap();
            assert_eq!(run.asked()[at + 1], "roll back");
            let told = |event: &&Event| matches!(event, Event::PassFailed { client, .. } if client == "enwiki");
            assert_eq!(run.events.iter().filter(told).count(), 1);
            let last = *of_repo(&run).last().unwrap();
            // Where no trigger comes by itself it gets a job of its own, which the queue repeats.
            assert_eq!(last, if can_delay { "push trigger in 1 s" } else { "push client enwiki" });
            assert_eq!(run.asked().last(), Some(&"commit"));
        }
    }
}

#[test]
fn g1_a_claim_that_may_be_a_dead_runners_is_looked_at_again_where_jobs_cannot_be_delayed() {
    for strategy in [Strategy::Jobs, Strategy::Auto, Strategy::Inline, Strategy::Poll] {
        let farm = Farm::new(&["enwiki", "dewiki"], &[]).serving_by(strategy).with_changes(1);
        farm.die_with_claim_of("enwiki");
        assert!(farm.run(&job_of("dewiki")).failed.is_none());
        farm.clock.set(Duration::from_secs(5));
        assert_eq!(farm.run(&Trigger).asked(), ["commit", "sleep 1 s", "push trigger", "commit"]);
        assert_eq!(farm.delaying().run(&Trigger).asked(), ["push trigger in 5 s", "commit"]);
    }
}

#[test]
fn pruning_is_asked_for_when_it_is_due_after_all_else() {
    let farm = farm().serving_by(Strategy::Jobs).with_changes(1);
    farm.clock.set(Duration::from_secs(10_000));
    assert_eq!(of_repo(&farm.run(&Trigger))[1..], ["push prune"]);
    let farm = farm.serving_by(Strategy::Inline);
    assert_eq!(of_repo(&farm.run(&Trigger)), ["push prune"]);
}

#[test]
fn a_failure_is_told_and_fails_the_job() {
    let farm = farm().with_changes(1);
    let run = run_job(&Trigger, &farm.failing_core(), |_| Answer::Done);
    assert!(matches!(run.failed, Some(Failed::Native(_))));
    assert!(matches!(run.events[..], [Event::TriggerFailed(_), Event::TriggerEnded(_)]), "{:?}", run.events);
}
