//! A repo, and clients that want Q1.

use std::{mem, time::Duration};

use wikibase_dispatch::{
    domain::{
        change::ChangeId,
        claim::Rest,
        settings::Settings,
        strategy::{Jobs, Queue, Strategy},
    },
    jobs::{self, Action, Answer, Arrival, Delivery, Machine, RepoJob, Step},
    ops,
    store::Clock,
};

use crate::support::{
    PLAIN, SqliteRepo, TestRepo,
    failing_store::{Ahead, FailingStore, Failure, Fate},
    host::{Run, TestCore, run_job},
    settings, site,
};

pub struct Farm {
    pub repo: SqliteRepo,
    pub settings: Settings,
    /// The database's.
    pub clock: Ahead,
}

impl Farm {
    pub fn new(clients: &[&str], numbers: &[(&str, i64)]) -> Self {
        let farm = Self { repo: SqliteRepo::new(), settings: settings(clients, numbers), clock: Ahead::default() };
        ops::initialise(&mut farm.repo.store(), &farm.settings).unwrap();
        clients.iter().for_each(|client| farm.repo.subscribe(client, &["Q1"]));
        // The first trigger brings the rollout about, and each would ask for pruning until that was done once.
        assert!(farm.run(&RepoJob::Trigger).failed.is_none());
        assert!(farm.run(&RepoJob::Prune).failed.is_none());
        farm
    }

    pub fn serving_by(mut self, strategy: Strategy) -> Self {
        self.settings.strategy = strategy;
        self
    }

    /// Where the repo's queue says that it can hold jobs back, and none was seen to come.
    pub fn claiming_to_delay(mut self) -> Self {
        let claims_to_delay = Jobs { triggers: true, clients: true };
        self.settings = self.settings.on_queue(Queue { delays: Jobs::default(), claims_to_delay });
        self
    }

    /// Where the repo's queue can hold triggers back.
    pub fn delaying(mut self) -> Self {
        self.settings.queue.delays.triggers = true;
        self
    }

    /// With this many changes of Q1.
    pub fn with_changes(self, count: usize) -> Self {
        for _ in 0..count {
            self.repo.change("Q1", PLAIN);
        }
        self
    }

    /// What a process has.
    pub fn core(&self) -> TestCore {
        self.core_of(1, None)
    }

    /// What another process has at the same time.
    pub fn other_core(&self) -> TestCore {
        self.core_of(2, None)
    }

    /// That of one whose first call to the database fails.
    pub fn failing_core(&self) -> TestCore {
        self.core_of(1, Some((0, Failure::Refused)))
    }

    fn core_of(&self, seed: u64, fails: Option<(usize, Failure)>) -> TestCore {
        let fate = Fate::new(fails);
        let store = FailingStore { inner: self.repo.store(), fate, clock_ahead: self.clock.clone() };
        TestCore::new(store, &self.settings).seeded(seed)
    }

    /// A job all of whose actions are done.
    pub fn run(&self, job: &RepoJob) -> Run {
        run_job(job, &self.core(), |_| Answer::Done)
    }

    /// One whose pushes to this client's queue fail.
    pub fn run_failing(&self, job: &RepoJob, down: &str) -> Run {
        run_job(
            job,
            &self.core(),
            |action| if client_of(action) == Some(down) { Answer::Thrown(0) } else { Answer::Done },
        )
    }

    /// One whose pushes to clients take so many seconds each.
    pub fn run_slowly(&self, job: &RepoJob, seconds: u64) -> Run {
        let core = self.core();
        run_job(job, &core, |action| {
            if client_of(action).is_some() {
                core.pass_time(Duration::from_secs(seconds));
            }
            Answer::Done
        })
    }

    /// A runner claims the client, and dies before it has pushed anything.
    pub fn die_with_claim_of(&self, client: &str) {
        let core = self.other_core();
        let here = &core;
        let mut job = Machine::new(|host| async move { jobs::client(client, Arrival::AtOnce, here, &host).await });
        let mut step = job.next(None).0;
        while !matches!(&step, Step::Act(actions) if actions.iter().any(|action| client_of(action).is_some())) {
            assert!(matches!(step, Step::Act(_)), "{step:?}");
            step = job.next(Some(Answer::Done)).0;
        }
        // Not dropped: that would give the claim back.
        mem::forget(job);
        mem::forget(core);
    }

    /// The client rests after a failure, for a long time.
    pub fn lay_to_rest(&self, client: &str) {
        let until = self.repo.store().now().unwrap().plus(Duration::from_secs(200));
        let rest = Rest { until, end: ChangeId(1), failures: 1 };
        self.repo.set(client, &format!("chd_lock = '{rest}'"));
    }

    pub fn seen(&self) -> Vec<u64> {
        self.settings.clients().iter().map(|client| self.repo.seen(client.site.as_str())).collect()
    }
}

/// To whose queue something is pushed.
pub fn client_of(action: &Action) -> Option<&str> {
    match action {
        Action::Notify(Delivery { client, .. }) => Some(client.site.as_str()),
        _ => None,
    }
}

pub fn job_of(client: &str) -> RepoJob {
    RepoJob::Client(site(client))
}

/// What was asked for, but for pushes to the clients' queues, and the commits behind them.
pub fn of_repo(run: &Run) -> Vec<&str> {
    run.asked().into_iter().filter(|line| line.starts_with("push") || line.starts_with("sleep")).collect()
}

/// Pushes to the clients' queues.
pub fn notified(run: &Run) -> Vec<&str> {
    run.asked().into_iter().filter(|line| line.starts_with("notify")).collect()
}
