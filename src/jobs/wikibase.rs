//! Lets Wikibase's own dispatching do what is left to it: everything, nothing, or its part for some clients, of which it then deletes
//! no change that ours has yet to deliver. (What must happen inside its own transaction is in PHP.)

use super::{
    action::Action,
    core::Core,
    host::{Done, Host},
};
use crate::domain::rollout::{RolloutState, WikibaseState};

/// Runs the job of Wikibase's for one entity.
pub async fn wikibase(core: &impl Core, host: &Host) -> Done {
    if state_of_wikibase(core)? == Some(WikibaseState::Idle) {
        return host.act(vec![Action::Announce]).await.map(drop);
    }
    // By the configuration, something is ours.
    let is_ours = !core.settings().rollout().is_everywhere(RolloutState::Off);
    // Also while nobody is rolled out, as far as it knows: that can change before it has read its changes.
    if let Err(thrown) = host.act(vec![Action::RunWikibase]).await {
        // It is tried again only later, and an edit may have been announced by nothing else.
        if is_ours {
            let _ = host.act(vec![Action::Announce]).await;
        }
        return Err(thrown);
    }
    // Where nobody is rolled out, the trigger has not looked at a configuration by which something is ours, if there is one.
    if is_ours || state_of_wikibase(core)?.is_some() {
        host.act(vec![Action::Announce]).await?;
    }
    Ok(())
}

/// What Wikibase's own dispatching is there for now.
fn state_of_wikibase(core: &impl Core) -> Done<Option<WikibaseState>> {
    Ok(core.with(|open| open.store.rollout().map(|applied| applied.state()))?)
}
