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
};

/// Pushes the notifications of a pass and makes them durable; or, where the client is only watched, notes what they tell of. Returns how
/// many were pushed.
pub(super) async fn deliver<C: Core>(core: &C, host: &Host, held: &Held<'_, C>, is_watched: bool) -> Done<usize> {
    let pass = &held.locked.pass;
    if is_watched {
        host.act(vec![Action::Commit]).await?;
        let ids: Vec<ChangeId> = pass.batch.changes().iter().map(|change| change.id).collect();
        core.with(|open| open.store.note_shadow(&pass.client.site, &ids))?;
        return Ok(0);
    }
    let settings = core.settings();
    let empty = Delivery {
        repo: settings.repo.clone(),
        client: pass.client.clone(),
        format: pass.format,
        is_repeat: pass.is_repeat,
        notifications: Vec::new(),
    };
    let mut changes = pass.batch.changes().to_vec();
    let (limits, mut most) = (settings.notification_limits(), core.push_limit());
    let (mut taken, mut delivered, mut is_repeat, mut is_up, mut has_learnt) = (0, 0, pass.is_repeat, false, false);
    let mut pushes = VecDeque::from(cut(&changes, limits, most));
    if pushes.is_empty() {
        host.act(vec![Action::Commit]).await?;
    }
    while let Some(push) = pushes.front() {
        let notify = Action::Notify(Delivery { is_repeat, notifications: push.clone(), ..empty.clone() });
        // Each is made durable alone. So the failure of one client's cannot roll another's back, and none is taken twice where a queue
        // knows of no transactions.
        let Err(thrown) = host.act(vec![notify, Action::Commit]).await else {
            taken += push.iter().map(Vec::len).sum::<usize>();
            delivered += push.len();
            pushes.pop_front();
            continue;
        };
        let Thrown::TooLarge { is_certain, .. } = thrown else {
            return Err(thrown);
        };
        // A part may have been taken.
        is_repeat = true;
        let refused = push.concat();
        if !is_certain && !is_up {
            // Down, or too large? A queue that takes the first change alone is not down, and the rest was too large.
            deliver_alone(&refused[0], &empty, host).await.map_err(|_| thrown)?;
            (is_up, taken, delivered) = (true, taken + 1, delivered + 1);
        } else if let [change] = refused.as_slice() {
            changes[taken] = Arc::new(change.without_details().ok_or(thrown)?);
            tell_details_left_out(change, &empty, host);
        }
        if refused.len() > 1 {
            most = (refused.iter().map(|change| change.info.len()).sum::<usize>() / 2).max(1);
            has_learnt = true;
            host.tell(Event::PushTooLarge { client: empty.client.site.clone(), most });
        }
        pushes = cut(&changes[taken..], limits, most).into();
    }
    if has_learnt {
        core.learn_push_limit(most);
    }
    Ok(delivered)
}

/// Pushes a single change, without its details if it is not taken with them.
async fn deliver_alone(change: &Arc<Prepared>, empty: &Delivery, host: &Host) -> Done {
    let push = |change: Arc<Prepared>| {
        let delivery = Delivery { is_repeat: true, notifications: vec![vec![change]], ..empty.clone() };
        host.act(vec![Action::Notify(delivery), Action::Commit])
    };
    let Err(thrown) = push(Arc::clone(change)).await else {
        return Ok(());
    };
    match (&thrown, change.without_details()) {
        (Thrown::TooLarge { .. }, Some(bare)) => push(Arc::new(bare)).await?,
        _ => return Err(thrown),
    };
    tell_details_left_out(change, empty, host);
    Ok(())
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
