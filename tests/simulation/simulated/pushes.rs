//! What is pushed to queues, and when it is durable: `Queue/JobQueues` of the extension.

use std::sync::Arc;

use wikibase_dispatch::{
    domain::{claim::Token, notification::Prepared, notification_format::NotificationFormat},
    jobs::Delivery,
};

use super::{
    extension::{Extension, Php, Thrown},
    mutant::Mutant,
    queue::Job,
    receivers::Notification,
    rollout_store::NOBODYS,
    world::{ClientExtension, Fate, SECOND, World},
};

/// What is pushed.
pub(super) enum Push {
    Job(Job, u64),
    Notification { client: String, token: Token, ids: Vec<u64>, notification: Notification },
}

impl Extension<'_> {
    /// Pushes what a client is told, and has the judge look at it.
    pub(super) fn notify(&mut self, delivery: &Delivery) -> Php<()> {
        let client = delivery.client.site.as_str();
        let Some((token, life)) = self.home.claim_of(client) else {
            unreachable!("nobody is told anything without a claim");
        };
        self.me.world.with(|world| judge_delivery(world, delivery, token, life));
        if self.me.world.with(|world| world.unreachable.contains(client)) {
            self.me.nap(SECOND);
            return Err(Thrown::Push);
        }
        let push = |(at, changes): (usize, &Vec<Arc<Prepared>>)| Push::Notification {
            client: client.to_owned(),
            token,
            ids: changes.iter().map(|change| change.id.0).collect(),
            notification: Notification::of(delivery, at),
        };
        let pushes = delivery.notifications.iter().enumerate().map(push).collect();
        if self.is(Mutant::RecordBeforePush) {
            self.unpushed = pushes;
            return Ok(());
        }
        self.push(pushes)
    }

    /// Of the mutant that records first.
    pub(super) fn push_what_was_recorded(&mut self) {
        let unpushed = std::mem::take(&mut self.unpushed);
        let _ = self.push(unpushed).and_then(|()| self.commit());
    }

    /// One call to a queue; it may take a part of what it was given.
    pub(super) fn push(&mut self, mut pushes: Vec<Push>) -> Php<()> {
        if pushes.is_empty() {
            return Ok(());
        }
        let changes = pushes.iter().map(|push| match push {
            Push::Notification { ids, .. } => ids.len(),
            Push::Job(..) => 0,
        });
        let (count, changes) = (pushes.len(), changes.sum());
        self.me.nap(self.me.world.with(|world| world.latency() + world.rest_of_push(count, changes)));
        let fate = if self.is_sheltered { Fate::Done } else { self.me.world.with(World::fate) };
        if fate == Fate::Refused {
            return Err(Thrown::Push);
        }
        if self.me.world.with(|world| world.scenario.pushes_in_transaction) {
            self.transaction.extend(pushes);
        } else {
            self.me.world.with(|world| {
                if fate == Fate::AnswerLost {
                    pushes.truncate(world.chance.usize(..=pushes.len()));
                }
                pushes.into_iter().for_each(|push| arrive(world, push));
            });
        }
        if fate == Fate::AnswerLost { Err(Thrown::Push) } else { Ok(()) }
    }

    /// Makes durable what was pushed.
    pub(super) fn commit(&mut self) -> Php<()> {
        if self.transaction.is_empty() {
            return Ok(());
        }
        self.me.nap(self.me.world.with(World::latency));
        let fate = if self.is_sheltered { Fate::Done } else { self.me.world.with(World::fate) };
        let pushes = std::mem::take(&mut self.transaction);
        if fate != Fate::Refused {
            self.me.world.with(|world| pushes.into_iter().for_each(|push| arrive(world, push)));
        }
        if fate == Fate::Done { Ok(()) } else { Err(Thrown::Push) }
    }
}

fn arrive(world: &mut World, push: Push) {
    match push {
        // An edit pushes Wikibase's job by itself.
        Push::Job(Job::Wikibase(entity), _) if entity == NOBODYS || world.mutant == Some(Mutant::NobodyReminds) => {}
        Push::Job(job, delay) => world.push_job(job, delay),
        Push::Notification { client, token, ids, notification } => {
            world.count("delivery");
            world.note(|| format!("{client} gets {ids:?}"));
            world.measure(&client, &ids);
            world.judge.delivered(&client, token, &ids, world.now);
            world.receive(&client, notification);
        }
    }
}

/// Notifications of a process that is about to push them. `life`: the server on which it claimed the client.
fn judge_delivery(world: &mut World, delivery: &Delivery, token: Token, life: u64) {
    let client = delivery.client.site.as_str();
    let is_another = |change: &Prepared| {
        let there = world.database.changes.get(&change.id.0);
        there.is_some_and(|there| there.revision != change.revision)
    };
    let found = delivery.notifications.iter().flatten().find(|change| is_another(change));
    // What was claimed on another server than there is now cannot be recorded. Where ids began anew, what is recorded of it is set back.
    if let Some(change) = found.filter(|_| life == world.database.life && !world.judge.has_begun_anew) {
        let text = format!("G1: {client} is to get what change {} was on another server", change.id);
        world.judge.fail(text);
    }
    if delivery.format == NotificationFormat::Native && world.extension_of(client) != ClientExtension::Loaded {
        world.judge.fail(format!("G1: {client} is told in a format that nobody there can handle"));
    }
    if delivery.format != NotificationFormat::Native && world.extension_of(client) == ClientExtension::Loaded {
        world.judge.fail(format!("{client} has said that it takes our own format, and is told in another"));
    }
    let ids = |changes: &Vec<Arc<Prepared>>| changes.iter().map(|change| change.id.0).collect();
    let notifications: Vec<Vec<u64>> = delivery.notifications.iter().map(ids).collect();
    let World { judge, database, .. } = world;
    judge.notifies(database, client, token, notifications);
}
