//! When a trigger that serves clients has done enough, and who goes on.

use std::time::Duration;

use wikibase_dispatch::{
    domain::strategy::Strategy,
    jobs::{Answer, RepoJob::Trigger},
};

use super::farm::{Farm, client_of, notified, of_repo};
use crate::support::{TestRepo, host::run_job};

const CLIENTS: [&str; 3] = ["dewiki", "enwiki", "frwiki"];

fn farm(numbers: &[(&str, i64)]) -> Farm {
    Farm::new(&CLIENTS, numbers).serving_by(Strategy::Inline).with_changes(1)
}

#[test]
fn when_time_is_up_another_trigger_goes_on_at_once_and_what_was_not_pushed_is_not_finished() {
    for farm in [farm(&[]), farm(&[]).delaying()] {
        let run = farm.run_slowly(&Trigger, 40);
        assert_eq!(notified(&run).len(), 2, "{:?}", run.asked());
        assert_eq!(farm.seen().iter().sum::<u64>(), 2);
        assert_eq!(run.asked()[run.asked.len() - 2..], ["push trigger", "commit"]);
        let locks = CLIENTS.map(|client| farm.repo.lock(client));
        assert_eq!(locks, [None, None, None], "who was claimed and not served is free for others");
    }
}

#[test]
fn g9_queues_that_fail_slowly_do_not_hold_a_group_for_longer_than_time_allows() {
    let farm = farm(&[]);
    let core = farm.core();
    let run = run_job(&Trigger, &core, |action| {
        if client_of(action).is_none() {
            return Answer::Done;
        }
        core.pass_time(Duration::from_secs(40));
        Answer::Thrown(0)
    });
    assert_eq!(notified(&run).len(), 2, "{:?}", run.asked());
    let pushed = of_repo(&run);
    assert_eq!((pushed.len(), pushed[0]), (2, "push trigger"), "somebody else has to serve the third");
    assert!(pushed[1].starts_with("push client "), "and the two have jobs of their own: {pushed:?}");
    assert_eq!(pushed[1].matches("client").count(), 2, "{pushed:?}");
}

#[test]
fn g3_nothing_is_pushed_under_a_claim_that_may_have_ended() {
    let farm = farm(&[("claimTtl", 20)]);
    let mut seen = Vec::new();
    let core = farm.core();
    let run = run_job(&Trigger, &core, |action| {
        if client_of(action).is_some() {
            core.pass_time(Duration::from_secs(6));
            seen.push(farm.seen().iter().sum::<u64>());
        }
        Answer::Done
    });
    assert_eq!(notified(&run).len(), 3);
    assert_eq!(seen, [0, 0, 2], "the third is served under a new claim, when the others are done");
    assert_eq!(of_repo(&run), [""; 0]);
    assert_eq!(farm.seen(), [1, 1, 1]);
}

#[test]
fn with_a_minimum_of_changes_a_trigger_stops_when_they_are_handed_over() {
    let farm = farm(&[("dispatchMinChanges", 2)]).serving_by(Strategy::Poll);
    let run = farm.run(&Trigger);
    assert_eq!(notified(&run).len(), 2);
    assert_eq!(of_repo(&run), ["push trigger"]);
    assert_eq!(farm.seen().iter().sum::<u64>(), 2);
    assert_eq!(notified(&farm.run(&Trigger)).len(), 1, "the next one serves the third");
}

#[test]
fn a_group_is_handed_over_as_a_whole_whatever_the_minimum_of_changes() {
    let farm = farm(&[("dispatchMinChanges", 1)]).delaying();
    let run = farm.run(&Trigger);
    assert_eq!(notified(&run).len(), 3);
    assert_eq!(of_repo(&run), ["push trigger in 5 s", "push trigger"], "an edit may have met our claims");
}

#[test]
fn help_is_called_once_and_only_if_there_is_more_than_one_group() {
    let names: Vec<String> = (0..140).map(|number| format!("w{number}wiki")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    for (strategy, pushed) in [(Strategy::Auto, vec!["push trigger"]), (Strategy::Inline, vec![])] {
        let farm = Farm::new(&names, &[]).serving_by(strategy).with_changes(1);
        let run = farm.run(&Trigger);
        assert_eq!(notified(&run).len(), 140);
        assert_eq!(of_repo(&run), pushed);
    }
    assert_eq!(of_repo(&farm(&[]).serving_by(Strategy::Auto).run(&Trigger)), [""; 0]);
}
