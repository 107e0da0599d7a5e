//! A host for jobs: it records what they ask for, and does what a test says.

use std::{
    cell::{Cell, RefCell},
    sync::Arc,
    time::Duration,
};

use wikibase_dispatch::{
    domain::{claim::Token, settings::Settings, site::SiteId},
    error::{Error, Result},
    jobs::{self, Action, Answer, Arrival, Cause, Core, Delivery, Event, Machine, Open, PUSH_BYTES, RepoJob, Step},
    lock::{ClaimOnly, LockManager},
    ops::Window,
    store::Store,
};

/// What a job finds in its process. Its clock stands still but for what a test, or a sleep, makes of it.
pub struct TestCore {
    store: RefCell<Box<dyn Store>>,
    window: RefCell<Window>,
    locks: RefCell<Box<dyn LockManager>>,
    settings: RefCell<Arc<Settings>>,
    pub clock: Cell<Duration>,
    chance: RefCell<fastrand::Rng>,
    pub push_limit: Cell<usize>,
}

impl TestCore {
    pub fn new(store: impl Store + 'static, settings: &Settings) -> Self {
        Self {
            store: RefCell::new(Box::new(store)),
            window: RefCell::new(Window::new(settings)),
            locks: RefCell::new(Box::new(ClaimOnly)),
            settings: RefCell::new(Arc::new(settings.clone())),
            clock: Cell::new(Duration::from_secs(1000)),
            chance: RefCell::new(fastrand::Rng::with_seed(1)),
            push_limit: Cell::new(PUSH_BYTES),
        }
    }

    /// Two processes whose seeds are equal have equal tokens.
    pub fn seeded(self, seed: u64) -> Self {
        Self { chance: RefCell::new(fastrand::Rng::with_seed(seed)), ..self }
    }

    pub fn with_locks(self, locks: impl LockManager + 'static) -> Self {
        Self { locks: RefCell::new(Box::new(locks)), ..self }
    }

    pub fn pass_time(&self, time: Duration) {
        self.clock.set(self.clock.get() + time);
    }
}

impl Core for TestCore {
    fn with<T>(&self, work: impl FnOnce(Open<'_>) -> Result<T>) -> Result<T> {
        let settings = self.settings();
        let (mut store, mut window) = (self.store.borrow_mut(), self.window.borrow_mut());
        let mut locks = self.locks.borrow_mut();
        work(Open { store: store.as_mut(), window: &mut window, locks: locks.as_mut(), settings: &settings })
    }

    fn settings(&self) -> Arc<Settings> {
        Arc::clone(&self.settings.borrow())
    }

    fn serve_leaving(&self, leaving: &[SiteId]) {
        let settings = self.settings().serving(leaving);
        *self.window.borrow_mut() = Window::new(&settings);
        *self.settings.borrow_mut() = Arc::new(settings);
    }

    fn clock(&self) -> Duration {
        self.clock.get()
    }

    fn token(&self) -> Result<Token> {
        Ok(Token(self.chance.borrow_mut().u64(..)))
    }

    fn chance(&self) -> Result<fastrand::Rng> {
        Ok(self.chance.borrow_mut().fork())
    }

    fn push_limit(&self) -> usize {
        self.push_limit.get()
    }

    fn learn_push_limit(&self, bytes: usize) {
        self.push_limit.set(self.push_limit.get().min(bytes));
    }

    fn is_at_home(&self) -> bool {
        true
    }
}

/// Why a job failed.
#[derive(Debug)]
pub enum Failed {
    Native(Arc<Error>),
    Host,
}

/// What came of a job.
pub struct Run {
    /// What was asked for, in order: see [`line`].
    pub asked: Vec<String>,
    pub events: Vec<Event>,
    pub failed: Option<Failed>,
}

impl Run {
    pub fn asked(&self) -> Vec<&str> {
        self.asked.iter().map(String::as_str).collect()
    }
}

/// Runs a job of the repo's queue, which was not held back.
pub fn run_job(job: &RepoJob, core: &TestCore, host: impl FnMut(&Action) -> Answer) -> Run {
    run_arrived(job, Arrival::AtOnce, core, host)
}

/// The same of one that came like this.
pub fn run_arrived(job: &RepoJob, arrival: Arrival, core: &TestCore, host: impl FnMut(&Action) -> Answer) -> Run {
    let machine = match job.clone() {
        RepoJob::Trigger => Machine::new(|host| async move { jobs::trigger(arrival, core, &host).await }),
        RepoJob::Client(site) => {
            Machine::new(|host| async move { jobs::client(site.as_str(), arrival, core, &host).await })
        }
        RepoJob::Prune => Machine::new(|host| async move { jobs::prune(core, &host).await }),
    };
    run(machine, core, host)
}

/// Runs a job, each of whose actions is answered by `host`; what is not [`Answer::Done`] keeps those behind it from being done.
pub fn run<'j>(mut job: Machine<'j>, core: &TestCore, mut host: impl FnMut(&Action) -> Answer) -> Run {
    let mut run = Run { asked: Vec::new(), events: Vec::new(), failed: None };
    let mut answer = None;
    loop {
        let (step, events) = job.next(answer);
        run.events.extend(events);
        match step {
            Step::Ended => return run,
            Step::Failed(Cause::Native(number)) => {
                run.failed = job.failure(number).map(Failed::Native);
                return run;
            }
            Step::Failed(Cause::Host(_)) => {
                run.failed = Some(Failed::Host);
                return run;
            }
            Step::Act(actions) => {
                let mut last = Answer::Done;
                for action in &actions {
                    run.asked.push(line(action));
                    if let Action::Sleep(time) = action {
                        core.pass_time(*time);
                    }
                    last = host(action);
                    if matches!(last, Answer::Thrown(_) | Answer::TooLarge { .. }) {
                        run.asked.push("roll back".to_owned());
                        break;
                    }
                }
                answer = Some(last);
            }
        }
    }
}

/// What a test compares: `push wikibase-dispatch-trigger in 3 s`, `notify enwiki [1, 2] [3]`, `commit`.
pub fn line(action: &Action) -> String {
    let after = |delay: &Duration| if delay.is_zero() { String::new() } else { format!(" in {} s", delay.as_secs()) };
    let job = |(job, delay): &(RepoJob, Duration)| {
        let name = match job {
            RepoJob::Trigger => "trigger".to_owned(),
            RepoJob::Client(site) => format!("client {site}"),
            RepoJob::Prune => "prune".to_owned(),
        };
        format!("{name}{}", after(delay))
    };
    match action {
        Action::Push(jobs) => format!("push {}", jobs.iter().map(job).collect::<Vec<_>>().join(", ")),
        Action::Notify(delivery) => {
            let again = if delivery.is_repeat { " again" } else { "" };
            format!("notify {}{again}{}", delivery.client.site, ids(delivery))
        }
        Action::Commit => "commit".to_owned(),
        Action::Sleep(time) => format!("sleep {} s", time.as_secs()),
        Action::WaitForReplicas(time) => format!("wait for replicas {} s", time.as_secs()),
        Action::RunWikibase => "run Wikibase's job".to_owned(),
        Action::LookOut => "look out".to_owned(),
        Action::Announce => "announce".to_owned(),
        Action::Remind(entities) => format!("remind {}", entities.join(", ")),
        Action::Breathe => "breathe".to_owned(),
    }
}

fn ids(delivery: &Delivery) -> String {
    let of_one = |changes: &Vec<Arc<_>>| -> Vec<u64> {
        changes.iter().map(|change: &Arc<wikibase_dispatch::domain::notification::Prepared>| change.id.0).collect()
    };
    delivery.notifications.iter().map(|changes| format!(" {:?}", of_one(changes))).collect()
}
