//! Changes behind an edit that has not ended: somebody comes back for them, whatever the queue can do.

use wikibase_dispatch::{
    domain::{settings::Settings, strategy::Strategy},
    jobs::{self, Answer, Event, Machine, RepoJob},
    ops,
};

use super::farm::job_of;
use crate::support::{
    MariaRepo, PLAIN, TestRepo,
    edit::Edit,
    host::{Run, TestCore, run, run_job},
    settings,
};

const TWO: [&str; 2] = ["dewiki", "enwiki"];

/// A repo whose first edit is not over, and a change behind it.
struct Farm {
    // Before the repo, which is dropped with its tables: an open edit holds those.
    edit: Edit,
    repo: MariaRepo,
    settings: Settings,
}

impl Farm {
    fn new(clients: &[&str], strategy: Strategy, can_delay: bool) -> Self {
        let repo = MariaRepo::new();
        let mut settings = settings(clients, &[("gapGrace", 1), ("triggerMaxDelay", 3)]);
        settings.strategy = strategy;
        settings.queue.delays.triggers = can_delay;
        ops::initialise(&mut repo.store(), &settings).unwrap();
        repo.subscribe("dewiki", &["Q1"]);
        repo.subscribe("enwiki", &["Q1"]);
        let farm = Self { edit: Edit::begin(&repo, "Q1"), repo, settings };
        assert!(farm.run(&RepoJob::Prune).failed.is_none());
        farm.repo.change("Q1", PLAIN);
        farm
    }

    fn core(&self) -> TestCore {
        TestCore::new(self.repo.store(), &self.settings)
    }

    fn run(&self, job: &RepoJob) -> Run {
        run_job(job, &self.core(), |_| Answer::Done)
    }
}

#[test]
fn g7_a_trigger_that_waits_for_a_gap_leaves_a_successor_in_any_queue() {
    for strategy in [Strategy::Jobs, Strategy::Inline] {
        assert_eq!(Farm::new(&TWO, strategy, false).run(&RepoJob::Trigger).asked(), ["push trigger", "commit"]);
        assert_eq!(Farm::new(&TWO, strategy, true).run(&RepoJob::Trigger).asked(), ["push trigger in 1 s", "commit"]);
    }
}

#[test]
fn g7_the_only_client_that_waits_for_a_gap_keeps_a_job_where_the_queue_cannot_delay_and_a_trigger_where_it_can() {
    for (can_delay, successor) in [(false, "push client enwiki"), (true, "push trigger in 3 s")] {
        let run = Farm::new(&["enwiki"], Strategy::Jobs, can_delay).run(&job_of("enwiki"));
        assert_eq!(run.asked(), [successor, "commit"]);
        assert!(run.events.iter().any(|event| matches!(event, Event::GapAwaited(_))));
    }
}

#[test]
fn g7_catching_up_says_that_it_is_held_back_and_ends_when_the_gap_does_not_move() {
    let farm = Farm::new(&TWO, Strategy::Jobs, false);
    let core = &farm.core();
    let job = Machine::new(|host| async move { jobs::catch_up(Vec::new(), core, &host).await });
    let run = run(job, core, |_| Answer::Done);
    let Some(Event::CaughtUp(result)) = run.events.last() else {
        panic!("{:?}", run.events);
    };
    assert!(result.is_held_back && result.target.0 < farm.edit.id, "{result:?}");
    farm.edit.commit();
    assert_eq!(farm.repo.seen("enwiki"), 0);
}
