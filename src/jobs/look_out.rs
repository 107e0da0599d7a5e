//! Finds changes that wait although nobody is going to look: the queue was emptied, or has given a job up.
//!
//! Requests to the repo come in anyway, edits or not, so one of them looks from time to time, when its answer has been sent.

use std::time::Duration;

use super::{
    core::Core,
    event::Event,
    host::{Done, Host},
    schedule::trigger,
};
use crate::{domain::strategy::Jobs, ops};

/// Looks, and asks for a trigger if something waits for longer than it should.
pub async fn look_out(core: &impl Core, host: &Host) -> Done {
    if core.with(|open| ops::something_waits(open.store, open.settings))? {
        let settings = core.settings();
        // Whatever the reason, the next edits had better not rely on jobs that are held back until one was seen to come again.
        let jobs = [(settings.queue.delays.triggers, Jobs::TRIGGER), (settings.queue.delays.clients, Jobs::CLIENT)];
        jobs.into_iter().filter(|(is_relied_on, _)| *is_relied_on).for_each(|(_, name)| {
            host.tell(Event::DelayedJobMissing(name));
        });
        host.act(vec![trigger(&settings, Duration::ZERO)]).await?;
    }
    Ok(())
}
