//! The part of [`judge`](super::judge) that is about rollouts: nothing is lost whichever dispatcher is responsible,
//! what both deliver is of the moment of a switch, and we deliver nothing to a client that is Wikibase's.

use std::collections::{BTreeMap, BTreeSet};

use super::judge::Judge;

/// The dispatcher that serves a client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Served {
    #[default]
    Wikibase,
    /// By Wikibase, and we look on.
    Watched,
    Ours,
    /// By Wikibase, and by us up to a change.
    Both,
}

/// What is known of the switches of a client.
#[derive(Default)]
struct Switches {
    served: Served,
    /// Since when.
    since: u64,
    /// When its switches began and ended. The last one may go on.
    spans: Vec<(u64, Option<u64>)>,
    by_wikibase: BTreeSet<u64>,
    by_us: BTreeSet<u64>,
}

#[derive(Default)]
pub(super) struct RolloutRecord {
    pub is_on: bool,
    clients: BTreeMap<String, Switches>,
    committed: BTreeMap<u64, u64>,
}

impl RolloutRecord {
    pub fn new(is_on: bool) -> Self {
        Self { is_on, ..Self::default() }
    }

    pub fn committed(&mut self, id: u64, now: u64) {
        self.committed.insert(id, now);
    }

    /// Whether a switch of the client came between the commit of a change and `now`.
    fn is_around_a_switch(&self, client: &str, id: u64, now: u64) -> bool {
        let committed = self.committed.get(&id).copied().unwrap_or_default();
        let spans = self.clients.get(client).map_or(&[][..], |switches| &switches.spans);
        spans.iter().any(|(from, until)| *from <= now && until.is_none_or(|until| until >= committed))
    }

    pub fn is_watched(&self, client: &str) -> bool {
        self.clients.get(client).is_some_and(|switches| switches.served == Served::Watched)
    }
}

impl Judge {
    pub fn committed_so_far(&self) -> BTreeSet<u64> {
        self.rollout.committed.keys().copied().collect()
    }

    pub(super) fn lose_all_but(&mut self, kept: &BTreeSet<u64>) {
        self.rollout.committed.retain(|id, _| kept.contains(id));
    }

    /// Who serves a client from now on, and what it has seen by its dispatch state.
    pub fn is_served_by(&mut self, client: &str, served: Served, seen: u64, now: u64) {
        let switches = self.rollout.clients.entry(client.to_owned()).or_default();
        let before = std::mem::replace(&mut switches.served, served);
        if before == served {
            return;
        }
        switches.since = now;
        match switches.spans.last_mut() {
            Some((_, until @ None)) if before == Served::Both => *until = Some(now),
            _ => switches.spans.push((now, (served != Served::Both).then_some(now))),
        }
        let becomes_ours =
            matches!(before, Served::Wikibase | Served::Watched) && matches!(served, Served::Ours | Served::Both);
        let missing = self.record(client).due.first().copied().filter(|id| *id <= seen);
        if let Some(id) = missing.filter(|_| becomes_ours) {
            self.fail(format!("G1: {client} is ours after change {seen}, and change {id} has not reached it"));
        }
    }

    /// A client has left that had to get changes up to `upto` from us: what it has not handled of these was sent to it three times.
    pub fn was_let_go(&mut self, client: &str, upto: u64) {
        if !self.givers.contains(client) {
            return;
        }
        let record = self.record(client);
        let theirs = record.unhandled.split_off(&(upto + 1));
        let unhandled = std::mem::replace(&mut record.unhandled, theirs);
        let is_ours = |id: &&u64| !record.forgotten.contains(id);
        let is_told_too_rarely = |id: &&u64| record.told.get(id).is_none_or(|times| *times < 3);
        if let Some(id) = unhandled.iter().filter(is_ours).find(is_told_too_rarely).copied() {
            self.fail(format!("G16: {client} was let go, and has not handled change {id}"));
        }
    }

    /// Our order for a client begins anew.
    pub fn begins_again(&mut self, client: &str, seen: u64, now: u64) {
        let (due, unhandled) = (self.record(client).due.clone(), self.record(client).unhandled.clone());
        self.was_set(client, seen, now);
        let record = self.record(client);
        (record.due, record.unhandled) = (due, unhandled);
    }

    /// Wikibase's job has put changes into the client's queue.
    pub fn delivered_by_wikibase(&mut self, client: &str, ids: &[u64], now: u64) {
        for id in ids {
            let record = self.record(client);
            record.due.remove(id);
            // From here on nobody knows what becomes of it.
            record.unhandled.remove(id);
            let switches = self.rollout.clients.entry(client.to_owned()).or_default();
            switches.by_wikibase.insert(*id);
            if switches.by_us.contains(id) {
                self.is_repeated(client, *id, now);
            }
        }
    }

    /// We have, by a pass that was claimed at `claimed`.
    pub(super) fn delivered_by_us(&mut self, client: &str, ids: &[u64], claimed: u64, now: u64) {
        if !self.rollout.is_on {
            return;
        }
        let switches = self.rollout.clients.entry(client.to_owned()).or_default();
        let (served, since) = (switches.served, switches.since);
        switches.by_us.extend(ids);
        if matches!(served, Served::Wikibase | Served::Watched) && since < claimed {
            self.fail(format!("G4: {client} is served by {served:?}, and got {ids:?} from us"));
        }
        for id in ids {
            if self.rollout.clients[client].by_wikibase.contains(id) {
                self.is_repeated(client, *id, now);
            }
        }
    }

    fn is_repeated(&mut self, client: &str, id: u64, now: u64) {
        if !self.rollout.is_around_a_switch(client, id, now) {
            self.fail(format!(
                "G3: {client} got change {id} both from Wikibase and from us, and was not being switched"
            ));
        }
    }

    /// Changes are deleted. While no client is disabled, each that needs them has them.
    pub fn vanished(&mut self, ids: &[u64]) {
        if !self.rollout.is_on && !self.has_failover {
            return;
        }
        let lost = self.clients.iter().find_map(|(client, record)| {
            let id = ids.iter().find(|id| record.due.contains(id))?;
            Some(format!("G8: change {id} was deleted, and has not reached {client}"))
        });
        if let Some(text) = lost {
            self.fail(text);
        }
    }
}
