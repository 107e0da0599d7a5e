//! Merges runs: consecutive changes by one user to one entity become one change, so that a page is updated, and a recent change
//! shown, once for them all.
//!
//! Nothing but the changes themselves is looked at, no revision of the entity. What differs from comparing the first and the last
//! revision: an edit and its revert do not cancel. A page may have been parsed in between and keep what was true then, so
//! every aspect that any of the changes touches stays touched.

use serde_json::Value;

use super::{
    aspect::{OTHER, Touched},
    change::ChangeId,
    change_info::{self, ChangeInfo, Metadata},
    compact_diff::{CompactDiff, DiffForm, SiteLinkChange},
    distinct::Distinct,
    edit_comment::EditComment,
    merged_fields::MergedFields,
    received_change::ReceivedChange,
    runs,
    site::SiteId,
};

/// Fields of the metadata.
const KNOWN: [&str; 7] = ["page_id", "rev_id", "parent_id", "comment", "user_text", "central_user_id", "bot"];

/// What a run comes to; a run of one is the change itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CoalescedChange {
    /// Those of the changes of the run, in their order.
    pub ids: Vec<ChangeId>,
    /// The revisions that those changes made, in their order; 0 where a change made none.
    pub revisions: Vec<u64>,
    /// `change_type`: that of the first.
    pub kind: String,
    /// `change_time` of the last.
    pub time: String,
    /// `change_time` of the first: a row that tells of a part of the run may have it.
    pub since: String,
    /// `change_object_id`.
    pub entity: String,
    /// `change_revision_id` of the last.
    pub revision: u64,
    /// `change_user_id`.
    pub user: u64,
    /// What changed, from the first to the last, and the metadata: revision of the last, parent of the first, a bot's only if all
    /// are. For a run of one: what it says.
    pub info: ChangeInfo,
    /// Of a run of one, `change_info` as it came, if it can be read.
    pub text: String,
    /// Everything that any of the changes touches.
    pub touched: Touched,
    /// Old and new titles of the local wiki's site link, each once, in the order in which they were told.
    pub titles: Vec<String>,
    /// What each of the changes did, in words.
    pub comments: Vec<EditComment>,
}

impl CoalescedChange {
    /// Its `change_info`: as it came, where nothing was merged.
    pub fn info_text(&self) -> String {
        if self.text.is_empty() { change_info::encode(&self.info, &self.ids) } else { self.text.clone() }
    }
}

/// How the client sees changes.
#[derive(Clone, Debug)]
pub struct Viewpoint {
    /// What site links call the wiki.
    pub site: SiteId,
    /// Whether its Wikibase tracks statements with qualifiers apart from those without.
    pub tracks_qualifiers: bool,
}

/// Merges the runs among `changes`, as `client` sees them.
///
/// The answer is in order of time; changes of one second are in order of id.
pub fn coalesce(changes: Vec<ReceivedChange>, client: &Viewpoint) -> Vec<CoalescedChange> {
    let mut coalesced: Vec<CoalescedChange> =
        runs::of(changes, &client.site).into_iter().map(|run| merge(run, client)).collect();
    coalesced.sort_by(|a, b| (&a.time, &a.ids).cmp(&(&b.time, &b.ids)));
    coalesced
}

fn merge(run: Vec<ReceivedChange>, client: &Viewpoint) -> CoalescedChange {
    let mut changes = run.into_iter();
    let first = changes.next().expect("a run has a change");
    let mut merged = alone(first, client);
    if changes.len() == 0 {
        return merged;
    }
    let parent = merged.info.metadata.parent_id;
    let mut bot = merged.info.metadata.bot == Some(true);
    let mut hides_user = merged.info.metadata.hides_user;
    let mut titles = Distinct::default();
    titles.add(std::mem::take(&mut merged.titles));
    let mut diffs: Vec<CompactDiff> = merged.info.diff.take().into_iter().collect();
    let mut skips_revision = false;
    let (mut others, mut unknown) = (MergedFields::default(), MergedFields::default());
    others.add(std::mem::take(&mut merged.info.others));
    for change in changes {
        let next = alone(change, client);
        bot &= next.info.metadata.bot == Some(true);
        hides_user |= next.info.metadata.hides_user;
        skips_revision |= next.info.metadata.parent_id != merged.info.metadata.rev_id;
        diffs.extend(next.info.diff);
        merged.ids.extend(next.ids);
        merged.touched.extend(next.touched);
        merged.revisions.extend(next.revisions);
        titles.add(next.titles);
        merged.comments.extend(next.comments);
        (merged.revision, merged.user) = (next.revision, next.user);
        if !next.time.is_empty() {
            merged.time = next.time;
        }
        others.add(next.info.others);
        let earlier = std::mem::replace(&mut merged.info.metadata, next.info.metadata);
        // What is known of one change alone is not of the run.
        unknown.add(earlier.fields.into_iter().filter(|(name, _)| !KNOWN.contains(&name.as_str())));
    }
    merged.titles = titles.texts;
    merged.text.clear();
    if !client.tracks_qualifiers && may_hide_statements(&diffs, skips_revision) {
        merged.touched.add_any_statement();
    }
    let may_cancel = CompactDiff::may_cancel(&diffs);
    merged.info.diff = (!diffs.is_empty()).then(|| CompactDiff::of_run(diffs));
    let links = merged.info.diff.iter().flat_map(|diff| diff.site_links.values());
    if may_cancel && !links.into_iter().any(SiteLinkChange::moves_title) {
        // Then Wikibase, which compares the first revision with the last, knows of nothing that changed.
        merged.touched.add(OTHER);
    }
    merged.info.others = others.into_vec();
    merged.info.metadata = Metadata { hides_user, ..of_run(merged.info.metadata, unknown, parent, bot) };
    merged
}

/// Whether statements may have changed that no change of the run tells of, and that Wikibase 1.45 finds between the two revisions that
/// it compares. It writes no change of qualifiers alone. And where the first statement that differs does so in qualifiers, it
/// leaves out all that have other values: of a single change as well, but the two revisions of a run may differ in another way.
fn may_hide_statements(diffs: &[CompactDiff], skips_revision: bool) -> bool {
    diffs.iter().any(|diff| diff.form == DiffForm::TwoLists && (skips_revision || !diff.qualifiers.is_empty()))
}

fn alone(change: ReceivedChange, client: &Viewpoint) -> CoalescedChange {
    let comment = EditComment::of(&change, &client.site);
    let revisions = vec![change.revision_made()];
    let diff = change.info.diff.as_ref();
    CoalescedChange {
        ids: vec![change.id],
        revisions,
        kind: change.kind,
        since: change.time.clone(),
        time: change.time,
        entity: change.entity,
        revision: change.revision,
        user: change.user,
        touched: Touched::of(diff, &client.site, client.tracks_qualifiers),
        titles: titles(diff, &client.site),
        info: change.info,
        text: change.text,
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

/// The metadata of the last, with what it owes to the others, and what nobody knows the meaning of.
fn of_run(mut last: Metadata, mut fields: MergedFields, parent: Option<i64>, bot: bool) -> Metadata {
    fields.add(std::mem::take(&mut last.fields));
    fields.add(
        [("parent_id", Value::from(parent.unwrap_or(0))), ("bot", bot.into())]
            .map(|(name, value)| (name.to_owned(), value)),
    );
    Metadata { parent_id: parent, bot: Some(bot), fields: fields.into_vec(), ..last }
}

#[cfg(test)]
mod tests {
    use super::{
        super::runs::examples::{change, link, linking, update, with_diff},
        *,
    };

    fn coalesced(changes: Vec<ReceivedChange>) -> Vec<CoalescedChange> {
        coalesce(changes, &Viewpoint { site: SiteId::parse("enwiki").unwrap(), tracks_qualifiers: true })
    }

    fn runs_of(changes: Vec<ReceivedChange>) -> Vec<Vec<u64>> {
        coalesced(changes).iter().map(|change| change.ids.iter().map(|id| id.0).collect()).collect()
    }

    #[test]
    fn a_run_hides_its_user_where_any_of_its_changes_does() {
        for hidden in [1, 2, 3] {
            let changes = [1, 2, 3].map(|id| {
                let mut change = update(id);
                change.info.metadata.hides_user = id == hidden;
                change
            });
            let [run] = &coalesced(changes.into())[..] else { panic!("a run must not break where a user is hidden") };
            assert!(run.info.metadata.hides_user, "{hidden}");
        }
        assert!(!coalesced(vec![update(1), update(2)])[0].info.metadata.hides_user);
    }

    #[test]
    fn a_run_knows_the_revision_of_each_of_its_changes() {
        let without = ReceivedChange { info: ChangeInfo::default(), ..update(2) };
        assert_eq!(coalesced(vec![update(1), update(3)])[0].revisions, [10, 30]);
        assert_eq!(coalesced(vec![without])[0].revisions, [20]);
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
    fn a_run_has_the_parent_of_its_first_and_the_revision_and_time_of_its_last() {
        let merged = &coalesced(vec![update(1), update(2), update(3)])[0];
        assert_eq!((merged.revision, merged.time.as_str()), (30, "20260131120003"));
        assert_eq!((merged.info.metadata.parent_id, merged.info.metadata.rev_id), (Some(0), Some(30)));
        let fields: Vec<_> =
            merged.info.metadata.fields.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
        let expected =
            [("tags", "x".into()), ("user_text", "Alice".into()), ("parent_id", 0.into()), ("bot", false.into())];
        assert_eq!(fields, expected, "what nobody knows is kept");
    }

    #[test]
    fn a_change_alone_keeps_its_metadata_as_it_stands() {
        let alone = update(1);
        let kept = &coalesced(vec![alone.clone()])[0];
        assert_eq!((&kept.info, kept.info_text()), (&alone.info, alone.text));
    }

    #[test]
    fn a_run_is_a_bots_only_if_every_change_of_it_is() {
        let by_bot = |bots: &[bool]| {
            let changes = bots.iter().zip(1..).map(|(bot, id)| {
                let mut change = update(id);
                change.info.metadata.bot = Some(*bot);
                change
            });
            coalesced(changes.collect())[0].info.metadata.bot
        };
        assert_eq!(by_bot(&[true, true]), Some(true));
        assert_eq!(by_bot(&[true, false]), Some(false));
        assert_eq!(by_bot(&[false, true]), Some(false));
    }

    #[test]
    fn site_links_go_from_the_first_title_to_the_last() {
        let merged = |links: Vec<SiteLinkChange>| {
            let changes = links.into_iter().zip(1..).map(|(link, id)| linking(id, "dewiki", link));
            coalesced(changes.collect())[0].info.diff.clone().unwrap().site_links["dewiki"].clone()
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
        assert!(merged.touched.affects("S"));
        assert_eq!(merged.info.diff.as_ref().unwrap().site_links["dewiki"], link(Some("A"), Some("A"), false));
    }

    #[test]
    fn a_change_of_which_nothing_is_known_stays_so_within_a_run() {
        let mut unknown = update(1);
        unknown.info.diff = None;
        let mut known = update(2);
        known.info.diff = Some(CompactDiff { labels: vec!["en".into()], ..Default::default() });
        let merged = &coalesced(vec![unknown, known])[0];
        assert_eq!(merged.touched.aspects().collect::<Vec<_>>(), ["L", "L.en", "O", "X"]);
    }

    /// As Wikibase 1.44, 1.45 and 1.46 did with an edit and its undoing: they compare the first revision with the last.
    #[test]
    fn changes_that_may_cancel_touch_other_too() {
        let aspects = |changes| coalesced(changes)[0].touched.aspects().map(str::to_owned).collect::<Vec<_>>();
        let label = |id| with_diff(id, r#"{"labelChanges":["en"]}"#);
        assert_eq!(aspects(vec![label(1), label(2)]), ["L", "L.en", "O", "X"]);
        assert_eq!(
            aspects(vec![label(1), label(2), with_diff(3, r#"{"labelChanges":["de"]}"#)]),
            ["L", "L.de", "L.en", "X"]
        );
        let moved = |id, old, new| linking(id, "dewiki", link(Some(old), Some(new), false));
        assert_eq!(aspects(vec![moved(1, "A", "B"), moved(2, "B", "A")]), ["O", "S", "X"]);
        assert_eq!(aspects(vec![moved(1, "A", "B"), moved(2, "B", "C")]), ["S", "X"]);
    }

    /// As on 1.45: page 98 of dewiki in the data, and 115 rows of recent changes, were updated by Wikibase for it.
    #[test]
    fn a_run_that_skips_a_revision_touches_any_statement_where_no_change_is_written_of_qualifiers() {
        let touches = |ids: [u64; 2], diff: &str, tracks_qualifiers: bool| {
            let client = Viewpoint { site: SiteId::parse("enwiki").unwrap(), tracks_qualifiers };
            let merged = coalesce(ids.map(|id| with_diff(id, diff)).to_vec(), &client);
            assert_eq!(merged.len(), 1);
            ["C", "C.P1", "CQR.P1"].map(|aspect| merged[0].touched.affects(aspect))
        };
        let (new, old) = (r#"{"labelChanges":["en"],"aliasChanges":[]}"#, r#"{"labelChanges":["en"]}"#);
        assert_eq!(touches([1, 3], new, false), [true; 3]);
        for (ids, diff, tracks_qualifiers) in [([1, 2], new, false), ([1, 3], old, false), ([1, 3], new, true)] {
            assert_eq!(touches(ids, diff, tracks_qualifiers), [false; 3]);
        }
        // "statementChangesQualOrRefOnly": a value of P1 may have been left out.
        let qualifiers = r#"{"labelChanges":["en"],"statementChangesQualOrRefOnly":["P2"]}"#;
        assert_eq!(touches([1, 2], qualifiers, false), [true; 3]);
        assert_eq!(touches([1, 2], qualifiers, true), [false; 3]);
    }

    #[test]
    fn what_stands_beside_diff_and_metadata_goes_along_and_the_last_counts() {
        let other = |id, name: &str, value: u64| {
            let mut change = update(id);
            change.info.others = vec![(name.to_owned(), value.into())];
            change
        };
        let merged = &coalesced(vec![other(1, "a", 1), other(2, "b", 2), other(3, "a", 3)])[0];
        assert_eq!(merged.info.others, [("a".to_owned(), 3.into()), ("b".to_owned(), 2.into())]);
        assert!(merged.info_text().contains(r#""b":2"#));
    }

    #[test]
    fn a_change_without_a_time_takes_that_of_its_run() {
        let timeless = |id| ReceivedChange { time: String::new(), ..update(id) };
        assert_eq!(coalesced(vec![update(1), timeless(2)])[0].time, update(1).time);
        assert_eq!(coalesced(vec![timeless(1), update(2)])[0].time, update(2).time);
    }
}
