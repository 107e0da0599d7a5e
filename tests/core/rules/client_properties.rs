//! What must hold on a client whatever changes come, in whatever order and cut into whatever notifications. Every case comes from a
//! seed, which a failure names: `CLIENT_SEED=17 cargo test --no-default-features --test core client_properties` tries it alone.

use std::collections::{BTreeSet, HashSet};

use fastrand::Rng;
use serde_json::{Value, json};
use wikibase_dispatch::domain::{
    affected_pages::{AffectedPages, PageId},
    aspect::Touched,
    change::{Change, ChangeId},
    change_info::{ChangeInfo, Metadata},
    client_update::{ClientFacts, ClientUpdate},
    coalesce::{CoalescedChange, Viewpoint},
    compact_diff::{CompactDiff, DiffForm, SiteLinkChange},
    notification::Notification,
    received_change::ReceivedChange,
    recent_changes::Page,
    site::SiteId,
};

const SEEDS: u64 = 500;
const ASPECTS: [&str; 18] = [
    "S", "T", "L", "L.en", "L.de", "D", "D.en", "A", "A.de", "C", "C.P1", "C.P2", "CQR", "CQR.P1", "Z", "Z.en", "O",
    "X",
];
const TITLES: [&str; 6] = ["A", "B", "C", "D", "E", "F"];

fn local() -> SiteId {
    SiteId::parse("enwiki").unwrap()
}

fn coalesce(changes: Vec<ReceivedChange>) -> Vec<CoalescedChange> {
    wikibase_dispatch::domain::coalesce::coalesce(changes, &Viewpoint { site: local(), tracks_qualifiers: true })
}

/// Runs `property` for many seeds; says which one it failed for.
fn for_many_seeds(property: impl Fn(&mut Rng) + std::panic::RefUnwindSafe) {
    let only = std::env::var("CLIENT_SEED").ok().map(|seed| seed.parse::<u64>().expect("CLIENT_SEED is a number"));
    let seeds = only.map_or(0..SEEDS, |seed| seed..seed + 1);
    for seed in seeds {
        let outcome = std::panic::catch_unwind(|| property(&mut Rng::with_seed(seed)));
        assert!(outcome.is_ok(), "it does not hold for CLIENT_SEED={seed}");
    }
}

fn some(chance: &mut Rng, of: &[&str]) -> Vec<String> {
    of.iter().filter(|_| chance.u8(..4) == 0).map(|one| (*one).to_owned()).collect()
}

fn title(chance: &mut Rng) -> Option<String> {
    (chance.u8(..4) > 0).then(|| TITLES[chance.usize(..TITLES.len())].to_owned())
}

fn diff(chance: &mut Rng) -> CompactDiff {
    let links = some(chance, &["enwiki", "dewiki", "frwiki"]).into_iter().map(|site| {
        let link = SiteLinkChange { old: title(chance), new: title(chance), badges: chance.bool() };
        (site, link)
    });
    CompactDiff {
        site_links: links.collect(),
        labels: some(chance, &["en", "de"]),
        descriptions: some(chance, &["en", "de"]),
        aliases: some(chance, &["en", "de"]),
        statements: some(chance, &["P1", "P2"]),
        qualifiers: some(chance, &["P1", "P2"]),
        other: chance.u8(..4) == 0,
        form: [DiffForm::OneList, DiffForm::TwoLists][chance.usize(..2)],
        unknown: if chance.u8(..10) == 0 { vec!["lemmaChanges".to_owned()] } else { Vec::new() },
    }
}

fn changes(chance: &mut Rng) -> Vec<ReceivedChange> {
    let count = chance.u64(1..30);
    (1..=count)
        .map(|id| ReceivedChange {
            id: ChangeId(id),
            kind: format!(
                "wikibase-item~{}",
                ["update", "update", "update", "add", "remove", "restore"][chance.usize(..6)]
            ),
            time: format!("2026013112{:04}", id / 3),
            entity: format!("Q{}", chance.u8(1..4)),
            revision: id,
            user: 1,
            info: ChangeInfo {
                diff: (chance.u8(..10) > 0).then(|| diff(chance)),
                metadata: Metadata {
                    user_text: Some(["Alice", "Bob"][chance.usize(..2)].to_owned()),
                    bot: Some(chance.bool()),
                    ..Default::default()
                },
                ..Default::default()
            },
            ..Default::default()
        })
        .collect()
}

/// What each change affects: entity and aspect.
fn affected(changes: &[ReceivedChange]) -> BTreeSet<(String, &'static str)> {
    let of = |change: &ReceivedChange| {
        let touched = Touched::of(change.info.diff.as_ref(), &local(), true);
        let aspects = ASPECTS.into_iter().filter(|aspect| touched.affects(aspect));
        aspects.map(|aspect| (change.entity.clone(), aspect)).collect::<Vec<_>>()
    };
    changes.iter().flat_map(of).collect()
}

/// Pages 1 to 60 use this and that; titles A to F are pages 61 to 66.
fn wiki(chance: &mut Rng) -> Vec<(String, String, PageId)> {
    (0..80)
        .map(|_| {
            (format!("Q{}", chance.u8(1..4)), ASPECTS[chance.usize(..ASPECTS.len())].to_owned(), chance.u32(1..=60))
        })
        .collect()
}

fn update(changes: Vec<ReceivedChange>, wiki: &[(String, String, PageId)], portion: usize) -> BTreeSet<PageId> {
    let client = ClientFacts {
        site: local(),
        aspects: HashSet::from(["CQR".to_owned()]),
        content_namespaces: HashSet::from([0]),
        recent_changes_max_pages: 5,
    };
    let mut update = ClientUpdate::new(changes, client);
    let titles: Vec<String> = update.linked_titles().into_iter().map(str::to_owned).collect();
    for title in titles {
        let at = TITLES.iter().position(|known| *known == title).unwrap();
        update.add_linked(&title, 61 + PageId::try_from(at).unwrap());
    }
    let used = |entity: &str| {
        let aspects: BTreeSet<&str> =
            wiki.iter().filter(|(used, ..)| used == entity).map(|(_, aspect, _)| aspect.as_str()).collect();
        aspects.into_iter().collect()
    };
    let entities: Vec<String> = update.entities().into_iter().map(str::to_owned).collect();
    let lookup = update.usage_lookup(entities.iter().map(|entity| (entity.as_str(), used(entity))));
    let wanted = |entity: &str, aspect: &str| lookup.get(entity).is_some_and(|aspects| aspects.contains(&aspect));
    let found: Vec<_> = wiki.iter().filter(|(entity, aspect, _)| wanted(entity, aspect)).collect();
    for (entity, aspect, page) in found {
        update.add_usages(entity, aspect, [*page]);
    }
    let mut pages = BTreeSet::new();
    loop {
        let ids = update.page_ids(pages.last().copied(), portion);
        if ids.is_empty() {
            return pages;
        }
        update.add_pages(
            ids.iter().map(|id| Page { id: *id, namespace: 0, db_key: String::new(), state: None }).collect(),
        );
        pages.extend(ids);
    }
}

#[test]
fn coalescing_never_loses_an_aspect_nor_a_title_nor_a_change() {
    for_many_seeds(|chance| {
        let changes = changes(chance);
        let coalesced = coalesce(changes.clone());
        for (entity, aspect) in affected(&changes) {
            let mut of_entity = coalesced.iter().filter(|change| change.entity == entity);
            assert!(of_entity.any(|change| change.touched.affects(aspect)), "{aspect} of {entity}");
        }
        let mut ids: Vec<_> = coalesced.iter().flat_map(|change| change.ids.clone()).collect();
        ids.sort_unstable();
        assert_eq!(ids, changes.iter().map(|change| change.id).collect::<Vec<_>>());
    });
}

/// A longer run may cancel where its parts do not. Then pages that use other things of the entity are updated as well.
#[test]
fn a_batch_cut_anywhere_updates_the_same_pages() {
    for_many_seeds(|chance| {
        let (changes, wiki) = (changes(chance), wiki(chance));
        let whole = update(changes.clone(), &wiki, 1000);
        let cut = chance.usize(..=changes.len());
        let (first, second) = changes.split_at(cut);
        let portion = chance.usize(1..10);
        let parts = [first, second].map(|part| update(part.to_vec(), &wiki, portion));
        let parts = &parts[0] | &parts[1];
        assert!(parts.is_subset(&whole));
        for page in whole.difference(&parts) {
            assert!(wiki.iter().any(|(_, aspect, using)| aspect == "O" && using == page), "page {page}");
        }
    });
}

#[test]
fn any_order_of_site_link_changes_ends_with_the_same_titles() {
    for_many_seeds(|chance| {
        let titles = |changes: Vec<ReceivedChange>| {
            let coalesced = coalesce(changes);
            coalesced.into_iter().flat_map(|change| change.titles).collect::<BTreeSet<_>>()
        };
        let mut changes = changes(chance);
        let expected = titles(changes.clone());
        chance.shuffle(&mut changes);
        assert_eq!(titles(changes), expected);
    });
}

#[test]
fn portions_of_pages_add_up_to_all_of_them() {
    for_many_seeds(|chance| {
        let (changes, wiki) = (changes(chance), wiki(chance));
        let mut affected = AffectedPages::default();
        for (entity, aspect, page) in &wiki {
            affected.add_usages(entity, aspect, [*page]);
        }
        affected.put_in_order();
        let coalesced = coalesce(changes);
        let each: BTreeSet<PageId> =
            coalesced.iter().flat_map(|change| affected.of_change(change, 0, PageId::MAX)).collect();
        let all = affected.of_all(&coalesced, 0, usize::MAX);
        assert_eq!(all, each.into_iter().collect::<Vec<_>>());
    });
}

/// `change_info` of a change, and the same with something that nobody knows.
fn with_unknown(chance: &mut Rng) -> [String; 2] {
    let keys = ["labelChanges", "aliasChanges", "statementChanges", "statementChangesQualOrRefOnly", "otherChanges"];
    let values = [json!(["en"]), json!(["P1"]), json!([]), json!({ "0": "de", "2": "P2" }), json!(true), json!("x")];
    let mut diff = serde_json::Map::from_iter([("siteLinkChanges".to_owned(), json!({ "enwiki": ["A", "B", false] }))]);
    diff.retain(|_, _| chance.bool());
    for key in some(chance, &keys) {
        diff.insert(key, values[chance.usize(..values.len())].clone());
    }
    let mut info = json!({ "metadata": { "user_text": "Alice", "rev_id": 8 } });
    let write = |info: &mut Value, diff: &serde_json::Map<String, Value>| {
        info["compactDiff"] = Value::String(Value::Object(diff.clone()).to_string());
        info.to_string()
    };
    let known = if chance.u8(..5) > 0 { write(&mut info, &diff) } else { info.to_string() };
    let unknown = [json!(1), json!(["en"]), json!({ "en": "x" }), json!(""), json!(null)][chance.usize(..5)].clone();
    match chance.u8(..3) {
        0 if info.get("compactDiff").is_some() => {
            diff.insert("lemmaChanges".to_owned(), unknown);
            write(&mut info, &diff);
        }
        1 => info["metadata"]["lemma"] = unknown,
        _ => info["lemma"] = unknown,
    }
    [known, info.to_string()]
}

#[test]
fn g17_an_unknown_key_never_makes_the_set_of_pages_smaller() {
    for_many_seeds(|chance| {
        let wiki = wiki(chance);
        let (mut known, mut unknown) = (Vec::new(), Vec::new());
        for id in 1..chance.u64(2..10) {
            let infos = with_unknown(chance);
            let change = |info: &str| Change {
                id: ChangeId(id),
                kind: "wikibase-item~update".into(),
                time: "20260131120000".into(),
                entity: format!("Q{}", id % 3 + 1),
                revision: id,
                user: 1,
                info: info.as_bytes().to_vec(),
            };
            known.push(change(&infos[0]));
            unknown.push(change(&infos[usize::from(chance.bool())]));
        }
        let [known, unknown] = [known, unknown].map(|changes| update(Notification::of(changes).changes, &wiki, 1000));
        assert!(known.is_subset(&unknown), "{known:?} without the keys, {unknown:?} with them");
    });
}
