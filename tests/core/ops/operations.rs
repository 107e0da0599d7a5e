//! What the operations do, over a real database.

use std::{
    collections::HashSet,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use crate::support::{PLAIN, SqliteRepo as Repo, TestRepo, fresh, linking, settings, site};
use wikibase_dispatch::{
    domain::{
        claim::{Lock, Token},
        settings::Settings,
        state::Due,
        time::Timestamp,
    },
    error::ErrorKind,
    ops::{self, Pass},
    store::{Clock, sqlite::SqliteStore},
};

fn chance() -> fastrand::Rng {
    fastrand::Rng::with_seed(1)
}

fn initialised(clients: &[&str], numbers: &[(&str, i64)]) -> (Repo, SqliteStore, Settings) {
    let (repo, settings) = (Repo::new(), settings(clients, numbers));
    let mut store = repo.store();
    ops::initialise(&mut store, &settings).unwrap();
    (repo, store, settings)
}

fn begin(store: &mut SqliteStore, settings: &Settings, client: &str) -> Option<Pass> {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let token = Token(NEXT.fetch_add(1, Ordering::Relaxed));
    match fresh::begin(store, settings, client, token) {
        Err(error) if matches!(error.kind(), ErrorKind::ClientClaimed | ErrorKind::ClientResting) => None,
        begun => begun.unwrap(),
    }
}

fn ids(pass: &Pass) -> Vec<u64> {
    pass.batch.changes().iter().map(|change| change.id.0).collect()
}

/// Passes until there is nothing left; what each handed over.
fn all_passes(store: &mut SqliteStore, settings: &Settings, client: &str) -> Vec<Vec<u64>> {
    let mut batches = Vec::new();
    while let Some(pass) = begin(store, settings, client) {
        batches.push(ids(&pass));
        ops::finish(store, settings, &pass).unwrap();
    }
    batches
}

#[test]
fn new_clients_get_a_state_once() {
    let (_repo, mut store, settings) = initialised(&["enwiki"], &[]);
    assert!(ops::initialise(&mut store, &settings).unwrap().is_empty());
    let more = crate::support::settings(&["dewiki", "enwiki"], &[]);
    assert_eq!(ops::initialise(&mut store, &more).unwrap(), [site("dewiki")]);
}

#[test]
fn a_pass_hands_over_relevant_changes_and_considers_the_rest() {
    let (repo, mut store, settings) = initialised(&["enwiki"], &[]);
    repo.subscribe("enwiki", &["Q1"]);
    repo.change("Q1", PLAIN);
    repo.change("Q2", PLAIN);
    repo.change("Q3", &linking("enwiki"));
    repo.change("Q4", &linking("dewiki"));
    let pass = begin(&mut store, &settings, "enwiki").unwrap();
    assert_eq!(ids(&pass), [1, 3]);
    assert_eq!(repo.seen("enwiki"), 0, "nothing is recorded before it is finished");
    assert_eq!(ops::finish(&mut store, &settings, &pass).unwrap(), Due::Never);
    assert_eq!(repo.seen("enwiki"), 4);
}

#[test]
fn g2_batches_follow_each_other_in_ascending_id_within_the_limits() {
    let numbers = [("dispatchDefaultBatchSize", 3), ("dispatchBatchChunkFactor", 2)];
    let (repo, mut store, settings) = initialised(&["enwiki"], &numbers);
    repo.subscribe("enwiki", &["Q1"]);
    for n in 0..20 {
        repo.change(if n % 2 == 0 { "Q1" } else { "Q2" }, PLAIN);
    }
    let batches = all_passes(&mut store, &settings, "enwiki");
    assert_eq!(batches, [vec![1, 3, 5], vec![7, 9, 11], vec![13, 15, 17], vec![19]]);
}

#[test]
fn a_pass_reads_at_most_max_chunks() {
    let numbers = [("dispatchDefaultBatchSize", 2), ("dispatchBatchChunkFactor", 1), ("dispatchDefaultMaxChunks", 3)];
    let (repo, mut store, settings) = initialised(&["enwiki"], &numbers);
    for _ in 0..20 {
        repo.change("Q2", PLAIN);
    }
    let pass = begin(&mut store, &settings, "enwiki").unwrap();
    assert_eq!((ids(&pass), pass.end().0), (vec![], 6));
}

#[test]
fn g4_no_pass_begins_while_the_claim_lives() {
    let (repo, mut store, settings) = initialised(&["enwiki"], &[]);
    repo.change("Q1", PLAIN);
    let pass = begin(&mut store, &settings, "enwiki").unwrap();
    let error = fresh::begin(&mut repo.store(), &settings, "enwiki", Token(0)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ClientClaimed);
    assert!(error.is_retryable(), "the caller must know that the pass was not done: {error}");
    ops::release(&mut store, &pass).unwrap();
    assert!(begin(&mut store, &settings, "enwiki").is_some());
}

#[test]
fn g3_the_successor_of_an_expired_claim_hands_over_the_same() {
    let (repo, mut store, settings) = initialised(&["enwiki"], &[]);
    repo.subscribe("enwiki", &["Q1"]);
    repo.change("Q1", PLAIN);
    repo.change("Q1", PLAIN);
    let dead = begin(&mut store, &settings, "enwiki").unwrap();
    repo.change("Q1", PLAIN);
    expire(&repo, "enwiki");
    let heir = begin(&mut store, &settings, "enwiki").unwrap();
    assert_eq!(ids(&heir), ids(&dead), "although more has come meanwhile");
    let error = ops::finish(&mut store, &settings, &dead).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ClaimLost);
    assert_eq!(ops::finish(&mut store, &settings, &heir).unwrap(), Due::Now);
    assert_eq!(repo.seen("enwiki"), 2);
}

#[test]
fn g3_a_pass_after_an_abandoned_one_hands_over_the_same() {
    let (repo, mut store, settings) = initialised(&["enwiki"], &[]);
    repo.subscribe("enwiki", &["Q1"]);
    repo.change("Q1", PLAIN);
    let failed = begin(&mut store, &settings, "enwiki").unwrap();
    ops::abandon(&mut store, &failed).unwrap();
    repo.change("Q1", PLAIN);
    let error = fresh::begin(&mut store, &settings, "enwiki", Token(0)).unwrap_err();
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::ClientResting, true), "{error}");
    expire(&repo, "enwiki");
    let again = begin(&mut store, &settings, "enwiki").unwrap();
    assert_eq!(ids(&again), ids(&failed));
}

#[test]
fn g3_a_successor_hands_over_the_same_across_missing_ids() {
    let numbers = [("dispatchDefaultBatchSize", 2), ("dispatchBatchChunkFactor", 1), ("dispatchDefaultMaxChunks", 3)];
    let (repo, mut store, settings) = initialised(&["enwiki"], &numbers);
    repo.subscribe("enwiki", &["Q1"]);
    // As for a new client of a repo whose older changes were pruned.
    repo.change_as(Some(1_000_000), "Q1", PLAIN.as_bytes());
    let dead = begin(&mut store, &settings, "enwiki").unwrap();
    repo.change("Q1", PLAIN);
    expire(&repo, "enwiki");
    let heir = begin(&mut store, &settings, "enwiki").unwrap();
    assert_eq!(ids(&heir), ids(&dead), "although more has come meanwhile");
}

#[test]
fn a_pass_begun_before_seen_was_set_back_does_not_make_the_next_one_boundless() {
    let numbers = [("dispatchDefaultBatchSize", 2), ("dispatchBatchChunkFactor", 1), ("dispatchDefaultMaxChunks", 3)];
    let (repo, mut store, settings) = initialised(&["enwiki"], &numbers);
    repo.subscribe("enwiki", &["Q1"]);
    for _ in 0..20 {
        repo.change("Q1", PLAIN);
    }
    repo.set("enwiki", "chd_seen = 15");
    begin(&mut store, &settings, "enwiki").unwrap();
    repo.set("enwiki", "chd_seen = 0");
    expire(&repo, "enwiki");
    assert_eq!(ids(&begin(&mut store, &settings, "enwiki").unwrap()), [1, 2]);
}

#[test]
fn g9_a_client_that_keeps_failing_rests_longer_each_time_and_is_not_in_the_way() {
    let (repo, mut store, settings) = initialised(&["badwiki", "enwiki"], &[]);
    repo.subscribe("badwiki", &["Q1"]);
    repo.subscribe("enwiki", &["Q1"]);
    repo.change("Q1", PLAIN);
    for failures in 1..=3 {
        let pass = begin(&mut store, &settings, "badwiki").unwrap();
        ops::abandon(&mut store, &pass).unwrap();
        assert_eq!(Lock::parse(repo.lock("badwiki").as_deref()).failures(), failures);
        // The first rest is a second, which a slow machine may need for the next line.
        end_in(&repo, "badwiki", 60);
        let outcome = fresh::trigger(&mut store, &settings, &mut chance()).unwrap();
        assert_eq!(outcome.due, [site("enwiki")]);
        assert!(outcome.look_again.is_some(), "somebody looks at it again");
        expire(&repo, "badwiki");
    }
    let pass = begin(&mut store, &settings, "badwiki").unwrap();
    ops::finish(&mut store, &settings, &pass).unwrap();
    assert_eq!(repo.lock("badwiki"), None, "success forgets the failures");
}

#[test]
fn releasing_leaves_the_state_as_it_was() {
    let (repo, mut store, settings) = initialised(&["enwiki"], &[]);
    repo.set("enwiki", "chd_lock = 'left by somebody'");
    repo.change("Q1", PLAIN);
    let pass = begin(&mut store, &settings, "enwiki").unwrap();
    ops::release(&mut store, &pass).unwrap();
    assert_eq!(repo.lock("enwiki").as_deref(), Some("left by somebody"));
}

#[test]
fn a_disabled_client_gets_no_pass() {
    let (repo, mut store, settings) = initialised(&["enwiki"], &[]);
    repo.change("Q1", PLAIN);
    repo.set("enwiki", "chd_disabled = 1");
    assert!(begin(&mut store, &settings, "enwiki").is_none());
}

#[test]
fn a_client_that_is_not_configured_is_an_error_of_its_own() {
    let (_repo, mut store, settings) = initialised(&["enwiki"], &[]);
    for name in ["nowiki", "enwiki ", ""] {
        let error = fresh::begin(&mut store, &settings, name, Token(1)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnknownClient, "{error}");
    }
}

#[test]
fn the_first_pass_of_a_client_gives_it_a_state() {
    let repo = Repo::new();
    repo.change("Q1", &linking("enwiki"));
    let (mut store, settings) = (repo.store(), settings(&["enwiki"], &[]));
    assert_eq!(all_passes(&mut store, &settings, "enwiki"), [[1]]);
}

#[test]
fn a_trigger_advances_clients_with_no_relevant_changes_and_names_the_rest() {
    let (repo, mut store, settings) = initialised(&["dewiki", "enwiki", "frwiki", "svwiki"], &[]);
    repo.subscribe("enwiki", &["Q1"]);
    repo.change("Q1", PLAIN);
    repo.change("Q2", &linking("frwiki"));
    let outcome = fresh::trigger(&mut store, &settings, &mut chance()).unwrap();
    assert_eq!(outcome.fast_forwarded, 2);
    assert_eq!(outcome.due.into_iter().collect::<HashSet<_>>(), HashSet::from([site("enwiki"), site("frwiki")]));
    assert_eq!(["dewiki", "enwiki", "frwiki", "svwiki"].map(|name| repo.seen(name)), [2, 0, 0, 2]);
}

#[test]
fn a_trigger_that_found_something_asks_for_another_and_one_that_found_nothing_ends_the_chain() {
    let (repo, mut store, settings) = initialised(&["dewiki", "enwiki"], &[("triggerMaxDelay", 5)]);
    repo.subscribe("enwiki", &["Q1"]);
    repo.change("Q1", PLAIN);
    let look_again = || fresh::trigger(&mut repo.store(), &settings, &mut chance()).unwrap().look_again;
    assert_eq!(look_again(), Some(Duration::from_secs(5)), "a client is due");
    let pass = begin(&mut store, &settings, "enwiki").unwrap();
    assert_eq!(
        look_again(),
        Some(Duration::from_secs(5)),
        "its runner may die, and nobody waits for the claim's five minutes"
    );
    ops::finish(&mut store, &settings, &pass).unwrap();
    assert_eq!(
        look_again(),
        Some(Duration::from_secs(5)),
        "an edit may count on a trigger that the queue takes for the same as this one"
    );
    for client in ["dewiki", "enwiki"] {
        repo.set(client, &format!("chd_touched = '{}'", seconds_ago(&mut store, 8)));
    }
    assert_eq!(look_again(), None);
}

#[test]
fn where_triggers_cannot_wait_the_first_that_finds_nothing_ends_the_chain() {
    let (repo, mut store, settings) = initialised(&["dewiki", "enwiki"], &[("triggerMaxDelay", 0)]);
    repo.change("Q1", PLAIN);
    let mut look_again = || fresh::trigger(&mut store, &settings, &mut chance()).unwrap().look_again;
    assert!(look_again().is_some());
    assert_eq!(look_again(), None);
}

fn seconds_ago(store: &mut impl Clock, seconds: i64) -> String {
    Timestamp::from_unix(store.now().unwrap().unix() - seconds).to_mw()
}

#[test]
fn a_client_past_all_that_concerns_it_is_moved_too() {
    let (repo, mut store, settings) = initialised(&["enwiki"], &[]);
    repo.subscribe("enwiki", &["Q1"]);
    repo.change("Q1", PLAIN);
    all_passes(&mut store, &settings, "enwiki");
    repo.change("Q2", PLAIN);
    let outcome = fresh::trigger(&mut store, &settings, &mut chance()).unwrap();
    assert_eq!((outcome.fast_forwarded, outcome.due.len(), repo.seen("enwiki")), (1, 0, 2));
}

#[test]
fn an_unreadable_change_keeps_its_subscribers_from_being_moved_past_it() {
    let (repo, mut store, settings) = initialised(&["dewiki", "enwiki"], &[]);
    repo.subscribe("enwiki", &["Q1"]);
    repo.change_as(None, "Q1", b"rub\xffbish");
    let outcome = fresh::trigger(&mut store, &settings, &mut chance()).unwrap();
    assert_eq!((outcome.fast_forwarded, outcome.due), (1, vec![site("enwiki")]));
    let pass = begin(&mut store, &settings, "enwiki").unwrap();
    assert_eq!((ids(&pass), pass.batch.bad().len()), (vec![1], 1));
}

#[test]
fn selection_gives_the_most_lagged_only() {
    let clients: Vec<String> = (0..30).map(|n| format!("wiki{n:02}")).collect();
    let names: Vec<&str> = clients.iter().map(String::as_str).collect();
    let (repo, mut store, settings) = initialised(&names, &[("dispatchDefaultDispatchRandomness", 5)]);
    for (n, name) in names.iter().enumerate() {
        repo.change("Q1", PLAIN);
        repo.set(name, &format!("chd_seen = {n}"));
    }
    let selected: HashSet<_> = ops::select_lagged(&mut store, &settings, &mut chance()).unwrap().into_iter().collect();
    assert_eq!(selected, (0..5).map(|n| site(names[n])).collect());
}

#[test]
fn a_client_that_is_no_longer_configured_is_left_alone() {
    let (repo, mut store, _) = initialised(&["enwiki", "gonewiki"], &[]);
    repo.change("Q1", PLAIN);
    let outcome = fresh::trigger(&mut store, &settings(&["enwiki"], &[]), &mut chance()).unwrap();
    assert_eq!((outcome.fast_forwarded, repo.seen("gonewiki")), (1, 0));
}

/// Makes the claim, or the rest, of `client` end now.
fn expire(repo: &Repo, client: &str) {
    end_in(repo, client, 0);
}

/// Makes it end in so many seconds.
fn end_in(repo: &Repo, client: &str, seconds: i64) {
    let end = repo.store().now().unwrap().unix() + seconds;
    let lock = repo.lock(client).unwrap();
    let mut parts: Vec<String> = lock.split(':').map(ToOwned::to_owned).collect();
    let at = if parts[0] == "wd1c" { 2 } else { 1 };
    parts[at] = end.to_string();
    repo.set(client, &format!("chd_lock = '{}'", parts.join(":")));
}

#[test]
fn the_lag_of_a_client_is_the_age_of_the_oldest_change_that_it_has_not_seen() {
    let (repo, mut store, settings) = initialised(&["dewiki", "enwiki", "frwiki"], &[]);
    let now = store.now().unwrap();
    for age in [300, 200, 100] {
        let id = repo.change("Q1", PLAIN);
        let time = now.minus(Duration::from_secs(age)).to_mw();
        repo.execute(&format!("UPDATE {{wb_changes}} SET change_time = '{time}' WHERE change_id = {id}"));
    }
    repo.set("dewiki", "chd_seen = 1");
    repo.set("frwiki", "chd_seen = 3");
    let report = ops::report_lag(&mut store, &settings).unwrap();
    let seconds = |age: Duration| age.as_secs() / 100 * 100;
    let lags: Vec<_> = report.clients.iter().map(|lag| (lag.client.as_str(), lag.pending, seconds(lag.age))).collect();
    assert_eq!(lags, [("enwiki", 3, 300), ("dewiki", 2, 200), ("frwiki", 0, 0)]);
    assert_eq!((report.horizon.0, report.median().unwrap().client.as_str()), (3, "dewiki"));
}

#[test]
fn nobody_lags_where_the_pending_changes_are_gone() {
    let (repo, mut store, settings) = initialised(&["enwiki"], &[]);
    repo.change("Q1", PLAIN);
    repo.change("Q1", PLAIN);
    repo.execute("DELETE FROM {wb_changes} WHERE change_id = 1");
    repo.set("enwiki", "chd_seen = 0");
    let report = ops::report_lag(&mut store, &settings).unwrap();
    assert!(report.clients[0].age > Duration::ZERO);
    repo.execute("DELETE FROM {wb_changes}");
    let report = ops::report_lag(&mut store, &settings).unwrap();
    assert_eq!((report.clients[0].pending, report.clients[0].age), (0, Duration::ZERO));
}

#[test]
fn the_lag_report_counts_clients_that_it_leaves_out() {
    let (repo, mut store, _) = initialised(&["dewiki", "enwiki", "gonewiki"], &[]);
    repo.change("Q1", PLAIN);
    repo.set("dewiki", "chd_disabled = 1");
    let settings = crate::support::settings(&["dewiki", "enwiki", "newwiki"], &[]);
    let pass = begin(&mut store, &settings, "enwiki").unwrap();
    let report = ops::report_lag(&mut store, &settings).unwrap();
    assert_eq!((report.clients.len(), report.claimed, report.disabled, report.uninitialised), (1, 1, 1, 1));
    ops::abandon(&mut store, &pass).unwrap();
    let report = ops::report_lag(&mut store, &settings).unwrap();
    assert_eq!((report.claimed, report.resting), (0, 1));
}
