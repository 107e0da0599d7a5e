//! What follows when an admin has acted on a client: which job looks at it next.

use std::time::Duration;

use super::{
    action::{Action, RepoJob},
    event::Event,
    host::{Done, Host},
    schedule::push,
};
use crate::domain::{change::ChangeId, site::SiteId};

/// What an admin has done to a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Managed {
    /// Disabled it.
    Disabled,
    /// Enabled it, from a change on.
    Enabled,
    /// Set it to another place of the buffer.
    Set {
        /// What it had seen before.
        from: ChangeId,
        /// What counts as seen now.
        to: ChangeId,
    },
    /// Ended its rest after failures.
    Woken,
    /// Had a change delivered again that was set aside for it.
    TakenUp,
    /// Had its subscriptions built again.
    Rebuilt,
}

impl Managed {
    /// Whether the client starts anew from another place, so that its last failure says nothing about it any more.
    fn moves_client(self) -> bool {
        matches!(self, Self::Enabled | Self::Set { .. })
    }

    /// Whatever there is to do would be found without this, but only when an edit or a visitor comes.
    fn next_job(self, client: SiteId) -> Option<RepoJob> {
        match self {
            Self::Enabled | Self::TakenUp => Some(RepoJob::Trigger),
            Self::Set { from, to } => (to < from).then_some(RepoJob::Trigger),
            // Where a pass is under way already, the job goes on when that has ended.
            Self::Woken => Some(RepoJob::Client(client)),
            Self::Disabled | Self::Rebuilt => None,
        }
    }
}

/// Has somebody look at a client that an admin has acted on.
///
/// # Errors
/// If the push fails. What the admin did stays done.
pub async fn follow_up(managed: Managed, client: SiteId, host: &Host) -> Done {
    if managed.moves_client() {
        host.tell(Event::ClientMoved(client.clone()));
    }
    if let Some(job) = managed.next_job(client) {
        host.act(vec![push(job, Duration::ZERO), Action::Commit]).await?;
    }
    Ok(())
}
