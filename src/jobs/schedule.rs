//! Jobs for the repo's own queue: who looks again, and when.

use std::time::Duration;

use super::{
    action::{Action, RepoJob},
    core::Core,
    host::{Done, Host},
};
use crate::domain::{settings::Settings, site::SiteId};

/// How long somebody waits for another runner's pass where the queue cannot.
pub(super) const BREATH: Duration = Duration::from_secs(1);

/// A push of one job.
pub(super) fn push(job: RepoJob, delay: Duration) -> Action {
    Action::Push(vec![(job, delay)])
}

/// A push of a trigger, which the queue drops if one of its kind is waiting.
pub(super) fn trigger(settings: &Settings, delay: Duration) -> Action {
    push(RepoJob::Trigger, if settings.queue.may_delay_triggers() { delay } else { Duration::ZERO })
}

/// Has somebody look soon whether what is being done now has been done: whoever does it may die, and the queue may have dropped
/// the trigger of an edit because an older job still waited. Such triggers follow each other until one finds nothing to do.
///
/// Nothing where the queue cannot delay jobs: the next one would run at once. There every change is announced by a job of its own,
/// and the queue repeats the job of a runner that died. Where it is not known whether it can, both are done.
pub(super) fn look_again(settings: &Settings) -> Option<Action> {
    settings.queue.may_delay_triggers().then(|| trigger(settings, settings.until_successor()))
}

/// A client's runner may be dead, and its claim ends only later; or Wikibase may have to be reminded of something, and only later. To
/// end the job now could leave nobody who looks.
pub(super) async fn look_again_later(core: &impl Core, host: &Host) -> Done {
    host.act(vec![Action::Sleep(BREATH), trigger(&core.settings(), Duration::ZERO)]).await.map(drop)
}

/// A job for each of these clients.
pub(super) fn jobs_for(clients: impl IntoIterator<Item = SiteId>) -> Action {
    Action::Push(clients.into_iter().map(|client| (RepoJob::Client(client), Duration::ZERO)).collect())
}

/// Has somebody prune, if that is due.
pub(super) fn prune_if(is_due: bool) -> Option<Action> {
    is_due.then(|| push(RepoJob::Prune, Duration::ZERO))
}
