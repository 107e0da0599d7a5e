//! What a job wants done, as PHP arrays.

use ext_php_rs::{
    binary::Binary,
    convert::IntoZval,
    error::Result,
    types::{ZendHashTable, Zval},
};

use super::to_php::{Array, id, integer, list, strings};
use crate::{
    domain::{
        change::Change,
        notification,
        notification_format::{self, NotificationFormat},
    },
    jobs::{Action, Cause, Delivery, RepoJob, Step},
};

/// `array{state:'act',actions:list<array>}|array{state:'ended'}|array{state:'failed',cause:array}`
pub(super) fn step(step: &Step) -> Result<Array> {
    let mut array = ZendHashTable::with_capacity(3);
    array.insert("state", step.code())?;
    match step {
        Step::Act(actions) => array.insert("actions", list(actions, action)?)?,
        Step::Failed(cause) => array.insert("cause", self::cause(*cause)?)?,
        Step::Ended => {}
    }
    Ok(array)
}

/// `array{native:int}|array{host:int}`
pub(super) fn cause(cause: Cause) -> Result<Array> {
    let mut array = ZendHashTable::with_capacity(1);
    let (whose, number) = match cause {
        Cause::Native(number) => ("native", number),
        Cause::Host(number) => ("host", number),
    };
    array.insert(whose, integer(number as u64))?;
    Ok(array)
}

fn action(action: &Action) -> Result<Zval> {
    let mut array = ZendHashTable::with_capacity(4);
    let name = match action {
        Action::Push(jobs) => {
            let jobs = list(jobs, |(job, delay)| {
                let mut array = self::job(job, !delay.is_zero())?;
                array.insert("delay", integer(delay.as_secs()))?;
                array.into_zval(false)
            })?;
            array.insert("jobs", jobs)?;
            "push"
        }
        Action::Notify(delivery) => {
            array.insert("client", delivery.client.site.as_str())?;
            array.insert("domain", delivery.client.domain.as_str())?;
            array.insert("isRepeat", delivery.is_repeat)?;
            array.insert("jobs", list(0..delivery.notifications.len(), |at| notification(delivery, at))?)?;
            "notify"
        }
        Action::Commit => "commit",
        Action::Sleep(time) => {
            array.insert("seconds", integer(time.as_secs()))?;
            "sleep"
        }
        Action::WaitForReplicas(time) => {
            array.insert("seconds", integer(time.as_secs()))?;
            "wait-for-replicas"
        }
        Action::RunWikibase => "run-wikibase",
        Action::LookOut => "look-out",
        Action::Announce => "announce",
        Action::Remind(entities) => {
            array.insert("entities", strings(entities)?)?;
            "remind"
        }
        Action::Breathe => "breathe",
    };
    array.insert("action", name)?;
    array.into_zval(false)
}

/// A job that is held back has a parameter more. Queues tell jobs apart by their parameters, and its time is none of those.
fn job(job: &RepoJob, is_held_back: bool) -> Result<Array> {
    let mut array = ZendHashTable::with_capacity(3);
    let mut params = ZendHashTable::new();
    let kind = match job {
        RepoJob::Trigger => "wikibase-dispatch-trigger",
        RepoJob::Client(site) => {
            params.insert("siteId", site.as_str())?;
            "wikibase-dispatch-client"
        }
        RepoJob::Prune => "wikibase-dispatch-prune",
    };
    if is_held_back {
        params.insert("heldBack", true)?;
    }
    array.insert("type", kind)?;
    array.insert("params", params)?;
    Ok(array)
}

fn notification(delivery: &Delivery, at: usize) -> Result<Zval> {
    let changes = &delivery.notifications[at];
    let mut parameters = ZendHashTable::new();
    let kind = match delivery.format {
        NotificationFormat::Native => {
            parameters.insert("repo", delivery.repo.as_str())?;
            parameters.insert("changes", Binary::from(delivery.parameter(at)))?;
            "DispatchNotification"
        }
        NotificationFormat::EntityChange => {
            let runs = notification_format::in_runs(changes.iter().map(|change| change.entity.as_str()));
            let rows = changes.iter().zip(runs);
            parameters.insert("changes", list(rows, |(change, in_run)| entity_change(change, in_run))?)?;
            "EntityChangeNotification"
        }
        NotificationFormat::ChangeIds => {
            parameters.insert("repo", delivery.repo.as_str())?;
            parameters.insert("changeIds", list(changes, |change| id(change.id).into_zval(false))?)?;
            "ChangeNotification"
        }
    };
    let mut job = ZendHashTable::with_capacity(2);
    job.insert("type", kind)?;
    job.insert("params", parameters)?;
    job.into_zval(false)
}

/// A change as Wikibase's own job carries it: all columns, `user_id` and `revision_id` as strings.
///
/// Where Wikibase merges changes it looks their summaries up in the change buffer, by these ids, and never takes one back
/// that is hidden on the repo later. Its own repo has deleted the rows by then, so it finds nothing; nor does it find
/// ids that no change has.
fn entity_change(change: &Change, in_run: bool) -> Result<Zval> {
    let mut fields = ZendHashTable::with_capacity(8);
    fields.insert("id", if in_run { notification_format::unfindable(change.id) } else { id(change.id) })?;
    fields.insert("time", change.time.as_str())?;
    // As text even where it is none: one odd byte would keep a queue that carries JSON from taking the job.
    let info = match std::str::from_utf8(&change.info) {
        Ok(info) => info.into(),
        // For a human to see; each odd byte becomes three.
        Err(_) => String::from_utf8_lossy(&change.info[..change.info.len().min(notification::MOST_OF_BAD_INFO)]),
    };
    fields.insert("info", info.as_ref())?;
    fields.insert("user_id", change.user.to_string())?;
    fields.insert("revision_id", change.revision.to_string())?;
    fields.insert("object_id", change.entity.as_str())?;
    fields.insert("type", change.kind.as_str())?;
    fields.into_zval(false)
}
