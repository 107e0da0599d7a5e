//! Merges runs: consecutive changes by one user to one entity become one change, so that a page is updated, and a recent change
//! shown, once for them all.
//!
//! Nothing but the changes themselves is looked at, no revision of the entity. What differs from comparing the first and the last
//! revision: an edit and its revert do not cancel. A page may have been parsed in between and keep what was true then, so
//! every aspect that any of the changes touches stays touched.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

use super::{
    aspect,
    change::ChangeId,
    change_info::{CompactDiff, Metadata},
    distinct::Distinct,
    edit_comment::EditComment,
    received_change::ReceivedChange,
    site::SiteId,
};

const ADD: &str = "add";
const UPDATE: &str = "update";

/// What a run comes to; a run of one is the change itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CoalescedChange {
    /// Those of the changes of the run, in their order.
    pub ids: Vec<ChangeId>,
    /// `change_type`: that of the first.
    pub kind: String,
    /// `change_time` of the last.
    pub time: String,
    /// `change_object_id`.
    pub entity: String,
    /// `change_revision_id` of the last.
    pub revision: u64,
    /// `change_user_id`.
    pub user: u64,
    /// From the first to the last; `None` where nothing is known of what changed.
    pub diff: Option<CompactDiff>,
    /// Everything that any of the changes touches.
    pub aspects: BTreeSet<String>,
    /// Old and new titles of the local wiki's site link, each once, in the order in which they were told.
    pub titles: Vec<String>,
    /// Revision of the last, parent of the first, a bot's only if all are. For a run of one: what it says.
    pub metadata: Metadata,
    /// What each of the changes did, in words.
    pub comments: Vec<EditComment>,
}

/// Merges the runs among `changes`, as the client `local` sees them.
///
/// A run goes on while the same user updates the same entity; it may begin with the entity's creation. What changes the title of
/// the local site link ends the run and stands alone, unless a run begins with it anyway; a change of nothing but its badges
/// goes along. A removal or a restoration stands alone, too. (All of it as Wikibase does.)
///
/// Where items are merged or made redirects, a change of one item carries the revision of another's page. No run goes across:
/// its first and last revision could not be compared. (Wikibase tries to, fails, and leaves such a run as it is.)
///
/// The answer is in order of time; changes of one second are in order of id.
pub fn coalesce(changes: Vec<ReceivedChange>, local: &SiteId) -> Vec<CoalescedChange> {
    let mut coalesced: Vec<CoalescedChange> =
        by_entity(changes).into_iter().flat_map(|changes| runs(changes, local)).map(|run| merge(run, local)).collect();
    coalesced.sort_by(|a, b| (&a.time, &a.ids).cmp(&(&b.time, &b.ids)));
    coalesced
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
        match runs.last_mut().filter(|run| !ended && joins(run, &change)) {
            Some(run) if !moves_local_title(&change, local) => run.push(change),
            // It would have joined: whatever follows it begins anew.
            Some(_) => {
                runs.push(vec![change]);
                ended = true;
            }
            None => {
                runs.push(vec![change]);
                ended = false;
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

fn merge(run: Vec<ReceivedChange>, local: &SiteId) -> CoalescedChange {
    let mut changes = run.into_iter();
    let first = changes.next().expect("a run has a change");
    let mut merged = alone(first, local);
    let parent = merged.metadata.parent_id;
    let mut bot = merged.metadata.bot == Some(true);
    let mut titles = Distinct::default();
    titles.add(std::mem::take(&mut merged.titles));
    let mut diffs: Vec<CompactDiff> = merged.diff.take().into_iter().collect();
    for change in changes {
        let next = alone(change, local);
        bot &= next.metadata.bot == Some(true);
        diffs.extend(next.diff);
        merged.ids.extend(next.ids);
        merged.aspects.extend(next.aspects);
        titles.add(next.titles);
        merged.comments.extend(next.comments);
        (merged.time, merged.revision, merged.user) = (next.time, next.revision, next.user);
        merged.metadata = next.metadata;
    }
    merged.titles = titles.texts;
    merged.diff = if diffs.len() > 1 { Some(CompactDiff::of_run(diffs)) } else { diffs.pop() };
    if merged.ids.len() > 1 {
        merged.metadata = of_run(merged.metadata, parent, bot);
    }
    merged
}

fn alone(change: ReceivedChange, local: &SiteId) -> CoalescedChange {
    let comment = EditComment::of(&change, local);
    let diff = change.info.diff;
    CoalescedChange {
        ids: vec![change.id],
        kind: change.kind,
        time: change.time,
        entity: change.entity,
        revision: change.revision,
        user: change.user,
        aspects: aspect::touched_by(diff.as_ref(), local),
        titles: titles(diff.as_ref(), local),
        diff,
        metadata: change.info.metadata,
        comments: vec![comment],
    }
}

fn titles(diff: Option<&CompactDiff>, local: &SiteId) -> Vec<String> {
    let link = diff.and_then(|diff| diff.site_links.get(local.as_str())).filter(|link| !link.is_badges_only());
    let Some(link) = link else {
        return Vec::new();
    };
    let mut titles: Vec<String> = [&link.old, &link.new].into_iter().flatten().cloned().collect();
    titles.dedup();
    titles
}

/// The metadata of the last, with what it owes to the others. It keeps only what is known to be metadata, as Wikibase does.
fn of_run(mut last: Metadata, parent: Option<i64>, bot: bool) -> Metadata {
    const KEPT: [&str; 5] = ["page_id", "rev_id", "comment", "user_text", "central_user_id"];
    (last.parent_id, last.bot) = (parent, Some(bot));
    for (name, value) in [("parent_id", Value::from(parent.unwrap_or(0))), ("bot", Value::from(bot))] {
        match last.fields.iter_mut().find(|(field, _)| field == name) {
            Some((_, old)) => *old = value,
            None => last.fields.push((name.to_owned(), value)),
        }
    }
    last.fields.retain(|(name, _)| matches!(name.as_str(), "parent_id" | "bot") || KEPT.contains(&name.as_str()));
    last
}

#[cfg(test)]
mod tests {
    use super::{
        super::change_info::{ChangeInfo, SiteLinkChange},
        *,
    };

    fn change(id: u64, user: &str, action: &str) -> ReceivedChange {
        ReceivedChange {
            id: ChangeId(id),
            kind: format!("wikibase-item~{action}"),
            time: format!("202601311200{id:02}"),
            entity: "Q1".into(),
            revision: id * 10,
            user: 5,
            info: ChangeInfo {
                diff: Some(CompactDiff::default()),
                metadata: Metadata {
                    user_text: Some(user.into()),
                    rev_id: Some(i64::try_from(id).unwrap() * 10),
                    parent_id: Some(i64::try_from(id).unwrap() * 10 - 10),
                    fields: vec![("user_text".into(), user.into()), ("tags".into(), "x".into())],
                    ..Default::default()
                },
            },
        }
    }

    fn update(id: u64) -> ReceivedChange {
        change(id, "Alice", "update")
    }

    fn linking(id: u64, site: &str, link: SiteLinkChange) -> ReceivedChange {
        let mut change = update(id);
        change.info.diff = Some(CompactDiff { site_links: [(site.to_owned(), link)].into(), ..Default::default() });
        change
    }

    fn link(old: Option<&str>, new: Option<&str>, badges: bool) -> SiteLinkChange {
        SiteLinkChange { old: old.map(str::to_owned), new: new.map(str::to_owned), badges }
    }

    fn moving(id: u64) -> ReceivedChange {
        linking(id, "enwiki", link(Some("A"), Some("B"), false))
    }

    fn coalesced(changes: Vec<ReceivedChange>) -> Vec<CoalescedChange> {
        coalesce(changes, &SiteId::parse("enwiki").unwrap())
    }

    fn runs_of(changes: Vec<ReceivedChange>) -> Vec<Vec<u64>> {
        coalesced(changes).iter().map(|change| change.ids.iter().map(|id| id.0).collect()).collect()
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
    fn entities_have_runs_of_their_own_and_the_result_is_in_order_of_time() {
        let other = |id| ReceivedChange { entity: "Q2".into(), ..update(id) };
        assert_eq!(runs_of(vec![update(1), other(2), update(3), other(4)]), [[1, 3], [2, 4]]);
        assert_eq!(runs_of(vec![update(4), other(2), other(3)]), [vec![2, 3], vec![4]]);
    }

    #[test]
    fn an_entity_that_is_created_and_then_updated_is_one_creation() {
        let merged = coalesced(vec![change(1, "Alice", "add"), update(2)]);
        assert_eq!((merged.len(), merged[0].kind.as_str()), (1, "wikibase-item~add"));
        assert_eq!(runs_of(vec![update(1), change(2, "Alice", "add")]), [[1], [2]]);
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
    fn a_run_has_the_parent_of_its_first_and_the_revision_and_time_of_its_last() {
        let merged = &coalesced(vec![update(1), update(2), update(3)])[0];
        assert_eq!((merged.revision, merged.time.as_str()), (30, "20260131120003"));
        assert_eq!((merged.metadata.parent_id, merged.metadata.rev_id), (Some(0), Some(30)));
        let fields: Vec<_> =
            merged.metadata.fields.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
        assert_eq!(fields, [("user_text", "Alice".into()), ("parent_id", 0.into()), ("bot", false.into())]);
    }

    #[test]
    fn a_change_alone_keeps_its_metadata_as_it_stands() {
        let alone = update(1);
        assert_eq!(coalesced(vec![alone.clone()])[0].metadata, alone.info.metadata);
    }

    #[test]
    fn a_run_is_a_bots_only_if_every_change_of_it_is() {
        let by_bot = |bots: &[bool]| {
            let changes = bots.iter().zip(1..).map(|(bot, id)| {
                let mut change = update(id);
                change.info.metadata.bot = Some(*bot);
                change
            });
            coalesced(changes.collect())[0].metadata.bot
        };
        assert_eq!(by_bot(&[true, true]), Some(true));
        assert_eq!(by_bot(&[true, false]), Some(false));
        assert_eq!(by_bot(&[false, true]), Some(false));
    }

    #[test]
    fn site_links_go_from_the_first_title_to_the_last() {
        let merged = |links: Vec<SiteLinkChange>| {
            let changes = links.into_iter().zip(1..).map(|(link, id)| linking(id, "dewiki", link));
            coalesced(changes.collect())[0].diff.clone().unwrap().site_links["dewiki"].clone()
        };
        let moved = vec![link(None, Some("A"), true), link(Some("A"), Some("B"), false)];
        assert_eq!(merged(moved), link(None, Some("B"), true));
        // A change of badges may leave the title out.
        let badges = || link(None, None, true);
        assert_eq!(merged(vec![badges(), link(Some("A"), Some("B"), false)]), link(Some("A"), Some("B"), true));
        assert_eq!(merged(vec![link(Some("A"), Some("B"), false), badges()]), link(Some("A"), Some("B"), true));
        assert_eq!(merged(vec![badges(), badges()]), badges());
    }

    #[test]
    fn an_edit_and_its_revert_still_touch_what_they_touched() {
        let there = linking(1, "dewiki", link(Some("A"), Some("B"), false));
        let back = linking(2, "dewiki", link(Some("B"), Some("A"), false));
        let merged = &coalesced(vec![there, back])[0];
        assert!(merged.aspects.contains("S"));
        assert_eq!(merged.diff.as_ref().unwrap().site_links["dewiki"], link(Some("A"), Some("A"), false));
    }

    #[test]
    fn a_change_of_which_nothing_is_known_stays_so_within_a_run() {
        let mut unknown = update(1);
        unknown.info.diff = None;
        let mut known = update(2);
        known.info.diff = Some(CompactDiff { labels: vec!["en".into()], ..Default::default() });
        let merged = &coalesced(vec![unknown, known])[0];
        assert_eq!(merged.aspects, ["L", "L.en", "O", "X"].map(str::to_owned).into());
    }
}
