//! Runs: changes of one entity that become one.

use std::collections::HashMap;

use super::{received_change::ReceivedChange, site::SiteId};

const ADD: &str = "add";
const UPDATE: &str = "update";

/// The runs among `changes`, as the client `local` sees them, by entity.
///
/// A run goes on while the same user updates the same entity; it may begin with the entity's creation. What changes the title of
/// the local site link ends the run and stands alone, unless a run begins with it anyway; a change of nothing but its badges
/// goes along. A removal or a restoration stands alone, too. (All of it as Wikibase does.)
///
/// Where items are merged or made redirects, a change of one item carries the revision of another's page. No run goes across:
/// its first and last revision could not be compared. (Wikibase tries to, fails, and leaves such a run as it is.)
pub(super) fn of(changes: Vec<ReceivedChange>, local: &SiteId) -> Vec<Vec<ReceivedChange>> {
    by_entity(changes).into_iter().flat_map(|changes| runs(changes, local)).collect()
}

/// Groups in the order of each entity's first change.
fn by_entity(changes: Vec<ReceivedChange>) -> Vec<Vec<ReceivedChange>> {
    let mut places = HashMap::new();
    let mut groups: Vec<Vec<ReceivedChange>> = Vec::new();
    for change in changes {
        let place = *places.entry(change.entity.clone()).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        groups[place].push(change);
    }
    groups
}

fn runs(changes: Vec<ReceivedChange>, local: &SiteId) -> Vec<Vec<ReceivedChange>> {
    let mut runs: Vec<Vec<ReceivedChange>> = Vec::new();
    let mut ended = true;
    for change in changes {
        let stands_alone = !change.info.unknown().is_empty();
        match runs.last_mut().filter(|run| !ended && joins(run, &change)) {
            Some(run) if !stands_alone && !moves_local_title(&change, local) => run.push(change),
            // It would have joined: whatever follows it begins anew.
            Some(_) => {
                runs.push(vec![change]);
                ended = true;
            }
            None => {
                runs.push(vec![change]);
                ended = stands_alone;
            }
        }
    }
    runs
}

fn joins(run: &[ReceivedChange], change: &ReceivedChange) -> bool {
    run.first().is_some_and(|first| {
        let (before, now) = (&first.info.metadata, &change.info.metadata);
        matches!(first.action(), ADD | UPDATE)
            && change.action() == UPDATE
            && before.user_text == now.user_text
            && before.page_id == now.page_id
    })
}

fn moves_local_title(change: &ReceivedChange, local: &SiteId) -> bool {
    let link = change.info.diff.as_ref().and_then(|diff| diff.site_links.get(local.as_str()));
    link.is_some_and(|link| link.moves_title())
}

/// Changes for tests, here and where runs are merged.
#[cfg(test)]
pub(super) mod examples {
    use super::{
        super::{
            change::ChangeId,
            change_info::{ChangeInfo, Metadata},
            compact_diff::{CompactDiff, SiteLinkChange},
        },
        *,
    };

    pub fn change(id: u64, user: &str, action: &str) -> ReceivedChange {
        ReceivedChange {
            id: ChangeId(id),
            kind: format!("wikibase-item~{action}"),
            time: format!("202601311200{id:02}"),
            entity: "Q1".into(),
            revision: id * 10,
            user: 5,
            text: "{}".into(),
            info: ChangeInfo {
                diff: Some(CompactDiff::default()),
                metadata: Metadata {
                    user_text: Some(user.into()),
                    rev_id: Some(i64::try_from(id).unwrap() * 10),
                    parent_id: Some(i64::try_from(id).unwrap() * 10 - 10),
                    fields: vec![("user_text".into(), user.into()), ("tags".into(), "x".into())],
                    ..Default::default()
                },
                ..Default::default()
            },
        }
    }

    pub fn update(id: u64) -> ReceivedChange {
        change(id, "Alice", "update")
    }

    pub fn linking(id: u64, site: &str, link: SiteLinkChange) -> ReceivedChange {
        let mut change = update(id);
        change.info.diff = Some(CompactDiff { site_links: [(site.to_owned(), link)].into(), ..Default::default() });
        change
    }

    pub fn link(old: Option<&str>, new: Option<&str>, badges: bool) -> SiteLinkChange {
        SiteLinkChange { old: old.map(str::to_owned), new: new.map(str::to_owned), badges }
    }

    pub fn moving(id: u64) -> ReceivedChange {
        linking(id, "enwiki", link(Some("A"), Some("B"), false))
    }

    pub fn with_diff(id: u64, diff: &str) -> ReceivedChange {
        let mut change = update(id);
        change.info.diff = Some(CompactDiff::parse(diff).unwrap());
        change
    }
}

#[cfg(test)]
mod tests {
    use super::{examples::*, *};

    fn runs_of(changes: Vec<ReceivedChange>) -> Vec<Vec<u64>> {
        let runs = of(changes, &SiteId::parse("enwiki").unwrap());
        runs.iter().map(|run| run.iter().map(|change| change.id.0).collect()).collect()
    }

    #[test]
    fn consecutive_updates_by_one_user_are_one_change() {
        assert_eq!(runs_of(vec![update(1), update(2), update(3)]), [[1, 2, 3]]);
    }

    #[test]
    fn somebody_else_in_between_breaks_a_run() {
        assert_eq!(runs_of(vec![update(1), change(2, "Bob", "update"), update(3)]), [[1], [2], [3]]);
    }

    #[test]
    fn a_change_that_carries_the_revision_of_another_page_breaks_a_run() {
        let of_page = |id, page| {
            let mut change = update(id);
            change.info.metadata.page_id = Some(page);
            change
        };
        let changes = vec![of_page(1, 7), of_page(2, 7), of_page(3, 8), of_page(4, 7), of_page(5, 7)];
        assert_eq!(runs_of(changes), [vec![1, 2], vec![3], vec![4, 5]]);
    }

    #[test]
    fn removals_and_restorations_stand_alone() {
        let changes = ["remove", "restore", "remove", "remove"].into_iter().zip(1..);
        let changes = changes.map(|(action, id)| change(id, "Alice", action)).chain([update(5), update(6)]).collect();
        assert_eq!(runs_of(changes), [vec![1], vec![2], vec![3], vec![4], vec![5, 6]]);
    }

    #[test]
    fn a_local_site_link_that_moves_amid_a_run_stands_alone() {
        assert_eq!(runs_of(vec![update(1), moving(2), update(3), update(4)]), [vec![1], vec![2], vec![3, 4]]);
        assert_eq!(runs_of(vec![update(1), moving(2), moving(3), update(4)]), [vec![1], vec![2], vec![3, 4]]);
    }

    /// Seen in what Wikibase 1.43 wrote: it looks at the site link only of a change that would join a run.
    #[test]
    fn a_local_site_link_that_moves_where_a_run_begins_is_joined() {
        assert_eq!(runs_of(vec![moving(1), update(2)]), [[1, 2]]);
        assert_eq!(runs_of(vec![change(1, "Bob", "update"), moving(2), update(3)]), [vec![1], vec![2, 3]]);
    }

    #[test]
    fn badges_and_the_links_of_other_wikis_do_not_break_a_run() {
        let badges = linking(2, "enwiki", link(Some("A"), Some("A"), true));
        assert_eq!(runs_of(vec![update(1), badges, update(3)]), [[1, 2, 3]]);
        assert_eq!(
            runs_of(vec![update(1), linking(2, "dewiki", link(Some("A"), None, false)), update(3)]),
            [[1, 2, 3]]
        );
    }

    #[test]
    fn g17_a_change_of_a_form_that_is_not_known_stands_alone() {
        let unknown = |id| with_diff(id, r#"{"lemmaChanges":["en"]}"#);
        assert_eq!(runs_of(vec![update(1), unknown(2), update(3), update(4)]), [vec![1], vec![2], vec![3, 4]]);
        assert_eq!(runs_of(vec![unknown(1), update(2), update(3)]), [vec![1], vec![2, 3]]);
    }
}
