//! The end of an edit: has somebody look at the change buffer, neither too often nor too late.

use std::time::Duration;

use super::{
    action::{Action, RepoJob},
    host::{Done, Host},
    schedule::push,
};
use crate::domain::{settings::Settings, site::SiteId, trigger_gate::OVERDUE};

/// To whom changes are announced.
#[derive(Clone, Debug)]
pub struct Announcement {
    only_client: Option<SiteId>,
    delays_jobs: bool,
    longest: Duration,
}

impl Announcement {
    /// Where there is one client, and it is ours alone, there is nothing to select from: its own job comes, and no trigger.
    pub fn new(settings: &Settings) -> Self {
        let only_client = settings.only_client().cloned();
        Self { only_client, delays_jobs: settings.delays_announcements(), longest: settings.trigger_max_delay }
    }

    /// Whether what was pushed `pause` ago ought to have run, and somebody should see whether it has.
    fn is_to_be_checked(&self, pause: Option<Duration>) -> bool {
        self.delays_jobs && pause.is_some_and(|pause| pause > self.longest + OVERDUE)
    }

    fn push(self, delay: Duration) -> Action {
        let job = self.only_client.map_or(RepoJob::Trigger, RepoJob::Client);
        push(job, if self.delays_jobs { delay } else { Duration::ZERO })
    }
}

/// What the [gate](crate::domain::trigger_gate) has said of changes that were committed.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// In what time a trigger is to see them.
    pub delay: Duration,
    /// How long ago it has asked for one before; `None`: never.
    pub pause: Option<Duration>,
}

/// Announces changes that were committed. `reopen` has the next change ask again.
///
/// # Errors
/// If the push fails. The changes stay in the buffer, where the next trigger finds them.
pub async fn announce(announcement: Announcement, asked: Asked, reopen: impl FnOnce(), host: &Host) -> Done {
    let is_to_be_checked = announcement.is_to_be_checked(asked.pause);
    let mut actions = vec![announcement.push(asked.delay)];
    actions.extend(is_to_be_checked.then_some(Action::LookOut));
    let done = host.act(actions).await;
    if done.is_err() {
        // The next change shall not rely on what was not pushed.
        reopen();
    }
    done.map(drop)
}
