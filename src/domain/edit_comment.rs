//! Says what a change did, for a recent change: by the message that a client of Wikibase has for changes of site links, else by the
//! summary that the edit had on the repo.
//!
//! Only names of messages are chosen here. Their text is in the client's language, so putting it in is for the client.

use super::{
    compact_diff::{CompactDiff, SiteLinkChange},
    received_change::ReceivedChange,
    site::SiteId,
};

const LINK_CHANGED: &str = "wikibase-comment-sitelink-change";
const UPDATED: &str = "wikibase-comment-update";

/// A page of some wiki, as a site link names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkedPage {
    /// Site id, as the diff says it, configured or not.
    pub site: String,
    /// Title as text, with its namespace.
    pub title: String,
}

/// What one change did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EditComment {
    /// The summary that the edit had on the repo.
    Summary(String),
    /// A message of Wikibase's client.
    Message {
        /// Its name.
        name: &'static str,
        /// Its parameters.
        pages: Vec<LinkedPage>,
        /// The summary of the edit, where there is no such message.
        summary: String,
    },
}

impl EditComment {
    /// What to say of `change` on the wiki `local`.
    pub fn of(change: &ReceivedChange, local: &SiteId) -> Self {
        let summary = change.info.metadata.comment.clone().unwrap_or_default();
        let comment = change.info.diff.as_ref().and_then(|diff| of_site_links(diff, change.action(), &summary, local));
        comment.unwrap_or_else(
            || {
                if summary.is_empty() { message(UPDATED, [], summary) } else { Self::Summary(summary) }
            },
        )
    }
}

/// `None` where the summary says it better: nothing but badges, or the links of several other wikis, changed.
fn of_site_links(diff: &CompactDiff, action: &str, summary: &str, local: &SiteId) -> Option<EditComment> {
    let mut moved = diff.site_links.iter().filter(|(_, link)| link.moves_title());
    if let Some(link) = diff.site_links.get(local.as_str()).filter(|link| link.moves_title()) {
        return Some(of_local_link(link, action, summary.to_owned(), local));
    }
    let (site, link) = moved.next()?;
    if moved.next().is_some() {
        return None;
    }
    let page = |title: &String| LinkedPage { site: site.clone(), title: title.clone() };
    let pages = [&link.old, &link.new].into_iter().flatten().map(page);
    let name = match (&link.old, &link.new) {
        (None, _) => "wikibase-comment-sitelink-add",
        (_, None) => "wikibase-comment-sitelink-remove",
        _ => LINK_CHANGED,
    };
    Some(message(name, pages, summary.to_owned()))
}

/// The same for every page that is told, also for the old and the new one of a link that moves: so does Wikibase, though it means
/// to tell these two in other words.
fn of_local_link(link: &SiteLinkChange, action: &str, summary: String, local: &SiteId) -> EditComment {
    let page = |title: &String| LinkedPage { site: local.as_str().to_owned(), title: title.clone() };
    match (action, &link.old, &link.new) {
        ("remove", ..) => message("wikibase-comment-remove", [], summary),
        ("restore", ..) => message("wikibase-comment-restore", [], summary),
        (_, Some(old), Some(new)) => message(LINK_CHANGED, [page(old), page(new)], summary),
        (_, None, _) => message("wikibase-comment-linked", [], summary),
        (_, _, None) => message("wikibase-comment-unlink", [], summary),
    }
}

fn message(name: &'static str, pages: impl IntoIterator<Item = LinkedPage>, summary: String) -> EditComment {
    EditComment::Message { name, pages: pages.into_iter().collect(), summary }
}

#[cfg(test)]
mod tests {
    use super::{
        super::change_info::{ChangeInfo, Metadata},
        *,
    };

    const SUMMARY: &str = "/* wbsetsitelink-set:1|x */";

    fn comment(action: &str, links: &[(&str, Option<&str>, Option<&str>, bool)]) -> EditComment {
        let links = links.iter().map(|(site, old, new, badges)| {
            let link = SiteLinkChange { old: old.map(str::to_owned), new: new.map(str::to_owned), badges: *badges };
            ((*site).to_owned(), link)
        });
        let diff = CompactDiff { site_links: links.collect(), ..Default::default() };
        let metadata = Metadata { comment: Some(SUMMARY.to_owned()), ..Default::default() };
        let change = ReceivedChange {
            kind: format!("wikibase-item~{action}"),
            info: ChangeInfo { diff: Some(diff), metadata, ..Default::default() },
            ..Default::default()
        };
        EditComment::of(&change, &SiteId::parse("enwiki").unwrap())
    }

    fn name(comment: EditComment) -> (&'static str, Vec<String>) {
        match comment {
            EditComment::Message { name, pages, summary } => {
                assert_eq!(summary, SUMMARY);
                (name, pages.into_iter().map(|page| format!("{}:{}", page.site, page.title)).collect())
            }
            other => panic!("{other:?} is no message"),
        }
    }

    #[test]
    fn the_summary_is_taken_where_no_title_moves() {
        assert_eq!(comment("update", &[]), EditComment::Summary(SUMMARY.to_owned()));
        assert_eq!(comment("update", &[("enwiki", Some("A"), Some("A"), true)]), EditComment::Summary(SUMMARY.into()));
    }

    #[test]
    fn the_local_site_link_is_told_as_linking_and_unlinking() {
        assert_eq!(name(comment("update", &[("enwiki", None, Some("A"), false)])).0, "wikibase-comment-linked");
        assert_eq!(name(comment("update", &[("enwiki", Some("A"), None, true)])).0, "wikibase-comment-unlink");
        assert_eq!(name(comment("remove", &[("enwiki", Some("A"), None, false)])).0, "wikibase-comment-remove");
        assert_eq!(name(comment("restore", &[("enwiki", None, Some("A"), false)])).0, "wikibase-comment-restore");
    }

    #[test]
    fn a_local_site_link_that_moves_is_told_with_both_pages_whatever_else_moves() {
        assert_eq!(
            name(comment("update", &[("dewiki", None, Some("C"), false), ("enwiki", Some("A"), Some("B"), false)])),
            ("wikibase-comment-sitelink-change", vec!["enwiki:A".into(), "enwiki:B".into()])
        );
    }

    #[test]
    fn the_link_of_one_other_wiki_is_told_with_its_pages() {
        let one = |old, new| name(comment("update", &[("dewiki", old, new, false), ("frwiki", None, None, true)]));
        assert_eq!(one(None, Some("A")), ("wikibase-comment-sitelink-add", vec!["dewiki:A".into()]));
        assert_eq!(one(Some("A"), None), ("wikibase-comment-sitelink-remove", vec!["dewiki:A".into()]));
        assert_eq!(
            one(Some("A"), Some("B")),
            ("wikibase-comment-sitelink-change", vec!["dewiki:A".into(), "dewiki:B".into()])
        );
    }

    #[test]
    fn the_links_of_several_other_wikis_are_told_by_the_summary() {
        let links = [("dewiki", None, Some("A"), false), ("frwiki", Some("B"), None, false)];
        assert_eq!(comment("update", &links), EditComment::Summary(SUMMARY.to_owned()));
    }

    #[test]
    fn a_change_that_says_nothing_of_itself_is_told_as_a_change() {
        let change = ReceivedChange { kind: "wikibase-item~update".into(), ..Default::default() };
        let comment = EditComment::of(&change, &SiteId::parse("enwiki").unwrap());
        assert!(matches!(comment, EditComment::Message { name: "wikibase-comment-update", .. }));
    }
}
