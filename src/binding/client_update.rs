//! `WikibaseDispatch\ClientUpdate`.

#![allow(non_snake_case, reason = "callers in PHP may name an argument, so arguments have PHP's names")]

use std::collections::HashSet;

use ext_php_rs::{
    convert::IntoZval,
    error::Result as PhpApiResult,
    prelude::*,
    types::{ZendHashTable, Zval},
};

use super::{
    from_php::{number_of, text_of},
    to_php::{Array, id, integer, list, strings, unknown_forms},
};
use crate::domain::{
    affected_pages::PageId,
    change::ChangeId,
    client_update::{ClientFacts, ClientUpdate as DomainUpdate, ToldChange},
    coalesce::CoalescedChange,
    edit_comment::{EditComment, LinkedPage},
    received_change::ReceivedChange,
    recent_changes::{Page, params},
};

/// What a notification asks of a client wiki.
#[php_class]
#[php(name = "WikibaseDispatch\\ClientUpdate")]
pub struct ClientUpdate(DomainUpdate);

impl ClientUpdate {
    pub(super) fn new(changes: Vec<ReceivedChange>, client: ClientFacts) -> Self {
        Self(DomainUpdate::new(changes, client))
    }
}

#[php_impl]
impl ClientUpdate {
    #[php(vis = "private")]
    pub fn __construct() -> PhpResult<Self> {
        Err("use Notification::update()".into())
    }

    pub fn changes(&self) -> PhpResult<Array> {
        Ok(list(self.0.changes(), change_array)?)
    }

    pub fn leave_out(&mut self, places: Vec<i64>) {
        let places: HashSet<usize> = places.into_iter().filter_map(|place| usize::try_from(place).ok()).collect();
        self.0.leave_out(&places);
    }

    pub fn asks(&self) -> PhpResult<Array> {
        let mut asks = ZendHashTable::with_capacity(2);
        asks.insert("entities", strings(self.0.entities())?)?;
        asks.insert("titles", strings(self.0.linked_titles())?)?;
        Ok(asks)
    }

    pub fn summary(&self) -> PhpResult<Array> {
        let mut summary = ZendHashTable::with_capacity(3);
        summary.insert("changes", integer(self.0.changes().count() as u64))?;
        summary.insert("untold", integer(self.0.untold()))?;
        summary.insert("unknownForms", unknown_forms(self.0.unknown_forms())?)?;
        Ok(summary)
    }

    pub fn usage_lookup(&mut self, usedAspects: &ZendHashTable) -> PhpResult<Array> {
        let used: Vec<(String, Vec<String>)> = usedAspects
            .iter()
            .map(|(entity, aspects)| {
                let aspects = aspects.dereference().array().into_iter().flat_map(ZendHashTable::values);
                (entity.to_string(), aspects.map(text_of).collect())
            })
            .collect();
        let used = used.iter().map(|(entity, aspects)| (entity.as_str(), aspects.iter().map(String::as_str).collect()));
        let mut lookup = ZendHashTable::new();
        for (entity, aspects) in self.0.usage_lookup(used) {
            lookup.insert(entity, strings(aspects)?)?;
        }
        Ok(lookup)
    }

    pub fn add_usages(&mut self, usages: &ZendHashTable) {
        for (entity, aspects) in usages {
            let entity = entity.to_string();
            for (aspect, pages) in aspects.dereference().array().into_iter().flatten() {
                let pages = pages.dereference().array().into_iter().flat_map(ZendHashTable::values);
                self.0.add_usages(&entity, &aspect.to_string(), pages.filter_map(page_id));
            }
        }
    }

    pub fn add_linked_pages(&mut self, pages: &ZendHashTable) {
        for (title, page) in pages {
            if let Some(page) = page_id(page) {
                self.0.add_linked(&title.to_string(), page);
            }
        }
    }

    pub fn page_ids(&mut self, after: i64, limit: i64) -> Vec<i64> {
        let (after, limit) = (PageId::try_from(after).ok(), usize::try_from(limit).unwrap_or(0));
        self.0.page_ids(after, limit).into_iter().map(i64::from).collect()
    }

    pub fn add_pages(&mut self, pages: &ZendHashTable) {
        let pages = pages.iter().filter_map(|(id, page)| {
            let page = page.dereference().array()?;
            Some(Page {
                id: id.to_string().parse().ok()?,
                namespace: page
                    .get_index(0)
                    .and_then(|namespace| i32::try_from(namespace.dereference().long()?).ok())?,
                db_key: text_of(page.get_index(1)?),
                state: page.get_index(2).and_then(number_of).zip(page.get_index(3).and_then(number_of)),
            })
        });
        self.0.add_pages(pages.collect());
    }

    pub fn recent_changes(&mut self, rows: i64) -> PhpResult<Array> {
        let told = self.0.tell(usize::try_from(rows).unwrap_or(0));
        Ok(list(&told, told_array)?)
    }
}

fn page_id(zval: &Zval) -> Option<PageId> {
    number_of(zval).and_then(|number| PageId::try_from(number).ok())
}

/// The change in the words of Wikibase's own.
fn change_array(change: &CoalescedChange) -> PhpApiResult<Zval> {
    let CoalescedChange { ids, entity, kind, revision, user, time, .. } = change;
    row_array(ids, entity, kind, *revision, *user, time, &change.info_text())
}

/// A change that was not merged with others, likewise.
pub(super) fn received_array(change: &ReceivedChange) -> PhpApiResult<Zval> {
    let ReceivedChange { id, entity, kind, revision, user, time, .. } = change;
    row_array(&[*id], entity, kind, *revision, *user, time, &change.info_text())
}

fn row_array(
    ids: &[ChangeId],
    entity: &str,
    kind: &str,
    revision: u64,
    user: u64,
    time: &str,
    info: &str,
) -> PhpApiResult<Zval> {
    let mut fields = ZendHashTable::with_capacity(8);
    match ids[..] {
        [only] => fields.insert("id", id(only))?,
        _ => fields.insert("id", ())?,
    };
    fields.insert("object_id", entity)?;
    fields.insert("type", kind)?;
    fields.insert("revision_id", revision.to_string())?;
    fields.insert("user_id", user.to_string())?;
    fields.insert("time", time)?;
    fields.insert("info", info)?;
    fields.into_zval(false)
}

fn told_array(told: &ToldChange) -> PhpApiResult<Zval> {
    let change = &told.change;
    let mut fields = ZendHashTable::with_capacity(16);
    fields.insert("params", params(change))?;
    fields.insert("time", change.time.as_str())?;
    fields.insert("since", change.since.as_str())?;
    fields.insert("userId", integer(change.user))?;
    fields.insert("userName", change.info.metadata.user_text.as_deref().unwrap_or_default())?;
    fields.insert("centralUserId", change.info.metadata.central_user_id.unwrap_or(0))?;
    fields.insert("hidesUser", change.info.metadata.hides_user)?;
    fields.insert("bot", change.info.metadata.bot == Some(true))?;
    fields.insert("comments", list(&change.comments, comment_zval)?)?;
    fields.insert("revisions", list(&change.revisions, |revision| integer(*revision).into_zval(false))?)?;
    let mut pages = ZendHashTable::with_capacity(u32::try_from(told.pages.len()).unwrap_or(u32::MAX));
    for page in &told.pages {
        let mut fields = ZendHashTable::with_capacity(4);
        fields.push(i64::from(page.namespace))?;
        fields.push(page.db_key.as_str())?;
        if let Some((latest, length)) = page.state {
            fields.push(integer(latest))?;
            fields.push(integer(length))?;
        }
        pages.insert_at_index(i64::from(page.id), fields)?;
    }
    fields.insert("pages", pages)?;
    fields.into_zval(false)
}

fn comment_zval(comment: &EditComment) -> PhpApiResult<Zval> {
    let mut fields = ZendHashTable::with_capacity(8);
    match comment {
        EditComment::Summary(summary) => return summary.as_str().into_zval(false),
        EditComment::Message { name, pages, summary } => {
            fields.insert("message", *name)?;
            fields.insert("pages", list(pages, linked_page)?)?;
            fields.insert("summary", summary.as_str())?;
        }
    }
    fields.into_zval(false)
}

fn linked_page(page: &LinkedPage) -> PhpApiResult<Zval> {
    strings([&page.site, &page.title])?.into_zval(false)
}
