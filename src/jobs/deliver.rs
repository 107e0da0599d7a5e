//! Hands the notifications of a pass to the client's queue, in pushes that it takes.
//!
//! How large a push may be, only the queue knows: a database quotes what it is given, a broker has a limit of its own. So what is too
//! large is cut into halves, down to single changes, and what was learnt is remembered. A single change that no queue takes goes without
//! its details: the pages that use its entity are updated all the same (G17). Most queues do not say why they have not taken a push; what
//! they do with a single change tells.

use std::{collections::VecDeque, mem, sync::Arc};

use super::{
    action::{Action, Delivery},
    core::Core,
    event::Event,
    held::Held,
    host::{Done, Host, Thrown},
};
use crate::domain::{
    batch::{Limits, notifications},
    change::ChangeId,
    notification::Prepared,
    segment::Segment,
};

/// Pushes the notifications of a pass and makes them durable; or, where the client is only watched, notes what they tell of. Returns how
/// many were pushed.
pub(super) async fn deliver<C: Core>(core: &C, host: &Host, held: &mut Held<'_, C>, is_watched: bool) -> Done<usize> {
    if is_watched {
        held.locked.pass.is_watched(core.settings().again_rules());
        host.act(vec![Action::Commit]).await?;
        let pass = &held.locked.pass;
        // What is sent again was sent when the client was ours.
        if pass.again().is_empty() {
            let ids: Vec<ChangeId> = pass.batch.changes().iter().map(|change| change.id).collect();
            core.with(|open| open.store.note_shadow(&pass.client.site, &ids))?;
        }
        return Ok(0);
    }
    let pass = &held.locked.pass;
    let settings = core.settings();
    let empty = Delivery {
        repo: settings.repo.clone(),
        client: pass.client.clone(),
        format: pass.format,
        version: pass.version,
        is_repeat: pass.is_repeat,
        notifications: Vec::new(),
        covers: Vec::new(),
        pushed_before: 0,
    };
    let segments = pass.segments();
    // Before the receipt for what takes its place can come.
    core.with(|open| pass.note_aside(open.store))?;
    if segments.is_empty() {
        host.act(vec![Action::Commit]).await?;
    }
    let (limits, mut most) = (settings.notification_limits(), core.push_limit());
    let mut delivered = 0;
    for segment in segments {
        let mut pushing = Pushing { segment, taken: 0, delivered, is_repeat: pass.is_repeat, is_up: false };
        pushing.push_all(&empty, limits, &mut most, host).await?;
        delivered = pushing.delivered;
    }
    if most < core.push_limit() {
        core.learn_push_limit(most);
    }
    Ok(delivered)
}

/// How far a segment has been pushed.
struct Pushing {
    segment: Segment,
    /// Changes of it that were taken.
    taken: usize,
    /// Notifications of the pass that were taken.
    delivered: usize,
    /// A part of what comes next may have been taken.
    is_repeat: bool,
    /// The queue has taken something after it had refused something.
    is_up: bool,
}

impl Pushing {
    async fn push_all(&mut self, empty: &Delivery, limits: Limits, most: &mut usize, host: &Host) -> Done {
        if self.segment.changes.is_empty() {
            return self.push(&[Vec::new()], empty, host).await;
        }
        let mut pushes = VecDeque::from(cut(&self.segment.changes, limits, *most));
        while let Some(push) = pushes.pop_front() {
            let Err(thrown) = self.push(&push, empty, host).await else {
                continue;
            };
            let Thrown::TooLarge { is_certain, .. } = thrown else {
                return Err(thrown);
            };
            // A part may have been taken.
            self.is_repeat = true;
            let refused = push.concat();
            if !is_certain && !self.is_up {
                // Down, or too large? A queue that takes the first change alone is not down, and the rest was too large.
                self.push_alone(empty, host).await.map_err(|_| thrown)?;
                self.is_up = true;
            } else if let [change] = refused.as_slice() {
                let bare = change.without_details().ok_or(thrown)?;
                self.segment.changes[self.taken] = Arc::new(bare);
                tell_details_left_out(change, empty, host);
            }
            if refused.len() > 1 {
                *most = (refused.iter().map(|change| change.info.len()).sum::<usize>() / 2).max(1);
                host.tell(Event::PushTooLarge { client: empty.client.site.clone(), most: *most });
            }
            pushes = cut(&self.segment.changes[self.taken..], limits, *most).into();
        }
        Ok(())
    }

    /// Pushes these notifications, which come next, and makes them durable: each push alone. So the failure of one client's cannot roll
    /// another's back, and none is taken twice where a queue knows of no transactions.
    async fn push(&mut self, push: &[Vec<Arc<Prepared>>], empty: &Delivery, host: &Host) -> Done {
        let mut end = self.taken;
        let mut covers = Vec::with_capacity(push.len());
        for notification in push {
            let begin = end;
            end += notification.len();
            covers.push(self.segment.part(begin, end));
        }
        let notify = Action::Notify(Delivery {
            is_repeat: self.is_repeat,
            covers,
            notifications: push.to_vec(),
            pushed_before: self.delivered,
            ..empty.clone()
        });
        host.act(vec![notify, Action::Commit]).await?;
        self.taken = end;
        self.delivered += push.len();
        Ok(())
    }

    /// Pushes the next change alone, without its details if it is not taken with them.
    async fn push_alone(&mut self, empty: &Delivery, host: &Host) -> Done {
        let change = Arc::clone(&self.segment.changes[self.taken]);
        let Err(thrown) = self.push(&[vec![Arc::clone(&change)]], empty, host).await else {
            return Ok(());
        };
        match (&thrown, change.without_details()) {
            (Thrown::TooLarge { .. }, Some(bare)) => self.push(&[vec![Arc::new(bare)]], empty, host).await?,
            _ => return Err(thrown),
        }
        tell_details_left_out(&change, empty, host);
        Ok(())
    }
}

fn tell_details_left_out(change: &Prepared, empty: &Delivery, host: &Host) {
    let (client, bytes) = (empty.client.site.clone(), change.info.len());
    host.tell(Event::DetailsLeftOut { client, change: change.id, bytes });
}

type Notifications = Vec<Vec<Arc<Prepared>>>;

/// Cuts changes into notifications, and these into pushes of so many bytes; what is larger alone, goes alone.
fn cut(changes: &[Arc<Prepared>], limits: Limits, most: usize) -> Vec<Notifications> {
    let (mut pushes, mut push, mut size) = (Vec::new(), Notifications::new(), 0_usize);
    let limits = Limits { bytes: limits.bytes.min(most), ..limits };
    for notification in notifications(changes, limits) {
        let bytes: usize = notification.iter().map(|change| change.info.len()).sum();
        if !push.is_empty() && size.saturating_add(bytes) > most {
            pushes.push(mem::take(&mut push));
            size = 0;
        }
        push.push(notification.to_vec());
        size += bytes;
    }
    if !push.is_empty() {
        pushes.push(push);
    }
    pushes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::change::Change;

    fn change(id: u64, bytes: usize) -> Arc<Prepared> {
        let info = format!("{:?}", "x".repeat(bytes - 2)).into_bytes();
        let (kind, time) = ("wikibase-item~update".to_owned(), "20260131235959".to_owned());
        let change = Change { id: ChangeId(id), kind, time, entity: "Q1".to_owned(), revision: 8, user: 5, info };
        Arc::new(Prepared::new(change, true))
    }

    fn ids(pushes: &[Notifications]) -> Vec<Vec<Vec<u64>>> {
        let of_run = |run: &Vec<Arc<Prepared>>| run.iter().map(|change| change.id.0).collect();
        pushes.iter().map(|push| push.iter().map(of_run).collect()).collect()
    }

    #[test]
    fn pushes_keep_the_order_and_what_is_too_large_alone_goes_alone() {
        let changes = [change(1, 10), change(2, 10), change(3, 99), change(4, 10), change(5, 10)];
        let limits = Limits { changes: 1, bytes: 1000 };
        assert_eq!(ids(&cut(&changes, limits, 1000)), [vec![vec![1], vec![2], vec![3], vec![4], vec![5]]]);
        assert_eq!(ids(&cut(&changes, limits, 25)), [vec![vec![1], vec![2]], vec![vec![3]], vec![vec![4], vec![5]]]);
        let limits = Limits { changes: 9, bytes: 1000 };
        assert_eq!(ids(&cut(&changes, limits, 25)), [vec![vec![1, 2]], vec![vec![3]], vec![vec![4, 5]]]);
        assert!(cut(&[], limits, 25).is_empty());
    }
}
