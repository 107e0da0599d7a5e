//! Crash at every step: a whole run, pruning included, is repeated with a failure at each call it makes, to the database and to the queues,
//! in each way in which such a call can fail; then a healthy process finishes the work. Whatever failed, nothing is lost (G1), order
//! holds (G2), repeats are few and carry the same parameters (G3), no two passes both take effect (G4), and what was pruned had been
//! seen by all (G8).

use std::{
    cell::RefCell,
    collections::{BTreeSet, HashMap},
    rc::Rc,
    time::Duration,
};

use crate::support::{
    MariaRepo, PLAIN, SqliteRepo, TestRepo,
    failing_store::{Ahead, FailingStore, Failure, Fate, call},
    host::{self, Failed, Run, TestCore},
    linking,
    queues::{Delivered, Queues},
    settings, site,
};
use wikibase_dispatch::{
    domain::{change::ChangeId, settings::Settings, strategy::Strategy},
    error::{ErrorKind, Result},
    jobs::{Action, Answer, Event, Machine, RepoJob, look_out},
    ops,
    store::Pruning,
};

/// Longer than any claim or rest.
const LATER: Duration = Duration::from_secs(10_000);

/// How a process serves those who are due.
#[derive(Clone, Copy, Debug, Default)]
struct Style {
    strategy: Strategy,
    min_changes: i64,
    queue_delays: bool,
}

/// Each client by a job of its own.
const ONE_BY_ONE: Style = Style { strategy: Strategy::Jobs, min_changes: 0, queue_delays: false };

/// In groups, each by a trigger of its own.
const TOGETHER: Style = Style { strategy: Strategy::Inline, min_changes: 1, queue_delays: false };

/// What processes share.
#[derive(Clone, Default)]
struct World {
    queues: Rc<RefCell<Queues>>,
    clock: Ahead,
}

/// A process that runs jobs: it carries out what they ask for.
struct Process {
    world: World,
    core: TestCore,
    fate: Rc<RefCell<Fate>>,
}

impl Process {
    fn new(repo: &impl TestRepo, settings: &Settings, world: &World, at: Option<(usize, Failure)>) -> Self {
        let fate = Fate::new(at);
        let store = FailingStore { inner: repo.store(), fate: fate.clone(), clock_ahead: world.clock.clone() };
        let core = TestCore::new(store, settings).seeded(if at.is_some() { 1 } else { 2 });
        Self { world: world.clone(), core, fate }
    }

    /// Runs jobs until none is left but those that failed, which stay in the queue; or until it dies. After each of them somebody
    /// prunes, so that some clients have been served and others have not.
    fn work(&self) {
        let mut failed = Vec::new();
        while let Some(job) = self.take() {
            let run = self.run(&job);
            if run.failed.is_some_and(|why| !matches!(why, Failed::Native(error) if !error.is_retryable())) {
                failed.push(job);
            }
            self.run(&RepoJob::Prune);
            if self.fate.borrow().is_dead {
                break;
            }
        }
        failed.iter().for_each(|job| self.world.queues.borrow_mut().push(job, Duration::ZERO));
    }

    fn take(&self) -> Option<RepoJob> {
        let mut queues = self.world.queues.borrow_mut();
        let due = queues.next_due()?;
        self.world.clock.set(due.max(self.world.clock.get()));
        queues.take(self.world.clock.get())
    }

    fn run(&self, job: &RepoJob) -> Run {
        host::run_job(job, &self.core, |action| self.answer(action))
    }

    /// What a request to the repo does, when its answer has been sent.
    fn look_out(&self) {
        let core = &self.core;
        let job = Machine::new(|host| async move { look_out(core, &host).await });
        assert!(host::run(job, core, |action| self.answer(action)).failed.is_none());
    }

    fn answer(&self, action: &Action) -> Answer {
        self.carry_out(action).map_or(Answer::Thrown(0), |()| Answer::Done)
    }

    /// What is pushed arrives at once, and a failure does not take it back.
    fn carry_out(&self, action: &Action) -> Result<()> {
        let World { queues, clock } = &self.world;
        match action {
            Action::Push(jobs) => call(&self.fate, || {
                let mut queues = queues.borrow_mut();
                jobs.iter().for_each(|(job, delay)| queues.push(job, clock.get() + *delay));
                Ok(())
            }),
            Action::Notify(delivery) => (0..delivery.notifications.len()).try_for_each(|at| {
                call(&self.fate, || {
                    queues.borrow_mut().deliver(delivery, at);
                    Ok(())
                })
            }),
            Action::Commit => call(&self.fate, || Ok(())),
            Action::Sleep(time) => {
                clock.pass(*time);
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

/// A small farm: three clients with different interests, batches and notifications of two so that there are several of both.
fn farm<R: TestRepo>(style: Style) -> (R, Settings, BTreeSet<(String, u64)>) {
    let repo = R::new();
    let clients = ["dewiki", "enwiki", "idlewiki"];
    let numbers = [
        ("dispatchDefaultBatchSize", 4),
        ("dispatchBatchChunkFactor", 1),
        ("notificationBatchSize", 2),
        ("claimTtl", 60),
        ("pruneGraceSeconds", 0),
        ("dispatchMinChanges", style.min_changes),
    ];
    repo.subscribe("enwiki", &["Q1", "Q2"]);
    repo.subscribe("dewiki", &["Q2"]);
    let mut due = BTreeSet::new();
    for n in 0..8 {
        let entity = ["Q1", "Q2", "Q3"][n % 3];
        let id = repo.change(entity, if n == 5 { "not json" } else { PLAIN });
        if entity != "Q3" {
            due.insert(("enwiki".to_owned(), id));
        }
        if entity == "Q2" {
            due.insert(("dewiki".to_owned(), id));
        }
    }
    let linked = repo.change("Q9", &linking("dewiki"));
    due.insert(("dewiki".to_owned(), linked));
    let mut settings = settings(&clients, &numbers);
    settings.strategy = style.strategy;
    settings.queue.delays.triggers = style.queue_delays;
    (repo, settings, due)
}

/// Runs with a failure, then lets a healthy process finish; checks all promises. Returns how many calls the first run made.
fn check<R: TestRepo>(style: Style, at: Option<(usize, Failure)>) -> usize {
    let (repo, settings, due) = farm::<R>(style);
    let world = World::default();
    world.queues.borrow_mut().push(&RepoJob::Trigger, Duration::ZERO);
    let first = Process::new(&repo, &settings, &world, at);
    first.work();
    let calls = first.fate.borrow().calls;
    let seen_before: Vec<u64> = seen(&repo, &settings);
    let gone = 9 - left(&repo);
    let seen_by_all = seen_before.iter().copied().min().unwrap_or_default();
    assert!(gone <= usize::try_from(seen_by_all).unwrap(), "G8: {gone} are gone, {seen_by_all} were seen, {at:?}");
    drop(first);

    let healthy = Process::new(&repo, &settings, &world, None);
    world.clock.set(LATER);
    healthy.look_out();
    healthy.work();

    let delivered: BTreeSet<(String, u64)> = world
        .queues
        .borrow()
        .delivered
        .iter()
        .flat_map(|(client, jobs)| jobs.iter().flat_map(|job| job.ids.iter().map(|id| (client.clone(), *id))))
        .collect();
    assert_eq!(delivered, due, "G1 {at:?}");
    let seen_after = seen(&repo, &settings);
    assert!(seen_before.iter().zip(&seen_after).all(|(before, after)| before <= after), "G2 {at:?}");
    assert_eq!(seen_after, [9, 9, 9], "everybody is at the horizon, {at:?}");
    healthy.run(&RepoJob::Prune);
    assert_eq!(left(&repo), 0, "G8: what everybody has seen goes, {at:?}");
    for (client, jobs) in &world.queues.borrow().delivered {
        check_order_and_repeats(client, jobs, at);
    }
    calls
}

fn check_order_and_repeats(client: &str, jobs: &[Delivered], at: Option<(usize, Failure)>) {
    let mut parameters_of: HashMap<u64, &[u8]> = HashMap::new();
    let mut last = 0;
    for job in jobs {
        assert!(job.ids.windows(2).all(|pair| pair[0] < pair[1]), "G2: ids ascend within a job, {client} {at:?}");
        let repeats = job.ids.iter().filter(|id| parameters_of.contains_key(id)).count();
        if repeats == 0 {
            assert!(job.ids[0] > last, "G2: what is new comes after what was there, {client} {at:?}");
            last = *job.ids.last().unwrap();
        } else {
            assert!(at.is_some(), "G3: nothing is repeated unless something failed, {client} {at:?}");
            assert_eq!(repeats, job.ids.len(), "G3: a repeat repeats the whole job, {client} {at:?}");
        }
        for id in &job.ids {
            let first = parameters_of.entry(*id).or_insert(&job.parameters);
            assert_eq!(*first, job.parameters, "G3: a repeat carries the same parameters, {client} {at:?}");
        }
    }
}

fn seen(repo: &impl TestRepo, settings: &Settings) -> Vec<u64> {
    let mut states = ops::dispatch_states(&mut repo.store(), settings).unwrap();
    states.sort_by(|a, b| a.client.site.cmp(&b.client.site));
    states.iter().map(|state| state.seen.0).collect()
}

fn left(repo: &impl TestRepo) -> usize {
    repo.store().oldest_changes(ChangeId(u64::from(u32::MAX)), 100).unwrap().len()
}

fn check_every_step<R: TestRepo>(style: Style) {
    let calls = check::<R>(style, None);
    assert!(calls > 20, "the farm must keep a process busy, or this shows little");
    for failure in Failure::ALL {
        for at in 0..calls {
            check::<R>(style, Some((at, failure)));
        }
    }
    println!("{style:?}: {} runs, each with a failure of its own", calls * Failure::ALL.len());
}

#[test]
fn g1_g2_g3_g4_g8_hold_on_sqlite_whichever_call_fails_and_however() {
    check_every_step::<SqliteRepo>(ONE_BY_ONE);
}

#[test]
fn g1_g2_g3_g4_g8_hold_on_sqlite_for_groups_whichever_call_fails_and_however() {
    check_every_step::<SqliteRepo>(TOGETHER);
}

#[test]
fn g1_g2_g3_g4_g8_hold_on_sqlite_for_one_client_after_the_other_whichever_call_fails_and_however() {
    check_every_step::<SqliteRepo>(Style { strategy: Strategy::Poll, ..Style::default() });
}

#[test]
fn g1_g2_g3_g4_g8_hold_on_sqlite_where_jobs_can_be_delayed_whichever_call_fails_and_however() {
    for strategy in [Strategy::Auto, Strategy::Jobs] {
        check_every_step::<SqliteRepo>(Style { strategy, queue_delays: true, ..Style::default() });
    }
}

#[test]
fn g1_g2_g3_g4_g8_hold_on_mariadb_whichever_call_fails_and_however() {
    check_every_step::<MariaRepo>(ONE_BY_ONE);
}

#[test]
fn g1_g2_g3_g4_g8_hold_on_mariadb_for_groups_whichever_call_fails_and_however() {
    check_every_step::<MariaRepo>(TOGETHER);
}

fn check_a_pause_longer_than_the_claim<R: TestRepo>(job: &RepoJob) {
    let (repo, settings, due) = farm::<R>(Style::default());
    let world = World::default();
    ops::initialise(&mut repo.store(), &settings).unwrap();
    let slow = Process::new(&repo, &settings, &world, Some((usize::MAX, Failure::Refused)));
    let mut seen_by_heir = None;
    let paused = host::run_job(job, &slow.core, |action| {
        let Action::Notify(delivery) = action else {
            return Answer::Done;
        };
        // The push that takes so long is lost, too, and what its process thinks of it.
        if seen_by_heir.is_none() && delivery.client.site.as_str() == "enwiki" {
            world.clock.set(LATER);
            let heir = Process::new(&repo, &settings, &world, None);
            heir.look_out();
            heir.work();
            seen_by_heir = Some(repo.seen("enwiki"));
        }
        Answer::Done
    });
    assert_eq!(seen_by_heir, Some(9));
    assert_eq!((repo.seen("enwiki"), repo.lock("enwiki")), (9, None));
    if let RepoJob::Client(_) = job {
        let Some(Failed::Native(error)) = paused.failed else {
            panic!("a pass that lost its claim says so");
        };
        assert_eq!(error.kind(), ErrorKind::ClaimLost);
    } else {
        assert!(paused.events.iter().any(|event| matches!(event, Event::ClaimLost(site) if site.as_str() == "enwiki")));
    }
    let count = world.queues.borrow().delivered.values().flatten().map(|job| job.ids.len()).sum::<usize>();
    assert_eq!(count, due.len());
}

#[test]
fn g4_a_process_that_was_paused_longer_than_its_claim_changes_nothing() {
    for job in [RepoJob::Client(site("enwiki")), RepoJob::Trigger] {
        check_a_pause_longer_than_the_claim::<SqliteRepo>(&job);
        check_a_pause_longer_than_the_claim::<MariaRepo>(&job);
    }
}
