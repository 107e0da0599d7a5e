//! Names that are made to hurt, on each store: of wikis, of entities, of tables, and what others may have left in a lock. Each is bound or
//! checked, so that it stands for itself and for nothing else (G15).

use std::collections::BTreeSet;

use crate::support::{
    MariaRepo, OneClient, SqliteRepo, TestRepo, domain, each_store::on_each_store, fresh, linking, mariadb, settings,
    site,
};
use wikibase_dispatch::{
    domain::{
        change::ChangeId,
        claim::Token,
        lock_name::LockName,
        site::{Client, DatabaseDomain, SiteId},
        time::Timestamp,
    },
    lock::{LockManager, NamedLocks},
    ops::finish,
    store::{ChangeBuffer, DispatchStates, ReadLimit, Subscriptions, TablePrefix},
};

const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);

/// Pairs of which a careless statement would take one for the other: by a pattern, by case, by what ends a text.
const NAMES: [&str; 22] = [
    "ab",
    "a_",
    "a%",
    "AB",
    "ab ",
    " ab",
    "áb",
    "a'b",
    "a''b",
    "a\"b",
    "a\\b",
    "a\\",
    "a`b",
    "a;--",
    "a?",
    ":a",
    "?1",
    "{wb_changes}",
    "a/*",
    "$(id)",
    "NULL",
    "😀😀😀",
];

on_each_store! {
    every_site_id_stands_for_itself_alone,
    every_site_id_is_claimed_dispatched_to_and_advanced,
    every_entity_id_finds_its_subscribers_and_nobody_elses,
    the_longest_names_are_read_whole,
    every_database_domain_is_kept_and_cut_between_two_characters,
    every_prefix_that_is_allowed_names_its_own_tables,
    text_that_is_not_utf8_keeps_nobody_from_the_rest,
    g5_a_lock_is_taken_over_whatever_it_contains,
}

fn client(name: &str) -> Client {
    Client { site: site(name), domain: domain(name) }
}

fn with_states<R: TestRepo>(names: &[&str]) -> (R, R::Store) {
    let repo = R::new();
    let mut store = repo.store();
    for name in names {
        assert!(store.insert_state(&client(name)).unwrap(), "{name:?} is taken for another");
    }
    (repo, store)
}

fn every_site_id_stands_for_itself_alone<R: TestRepo>() {
    let (repo, mut store) = with_states::<R>(&NAMES);
    for (name, position) in NAMES.iter().zip(1..) {
        assert!(store.claim_one(name, 0, None, "x'y").unwrap(), "{name:?}");
        assert!(store.unlock(&site(name), "x'y", None).unwrap(), "{name:?}");
        let life = store.life();
        assert_eq!(store.fast_forward(&[(site(name), ChangeId(0))], ChangeId(position), NOW, life).unwrap(), 1);
        assert!(store.seek(&site(name), ChangeId(position), None, ChangeId(position + 100), life).unwrap());
    }
    let rows: BTreeSet<_> = store.all_states().unwrap().into_iter().map(|row| (row.site, row.seen.0)).collect();
    assert_eq!(rows, NAMES.iter().zip(101..).map(|(name, seen)| ((*name).to_owned(), seen)).collect());
    for (name, seen) in NAMES.iter().zip(101..) {
        assert_eq!((repo.seen(name), store.state(&site(name)).unwrap().unwrap().site.as_str()), (seen, *name));
    }
}

fn every_site_id_is_claimed_dispatched_to_and_advanced<R: TestRepo>() {
    let repo = R::new();
    let mut store = repo.store();
    let settings = settings(&NAMES, &[("gapGrace", 0)]);
    fresh::trigger(&mut store, &settings, &mut fastrand::Rng::with_seed(1)).unwrap();
    for name in NAMES {
        // By its site link alone: the id stands in JSON inside JSON.
        let id = repo.change("Q1", &linking(name));
        let mut pass = fresh::begin(&mut store, &settings, name, Token(7)).unwrap();
        let batch: Vec<u64> = pass.iter().flat_map(|pass| pass.batch.changes()).map(|change| change.id.0).collect();
        assert_eq!(batch, [id], "{name:?}");
        finish(&mut store, &settings, &pass.take().unwrap()).unwrap();
        assert_eq!(repo.seen(name), id, "{name:?}");
    }
}

fn every_entity_id_finds_its_subscribers_and_nobody_elses<R: TestRepo>() {
    let repo = R::new();
    let mut store = repo.store();
    for name in NAMES {
        repo.subscribe(&format!("of {name}"), &[name]);
    }
    let mut found = BTreeSet::new();
    store
        .each_subscriber(&NAMES, &mut |entity, site| assert!(found.insert((entity.to_owned(), site.to_owned()))))
        .unwrap();
    assert_eq!(found, NAMES.iter().map(|name| ((*name).to_owned(), format!("of {name}"))).collect());
    for name in NAMES {
        let mut alone = Vec::new();
        store.each_subscriber(&[name], &mut |entity, _| alone.push(entity.to_owned())).unwrap();
        assert_eq!(alone, [name]);
    }
    store.each_subscriber(&["%", "_", "' OR '1'='1", "\0"], &mut |entity, _| panic!("{entity:?}")).unwrap();
    for (name, id) in NAMES.iter().zip(1..) {
        assert_eq!(repo.change(name, "{}"), id);
    }
    let chunk = store.read_changes(ChangeId(0), ChangeId(100), ReadLimit { rows: 100, bytes: 1 << 20 }).unwrap();
    assert_eq!(chunk.changes.iter().map(|change| change.entity.as_str()).collect::<Vec<_>>(), NAMES);
}

fn the_longest_names_are_read_whole<R: TestRepo>() {
    let repo = R::new();
    let mut store = repo.store();
    let long = "é".repeat(127) + "x";
    assert_eq!(long.len(), 255);
    repo.subscribe(&long, &[&long]);
    let mut found = Vec::new();
    store.each_subscriber(&[&long], &mut |entity, site| found.push((entity.to_owned(), site.to_owned()))).unwrap();
    assert_eq!(found, [(long.clone(), long)]);
    let longest = "😀".repeat(16);
    assert_eq!(longest.len(), SiteId::MAX_BYTES);
    assert!(store.insert_state(&client(&longest)).unwrap());
    assert_eq!(store.all_states().unwrap()[0].site, longest);
    assert_eq!(SiteId::parse(&format!("{longest}x")), None);
}

fn every_database_domain_is_kept_and_cut_between_two_characters<R: TestRepo>() {
    let (_repo, mut store) = with_states::<R>(&["enwiki"]);
    let mut kept = |text: &str| {
        store.update_domain(&Client { domain: domain(text), ..client("enwiki") }).unwrap();
        store.all_states().unwrap()[0].domain.clone()
    };
    for name in NAMES {
        assert_eq!(kept(name), name);
    }
    assert_eq!(kept(&format!("a{}", "😀".repeat(63))), format!("a{}", "😀".repeat(7)));
    assert_eq!(kept(&"x".repeat(DatabaseDomain::MAX_BYTES)), "x".repeat(32));
    for bad in ["", "a\0b", "a\nb", "a\u{7f}", &"x".repeat(256)] {
        assert_eq!(DatabaseDomain::parse(bad), None, "{bad:?}");
    }
}

fn every_prefix_that_is_allowed_names_its_own_tables<R: TestRepo>() {
    let wild = "0-_-Zz9-".repeat(4);
    let repo = R::new();
    for table in ["wb_changes", "wb_changes_dispatch", "wb_changes_subscription"] {
        repo.execute(&format!("ALTER TABLE {{{table}}} RENAME TO `{wild}{table}`"));
    }
    let mut store = repo.store_with_prefix(TablePrefix::parse(&wild).unwrap());
    assert!(store.insert_state(&client("enwiki")).unwrap());
    assert!(store.claim_one("enwiki", 0, None, "a").unwrap());
    assert!(store.advance_one("enwiki", 0, "a", 9, NOW).unwrap());
    store.each_subscriber(&["Q1"], &mut |_, _| {}).unwrap();
    store.read_changes(ChangeId(0), ChangeId(9), ReadLimit { rows: 9, bytes: 9 }).unwrap();
    for bad in [
        "a b",
        "a'",
        "a\"",
        "a`",
        "a\\",
        "a.b",
        "a;",
        "a%",
        "a/",
        "a\0",
        "ä",
        "😀",
        &"x".repeat(33),
        "wb_`; DROP TABLE page; --",
    ] {
        assert_eq!(TablePrefix::parse(bad), None, "{bad:?}");
    }
}

fn text_that_is_not_utf8_keeps_nobody_from_the_rest<R: TestRepo>() {
    let (repo, mut store) = with_states::<R>(&["enwiki"]);
    repo.change("Q1", &linking("enwiki"));
    repo.change("Q2", &linking("enwiki"));
    repo.execute("UPDATE {wb_changes} SET change_object_id = x'ff00', change_type = x'fe', change_time = x'fdfdfdfdfdfdfdfdfdfdfdfdfdfd' WHERE change_id = 1");
    repo.execute(
        "INSERT INTO {wb_changes_subscription} (cs_entity_id, cs_subscriber_id) VALUES (x'ff', x'fe'), ('Q2', x'fe')",
    );
    repo.execute("INSERT INTO {wb_changes_dispatch} (chd_site, chd_db) VALUES (x'ff', x'fe')");
    let settings = settings(&["enwiki"], &[("gapGrace", 0)]);
    let pass = fresh::begin(&mut store, &settings, "enwiki", Token(7)).unwrap().unwrap();
    let batch: Vec<u64> = pass.batch.changes().iter().map(|change| change.id.0).collect();
    assert_eq!(batch, [1, 2], "the first is linked all the same");
    finish(&mut store, &settings, &pass).unwrap();
    assert_eq!(repo.seen("enwiki"), 2);
    assert_eq!(
        store.all_states().unwrap().len(),
        2,
        "the row that is nobody's is shown, so that somebody can delete it"
    );
}

fn g5_a_lock_is_taken_over_whatever_it_contains<R: TestRepo>() {
    let left = [
        "'Wikibase.r.dispatchChanges.x'",
        "'%'",
        "'\\\\'",
        "''",
        "x'ff27'",
        "x'00'",
        "x'77643163ff'",
        "x'0078'",
        "'wd1c:zz:1:2:3'",
    ];
    let (repo, mut store) = with_states::<R>(&["enwiki"]);
    let settings = settings(&["enwiki"], &[("gapGrace", 0)]);
    for lock in left {
        let id = repo.change("Q1", &linking("enwiki"));
        repo.set("enwiki", &format!("chd_lock = {lock}"));
        let pass = fresh::begin(&mut store, &settings, "enwiki", Token(7)).unwrap();
        let pass = pass.unwrap_or_else(|| panic!("{lock} keeps the client from its pass"));
        finish(&mut store, &settings, &pass).unwrap();
        assert_eq!((repo.seen("enwiki"), repo.lock("enwiki")), (id, None), "{lock}");
    }
}

#[test]
fn g11_named_locks_have_any_name() {
    let repo = mariadb::SHARED.repo("");
    let manager = || NamedLocks::new(repo.connection.clone());
    let (mut mine, mut theirs) = (manager(), manager());
    // Longer than a lock's name may be, and different only at its end.
    let long = |end: &str| LockName::new(&site(&"😀".repeat(8)), &site(&format!("{}{end}", "é".repeat(15))));
    let names: Vec<_> =
        NAMES.iter().map(|name| LockName::new(&site("r"), &site(name))).chain([long("a"), long("b")]).collect();
    for name in &names {
        let held = mine.try_lock(name, 1).unwrap().unwrap_or_else(|| panic!("{name} is another's"));
        assert!(theirs.try_lock(name, 2).unwrap().is_none(), "{name}");
        mine.unlock(held).unwrap();
        let held = theirs.try_lock(name, 2).unwrap().unwrap_or_else(|| panic!("{name} was not given back"));
        theirs.unlock(held).unwrap();
    }
}

#[test]
fn names_that_no_column_holds_are_refused_where_they_enter() {
    for bad in ["", "a\0", "\0", "a\nb", "a\r", "\u{1b}[2J", "a\u{7f}", &"x".repeat(65), &"😀".repeat(17)] {
        assert_eq!(SiteId::parse(bad), None, "{bad:?}");
    }
}
