//! The end of an edit, and the look at what waits although nobody is going to look.

use std::{cell::Cell, time::Duration};

use wikibase_dispatch::{
    jobs::{self, Announcement, Answer, Asked, Machine, RepoJob},
    store::Clock,
};

use super::farm::Farm;
use crate::support::{
    TestRepo,
    host::{Failed, Run, run},
};

/// The end of an edit, when the gate has asked for a trigger. Says whether the gate was reopened.
fn announce(farm: &Farm, delay: u64, answer: Answer) -> (Run, bool) {
    announce_after(farm, delay, None, answer)
}

/// The same, so many seconds after the one before.
fn announce_after(farm: &Farm, delay: u64, pause: Option<u64>, answer: Answer) -> (Run, bool) {
    let is_open = &Cell::new(false);
    let announcement = Announcement::new(&farm.settings);
    let asked = Asked { delay: Duration::from_secs(delay), pause: pause.map(Duration::from_secs) };
    let job =
        Machine::new(|host| async move { jobs::announce(announcement, asked, || is_open.set(true), &host).await });
    let run = run(job, &farm.core(), |_| answer);
    (run, is_open.get())
}

fn farm() -> Farm {
    Farm::new(&["dewiki", "enwiki"], &[])
}

#[test]
fn a_trigger_is_pushed_after_the_gates_delay_where_the_queue_can_delay() {
    assert_eq!(announce(&farm().delaying(), 5, Answer::Done).0.asked(), ["push trigger in 5 s"]);
    assert_eq!(announce(&farm().delaying(), 0, Answer::Done).0.asked(), ["push trigger"]);
}

#[test]
fn no_delay_is_asked_of_a_queue_that_cannot_delay() {
    assert_eq!(announce(&farm(), 5, Answer::Done).0.asked(), ["push trigger"]);
}

#[test]
fn the_only_client_gets_its_job_without_a_trigger() {
    let farm = Farm::new(&["enwiki"], &[]).delaying();
    assert_eq!(announce(&farm, 5, Answer::Done).0.asked(), ["push client enwiki"], "triggers alone can be delayed");
    let mut farm = farm;
    farm.settings.queue.delays.clients = true;
    assert_eq!(announce(&farm, 5, Answer::Done).0.asked(), ["push client enwiki in 5 s"]);
}

#[test]
fn g1_a_push_that_fails_reopens_the_gate_and_is_not_kept_secret() {
    let (run, is_open) = announce(&farm(), 0, Answer::Thrown(0));
    assert!(matches!(run.failed, Some(Failed::Host)));
    assert!(is_open);
    assert!(!announce(&farm(), 0, Answer::Done).1);
}

/// The trigger of the edit before ought to have run, and a queue may only say that it delays jobs.
#[test]
fn g1_an_edit_after_a_pause_has_somebody_see_whether_delayed_triggers_come() {
    let farm = Farm::new(&["dewiki", "enwiki"], &[("triggerMaxDelay", 3)]).delaying();
    let asked = |pause| announce_after(&farm, 3, pause, Answer::Done).0.asked;
    assert_eq!(asked(Some(19)), ["push trigger in 3 s", "look out"]);
    assert_eq!(asked(Some(18)), ["push trigger in 3 s"], "it may be on its way");
    assert_eq!(asked(None), ["push trigger in 3 s"], "nobody has asked for one before");
    let farm = Farm::new(&["dewiki", "enwiki"], &[]);
    assert_eq!(announce_after(&farm, 0, Some(60), Answer::Done).0.asked(), ["push trigger"], "it relies on no delay");
}

fn look_out(farm: &Farm) -> Run {
    let core = &farm.core();
    run(Machine::new(|host| async move { jobs::look_out(core, &host).await }), core, |_| Answer::Done)
}

#[test]
fn g1_the_lookout_asks_for_a_trigger_only_if_changes_wait() {
    let farm = farm();
    assert_eq!(look_out(&farm).asked(), [""; 0]);
    let farm = farm.with_changes(1);
    let now = farm.repo.store().now().unwrap().to_mw();
    farm.repo.execute(&format!("UPDATE wb_changes SET change_time = '{now}'"));
    assert_eq!(look_out(&farm).asked(), [""; 0], "the trigger of that edit is still to come");
    farm.clock.pass(Duration::from_secs(20));
    assert_eq!(look_out(&farm).asked(), ["push trigger"]);
    assert!(farm.run(&RepoJob::Trigger).failed.is_none());
    assert_eq!(look_out(&farm).asked(), [""; 0]);
}

/// The last trigger came from a server whose configuration did not have the client yet.
#[test]
fn g1_the_lookout_finds_a_client_that_no_trigger_has_met() {
    let farm = farm().with_changes(1);
    assert!(farm.run(&RepoJob::Trigger).failed.is_none());
    farm.repo.execute("DELETE FROM wb_changes_dispatch WHERE chd_site = 'enwiki'");
    assert_eq!(look_out(&farm).asked(), ["push trigger"]);
    assert!(farm.run(&RepoJob::Trigger).failed.is_none());
    assert_eq!(look_out(&farm).asked(), [""; 0]);
}
