//! What is pushed to queues, and when it is durable: `Dispatch/NotificationPusher` and `Queue/JobQueues` of the extension.

use wikibase_dispatch::domain::claim::Token;

use super::{
    extension::{Extension, Php, Thrown},
    queue::Job,
    world::{Fate, SECOND, World},
};

/// What is pushed.
pub(super) enum Push {
    Job(Job, u64),
    Notification { client: String, token: Token, ids: Vec<u64>, is_outdated: bool },
}

impl Extension<'_> {
    pub(super) fn push_notifications(&mut self, client: &str, token: Token, notifications: Vec<Vec<u64>>) -> Php<()> {
        if notifications.is_empty() {
            return Ok(());
        }
        if self.is_watched(client)? {
            // Who looks on notes what it would have sent, and that is all.
            return Ok(());
        }
        if self.me.world.with(|world| world.unreachable.contains(client)) {
            self.me.nap(SECOND);
            return Err(Thrown::Push);
        }
        let is_outdated = self.me.world.with(|world| world.configuration != self.configuration);
        let push = |ids| Push::Notification { client: client.to_owned(), token, ids, is_outdated };
        self.push(notifications.into_iter().map(push).collect())
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
        Push::Job(job, delay) => world.push_job(job, delay),
        Push::Notification { client, token, ids, is_outdated } => {
            world.count("delivery");
            world.note(|| format!("{client} gets {ids:?}"));
            world.measure(&client, &ids);
            world.judge.delivered(&client, token, &ids, is_outdated, world.now);
        }
    }
}
