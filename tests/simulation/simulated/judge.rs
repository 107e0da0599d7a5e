//! Knows everything that happens, and says at once when a guarantee is broken. It judges by what was done, not by what those who did
//! it believed: which changes are committed, what is under way, what has reached a queue.

use std::collections::{BTreeMap, BTreeSet};

use wikibase_dispatch::{
    domain::{
        change::ChangeId,
        claim::{Lock, Rest, Token},
        settings::Settings,
        state::DispatchState,
        time::Timestamp,
    },
    store::StateRow,
};

use super::{database::Database, rollout_judge::RolloutRecord, scenario::Scenario, world::SECOND};

/// Names a pass: whose, and under which claim.
pub type PassName = (String, u64);

/// What is known of a pass.
#[derive(Clone, Debug)]
pub(super) struct PassRecord {
    seen: u64,
    end: u64,
    /// Ids of its notifications, if it came to them.
    notifications: Option<Vec<Vec<u64>>>,
    is_recorded: bool,
    /// The client was set back since: its order begins anew, and what this pass still does is another's.
    pub(super) is_void: bool,
    /// When it was assembled.
    began: u64,
}

/// What is known of a client.
#[derive(Default)]
pub(super) struct Record {
    /// Changes that must reach it and have not.
    pub(super) due: BTreeSet<u64>,
    /// Changes that it must handle, if it gives receipts, and has not.
    pub(super) unhandled: BTreeSet<u64>,
    /// Changes that it had handled and has forgotten, since it was restored. The repo need not have them any more.
    pub(super) forgotten: BTreeSet<u64>,
    /// How often each change has reached its queue.
    pub(super) told: BTreeMap<u64, u32>,
    /// Which pass brought each change.
    delivered: BTreeMap<u64, PassName>,
    /// The last change that reached it for the first time.
    newest: u64,
    /// The pass that has its claim, or had it last.
    pub(super) owner: Option<PassName>,
    /// When an admin, or a repair, set its position, or its row was made.
    pub(super) set_at: u64,
    /// When it subscribed, or unsubscribed.
    subscribed_at: Option<u64>,
    /// Until when it is to be left alone, since a pass for it failed.
    rests_until: Option<Timestamp>,
    /// Triggers in a row that did nothing for it although it was due.
    left_out: u32,
}

impl Record {
    /// What reached it comes again.
    pub(super) fn forget_order(&mut self, now: u64) {
        self.set_at = now;
        self.delivered.clear();
        self.newest = 0;
        self.rests_until = None;
    }

    /// These need not reach it any more.
    pub(super) fn give_up(&mut self, ids: &[u64]) {
        self.due.retain(|id| !ids.contains(id));
        self.unhandled.retain(|id| !ids.contains(id));
    }

    /// Whether what was read at `now`, or a while before, may be of other subscriptions than what is read later.
    fn is_in_flux(&self, now: u64) -> bool {
        self.subscribed_at.is_some_and(|at| at + 200 * SECOND >= now)
    }
}

#[derive(Default)]
pub struct Judge {
    /// Nobody asks.
    pub is_off: bool,
    pub failure: Option<String>,
    pub(super) clients: BTreeMap<String, Record>,
    pub(super) passes: BTreeMap<PassName, PassRecord>,
    /// When each was claimed.
    claims: BTreeMap<PassName, u64>,
    /// What stood in the row before each was claimed.
    replaced: BTreeMap<PassName, Option<String>>,
    /// Which pass had the claim before each.
    before: BTreeMap<PassName, PassName>,
    /// The clock of the database jumps.
    pub(super) distrusts_clock: bool,
    pub(super) has_admins: bool,
    /// Since when all clients have seen changes up to an id, in milliseconds.
    pub(super) seen_by_all: Vec<(u64, u64)>,
    pub(super) has_failover: bool,
    pub(super) rollout: RolloutRecord,
    pub repeats: u64,
    /// Of the changes that are committed, by their ids.
    pub revisions: BTreeMap<u64, u64>,
    /// Clients that give receipts.
    pub givers: BTreeSet<String>,
    /// Changes of which nothing told, when they could still be passed, that they would come: the ledger is for these.
    pub(super) untold: BTreeSet<u64>,
    /// The ids began anew, so positions mean nothing until somebody has noticed.
    pub has_begun_anew: bool,
}

/// Triggers that may leave a client out.
const PATIENCE: u32 = 25;

impl Judge {
    pub fn new(scenario: &Scenario) -> Self {
        Self {
            distrusts_clock: scenario.clock_steps,
            has_admins: scenario.has_admins || scenario.has_rollout || scenario.has_failover,
            has_failover: scenario.has_failover,
            rollout: RolloutRecord::new(scenario.has_rollout),
            ..Self::default()
        }
    }

    pub fn fail(&mut self, text: String) {
        self.failure.get_or_insert(text);
    }

    pub(super) fn record(&mut self, client: &str) -> &mut Record {
        if !self.clients.contains_key(client) {
            self.clients.insert(client.to_owned(), Record::default());
        }
        self.clients.get_mut(client).unwrap()
    }

    /// A transaction has committed a change that concerns `clients`.
    pub fn committed(&mut self, database: &Database, id: u64, clients: &BTreeSet<String>, now: u64) {
        if self.is_off {
            return;
        }
        self.rollout.committed(id, now);
        for client in clients {
            let record = self.record(client);
            record.due.insert(id);
            record.unhandled.insert(id);
        }
        let is_known = !self.untold.contains(&id) && !self.has_begun_anew;
        for (client, row) in database.states.iter().filter(|_| is_known) {
            if !row.disabled && row.seen.0 >= id {
                self.fail(format!("G7: change {id} was committed when {client} had seen {}", row.seen));
            }
        }
    }

    /// Subscriptions of `client` changed; these changes need not reach it any more.
    pub fn resubscribed(&mut self, client: &str, now: u64, no_longer_due: impl Fn(u64) -> bool) {
        let record = self.record(client);
        record.subscribed_at = Some(now);
        // What was not for it before may follow now in the repeat of a pass.
        record.newest = 0;
        record.due.retain(|id| !no_longer_due(*id));
        record.unhandled.retain(|id| !no_longer_due(*id));
    }

    /// A row was made for a client, or its position was set to `after` by somebody who may.
    pub fn was_set(&mut self, client: &str, after: u64, now: u64) {
        if self.is_off {
            return;
        }
        let record = self.record(client);
        record.set_at = now;
        record.due.retain(|id| *id > after);
        record.unhandled.retain(|id| *id > after);
        record.delivered.clear();
        record.newest = after;
        (record.owner, record.rests_until) = (None, None);
        for (_, pass) in self.passes.iter_mut().filter(|((owner, _), _)| owner == client) {
            pass.is_void = true;
        }
    }

    /// `lock` was written into the row of `client`, in the place of `before`.
    pub fn claimed(
        &mut self,
        client: &str,
        before: Option<&str>,
        lock: &str,
        (now, micros): (Timestamp, u64),
        settings: &Settings,
    ) {
        if self.is_off {
            return;
        }
        if let Lock::Claimed(claim) = Lock::parse(Some(lock)) {
            let name = (client.to_owned(), claim.token.0);
            self.claims.insert(name.clone(), micros);
            self.replaced.insert(name.clone(), before.map(ToOwned::to_owned));
            if let Some(owner) = self.record(client).owner.replace(name.clone()) {
                self.before.insert(name, owner);
            }
        }
        if let Lock::Resting(rest) = Lock::parse(Some(lock)) {
            // It is made to rest, perhaps for longer than it would have.
            self.record(client).rests_until = Some(rest.until).filter(|until| *until > now);
            return;
        }
        let rests_until = self.record(client).rests_until.take();
        if !self.distrusts_clock && rests_until.is_some_and(|until| now < until) {
            self.fail(format!("G9: {client} was claimed, and is to rest after a failure"));
        }
        let lock = Lock::parse(before);
        if !self.distrusts_clock
            && let Some(until) = lock.blocked_until(now, settings.claim_ttl)
        {
            self.fail(format!(
                "G4: {client} was claimed although {lock:?} lasts for another {} s",
                now.until(until).as_secs()
            ));
        }
    }

    /// Whether what replaces the claim `lock` is what stood there before it.
    pub fn is_given_back(&self, client: &str, lock: &str, by: Option<&str>) -> bool {
        match Lock::parse(Some(lock)) {
            Lock::Claimed(claim) => {
                let before = self.replaced.get(&(client.to_owned(), claim.token.0));
                before.is_some_and(|before| before.as_deref() == by)
            }
            _ => false,
        }
    }

    /// A pass has failed, and the client rests.
    pub fn abandoned(&mut self, client: &str, rest: Rest) {
        if self.is_off {
            return;
        }
        self.record(client).rests_until = Some(rest.until);
    }

    /// The claim `lock` was given back, and nothing had been done under it.
    pub fn released(&mut self, client: &str, lock: &str) {
        if self.is_off {
            return;
        }
        if let Lock::Claimed(claim) = Lock::parse(Some(lock)) {
            let name = (client.to_owned(), claim.token.0);
            let before = self.before.get(&name).cloned();
            self.record(client).owner = before;
            self.passes.remove(&name);
        }
    }

    /// A runner has a claim for a batch of `client`, found up to a horizon.
    pub fn began(&mut self, client: &str, token: Token, (seen, end, horizon): (u64, u64, u64), now: u64) {
        if self.is_off {
            return;
        }
        // A pass that does not know yet that a gap is dead ends before it.
        if let Some(before) = self.repeated(client, token, seen, end)
            && before.end != end
            && before.end <= horizon
        {
            let text = format!(
                "G3: the pass of {client} from {seen} was to end at {}, and is repeated up to {end}",
                before.end
            );
            self.fail(text);
        }
        let pass = PassRecord { seen, end, notifications: None, is_recorded: false, is_void: false, began: now };
        self.passes.insert((client.to_owned(), token.0), pass);
    }

    /// The pass that this one repeats, if it does.
    fn repeated(&self, client: &str, token: Token, seen: u64, end: u64) -> Option<PassRecord> {
        let before = self.before.get(&(client.to_owned(), token.0)).and_then(|before| self.passes.get(before))?;
        // One that hands over late changes goes nowhere, and another one may come first.
        let is_same = before.seen == seen && before.end > seen && end > seen;
        (is_same && !before.is_void && !before.is_recorded && !self.has_begun_anew).then(|| before.clone())
    }

    /// It is about to push these.
    pub fn notifies(&mut self, database: &Database, client: &str, token: Token, notifications: Vec<Vec<u64>>) {
        if self.is_off {
            return;
        }
        let name = (client.to_owned(), token.0);
        let Some((seen, end)) = self.passes.get(&name).map(|pass| (pass.seen, pass.end)) else {
            return;
        };
        if let Some(before) = self.repeated(client, token, seen, end)
            && let Some(pushed) = &before.notifications
            && before.end == end
            && *pushed != notifications
            // One of the two may have read what is deleted by now, and remember it.
            && pushed.iter().chain(&notifications).flatten().all(|id| database.changes.contains_key(id))
            && !self.record(client).is_in_flux(before.began)
            // What became visible since is among them.
            && !notifications.iter().flatten().any(|id| self.untold.contains(id))
        {
            let text =
                format!("G3: {client} was to get {pushed:?}, and gets {notifications:?} in the repeat of the pass");
            self.fail(text);
        }
        if let Some(pass) = self.passes.get_mut(&name) {
            pass.notifications = Some(notifications);
        }
    }

    /// A notification is in the client's queue, for good.
    pub fn delivered(&mut self, client: &str, token: Token, ids: &[u64], now: u64) {
        if self.is_off {
            return;
        }
        let name = (client.to_owned(), token.0);
        let claimed = self.claims.get(&name).copied().unwrap_or_default();
        self.delivered_by_us(client, ids, claimed, now);
        if ids.windows(2).any(|pair| pair[0] >= pair[1]) {
            self.fail(format!("G2: {client} got {ids:?}"));
        }
        let is_void = self.passes.get(&name).is_some_and(|pass| pass.is_void);
        // It sends again what was not handled.
        let goes_nowhere = self.passes.get(&name).is_some_and(|pass| pass.seen == pass.end);
        let untold = self.untold.clone();
        for id in ids {
            // What it read on a server that is gone may be another change than the one that has its id now.
            let is_another = is_void && (self.has_failover || self.has_begun_anew);
            let record = self.record(client);
            if !is_another {
                *record.told.entry(*id).or_default() += 1;
                record.due.remove(id);
            }
            if is_void || (goes_nowhere && !untold.contains(id)) {
                continue;
            }
            let newest = record.newest;
            let is_untold = untold.contains(id);
            record.newest = newest.max(*id);
            match record.delivered.insert(*id, name.clone()) {
                None if *id < newest && !record.is_in_flux(now) && !is_untold => {
                    self.fail(format!("G2: {client} got change {id} after change {newest}"));
                }
                None => {}
                Some(before) => {
                    // One that was stopped for longer than its claim lasts, and goes on as if nothing had happened.
                    let has_lost_its_claim = record.owner.as_ref() != Some(&name);
                    let is_over = self.passes.get(&before).is_some_and(|pass| pass.is_recorded);
                    self.repeats += 1;
                    // One that read it in its turn, since it was visible by then, is not known to have.
                    if before == name || (is_over && !has_lost_its_claim && !is_untold) {
                        self.fail(format!("G3: {client} got change {id} twice, although nothing had failed"));
                    }
                }
            }
        }
    }

    /// Seen of a client moved, for the pass with this token or without any.
    pub fn moved(&mut self, database: &Database, client: &str, from: ChangeId, to: ChangeId, lock: Option<&str>) {
        if self.is_off {
            return;
        }
        if to < from {
            self.fail(format!("G2: {client} went back from {from} to {to}"));
            return;
        }
        if self.has_begun_anew {
            return;
        }
        if let Some(id) = database.open.range(..=to.0).map(|(id, _)| *id).find(|id| !self.untold.contains(id)) {
            self.fail(format!("G7: {client} passed change {id}, which can still be committed, and has seen {to}"));
        }
        if let Some(lock) = lock {
            self.recorded(client, from, to, lock);
        }
        if self.rollout.is_watched(client) {
            return;
        }
        let due = self.record(client).due.clone();
        let passed = due.range(from.0 + 1..).copied().find(|id| *id <= to.0 && !self.untold.contains(id));
        if let Some(id) = passed {
            self.fail(format!("G1: {client} has seen {to}, and change {id} has not reached it"));
        }
    }

    fn recorded(&mut self, client: &str, from: ChangeId, to: ChangeId, lock: &str) {
        let Lock::Claimed(claim) = Lock::parse(Some(lock)) else {
            self.fail(format!("G4: {client} was moved under {lock}, which is no claim"));
            return;
        };
        let name = (client.to_owned(), claim.token.0);
        let is_latest = self.record(client).owner.as_ref().is_none_or(|pass| *pass == name);
        match self.passes.get_mut(&name) {
            Some(pass) if pass.is_void && self.has_begun_anew => {}
            Some(pass) if pass.is_void => self.fail(format!("G4: {client} was moved by a pass from before it was set")),
            Some(pass) if is_latest && pass.seen == from.0 && pass.end == to.0 && !pass.is_recorded => {
                pass.is_recorded = true;
            }
            _ => self.fail(format!("G4: {client} was moved from {from} to {to} by a pass that had lost its claim")),
        }
    }

    /// A trigger ended well. `before` is where the clients stood when it began, and whether somebody is at each.
    pub fn trigger_ended(
        &mut self,
        database: &Database,
        settings: &Settings,
        before: &[(bool, DispatchState)],
        horizon: ChangeId,
        began: Timestamp,
    ) {
        if self.is_off {
            return;
        }
        // One that ends after so many changes serves some, and leaves the others to the next.
        // The clients of its beginning: since then it may have learnt that none is ours.
        let patience = if settings.min_changes > 0 { PATIENCE * before.len() as u32 } else { PATIENCE };
        for (is_taken_care_of, state) in before {
            let client = state.client.site.as_str();
            let is_same = |row: &StateRow| row.seen == state.seen && row.lock == state.lock_value;
            let is_left_out = !is_taken_care_of
                && database.states.get(client).is_some_and(is_same)
                && state.is_due(horizon, began, settings.due_rules());
            let record = self.record(client);
            record.left_out = if is_left_out { record.left_out + 1 } else { 0 };
            if record.left_out > patience {
                self.fail(format!("G5: {client} has been left out by {patience} triggers"));
            }
        }
    }

    /// A client has handled these changes, by their ids and revisions.
    pub fn handled(&mut self, client: &str, changes: impl IntoIterator<Item = (u64, u64)>) {
        for (id, revision) in changes {
            // Else it is another change, of an earlier life of the buffer.
            if self.revisions.get(&id) == Some(&revision) {
                self.was_set_aside(client, id);
            }
        }
    }

    /// A client that was restored has not handled these any more.
    pub fn forgot(&mut self, client: &str, ids: Vec<u64>) {
        let record = self.record(client);
        record.unhandled.extend(&ids);
        record.forgotten.extend(ids);
    }

    /// A client need not handle this one, since it cannot.
    pub fn was_set_aside(&mut self, client: &str, id: u64) {
        let record = self.record(client);
        record.unhandled.remove(&id);
        record.forgotten.remove(&id);
    }

    /// G16: the first client among `clients` that is enabled and gives receipts and has not handled something, and the first such change.
    pub fn unhandled(&self, database: &Database, settings: &Settings) -> Option<(String, u64)> {
        self.clients.iter().filter(|(client, _)| self.givers.contains(*client)).find_map(|(client, record)| {
            database.states.get(client).filter(|row| !row.disabled)?;
            let is_there = |id: &&u64| database.changes.contains_key(id) || !record.forgotten.contains(id);
            let id = record.unhandled.iter().find(is_there).filter(|_| settings.client(client).is_some())?;
            Some((client.clone(), *id))
        })
    }

    /// What has not reached the clients among `clients` that are enabled.
    pub fn outstanding(&self, database: &Database, settings: &Settings) -> Option<String> {
        self.clients.iter().find_map(|(client, record)| {
            let is_disabled = database.states.get(client).is_some_and(|row| row.disabled);
            // With a rollout, somebody else has those that are not ours.
            let is_served = settings.client(client).is_some() && (self.rollout.is_on || !is_disabled);
            let id = record.due.first().filter(|_| is_served)?;
            let row = database.states.get(client);
            Some(format!("change {id} has not reached {client}, which stands at {row:?}"))
        })
    }
}
