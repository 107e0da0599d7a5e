//! What is learnt from how a job of the repo's queue comes: at once, or held back.
//!
//! A queue says that it can hold jobs back, and MediaWiki's in Redis does so even where nothing runs that gives them out again. So it is
//! believed only as long as such jobs are seen to come. Until then nothing depends on one, and one is pushed, to see what becomes of it.

use std::time::Duration;

use super::{
    action::{Action, RepoJob},
    core::Core,
    event::Event,
    host::{Done, Host},
    schedule::push,
};
use crate::domain::{
    settings::Settings,
    strategy::{Jobs, Queue},
};

/// How a job came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// It was to run as soon as somebody could.
    AtOnce,
    /// It was held back, and came so long before its time, by the clock of this host.
    HeldBack {
        /// Zero if its time had come.
        early: Duration,
    },
}

/// How long a job is held back of which nothing is wanted but that it comes.
const PROBE: Duration = Duration::from_secs(5);

/// By how much the clocks of two hosts may differ, and a job that came so early was held back all the same. The shortest delay is a
/// second.
const SKEW: Duration = Duration::from_millis(500);

/// The longest that one waits which came too early.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// To be done first. `name` is the job's.
pub(super) async fn arrive(name: &'static str, arrival: Arrival, core: &impl Core, host: &Host) -> Done {
    match arrival {
        Arrival::HeldBack { early } => {
            host.tell(Event::DelayedJobCame { job: name, is_early: early > SKEW });
            if !early.is_zero() {
                // Edits may rely on it until its time. And where the queue does not wait, this job and its successor would run in a circle.
                let seconds = early.min(LONGEST_WAIT).as_secs_f64().ceil();
                host.act(vec![Action::Sleep(Duration::from_secs_f64(seconds))]).await?;
            }
        }
        Arrival::AtOnce => {
            let probes = probes(&core.settings());
            if !probes.is_empty() {
                for (name, _) in &probes {
                    host.tell(Event::DelayProbed(name));
                }
                let pushes = probes.into_iter().map(|(_, job)| push(job, PROBE));
                host.act(pushes.chain([Action::Commit]).collect()).await?;
            }
        }
    }
    Ok(())
}

/// Jobs that the queue says it can hold back, and that would be held back if that were so.
fn probes(settings: &Settings) -> Vec<(&'static str, RepoJob)> {
    let Queue { delays, claims_to_delay } = settings.queue;
    let trigger = (claims_to_delay.triggers && !delays.triggers).then_some((Jobs::TRIGGER, RepoJob::Trigger));
    let client = settings.only_client().filter(|_| claims_to_delay.clients && !delays.clients);
    trigger.into_iter().chain(client.map(|client| (Jobs::CLIENT, RepoJob::Client(client.clone())))).collect()
}
