//! One pass for one client.
//!
//! The order is what keeps changes: notifications are pushed, then they are made durable, and only then is the pass finished, which
//! advances what the client has seen.

use super::{
    core::Core,
    deliver::deliver,
    event::Event,
    held::Held,
    host::{Done, Host, Thrown},
    look::watched,
    schedule::look_again,
};
use crate::{
    domain::{change::ChangeId, sent::SentPass, state::Due},
    ops::{self, Pass},
};

/// What a pass has done.
pub(super) struct Finished {
    /// The last change that the client has seen now.
    pub end: ChangeId,
    /// Changes that were handed over.
    pub changes: usize,
    /// When the client's next pass is due.
    pub due: Due,
}

/// Runs a pass; `None` when the client needs none. A failure of a pass that was begun has been told.
pub(super) async fn one_pass<C: Core>(core: &C, host: &Host, site: &str) -> Done<Option<Finished>> {
    let token = core.token()?;
    let begun = core.with(|open| {
        let token = open.store.own_token(token);
        ops::begin_locked(open.store, open.window, open.locks, open.settings, site, token)
    })?;
    let Some(locked) = begun else {
        return Ok(None);
    };
    let mut held = Held::new(core, locked);
    match hand_over(core, host, &mut held).await {
        Ok((due, notifications)) => {
            let pass = &held.locked.pass;
            tell_finished(host, pass, notifications);
            Ok(Some(Finished { end: pass.end(), changes: pass.batch.changes().len(), due }))
        }
        Err(thrown) => {
            tell_failure(host, &held, &thrown);
            // The failure that counts is the first; a claim that is not given back expires.
            let _ = held.end(|locked, open| locked.abandon(open.store, open.locks));
            Err(thrown)
        }
    }
}

async fn hand_over<C: Core>(core: &C, host: &Host, held: &mut Held<'_, C>) -> Done<(Due, usize)> {
    if let Some(action) = look_again(&core.settings()) {
        host.act(vec![action]).await?;
    }
    let is_watched = watched(core)?.contains(held.site());
    let notifications = deliver(core, host, held, is_watched).await?;
    let due = held.try_to_end(|locked, open| locked.finish(open.store, open.locks, open.settings))?;
    Ok((due, notifications))
}

pub(super) fn tell_finished(host: &Host, pass: &Pass, notifications: usize) {
    let client = &pass.client.site;
    if !pass.batch.bad().is_empty() {
        host.tell(Event::BadChanges(Some(client.clone()), pass.batch.bad().to_vec()));
    }
    if !pass.found_late.is_empty() {
        host.tell(Event::LateChanges(pass.found_late.clone()));
    }
    if pass.batch.unknown_forms().iter().next().is_some() {
        host.tell(Event::UnknownForms(pass.batch.unknown_forms().clone()));
    }
    for again in pass.again() {
        let SentPass { first, upto, tries, .. } = again.pass;
        let (client, changes) = (client.clone(), again.changes);
        host.tell(match &again.aside {
            Some((change, _)) => Event::SetAside { client, change: *change },
            None => Event::SentAgain { client, changes, first, upto, tries },
        });
    }
    host.tell(Event::PassFinished {
        client: client.clone(),
        changes: pass.batch.changes().len(),
        notifications,
        seen: pass.seen,
        end: pass.end(),
        is_repeat: pass.is_repeat,
    });
}

pub(super) fn tell_failure<C: Core>(host: &Host, held: &Held<'_, C>, thrown: &Thrown) {
    host.tell_failure(held.site().as_str(), held.locked.pass.failures(), thrown);
}
