//! Crash at every step: a whole run, pruning included, is repeated with a failure at each call it makes, to the database and to the queues,
//! in each way in which such a call can fail; then a healthy runner finishes the work. Whatever failed, nothing is lost (G1), order
//! holds (G2), repeats are few and carry the same parameters (G3), no two passes both take effect (G4), and what was pruned had been
//! seen by all (G8).

mod support;

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet, HashMap},
    rc::Rc,
    sync::Arc,
    time::Duration,
};

use support::{
    MariaRepo, PLAIN, SqliteRepo, TestRepo,
    failing_store::{FailingStore, Failure, Fate, call},
    fresh, linking, settings,
};
use wikibase_dispatch::{
    domain::{
        change::ChangeId,
        claim::Token,
        notification::{self, Prepared},
        settings::Settings,
    },
    error::Result,
    lock::ClaimOnly,
    ops::{self, Plan, Window},
    store::{Pruning, Store},
};

/// Longer than any claim or rest.
const LATER: Duration = Duration::from_secs(10_000);

/// A notification as it reached a client's queue: the ids it carries, and its parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Delivered {
    ids: Vec<u64>,
    parameters: Vec<u8>,
}

/// What the clients' queues received, in order.
type Queues = Rc<RefCell<BTreeMap<String, Vec<Delivered>>>>;

/// How a runner serves those who are due.
#[derive(Clone, Copy, Debug)]
enum Style {
    /// Each by a job of its own.
    OneByOne,
    /// In groups.
    Together,
}

struct Runner<S> {
    style: Style,
    store: FailingStore<S>,
    settings: Settings,
    queues: Queues,
    next_token: u64,
}

impl<S: Store> Runner<S> {
    fn new(
        style: Style,
        repo: &impl TestRepo<Store = S>,
        settings: &Settings,
        queues: &Queues,
        at: Option<(usize, Failure)>,
    ) -> Self {
        Self {
            style,
            store: FailingStore { inner: repo.store(), fate: Fate::new(at), clock_ahead: Duration::ZERO },
            settings: settings.clone(),
            queues: Rc::clone(queues),
            next_token: if at.is_some() { 1_000_000 } else { 1 },
        }
    }

    /// What the jobs do: look who is due, then serve them. One client's failure does not keep the others from being served.
    fn run(&mut self) -> Result<()> {
        let mut window = Window::new(&self.settings);
        let chance = &mut fastrand::Rng::with_seed(3);
        let outcome = ops::trigger(&mut self.store, &mut window, &self.settings, chance)?;
        match self.style {
            Style::OneByOne => {
                outcome.due.iter().map(|client| self.serve(client.as_str()).and(self.prune())).fold(Ok(()), Result::and)
            }
            Style::Together => self.serve_groups(&mut window, outcome.plan),
        }
    }

    /// After each client, so that some have been served and others have not.
    fn prune(&mut self) -> Result<()> {
        ops::prune(&mut self.store, &self.settings, None).map(drop)
    }

    fn serve_groups(&mut self, window: &mut Window, mut plan: Plan) -> Result<()> {
        let locks = &mut ClaimOnly;
        loop {
            self.next_token += 1;
            let token = Token(self.next_token);
            let mut group = ops::begin_group(&mut self.store, window, locks, &self.settings, &mut plan, token)?;
            if group.is_empty() {
                return Ok(());
            }
            let mut pushed = Vec::new();
            let mut result = Ok(());
            for pass in &mut group {
                match self.push_all(pass.pass.client.site.clone().as_str(), &pass.pass) {
                    Ok(()) => pushed.push(pass),
                    Err(error) => {
                        let _ = pass.abandon(&mut self.store, locks);
                        result = Err(error);
                    }
                }
            }
            let finished = ops::finish_group(&mut self.store, locks, &self.settings, &mut plan, &mut pushed);
            if finished.is_err() {
                for pass in pushed {
                    let _ = pass.abandon(&mut self.store, locks);
                }
            }
            assert_eq!(finished?, [], "nobody else is there to take a claim");
            result?;
            self.prune()?;
        }
    }

    fn serve(&mut self, client: &str) -> Result<()> {
        loop {
            self.next_token += 1;
            let Some(pass) = fresh::begin(&mut self.store, &self.settings, client, Token(self.next_token))? else {
                return Ok(());
            };
            let handed_over =
                self.push_all(client, &pass).and_then(|()| ops::finish(&mut self.store, &self.settings, &pass));
            if let Err(error) = handed_over {
                // What dropping an unfinished pass does. Of a dead process nothing runs, and the store ignores it.
                let _ = ops::abandon(&mut self.store, &pass);
                return Err(error);
            }
        }
    }

    fn push_all(&mut self, client: &str, pass: &ops::Pass) -> Result<()> {
        for changes in pass.batch.notifications(self.settings.notification_limits()) {
            let fate = Rc::clone(&self.store.fate);
            call(&fate, || {
                self.push(client, changes);
                Ok(())
            })?;
        }
        Ok(())
    }

    fn push(&mut self, client: &str, changes: &[Arc<Prepared>]) {
        self.queues.borrow_mut().entry(client.to_owned()).or_default().push(Delivered {
            ids: changes.iter().map(|change| change.id.0).collect(),
            parameters: notification::encode(&self.settings.repo, changes),
        });
    }
}

/// A small farm: three clients with different interests, batches and notifications of two so that there are several of both.
fn farm<R: TestRepo>() -> (R, Settings, BTreeSet<(String, u64)>) {
    let repo = R::new();
    let clients = ["dewiki", "enwiki", "idlewiki"];
    let numbers = [
        ("dispatchDefaultBatchSize", 4),
        ("dispatchBatchChunkFactor", 1),
        ("notificationBatchSize", 2),
        ("claimTtl", 60),
        ("pruneGraceSeconds", 0),
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
    (repo, settings(&clients, &numbers), due)
}

/// Runs with a failure, then lets a healthy runner finish; checks all promises. Returns how many calls the first run made.
fn check<R: TestRepo>(style: Style, at: Option<(usize, Failure)>) -> usize {
    let (repo, settings, due) = farm::<R>();
    let queues = Queues::default();
    let mut first = Runner::new(style, &repo, &settings, &queues, at);
    let failed = first.run().is_err();
    let calls = first.store.fate.borrow().calls;
    let seen_before: Vec<u64> = seen(&repo, &settings);
    let gone = 9 - left(&repo);
    let seen_by_all = seen_before.iter().copied().min().unwrap_or_default();
    assert!(gone <= usize::try_from(seen_by_all).unwrap(), "G8: {gone} are gone, {seen_by_all} were seen, {at:?}");
    drop(first);

    let mut healthy = Runner::new(style, &repo, &settings, &queues, None);
    healthy.store.clock_ahead = LATER;
    healthy.run().unwrap();
    healthy.run().unwrap();

    let delivered: BTreeSet<(String, u64)> = queues
        .borrow()
        .iter()
        .flat_map(|(client, jobs)| jobs.iter().flat_map(|job| job.ids.iter().map(|id| (client.clone(), *id))))
        .collect();
    assert_eq!(delivered, due, "G1 {at:?}");
    let seen_after = seen(&repo, &settings);
    assert!(seen_before.iter().zip(&seen_after).all(|(before, after)| before <= after), "G2 {at:?}");
    assert_eq!(seen_after, [9, 9, 9], "everybody is at the horizon, {at:?}");
    ops::prune(&mut healthy.store, &settings, None).unwrap();
    assert_eq!(left(&repo), 0, "G8: what everybody has seen goes, {at:?}");
    for (client, jobs) in queues.borrow().iter() {
        check_order_and_repeats(client, jobs, failed, at);
    }
    calls
}

fn check_order_and_repeats(client: &str, jobs: &[Delivered], failed: bool, at: Option<(usize, Failure)>) {
    let mut parameters_of: HashMap<u64, &[u8]> = HashMap::new();
    let mut last = 0;
    for job in jobs {
        assert!(job.ids.windows(2).all(|pair| pair[0] < pair[1]), "G2: ids ascend within a job, {client} {at:?}");
        let repeats = job.ids.iter().filter(|id| parameters_of.contains_key(id)).count();
        if repeats == 0 {
            assert!(job.ids[0] > last, "G2: what is new comes after what was there, {client} {at:?}");
            last = *job.ids.last().unwrap();
        } else {
            assert!(failed, "G3: nothing is repeated unless something failed, {client} {at:?}");
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
    assert!(calls > 20, "the farm must keep a runner busy, or this shows little");
    for failure in Failure::ALL {
        for at in 0..calls {
            check::<R>(style, Some((at, failure)));
        }
    }
    println!("{} runs, each with a failure of its own", calls * Failure::ALL.len());
}

#[test]
fn g1_g2_g3_g4_g8_hold_on_sqlite_whichever_call_fails_and_however() {
    check_every_step::<SqliteRepo>(Style::OneByOne);
}

#[test]
fn g1_g2_g3_g4_g8_hold_on_sqlite_for_groups_whichever_call_fails_and_however() {
    check_every_step::<SqliteRepo>(Style::Together);
}

#[test]
fn g1_g2_g3_g4_g8_hold_on_mariadb_whichever_call_fails_and_however() {
    check_every_step::<MariaRepo>(Style::OneByOne);
}

#[test]
fn g1_g2_g3_g4_g8_hold_on_mariadb_for_groups_whichever_call_fails_and_however() {
    check_every_step::<MariaRepo>(Style::Together);
}

fn check_a_pause_longer_than_the_claim<R: TestRepo>() {
    let (repo, settings, due) = farm::<R>();
    let queues = Queues::default();
    let mut slow = Runner::new(Style::OneByOne, &repo, &settings, &queues, None);
    ops::initialise(&mut slow.store, &settings).unwrap();
    let paused = fresh::begin(&mut slow.store, &settings, "enwiki", Token(99)).unwrap().unwrap();

    let mut heir = Runner::new(Style::OneByOne, &repo, &settings, &queues, None);
    heir.store.clock_ahead = LATER;
    heir.run().unwrap();
    let seen_by_heir = repo.seen("enwiki");

    assert!(ops::finish(&mut slow.store, &settings, &paused).is_err());
    ops::abandon(&mut slow.store, &paused).unwrap();
    assert_eq!((repo.seen("enwiki"), repo.lock("enwiki")), (seen_by_heir, None));
    let count = queues.borrow().values().flatten().map(|job| job.ids.len()).sum::<usize>();
    assert_eq!(count, due.len());
}

#[test]
fn g4_a_runner_that_was_paused_longer_than_its_claim_changes_nothing() {
    check_a_pause_longer_than_the_claim::<SqliteRepo>();
    check_a_pause_longer_than_the_claim::<MariaRepo>();
}
