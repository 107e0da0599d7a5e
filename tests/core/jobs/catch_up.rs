//! Catching up: in which order clients are served, when it ends, and what it leaves.

use wikibase_dispatch::jobs::{self, Action, Answer, CaughtUp, Event, Machine};

use super::farm::{Farm, client_of, notified};
use crate::support::{
    PLAIN, TestRepo,
    host::{Run, TestCore, run},
};

fn farm() -> Farm {
    Farm::new(&["dewiki", "enwiki"], &[("dispatchDefaultBatchSize", 2)]).with_changes(5)
}

fn catch_up(farm: &Farm, clients: &[&str], host: impl FnMut(&Action) -> Answer) -> (Run, CaughtUp) {
    let core = farm.core();
    let run = run(job(&core, clients), &core, host);
    assert!(run.failed.is_none());
    let Some(Event::CaughtUp(result)) = run.events.last().cloned() else {
        panic!("{:?}", run.events);
    };
    (run, result)
}

fn job<'c>(core: &'c TestCore, clients: &[&str]) -> Machine<'c> {
    let clients = clients.iter().map(ToString::to_string).collect();
    Machine::new(|host| async move { jobs::catch_up(clients, core, &host).await })
}

fn failed(result: &CaughtUp) -> Vec<&str> {
    result.failed.iter().map(|(site, _)| site.as_str()).collect()
}

#[test]
fn every_client_gets_a_pass_in_turn_until_all_have_seen_everything() {
    let farm = farm();
    farm.repo.set("dewiki", "chd_seen = 3");
    let (run, result) = catch_up(&farm, &[], |_| Answer::Done);
    let expected = ["notify enwiki [1, 2]", "notify dewiki [4, 5]", "notify enwiki [3, 4]", "notify enwiki [5]"];
    assert_eq!(notified(&run), expected, "the most lagged first");
    assert_eq!((result.passes, result.changes, result.target.0), (4, 7, 5));
    assert_eq!((failed(&result).len(), result.left.len(), result.is_held_back), (0, 0, false));
    // Who held claims has somebody look again: the trigger of an edit that met them relies on it.
    assert_eq!(run.asked()[run.asked.len() - 2..], ["push trigger", "commit"]);
}

#[test]
fn only_the_clients_that_are_named_are_served() {
    let farm = farm();
    let (run, _) = catch_up(&farm, &["dewiki"], |_| Answer::Done);
    assert_eq!(notified(&run).len(), 3);
    assert_eq!(farm.seen(), [5, 0]);
}

#[test]
fn a_disabled_client_is_left_alone() {
    let farm = farm();
    farm.repo.set("enwiki", "chd_disabled = 1");
    catch_up(&farm, &[], |_| Answer::Done);
    assert_eq!(farm.seen(), [5, 0]);
}

#[test]
fn g9_a_client_whose_pass_fails_is_tried_once_and_the_others_go_on() {
    let farm = farm();
    let is_down = |action: &Action| client_of(action) == Some("enwiki");
    let (run, result) = catch_up(&farm, &[], |action| if is_down(action) { Answer::Thrown(0) } else { Answer::Done });
    assert_eq!(notified(&run).iter().filter(|line| line.starts_with("notify enwiki")).count(), 1);
    assert_eq!((failed(&result), result.left.len()), (vec!["enwiki"], 0));
    assert_eq!(farm.seen(), [5, 0]);
    assert_eq!(run.events.iter().filter(|event| matches!(event, Event::PassFailed { .. })).count(), 1);
}

#[test]
fn g4_a_client_that_is_somebody_elses_or_rests_is_waited_for() {
    for is_claimed in [true, false] {
        let farm = farm();
        if is_claimed {
            farm.die_with_claim_of("enwiki");
        } else {
            farm.lay_to_rest("enwiki");
        }
        let mut sleeps = 0;
        let (run, result) = catch_up(&farm, &[], |action| {
            if matches!(action, Action::Sleep(_)) {
                sleeps += 1;
                assert_eq!(farm.seen(), [5, 0], "the others do not wait");
                if sleeps == 3 {
                    farm.repo.set("enwiki", "chd_lock = NULL");
                }
            }
            Answer::Done
        });
        assert_eq!(sleeps, 3);
        assert_eq!(run.events.iter().filter(|event| matches!(event, Event::CatchUpWaits(_))).count(), 3);
        assert_eq!((failed(&result).len(), farm.seen()), (0, vec![5, 5]));
    }
}

#[test]
fn it_stops_between_two_passes_and_the_jobs_go_on() {
    let farm = farm();
    let mut is_stopped = false;
    let (run, result) = catch_up(&farm, &[], |action| {
        is_stopped |= client_of(action).is_some();
        if is_stopped && matches!(action, Action::Breathe) { Answer::DoneAndStop } else { Answer::Done }
    });
    assert_eq!(notified(&run).len(), 1);
    assert_eq!((result.passes, result.left.len()), (1, 2));
    assert_eq!(run.asked()[run.asked.len() - 2..], ["push trigger", "commit"]);
}

#[test]
fn nothing_is_left_behind_where_there_was_nothing_to_do() {
    let farm = Farm::new(&["dewiki", "enwiki"], &[]);
    let (run, result) = catch_up(&farm, &[], |_| Answer::Done);
    assert!(run.asked().iter().all(|line| *line == "breathe"), "{:?}", run.asked());
    assert_eq!(result.passes, 0);
}

#[test]
fn changes_written_meanwhile_are_left_to_the_jobs() {
    let farm = farm();
    let mut has_edited = false;
    let (_, result) = catch_up(&farm, &[], |action| {
        if client_of(action).is_some() && !std::mem::replace(&mut has_edited, true) {
            for _ in 0..20 {
                farm.repo.change("Q1", PLAIN);
            }
        }
        Answer::Done
    });
    assert_eq!((result.target.0, result.left.len()), (5, 0));
    assert!(farm.seen().iter().all(|seen| (5..10).contains(seen)), "{:?}", farm.seen());
}
