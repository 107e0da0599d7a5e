//! What must hold on a client whatever changes come, in whatever order and cut into whatever notifications. Every case comes from a
//! seed, which a failure names: `CLIENT_SEED=17 cargo test --no-default-features --test client_properties` tries it alone.

use std::collections::{BTreeSet, HashSet};

use fastrand::Rng;
use wikibase_dispatch::domain::{
    affected_pages::{AffectedPages, PageId},
    aspect,
    change::ChangeId,
    change_info::{ChangeInfo, CompactDiff, Metadata, SiteLinkChange},
    client_update::{ClientFacts, ClientUpdate},
    coalesce::coalesce,
    received_change::ReceivedChange,
    recent_changes::Page,
    site::SiteId,
};

const SEEDS: u64 = 500;
const TITLES: [&str; 6] = ["A", "B", "C", "D", "E", "F"];

fn local() -> SiteId {
    SiteId::parse("enwiki").unwrap()
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
        statements: some(chance, &["P1", "P2"]),
        other: chance.u8(..4) == 0,
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
            },
        })
        .collect()
}

/// What each change touches: entity and aspect.
fn touched(changes: &[ReceivedChange]) -> BTreeSet<(String, String)> {
    let of = |change: &ReceivedChange| {
        let aspects = aspect::touched_by(change.info.diff.as_ref(), &local());
        aspects.into_iter().map(|aspect| (change.entity.clone(), aspect)).collect::<Vec<_>>()
    };
    changes.iter().flat_map(of).collect()
}

/// Pages 1 to 60 use this and that; titles A to F are pages 61 to 66.
fn wiki(chance: &mut Rng) -> Vec<(String, String, PageId)> {
    const ASPECTS: [&str; 12] = ["S", "T", "L", "L.en", "L.de", "D", "D.en", "C", "C.P1", "C.P2", "O", "X"];
    (0..80)
        .map(|_| (format!("Q{}", chance.u8(1..4)), ASPECTS[chance.usize(..12)].to_owned(), chance.u32(1..=60)))
        .collect()
}

fn update(changes: Vec<ReceivedChange>, wiki: &[(String, String, PageId)], portion: usize) -> BTreeSet<PageId> {
    let client = ClientFacts { site: local(), content_namespaces: HashSet::from([0]), recent_changes_max_pages: 5 };
    let mut update = ClientUpdate::new(changes, client);
    let titles: Vec<String> = update.linked_titles().into_iter().map(str::to_owned).collect();
    for title in titles {
        let at = TITLES.iter().position(|known| *known == title).unwrap();
        update.add_linked(&title, 61 + PageId::try_from(at).unwrap());
    }
    let lookup = update.usage_lookup();
    let wanted = |entity: &str, aspect: &str| lookup.get(entity).is_some_and(|aspects| aspects.contains(aspect));
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
        update.add_pages(ids.iter().map(|id| Page { id: *id, namespace: 0, db_key: String::new() }).collect());
        pages.extend(ids);
    }
}

#[test]
fn coalescing_never_loses_an_aspect_nor_a_title_nor_a_change() {
    for_many_seeds(|chance| {
        let changes = changes(chance);
        let coalesced = coalesce(changes.clone(), &local());
        let kept: BTreeSet<_> = coalesced
            .iter()
            .flat_map(|change| change.aspects.iter().map(|aspect| (change.entity.clone(), aspect.clone())))
            .collect();
        assert_eq!(kept, touched(&changes));
        let mut ids: Vec<_> = coalesced.iter().flat_map(|change| change.ids.clone()).collect();
        ids.sort_unstable();
        assert_eq!(ids, changes.iter().map(|change| change.id).collect::<Vec<_>>());
    });
}

#[test]
fn a_batch_cut_anywhere_updates_the_same_pages() {
    for_many_seeds(|chance| {
        let (changes, wiki) = (changes(chance), wiki(chance));
        let whole = update(changes.clone(), &wiki, 1000);
        let cut = chance.usize(..=changes.len());
        let (first, second) = changes.split_at(cut);
        let portion = chance.usize(1..10);
        let parts = [first, second].map(|part| update(part.to_vec(), &wiki, portion));
        assert_eq!(&parts[0] | &parts[1], whole);
    });
}

#[test]
fn any_order_of_site_link_changes_ends_with_the_same_titles() {
    for_many_seeds(|chance| {
        let titles = |changes: Vec<ReceivedChange>| {
            let coalesced = coalesce(changes, &local());
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
        let coalesced = coalesce(changes, &local());
        let each: BTreeSet<PageId> =
            coalesced.iter().flat_map(|change| affected.of_change(change, 0, PageId::MAX)).collect();
        let all = affected.of_all(&coalesced, 0, usize::MAX);
        assert_eq!(all, each.into_iter().collect::<Vec<_>>());
    });
}
