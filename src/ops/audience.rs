//! Who must hear of one change, and why: the rule by which passes go, asked about a single change for a human being.
//!
//! The rule looks at the subscriptions that there are now. Who was told earlier may have been told by others.

use std::{cell::RefCell, collections::BTreeSet};

use super::states::dispatch_states;
use crate::{
    domain::{
        change::{Change, ChangeId},
        change_info,
        sent::SentPass,
        settings::Settings,
        site::SiteId,
        state::DispatchState,
        stretch::ClientNumber,
        time::Timestamp,
    },
    error::Result,
    store::{ReadLimit, Store},
};

/// A change, and who must hear of it.
#[derive(Clone, Debug)]
pub struct ChangeAudience {
    /// The change.
    pub change: Change,
    /// Why it cannot be read, if so.
    pub bad: Option<String>,
    /// When it was found, if it became visible after the horizon had passed it.
    pub found_late: Option<Timestamp>,
    /// Clients that must hear of it, ordered by site id.
    pub listeners: Vec<Listener>,
    /// Sites that are subscribed to its entity or whose site link it changes, but that are no clients of ours.
    pub strangers: Vec<String>,
}

/// A client that must hear of a change.
#[derive(Clone, Debug)]
pub struct Listener {
    /// Which one.
    pub site: SiteId,
    /// Whether it is subscribed to the entity.
    pub is_subscribed: bool,
    /// Whether a site link of it is changed.
    pub is_linked: bool,
    /// Where it stands; `None` if it has no dispatch state yet.
    pub state: Option<DispatchState>,
    /// What has become of the change there; `None` if the client gives no receipts, or has not been sent it.
    pub outcome: Option<Outcome>,
}

/// What has become of a change at a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It has handled it.
    Handled,
    /// It was sent it with these, and has not handled it.
    Unhandled(SentPass),
}

/// Who must hear of the change with this id; `None` if it is not in the buffer.
pub fn audience<S: Store + ?Sized>(
    store: &mut S,
    settings: &Settings,
    change: ChangeId,
) -> Result<Option<ChangeAudience>> {
    let one = ReadLimit { rows: 1, bytes: usize::MAX };
    let changes = store.read_changes(change.back(1), change, one)?.changes;
    let Some(found) = changes.into_iter().find(|found| found.id == change) else {
        return Ok(None);
    };
    let strangers = RefCell::new(BTreeSet::new());
    let number_of = |site: &str| {
        let number = SiteId::parse(site).and_then(|site| settings.client_number(&site));
        if number.is_none() {
            strangers.borrow_mut().insert(site.to_owned());
        }
        number
    };
    let glance = change_info::glance(&found.info);
    let sites = glance.iter().flat_map(|glance| &glance.sites);
    let linked: BTreeSet<ClientNumber> = sites.filter_map(|site| number_of(site)).collect();
    let mut subscribed = BTreeSet::new();
    store.each_subscriber(&[&found.entity], &mut |_, site| subscribed.extend(number_of(site)))?;
    let all: Vec<ClientNumber> = linked.union(&subscribed).copied().collect();
    let bad = glance.err();
    let states = dispatch_states(store, settings)?;
    let listeners = all
        .into_iter()
        .filter_map(|number| {
            let site = &settings.clients().get(usize::try_from(number).ok()?)?.site;
            let state = states.iter().find(|state| state.client.site == *site).cloned();
            let (is_subscribed, is_linked) = (subscribed.contains(&number), linked.contains(&number));
            let outcome = state.as_ref().and_then(|state| outcome(state, change));
            Some(Listener { site: site.clone(), is_subscribed, is_linked, state, outcome })
        })
        .collect();
    let strangers = strangers.into_inner().into_iter().collect();
    let found_late = store.late_change(change)?.map(|late| late.found);
    Ok(Some(ChangeAudience { change: found, bad, found_late, listeners, strangers }))
}

fn outcome(state: &DispatchState, change: ChangeId) -> Option<Outcome> {
    let sent = state.sent.as_ref().filter(|_| state.reported.is_some() && state.seen >= change)?;
    let has = |pass: &SentPass| match &pass.late {
        Some((_, ids)) => ids.contains(&change),
        None => pass.first <= change && change <= pass.upto,
    };
    let mut unhandled = sent.unhandled(state.receipts());
    let pass = unhandled.find(|(_, pass)| has(pass)).map(|(_, pass)| pass.clone());
    Some(pass.map_or(Outcome::Handled, Outcome::Unhandled))
}
