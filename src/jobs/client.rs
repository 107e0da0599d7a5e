//! Passes for one client, until it is up to the horizon or time is up; and somebody who looks again.

use std::time::Duration;

use super::{
    action::{Action, RepoJob},
    arrive::{Arrival, arrive},
    core::Core,
    event::Event,
    host::{Done, Host, Thrown},
    look::begin_rollout,
    one_pass::one_pass,
    schedule::{BREATH, look_again, prune_if, push, trigger},
};
use crate::{
    domain::{state::Due, strategy::Jobs},
    error::ErrorKind,
    ops,
};

/// Runs the job of one client.
///
/// # Errors
/// [`ErrorKind::UnknownClient`] for one that is not ours; else whatever keeps it from being served.
pub async fn client(site: &str, arrival: Arrival, core: &impl Core, host: &Host) -> Done {
    arrive(Jobs::CLIENT, arrival, core, host).await?;
    let Err(thrown) = passes(site, core, host).await else {
        return Ok(());
    };
    match kind(&thrown) {
        Some(ErrorKind::ClientClaimed | ErrorKind::ClientResting) => return come_back(site, thrown, core, host).await,
        Some(ErrorKind::UnknownClient) => {
            // By the configuration of the server that asked for this, the client was ours, and this job may be all by which an edit
            // was announced. Now it is Wikibase's: a trigger tells it.
            host.act(vec![trigger(&core.settings(), Duration::ZERO), Action::Commit]).await?;
        }
        _ => {}
    }
    host.tell_failure(site, 0, &thrown);
    Err(thrown)
}

fn kind(thrown: &Thrown) -> Option<ErrorKind> {
    match thrown {
        Thrown::Native(error) => Some(error.kind()),
        Thrown::Host(_) | Thrown::TooLarge { .. } => None,
    }
}

/// The client has to wait: for another runner, which may have died, or for the end of a rest after a failure.
async fn come_back(site: &str, reason: Thrown, core: &impl Core, host: &Host) -> Done {
    let cause = host.cause(&reason);
    host.tell(Event::PassDeferred(site.to_owned(), cause));
    let settings = core.settings();
    let is_claimed = kind(&reason) == Some(ErrorKind::ClientClaimed);
    let look_again =
        if is_claimed { trigger(&settings, BREATH) } else { trigger(&settings, settings.until_successor()) };
    let actions = match settings.client(site) {
        _ if settings.queue.delays.triggers => vec![look_again, Action::Commit],
        // A claim ends soon, one way or the other. To end this job now could leave nobody who looks.
        Some(client) if is_claimed => {
            vec![Action::Sleep(BREATH), push(RepoJob::Client(client.site.clone()), Duration::ZERO), Action::Commit]
        }
        // A rest can be long. The queue repeats what fails, and does not ask every second.
        _ => return Err(reason),
    };
    host.act(actions).await.map(drop)
}

async fn passes(site: &str, core: &impl Core, host: &Host) -> Done {
    begin_rollout(core, host)?;
    let end = core.clock() + core.settings().max_time;
    let due = loop {
        let due = one_pass(core, host, site).await?.map_or(Due::Never, |pass| pass.due);
        if due != Due::Now || core.clock() >= end {
            break due;
        }
    };
    let settings = core.settings();
    let Some(client) = settings.client(site).map(|client| client.site.clone()) else {
        return Ok(());
    };
    let mut actions = Vec::new();
    if due == Due::Now {
        actions.push(push(RepoJob::Client(client.clone()), Duration::ZERO));
    } else if due == Due::Never && core.with(|open| ops::needs_successor(open.store, open.settings, site))? {
        // An edit that has not ended keeps the client from what is visible behind it. Where the queue cannot delay jobs the successor
        // runs at once, but looking for the horizon waits a while for the edit.
        host.tell(Event::GapAwaited(client.clone()));
        let look_again = look_again(&settings).filter(|_| settings.queue.delays.triggers);
        actions.push(look_again.unwrap_or_else(|| push(RepoJob::Client(client.clone()), Duration::ZERO)));
    }
    // A client that goes back to Wikibase is let go by a trigger, when it has got everything up to a position. It may just have got
    // that, from the last job of all; and others may wait for what Wikibase is reminded of then.
    if core.with(|open| ops::rollout::leaving(open.store, open.settings.rollout()))?.contains(&client) {
        actions.push(trigger(&settings, Duration::ZERO));
    }
    // With a single client there are no triggers that would.
    if settings.only_client().is_some() {
        actions.extend(prune_if(core.with(|open| ops::prune_is_due(open.store))?));
    }
    actions.push(Action::Commit);
    host.act(actions).await.map(drop)
}
