//! What every store promises, one test a promise, on each store.

mod support;

use std::collections::HashSet;

use support::{PLAIN, Repo, domain, settings, site};
use wikibase_dispatch::{
    domain::{change::ChangeId, site::Client, time::Timestamp},
    error::ErrorKind,
    ops,
    store::{ChangeBuffer, Chunk, Clock, DispatchStates, ReadLimit, Subscriptions, sqlite::SqliteStore},
};

const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);
const ALL: ReadLimit = ReadLimit { rows: 100, bytes: 1 << 20 };

fn client(name: &str) -> Client {
    Client { site: site(name), domain: domain(name) }
}

/// A repo with a prefix, so that a forgotten one shows, and these clients.
fn repo_with(clients: &[&str]) -> (Repo, SqliteStore) {
    let repo = Repo::with_prefix("wb1_");
    let mut store = repo.store();
    for name in clients {
        assert!(store.insert_state(&client(name)).unwrap());
    }
    (repo, store)
}

fn ids(chunk: &Chunk) -> Vec<u64> {
    chunk.changes.iter().map(|change| change.id.0).collect()
}

#[test]
fn an_empty_buffer_has_horizon_0() {
    let (_repo, mut store) = repo_with(&[]);
    assert_eq!(store.horizon().unwrap(), ChangeId(0));
}

#[test]
fn the_horizon_is_the_last_committed_change() {
    let (repo, mut store) = repo_with(&[]);
    let first = repo.change("Q1", PLAIN);
    repo.sql.execute_batch("BEGIN IMMEDIATE").unwrap();
    repo.change("Q1", PLAIN);
    assert_eq!(store.horizon().unwrap(), ChangeId(first), "an uncommitted change is not seen");
    repo.sql.execute_batch("COMMIT").unwrap();
    assert_eq!(store.horizon().unwrap(), ChangeId(first + 1));
}

#[test]
fn reading_is_bounded_by_position_rows_and_bytes() {
    let (repo, mut store) = repo_with(&[]);
    for id in [2, 3, 5, 8, 13] {
        repo.change_as(Some(id), "Q1", b"{}");
    }
    let mut read = |after, upto, limit| store.read_changes(ChangeId(after), ChangeId(upto), limit).unwrap();
    let all = read(2, 20, ALL);
    assert_eq!((ids(&all), all.reached), (vec![3, 5, 8, 13], ChangeId(20)));
    let some = read(0, 7, ReadLimit { rows: 2, ..ALL });
    assert_eq!((ids(&some), some.reached), (vec![2, 3], ChangeId(3)));
    let few = read(0, 20, ReadLimit { bytes: 5, ..ALL });
    assert_eq!((ids(&few), few.reached), (vec![2, 3, 5], ChangeId(5)));
    assert_eq!(ids(&read(13, 13, ALL)), Vec::<u64>::new());
}

#[test]
fn a_change_is_read_as_it_was_written() {
    let (repo, mut store) = repo_with(&[]);
    repo.change_as(Some(7), "Q42", b"{\"caf\xc3\xa9\":1}");
    repo.change_as(Some(8), "L7-F1", b"\xff\0not text");
    let chunk = store.read_changes(ChangeId(0), ChangeId(8), ALL).unwrap();
    let change = &chunk.changes[0];
    assert_eq!(change.kind, "wikibase-item~update");
    assert_eq!((change.time.as_str(), change.entity.as_str()), ("20260131235959", "Q42"));
    assert_eq!((change.revision, change.user), (8, 5));
    assert_eq!(change.info, "{\"café\":1}".as_bytes());
    assert_eq!(chunk.changes[1].info, b"\xff\0not text");
}

#[test]
fn subscriptions_are_found_by_client_and_by_entity() {
    let (repo, mut store) = repo_with(&[]);
    repo.subscribe("enwiki", &["Q1", "Q2"]);
    repo.subscribe("dewiki", &["Q2", "Q3"]);
    let asked = HashSet::from(["Q1", "Q2", "Q9", "Q'\"%\\"]);
    let subscribed = store.subscribed(&site("enwiki"), &asked).unwrap();
    assert_eq!(subscribed, HashSet::from(["Q1".to_owned(), "Q2".to_owned()]));
    let mut pairs = Vec::new();
    store.each_subscriber(&asked, &mut |entity, site| pairs.push(format!("{entity} {site}"))).unwrap();
    pairs.sort();
    assert_eq!(pairs, ["Q1 enwiki", "Q2 dewiki", "Q2 enwiki"]);
    assert!(store.subscribed(&site("enwiki"), &HashSet::new()).unwrap().is_empty());
}

#[test]
fn a_state_is_made_once_and_starts_at_0() {
    let (_repo, mut store) = repo_with(&["enwiki"]);
    assert!(!store.insert_state(&client("enwiki")).unwrap());
    let row = store.state(&site("enwiki")).unwrap().unwrap();
    assert_eq!((row.seen, row.touched, row.lock, row.disabled), (ChangeId(0), None, None, false));
    assert_eq!(store.state(&site("dewiki")).unwrap(), None);
}

#[test]
fn a_domain_is_kept_up_to_date() {
    let (_repo, mut store) = repo_with(&["enwiki"]);
    store.update_domain(&Client { domain: domain("enwiki-wb_"), ..client("enwiki") }).unwrap();
    assert_eq!(store.all_states().unwrap()[0].domain, "enwiki-wb_");
}

#[test]
fn g4_of_two_claims_on_the_same_state_one_wins() {
    let (repo, mut store) = repo_with(&["enwiki"]);
    let mut other = repo.store();
    assert!(store.claim(&site("enwiki"), ChangeId(0), None, "a").unwrap());
    assert!(!other.claim(&site("enwiki"), ChangeId(0), None, "b").unwrap());
    assert_eq!(repo.lock("enwiki").as_deref(), Some("a"));
    assert!(
        other.claim(&site("enwiki"), ChangeId(0), Some("a"), "b").unwrap(),
        "an expired claim is taken over knowingly"
    );
}

#[test]
fn a_claim_needs_the_seen_it_was_made_for_and_an_enabled_client() {
    let (repo, mut store) = repo_with(&["enwiki"]);
    assert!(!store.claim(&site("enwiki"), ChangeId(5), None, "a").unwrap());
    repo.set("enwiki", "chd_disabled = 1");
    assert!(!store.claim(&site("enwiki"), ChangeId(0), None, "a").unwrap());
    assert!(!store.claim(&site("dewiki"), ChangeId(0), None, "a").unwrap());
}

#[test]
fn g4_only_the_owner_of_the_claim_advances_and_frees_it() {
    let (repo, mut store) = repo_with(&["enwiki"]);
    let enwiki = site("enwiki");
    assert!(store.claim(&enwiki, ChangeId(0), None, "a").unwrap());
    assert!(!store.advance(&enwiki, ChangeId(0), "b", ChangeId(9), NOW).unwrap());
    assert!(!store.advance(&enwiki, ChangeId(1), "a", ChangeId(9), NOW).unwrap());
    assert!(!store.unlock(&enwiki, "b", None).unwrap());
    assert_eq!((repo.seen("enwiki"), repo.lock("enwiki").as_deref()), (0, Some("a")));
    assert!(store.advance(&enwiki, ChangeId(0), "a", ChangeId(9), NOW).unwrap());
    let row = store.state(&enwiki).unwrap().unwrap();
    assert_eq!((row.seen, row.touched, row.lock), (ChangeId(9), Some(NOW), None));
}

#[test]
fn fast_forward_moves_only_who_stands_where_it_says_is_free_and_enabled() {
    let (repo, mut store) = repo_with(&["free", "moved", "claimed", "disabled", "ahead"]);
    repo.set("moved", "chd_seen = 4");
    repo.set("claimed", "chd_lock = 'x'");
    repo.set("disabled", "chd_disabled = 1");
    repo.set("ahead", "chd_seen = 20");
    let asked: Vec<_> = [("free", 0), ("moved", 3), ("claimed", 0), ("disabled", 0), ("ahead", 20)]
        .map(|(name, seen)| (site(name), ChangeId(seen)))
        .into();
    assert_eq!(store.fast_forward(&asked, ChangeId(9), NOW).unwrap(), 1);
    let seen = ["free", "moved", "claimed", "disabled", "ahead"].map(|name| repo.seen(name));
    assert_eq!(seen, [9, 4, 0, 0, 20]);
}

#[test]
fn site_ids_with_odd_characters_are_bound_not_pasted() {
    let odd = "a'b\"c%_\\;--ü";
    let (repo, mut store) = repo_with(&[odd]);
    assert!(store.claim(&site(odd), ChangeId(0), None, "x'y").unwrap());
    assert!(store.unlock(&site(odd), "x'y", None).unwrap());
    assert_eq!(store.fast_forward(&[(site(odd), ChangeId(0))], ChangeId(3), NOW).unwrap(), 1);
    assert_eq!(repo.seen(odd), 3);
}

#[test]
fn g10_the_clock_is_the_databases_and_runs() {
    let (_repo, mut store) = repo_with(&[]);
    assert!(store.now().unwrap() > Timestamp::parse_mw("20260101000000").unwrap());
}

#[test]
fn a_missing_table_is_named() {
    let (repo, mut store) = repo_with(&[]);
    repo.sql.execute_batch("DROP TABLE wb1_wb_changes_dispatch").unwrap();
    let error = ops::trigger(&mut store, &settings(&["enwiki"], &[]), &mut fastrand::Rng::with_seed(1)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SchemaMissing);
    assert!(error.to_string().contains("no table wb1_wb_changes_dispatch"), "{error}");
    assert!(error.to_string().contains("update.php"), "{error}");
}

#[test]
fn g14_a_database_that_another_writer_holds_is_busy_and_worth_a_retry() {
    let (repo, _) = repo_with(&["enwiki"]);
    let prefix = wikibase_dispatch::store::sqlite::TablePrefix::parse("wb1_").unwrap();
    let mut store = SqliteStore::open(&repo.path(), prefix, std::time::Duration::from_millis(20)).unwrap();
    repo.sql.execute_batch("BEGIN IMMEDIATE").unwrap();
    let error = store.claim(&site("enwiki"), ChangeId(0), None, "a").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::StoreBusy);
    assert!(error.is_retryable());
    assert!(error.to_string().starts_with("cannot claim enwiki in "), "{error}");
}

#[test]
fn a_file_that_is_no_database_is_an_error_that_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.txt");
    std::fs::write(&path, "not a database, but long enough to be looked at as one".repeat(20)).unwrap();
    let open = |path| SqliteStore::open(path, Default::default(), std::time::Duration::from_secs(1)).err().unwrap();
    let error = open(&path);
    assert_eq!(error.kind(), ErrorKind::StoreFailed);
    assert!(error.to_string().contains("notes.txt"), "{error}");
    let error = open(&folder.path().join("absent.sqlite"));
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::StoreMissing, false));
}
