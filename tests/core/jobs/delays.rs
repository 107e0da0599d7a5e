//! A queue says that it can hold jobs back: it is believed as long as such jobs come, and nothing hangs on one before (G1).

use std::time::Duration;

use wikibase_dispatch::{
    domain::strategy::{Jobs, Queue, Strategy},
    jobs::{self, Answer, Arrival, Event, Machine, RepoJob},
};

use super::farm::{Farm, job_of};
use crate::support::host::{self, Run, run_arrived};

const IN_TIME: Arrival = Arrival::HeldBack { early: Duration::ZERO };
const EARLY: Arrival = Arrival::HeldBack { early: Duration::from_secs(3) };

fn farm() -> Farm {
    Farm::new(&["dewiki", "enwiki"], &[("triggerMaxDelay", 3), ("dispatchDefaultDispatchInterval", 60)])
}

fn run(farm: &Farm, job: &RepoJob, arrival: Arrival) -> Run {
    run_arrived(job, arrival, &farm.core(), |_| Answer::Done)
}

/// What is told of delays: `came`, `early`, `probed` or `missing`, and which job.
fn told(run: &Run) -> Vec<String> {
    let told = |event: &Event| match event {
        Event::DelayedJobCame { job, is_early } => Some(format!("{job} {}", if *is_early { "early" } else { "came" })),
        Event::DelayProbed(job) => Some(format!("{job} probed")),
        Event::DelayedJobMissing(job) => Some(format!("{job} missing")),
        _ => None,
    };
    run.events.iter().filter_map(told).collect()
}

#[test]
fn a_trigger_of_a_queue_that_was_not_seen_to_delay_jobs_has_one_held_back_to_see_whether_it_comes() {
    let farm = farm().claiming_to_delay();
    let run = run(&farm, &RepoJob::Trigger, Arrival::AtOnce);
    assert_eq!(run.asked()[..2], ["push trigger in 5 s", "commit"]);
    assert_eq!(told(&run), ["wikibase-dispatch-trigger probed"]);
}

#[test]
fn g1_nothing_hangs_on_a_job_that_is_held_back_and_may_never_come() {
    for strategy in [Strategy::Auto, Strategy::Inline, Strategy::Poll] {
        let farm = farm().serving_by(strategy).claiming_to_delay().with_changes(3);
        assert!(farm.settings.gate_rules().max_delay.is_zero() && farm.settings.dispatch_interval.is_zero());
        run(&farm, &RepoJob::Trigger, Arrival::AtOnce);
        assert_eq!(farm.seen(), [3, 3], "{strategy:?}");
    }
}

#[test]
fn one_that_comes_is_told_and_asks_for_no_other() {
    let farm = farm().claiming_to_delay();
    let run = run(&farm, &RepoJob::Trigger, IN_TIME);
    assert_eq!(told(&run), ["wikibase-dispatch-trigger came"]);
    assert_eq!(run.asked(), ["commit"], "nothing was found");
}

#[test]
fn a_queue_that_does_not_wait_is_not_driven_in_a_circle() {
    for farm in [farm().delaying().with_changes(1), farm().claiming_to_delay().with_changes(1)] {
        let run = run(&farm, &RepoJob::Trigger, EARLY);
        assert_eq!(told(&run), ["wikibase-dispatch-trigger early"]);
        assert_eq!(run.asked()[0], "sleep 3 s");
    }
}

#[test]
fn where_there_is_one_client_its_own_job_is_looked_for_too() {
    let farm = Farm::new(&["enwiki"], &[]).claiming_to_delay();
    let run = run(&farm, &job_of("enwiki"), Arrival::AtOnce);
    assert_eq!(told(&run), ["wikibase-dispatch-trigger probed", "wikibase-dispatch-client probed"]);
    assert_eq!(run.asked()[..2], ["push trigger in 5 s", "push client enwiki in 5 s"]);
}

#[test]
fn g1_a_lookout_that_finds_what_a_delayed_job_ought_to_have_seen_says_so() {
    let missing = |farm: Farm| {
        let farm = farm.with_changes(1);
        farm.clock.pass(Duration::from_secs(120));
        let core = &farm.core();
        let run =
            host::run(Machine::new(|host| async move { jobs::look_out(core, &host).await }), core, |_| Answer::Done);
        assert_eq!(run.asked(), ["push trigger"]);
        told(&run)
    };
    assert_eq!(missing(farm().delaying()), ["wikibase-dispatch-trigger missing"]);
    assert_eq!(missing(farm().claiming_to_delay()), [""; 0], "nobody relied on one");
}

/// A job that is pushed undelayed sees nothing of what is written in the rest of a window.
#[test]
fn g1_edits_share_a_job_only_where_that_very_job_can_be_delayed() {
    let delays_triggers = Queue { delays: Jobs { triggers: true, clients: false }, ..Queue::default() };
    let max_delay = |clients: &[&str]| {
        let farm = Farm::new(clients, &[("triggerMaxDelay", 3)]);
        farm.settings.on_queue(delays_triggers).gate_rules().max_delay.as_secs()
    };
    assert_eq!([max_delay(&["dewiki", "enwiki"]), max_delay(&["enwiki"])], [3, 0]);
}
