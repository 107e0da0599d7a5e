//! Clients that give receipts: each has a queue that loses notifications, runners that die of some, and a database that is restored from
//! a backup. What they report is decided by the code that ships.

use std::collections::BTreeSet;

use wikibase_dispatch::{
    domain::{
        receipts::{Range, Reported, joined, report},
        sent::Sent,
    },
    jobs::Delivery,
};

use super::{
    mutant::Mutant,
    process::Process,
    world::{ClientExtension, SECOND, World},
};

/// After so many runners have died of it, a queue gives a job up.
const ATTEMPTS: u32 = 3;

/// A notification in a client's queue.
#[derive(Clone)]
pub struct Notification {
    /// Changes, and whether each came with its details.
    pub changes: Vec<(u64, bool)>,
    /// Of each change: an id may be given out again, to another one.
    revisions: Vec<u64>,
    pub covers: Option<Range>,
    from: u64,
    attempts: u32,
}

impl Notification {
    pub fn of(delivery: &Delivery, at: usize) -> Self {
        let has_details = |info: &[u8]| !String::from_utf8_lossy(info).contains("detailsLeftOut");
        let changes = delivery.notifications[at].iter().map(|change| (change.id.0, has_details(&change.info)));
        let revisions = delivery.notifications[at].iter().map(|change| change.revision).collect();
        Self { changes: changes.collect(), revisions, covers: delivery.covers[at], from: 0, attempts: 0 }
    }

    fn is_equal(&self, other: &Self) -> bool {
        self.changes == other.changes && self.revisions == other.revisions && self.covers == other.covers
    }
}

/// What is in a client's database, but for its queue.
#[derive(Clone, Default)]
struct Contents {
    receipts: Vec<Range>,
    handled: BTreeSet<u64>,
}

/// So often a client reports, at most.
const REPORT_EVERY: u64 = 5 * SECOND;

#[derive(Default)]
pub struct ClientWiki {
    queue: Vec<Notification>,
    /// When it has reported, under a load.
    said: u64,
    contents: Contents,
    backup: Contents,
}

impl World {
    /// Whether a client says what it has handled.
    pub fn gives_receipts(&self, client: &str) -> bool {
        self.scenario.has_receipts && self.extension_of(client) == ClientExtension::Loaded
    }

    /// What a client has reported, as a statement finds it.
    pub fn reported_by(&self, client: &str) -> Option<Reported> {
        self.gives_receipts(client).then(|| {
            let reported = self.database.reported.get(client).cloned();
            reported.unwrap_or_else(|| Reported::read("wd1h", "20260101000000").unwrap())
        })
    }

    /// A notification has arrived for good, as far as whoever pushed it can know.
    pub fn receive(&mut self, client: &str, mut notification: Notification) {
        if !self.gives_receipts(client) {
            return;
        }
        if self.misfortune(self.scenario.notification_is_lost) {
            self.count("lost by the queue");
            self.note(|| format!("the queue of {client} loses {:?}", notification.changes));
            return;
        }
        if self.pace.is_some() {
            // When clients handle what they get is none of the repo's costs; that they say so is.
            let now = self.now;
            let wiki = self.wikis.entry(client.to_owned()).or_default();
            wiki.contents.receipts.extend(notification.covers);
            if wiki.said == 0 || now >= wiki.said + REPORT_EVERY {
                wiki.said = now;
                say(self, client);
                // It asks what it was sent, and writes what it has handled.
                let _ = (self.rest_of_statement(), self.rest_of_statement());
            }
            return;
        }
        notification.from = self.now;
        let queue = &mut self.wikis.entry(client.to_owned()).or_default().queue;
        if !queue.iter().any(|other| other.attempts == 0 && other.is_equal(&notification)) {
            queue.push(notification);
        }
    }

    /// A client's queue is emptied, or its database restored.
    pub fn strike(&mut self, client: &str) {
        if !self.gives_receipts(client) {
            return;
        }
        let is_emptied = self.chance.u8(..3) > 0;
        let wiki = self.wikis.entry(client.to_owned()).or_default();
        if is_emptied {
            wiki.queue.clear();
            self.note(|| format!("the queue of {client} is emptied"));
            return;
        }
        let backup = wiki.backup.clone();
        let before = std::mem::replace(&mut wiki.contents, backup);
        let forgotten: Vec<u64> = before.handled.difference(&wiki.contents.handled).copied().collect();
        // Of what it is not subscribed to any more, it need not hear again.
        let forgotten: Vec<u64> = forgotten.into_iter().filter(|id| self.concerns(client, *id)).collect();
        self.note(|| format!("{client} is restored, and forgets {forgotten:?}"));
        self.judge.forgot(client, forgotten);
    }

    /// Whether a change that is still there concerns a client.
    fn concerns(&self, client: &str, id: u64) -> bool {
        self.database.changes.get(&id).is_some_and(|change| {
            let subscribers = self.database.subscriptions.get(&change.entity);
            subscribers.is_some_and(|subscribers| subscribers.contains(client))
                || String::from_utf8_lossy(&change.info).contains(client)
        })
    }

    /// Whether this change kills whoever handles it.
    fn kills(&self, change: u64, has_details: bool) -> bool {
        let kind = self.scenario.seed % 3;
        change % 29 == self.scenario.seed % 29 && (kind == 1 || (kind == 2 && has_details))
    }
}

/// A job runner of a client.
pub fn receiver(me: &Process<'_>, client: &str) {
    loop {
        let found = me.world.with(|world| {
            let now = world.now;
            let queue = &mut world.wikis.entry(client.to_owned()).or_default().queue;
            let ready: Vec<usize> = (0..queue.len()).filter(|at| queue[*at].from <= now).collect();
            let at = *ready.get(world.chance.usize(..ready.len().max(1)))?;
            Some(queue.remove(at))
        });
        let Some(notification) = found else {
            me.nap(me.world.with(|world| world.chance.u64(SECOND / 5..8 * SECOND)));
            // It also reports from time to time when nothing happens.
            if me.world.with(|world| world.chance.u8(..100) == 0) {
                me.world.with(|world| say(world, client));
            }
            continue;
        };
        me.nap(me.world.with(World::latency));
        if me.world.with(|world| dies(world, client, &notification)) {
            me.nap(me.world.with(|world| world.chance.u64(..5 * SECOND)));
            continue;
        }
        me.world.with(|world| handle(world, client, &notification));
        me.nap(me.world.with(World::latency));
        // Another process has just reported, or the repo cannot be reached.
        if me.world.with(|world| world.chance.u8(..4) > 0) {
            me.world.with(|world| say(world, client));
        }
    }
}

/// Whether its runner dies; then the queue gives it out again, a few times.
fn dies(world: &mut World, client: &str, notification: &Notification) -> bool {
    let is_killed = notification.changes.iter().any(|(id, has_details)| world.kills(*id, *has_details));
    if !is_killed && !world.misfortune(world.scenario.death) {
        return false;
    }
    world.note(|| format!("a runner of {client} dies of {:?}", notification.changes));
    if notification.attempts + 1 < ATTEMPTS {
        let from = world.now + world.chance.u64(50 * SECOND..200 * SECOND);
        let again = Notification { from, attempts: notification.attempts + 1, ..notification.clone() };
        world.wikis.entry(client.to_owned()).or_default().queue.push(again);
    }
    true
}

/// Its pages are updated, and a receipt is kept, in one transaction.
fn handle(world: &mut World, client: &str, notification: &Notification) {
    world.count("handled");
    world.note(|| format!("{client} handles {:?}, {:?}", notification.changes, notification.covers));
    let ids: Vec<u64> = notification.changes.iter().map(|(id, _)| *id).collect();
    let changes = ids.iter().copied().zip(notification.revisions.iter().copied());
    world.judge.handled(client, changes);
    let has_backup = world.chance.u8(..6) == 0;
    let contents = &mut world.wikis.entry(client.to_owned()).or_default().contents;
    contents.handled.extend(ids);
    contents.receipts.extend(notification.covers);
    if has_backup {
        let wiki = world.wikis.entry(client.to_owned()).or_default();
        wiki.backup = wiki.contents.clone();
    }
}

fn say(world: &mut World, client: &str) {
    let sent: Option<Sent> = world.database.states.get(client).and_then(|row| row.sent.clone());
    let said = world.database.reported.get(client).map(|reported| reported.receipts.clone());
    let wiki = world.wikis.entry(client.to_owned()).or_default();
    let is_idle = wiki.queue.iter().all(|notification| notification.attempts > 0);
    let contents = &mut wiki.contents;
    let kept = joined(std::mem::take(&mut contents.receipts));
    let kept = if world.mutant == Some(Mutant::HolesJoined) { over_holes(kept) } else { kept };
    // Of some queues that is not known.
    let is_idle = (!world.scenario.seed.is_multiple_of(4)).then_some(is_idle);
    let report = report(kept, sent.as_ref(), said.as_ref(), is_idle);
    contents.receipts.clone_from(&report.kept);
    let text = report.receipts.to_text();
    world.note(|| format!("{client} reports {text}"));
    let reported = Reported::read(&text, &world.database_time().to_mw()).unwrap();
    world.database.reported.insert(client.to_owned(), reported);
}

/// As if what was not handled between two receipts did not matter.
fn over_holes(kept: Vec<Range>) -> Vec<Range> {
    let mut over: Vec<Range> = Vec::new();
    for range in kept {
        match over.last_mut().filter(|last| last.stream == range.stream) {
            Some(last) => last.upto = range.upto,
            None => over.push(range),
        }
    }
    over
}
