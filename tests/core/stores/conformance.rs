//! What every store promises, one test a promise, on each store.

use std::{collections::BTreeSet, time::Duration};

use crate::support::{
    MariaRepo, OneClient, PLAIN, SqliteRepo, TestRepo, domain, each_store::on_each_store, fresh, settings, site,
};
use wikibase_dispatch::{
    domain::{
        change::ChangeId,
        change_info,
        claim::Token,
        horizon::{GapRules, Horizon, Life},
        prune::PruneNote,
        site::Client,
        stretch::{ClientNumber, Sorting},
        time::Timestamp,
    },
    error::ErrorKind,
    ops,
    store::{
        Backlog, ChangeBuffer, Chunk, Clock, DispatchStates, Pruning, ReadLimit, Stretches, Subscriptions, TablePrefix,
        sqlite::SqliteStore,
    },
};

const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);
const ALL: ReadLimit = ReadLimit { rows: 100, bytes: 1 << 20 };

fn client(name: &str) -> Client {
    Client { site: site(name), domain: domain(name) }
}

/// A repo with a prefix, so that a forgotten one shows, and these clients.
fn repo_with<R: TestRepo>(clients: &[&str]) -> (R, R::Store) {
    let repo = R::with_prefix("wb1_");
    let mut store = repo.store();
    for name in clients {
        assert!(store.insert_state(&client(name)).unwrap());
    }
    (repo, store)
}

fn ids(chunk: &Chunk) -> Vec<u64> {
    chunk.changes.iter().map(|change| change.id.0).collect()
}

on_each_store! {
    an_empty_buffer_has_horizon_0,
    reading_is_bounded_by_position_rows_and_bytes,
    a_change_is_read_as_it_was_written,
    g9_a_change_that_is_too_long_to_be_read_is_a_bad_one_and_the_others_are_read,
    a_stretch_is_read_with_its_subscribers,
    subscriptions_are_found_by_entity,
    a_state_is_made_once_and_starts_at_0,
    a_domain_is_kept_up_to_date,
    g4_of_two_claims_on_the_same_state_one_wins,
    a_claim_needs_the_seen_it_was_made_for_and_an_enabled_client,
    g4_only_the_owner_of_the_claim_advances_and_frees_it,
    fast_forward_moves_only_who_stands_where_it_says_is_free_and_enabled,
    site_ids_with_odd_characters_are_bound_not_pasted,
    g10_the_clock_is_the_databases_and_runs,
    a_missing_table_is_named,
    a_horizon_is_never_below_what_is_settled,
    the_highest_id_ever_given_out_is_remembered,
    more_is_asked_for_than_one_statement_takes,
    a_client_is_set_to_another_place_only_from_where_it_stands,
    a_long_domain_is_cut_and_written_once,
    g8_the_changes_that_are_named_are_deleted_and_no_others,
    the_oldest_changes_come_first_and_are_bounded,
    a_prune_note_is_kept_and_is_nobodys_state,
    g10_a_prune_note_comes_with_the_time_by_the_database,
    the_first_change_after_each_of_many_positions_is_found,
}

fn an_empty_buffer_has_horizon_0<R: TestRepo>() {
    let (_repo, mut store) = repo_with::<R>(&[]);
    assert_eq!(store.horizon(ChangeId(0), GapRules::after(Duration::ZERO)).unwrap(), Horizon::default());
}

fn reading_is_bounded_by_position_rows_and_bytes<R: TestRepo>() {
    let (repo, mut store) = repo_with::<R>(&[]);
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

fn a_change_is_read_as_it_was_written<R: TestRepo>() {
    let (repo, mut store) = repo_with::<R>(&[]);
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

/// The column's limit; a byte more than MariaDB's server sends in a row by default; and what no job's parameters would hold.
fn g9_a_change_that_is_too_long_to_be_read_is_a_bad_one_and_the_others_are_read<R: TestRepo>() {
    let (repo, mut store) = repo_with::<R>(&[]);
    let settings = settings(&["enwiki"], &[]);
    repo.subscribe("enwiki", &["Q1"]);
    for length in [2, 16_777_215, 16_777_100, change_info::MOST_BYTES + 1, change_info::MOST_BYTES, 3] {
        repo.change("Q1", "{}");
        if length > 3 {
            repo.execute(&format!(
                "UPDATE {{wb_changes}} SET change_info = {} WHERE change_id = (SELECT MAX(change_id) FROM
                (SELECT change_id FROM {{wb_changes}}) AS all_changes)",
                R::text_of_length(length)
            ));
        }
    }
    ops::initialise(&mut store, &settings).unwrap();
    let pass = fresh::begin(&mut store, &settings, "enwiki", Token(7)).unwrap().unwrap();
    let ids: Vec<u64> = pass.batch.changes().iter().map(|change| change.id.0).collect();
    assert_eq!(ids, [1, 2, 3, 4, 5, 6]);
    let bad: Vec<_> = pass.batch.bad().iter().map(|bad| (bad.id.0, bad.reason.as_str())).collect();
    assert_eq!(
        bad[..3],
        [
            (2, "change_info has 16777215 bytes, too many to be read"),
            (3, "change_info has 16777100 bytes, too many to be read"),
            (4, "change_info has 2097153 bytes, too many to be read"),
        ]
    );
    assert_eq!(bad.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [2, 3, 4, 5], "the last is read, and is no JSON");
    ops::finish(&mut store, &settings, &pass).unwrap();
    assert_eq!(repo.seen("enwiki"), 6);
}

/// Whatever the names of subscribers, and however many there are.
fn a_stretch_is_read_with_its_subscribers<R: TestRepo>() {
    let (repo, mut store) = repo_with::<R>(&[]);
    for (id, entity) in [(2, "Q1"), (3, "Q2"), (5, "Q1"), (8, "Q3"), (9, "Q4")] {
        repo.change_as(Some(id), entity, b"{}");
    }
    repo.subscribe("enwiki", &["Q1", "Q4"]);
    repo.subscribe("dewiki", &["Q1"]);
    let read = |store: &mut R::Store, upto, limit| {
        let mut sorting = Sorting::new(&number_of);
        let reached = store.read_stretch(ChangeId(1), ChangeId(upto), limit, &mut sorting).unwrap();
        let stretch = sorting.finish(ChangeId(1), reached);
        let of = |client| stretch.of(client, ChangeId(0)).map(|(change, _)| change.id.0).collect::<Vec<_>>();
        (reached.0, stretch.rows(), [0, 1].map(of))
    };
    let all = (20, 5, [vec![2, 5, 9], vec![2, 5]]);
    assert_eq!(read(&mut store, 20, ALL), all);
    assert_eq!(read(&mut store, 4, ALL), (4, 2, [vec![2], vec![2]]));
    assert_eq!(read(&mut store, 20, ReadLimit { rows: 3, ..ALL }), (5, 3, [vec![2, 5], vec![2, 5]]));
    assert_eq!(read(&mut store, 20, ReadLimit { bytes: 3, ..ALL }), (3, 2, [vec![2], vec![2]]));
    repo.subscribe("no|wiki", &["Q2"]);
    assert_eq!(read(&mut store, 20, ALL), all, "a name like a list");
    for at in 0..1500 {
        repo.subscribe(&format!("{at}{}", "x".repeat(250)), &["Q1"]);
    }
    assert_eq!(read(&mut store, 20, ALL), all, "more than a list holds");
}

fn number_of(site: &str) -> Option<ClientNumber> {
    ["enwiki", "dewiki"].iter().position(|name| *name == site).and_then(|at| at.try_into().ok())
}

fn subscriptions_are_found_by_entity<R: TestRepo>() {
    let (repo, mut store) = repo_with::<R>(&[]);
    repo.subscribe("enwiki", &["Q1", "Q2"]);
    repo.subscribe("dewiki", &["Q2", "Q3"]);
    let mut pairs = Vec::new();
    let asked = ["Q1", "Q2", "Q9", "Q'\"%\\"];
    store.each_subscriber(&asked, &mut |entity, site| pairs.push(format!("{entity} {site}"))).unwrap();
    pairs.sort();
    assert_eq!(pairs, ["Q1 enwiki", "Q2 dewiki", "Q2 enwiki"]);
    store.each_subscriber(&[], &mut |_, _| panic!("nobody was asked for")).unwrap();
}

fn a_state_is_made_once_and_starts_at_0<R: TestRepo>() {
    let (_repo, mut store) = repo_with::<R>(&["enwiki"]);
    assert!(!store.insert_state(&client("enwiki")).unwrap());
    let row = store.state(&site("enwiki")).unwrap().unwrap();
    assert_eq!((row.seen, row.touched, row.lock, row.disabled), (ChangeId(0), None, None, false));
    assert_eq!(store.state(&site("dewiki")).unwrap(), None);
}

fn a_domain_is_kept_up_to_date<R: TestRepo>() {
    let (_repo, mut store) = repo_with::<R>(&["enwiki"]);
    store.update_domain(&Client { domain: domain("enwiki-wb_"), ..client("enwiki") }).unwrap();
    assert_eq!(store.all_states().unwrap()[0].domain, "enwiki-wb_");
}

fn g4_of_two_claims_on_the_same_state_one_wins<R: TestRepo>() {
    let (repo, mut store) = repo_with::<R>(&["enwiki"]);
    let mut other = repo.store();
    assert!(store.claim_one("enwiki", 0, None, "a").unwrap());
    assert!(!other.claim_one("enwiki", 0, None, "b").unwrap());
    assert_eq!(repo.lock("enwiki").as_deref(), Some("a"));
    assert!(other.claim_one("enwiki", 0, Some("a"), "b").unwrap(), "an expired claim is taken over knowingly");
}

fn a_claim_needs_the_seen_it_was_made_for_and_an_enabled_client<R: TestRepo>() {
    let (repo, mut store) = repo_with::<R>(&["enwiki"]);
    assert!(!store.claim_one("enwiki", 5, None, "a").unwrap());
    repo.set("enwiki", "chd_disabled = 1");
    assert!(!store.claim_one("enwiki", 0, None, "a").unwrap());
    assert!(!store.claim_one("dewiki", 0, None, "a").unwrap());
}

fn g4_only_the_owner_of_the_claim_advances_and_frees_it<R: TestRepo>() {
    let (repo, mut store) = repo_with::<R>(&["enwiki"]);
    let enwiki = site("enwiki");
    assert!(store.claim_one("enwiki", 0, None, "a").unwrap());
    assert!(!store.advance_one("enwiki", 0, "b", 9, NOW).unwrap());
    assert!(!store.advance_one("enwiki", 1, "a", 9, NOW).unwrap());
    assert!(!store.unlock(&enwiki, "b", None).unwrap());
    assert_eq!((repo.seen("enwiki"), repo.lock("enwiki").as_deref()), (0, Some("a")));
    assert!(store.advance_one("enwiki", 0, "a", 9, NOW).unwrap());
    let row = store.state(&enwiki).unwrap().unwrap();
    assert_eq!((row.seen, row.touched, row.lock), (ChangeId(9), Some(NOW), None));
}

fn fast_forward_moves_only_who_stands_where_it_says_is_free_and_enabled<R: TestRepo>() {
    let (repo, mut store) = repo_with::<R>(&["free", "moved", "claimed", "disabled", "ahead"]);
    repo.set("moved", "chd_seen = 4");
    repo.set("claimed", "chd_lock = 'x'");
    repo.set("disabled", "chd_disabled = 1");
    repo.set("ahead", "chd_seen = 20");
    let asked: Vec<_> = [("free", 0), ("moved", 3), ("claimed", 0), ("disabled", 0), ("ahead", 20)]
        .map(|(name, seen)| (site(name), ChangeId(seen)))
        .into();
    assert_eq!(store.fast_forward(&asked, ChangeId(9), NOW, Life(0)).unwrap(), 1);
    let seen = ["free", "moved", "claimed", "disabled", "ahead"].map(|name| repo.seen(name));
    assert_eq!(seen, [9, 4, 0, 0, 20]);
}

fn site_ids_with_odd_characters_are_bound_not_pasted<R: TestRepo>() {
    let odd = "a'b\"c%_\\;--ü";
    let (repo, mut store) = repo_with::<R>(&[odd]);
    assert!(store.claim_one(odd, 0, None, "x'y").unwrap());
    assert!(store.unlock(&site(odd), "x'y", None).unwrap());
    assert_eq!(store.fast_forward(&[(site(odd), ChangeId(0))], ChangeId(3), NOW, Life(0)).unwrap(), 1);
    assert_eq!(repo.seen(odd), 3);
}

fn g10_the_clock_is_the_databases_and_runs<R: TestRepo>() {
    let (_repo, mut store) = repo_with::<R>(&[]);
    assert!(store.now().unwrap() > Timestamp::parse_mw("20260101000000").unwrap());
}

fn a_missing_table_is_named<R: TestRepo>() {
    let (repo, mut store) = repo_with::<R>(&[]);
    repo.execute("DROP TABLE {wb_changes_dispatch}");
    let error = fresh::trigger(&mut store, &settings(&["enwiki"], &[]), &mut fastrand::Rng::with_seed(1)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SchemaMissing);
    assert!(error.to_string().contains("wb1_wb_changes_dispatch"), "{error}");
    assert!(error.to_string().contains("update.php"), "{error}");
}

fn a_horizon_is_never_below_what_is_settled<R: TestRepo>() {
    let (repo, mut store) = repo_with::<R>(&[]);
    let empty = store.horizon(ChangeId(7), GapRules::after(Duration::ZERO)).unwrap();
    assert_eq!(empty, Horizon { from: ChangeId(7), upto: ChangeId(7), ..Horizon::default() });
    repo.change("Q1", PLAIN);
    let after = store.horizon(ChangeId(7), GapRules::after(Duration::ZERO)).unwrap();
    assert_eq!((after.upto, after.last), (ChangeId(7), ChangeId(1)));
}

fn the_highest_id_ever_given_out_is_remembered<R: TestRepo>() {
    let (repo, mut store) = repo_with::<R>(&[]);
    assert!(store.highest_allocated().unwrap().unwrap_or_default() == ChangeId(0));
    repo.change_as(Some(41), "Q1", b"{}");
    repo.change("Q1", PLAIN);
    repo.execute("DELETE FROM {wb_changes} WHERE change_id = 42");
    assert_eq!(store.highest_allocated().unwrap(), Some(ChangeId(42)));
}

fn more_is_asked_for_than_one_statement_takes<R: TestRepo>() {
    let (repo, mut store) = repo_with::<R>(&[]);
    let entities: Vec<String> = (1..=2500).map(|n| format!("Q{n}")).collect();
    repo.subscribe("enwiki", &["Q1", "Q1000", "Q2500"]);
    let asked: Vec<&str> = entities.iter().map(String::as_str).collect();
    let mut count = 0;
    store.each_subscriber(&asked, &mut |_, _| count += 1).unwrap();
    assert_eq!(count, 3);
    let clients: Vec<_> = (0..2000).map(|n| (site(&format!("wiki{n}")), ChangeId(0))).collect();
    store.insert_state(&client("wiki0")).unwrap();
    store.insert_state(&client("wiki1999")).unwrap();
    assert_eq!(store.fast_forward(&clients, ChangeId(5), NOW, Life(0)).unwrap(), 2);
    assert_eq!(store.fast_forward(&[], ChangeId(5), NOW, Life(0)).unwrap(), 0);
}

fn a_client_is_set_to_another_place_only_from_where_it_stands<R: TestRepo>() {
    let (repo, mut store) = repo_with::<R>(&["enwiki"]);
    repo.set("enwiki", "chd_seen = 50, chd_lock = 'x'");
    let mut seek = |from, lock, to| {
        let life = store.life();
        store.seek(&site("enwiki"), ChangeId(from), lock, ChangeId(to), life).unwrap()
    };
    assert!(!seek(50, None, 0) && !seek(49, Some("x"), 0));
    assert!(seek(50, Some("x"), 0));
    assert_eq!((repo.seen("enwiki"), repo.lock("enwiki")), (0, None));
    assert!(seek(0, None, 70));
    assert_eq!(repo.seen("enwiki"), 70);
}

fn a_long_domain_is_cut_and_written_once<R: TestRepo>() {
    let (repo, mut store) = repo_with::<R>(&[]);
    let long = Client { domain: domain(&"x".repeat(60)), ..client("enwiki") };
    assert!(store.insert_state(&long).unwrap());
    store.update_domain(&long).unwrap();
    assert_eq!(store.all_states().unwrap()[0].domain, "x".repeat(32));
    drop(repo);
}

fn g8_the_changes_that_are_named_are_deleted_and_no_others<R: TestRepo>() {
    let (repo, mut store) = repo_with::<R>(&[]);
    for _ in 0..1000 {
        repo.change("Q1", PLAIN);
    }
    let ids = |range: std::ops::Range<u64>| range.map(ChangeId).collect::<Vec<_>>();
    assert_eq!(store.delete_changes(&[3, 5, 8].map(ChangeId)).unwrap(), 3);
    assert_eq!(left(&mut store)[..6], [1, 2, 4, 6, 7, 9]);
    assert_eq!(store.delete_changes(&ids(5..10)).unwrap(), 3);
    assert_eq!(store.delete_changes(&ids(20..1000)).unwrap(), 980);
    assert_eq!(left(&mut store), [1, 2, 4, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 1000]);
    assert_eq!(store.delete_changes(&[]).unwrap(), 0);
}

/// Ids of all changes.
fn left(store: &mut impl Pruning) -> Vec<u64> {
    let changes = store.oldest_changes(ChangeId(u64::from(u32::MAX)), 1000).unwrap();
    changes.into_iter().map(|(id, _)| id.0).collect()
}

fn the_oldest_changes_come_first_and_are_bounded<R: TestRepo>() {
    let (repo, mut store) = repo_with::<R>(&[]);
    for id in [13, 2, 8, 3] {
        repo.change_as(Some(id), "Q1", b"{}");
    }
    let time = "20260131235959".to_owned();
    let oldest = store.oldest_changes(ChangeId(8), 2).unwrap();
    assert_eq!(oldest, [(ChangeId(2), time.clone()), (ChangeId(3), time)]);
    assert_eq!(store.oldest_changes(ChangeId(8), 9).unwrap().len(), 3);
}

fn a_prune_note_is_kept_and_is_nobodys_state<R: TestRepo>() {
    let (_repo, mut store) = repo_with::<R>(&["enwiki"]);
    assert_eq!(store.prune_note().unwrap().0, None);
    let note = PruneNote { ripe: ChangeId(5), seen_by_all: ChangeId(u64::from(u32::MAX)), since: NOW, at: NOW };
    store.write_prune_note(note).unwrap();
    assert_eq!(store.prune_note().unwrap().0, Some(note));
    let next = PruneNote { ripe: ChangeId(4), seen_by_all: ChangeId(6), ..note };
    store.write_prune_note(next).unwrap();
    assert_eq!(store.prune_note().unwrap().0, Some(next));
    let rows = store.all_states().unwrap();
    assert_eq!(rows.iter().map(|row| row.site.as_str()).collect::<Vec<_>>(), ["enwiki"]);
}

fn g10_a_prune_note_comes_with_the_time_by_the_database<R: TestRepo>() {
    let (_repo, mut store) = repo_with::<R>(&[]);
    let (before, (_, now), after) = (store.now().unwrap(), store.prune_note().unwrap(), store.now().unwrap());
    assert!(before <= now && now <= after);
}

fn the_first_change_after_each_of_many_positions_is_found<R: TestRepo>() {
    let (repo, mut store) = repo_with::<R>(&[]);
    for id in [3, 5, 8] {
        repo.change_as(Some(id), "Q1", b"{}");
        repo.execute(&format!("UPDATE {{wb_changes}} SET change_time = '2026010100000{id}' WHERE change_id = {id}"));
    }
    let mut first = |positions: &[u64], upto| {
        let positions: Vec<_> = positions.iter().copied().map(ChangeId).collect();
        let found = store.first_after(&positions, ChangeId(upto)).unwrap();
        found.into_iter().map(|(id, time)| (id.0, time)).collect::<BTreeSet<_>>()
    };
    let change = |id: u64| (id, format!("2026010100000{id}"));
    assert_eq!(first(&[0, 2, 4], 8), BTreeSet::from([change(3), change(5)]));
    assert_eq!(first(&[3, 5], 7), BTreeSet::from([change(5)]), "8 is behind the end");
    assert_eq!(first(&[8], 8), BTreeSet::new());
    assert_eq!(first(&(0..1000).collect::<Vec<_>>(), 8), BTreeSet::from([change(3), change(5), change(8)]));
    assert_eq!(first(&[], 8), BTreeSet::new());
}

#[test]
fn on_sqlite_the_horizon_is_the_last_committed_change() {
    let (repo, mut store) = repo_with::<SqliteRepo>(&[]);
    let first = repo.change("Q1", PLAIN);
    repo.sql.execute_batch("BEGIN IMMEDIATE").unwrap();
    repo.change("Q1", PLAIN);
    assert_eq!(
        store.horizon(ChangeId(0), GapRules::after(Duration::ZERO)).unwrap().upto,
        ChangeId(first),
        "an uncommitted change is not seen"
    );
    repo.sql.execute_batch("COMMIT").unwrap();
    assert_eq!(store.horizon(ChangeId(0), GapRules::after(Duration::ZERO)).unwrap().upto, ChangeId(first + 1));
}

#[test]
fn g14_a_database_that_another_writer_holds_is_busy_and_worth_a_retry() {
    let (repo, _) = repo_with::<SqliteRepo>(&["enwiki"]);
    let prefix = TablePrefix::parse("wb1_").unwrap();
    let mut store = SqliteStore::open(&repo.path(), prefix, Duration::from_millis(20)).unwrap();
    repo.sql.execute_batch("BEGIN IMMEDIATE").unwrap();
    let error = store.claim_one("enwiki", 0, None, "a").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::StoreBusy);
    assert!(error.is_retryable());
    assert!(error.to_string().starts_with("cannot claim enwiki in "), "{error}");
}

#[test]
fn a_file_that_is_no_database_is_an_error_that_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.txt");
    std::fs::write(&path, "not a database, but long enough to be looked at as one".repeat(20)).unwrap();
    let open = |path| SqliteStore::open(path, Default::default(), Duration::from_secs(1)).err().unwrap();
    let error = open(&path);
    assert_eq!(error.kind(), ErrorKind::StoreFailed);
    assert!(error.to_string().contains("notes.txt"), "{error}");
    let error = open(&folder.path().join("absent.sqlite"));
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::StoreMissing, false));
}
