//! Runs a job from one request to the next.

use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, Waker},
};

use super::{
    action::{Action, Answer},
    event::Event,
    host::{Cause, Done, Host},
};
use crate::error::Error;

/// What a job does next.
#[derive(Debug)]
pub enum Step {
    /// It waits until these things are done, in this order, or one of them has failed.
    Act(Vec<Action>),
    /// It has ended.
    Ended,
    /// It has failed, for this reason.
    Failed(Cause),
}

/// A job that is going on. To drop it gives back what it has claimed.
pub struct Machine<'j> {
    job: Option<Pin<Box<dyn Future<Output = Done> + 'j>>>,
    host: Host,
}

impl<'j> Machine<'j> {
    /// A job that has not begun.
    pub fn new<J: Future<Output = Done> + 'j>(job: impl FnOnce(Host) -> J) -> Self {
        let host = Host::default();
        Self { job: Some(Box::pin(job(host.clone()))), host }
    }

    /// What is to be done next, given what came of what was asked for before, if anything was; and what has happened since.
    /// A job that is over says so again.
    pub fn next(&mut self, answer: Option<Answer>) -> (Step, Vec<Event>) {
        self.host.desk.lock().answer = answer;
        let step = self.step();
        (step, std::mem::take(&mut self.host.desk.lock().events))
    }

    fn step(&mut self) -> Step {
        // One that panics is not asked again.
        let Some(mut job) = self.job.take() else {
            return Step::Ended;
        };
        // Nothing wakes it: who has an answer calls again.
        match job.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Pending => {
                self.job = Some(job);
                Step::Act(self.host.desk.lock().asked.take().unwrap_or_default())
            }
            Poll::Ready(Ok(())) => Step::Ended,
            Poll::Ready(Err(thrown)) => Step::Failed(self.host.cause(&thrown)),
        }
    }

    /// The failure of native code with this number.
    pub fn failure(&self, number: usize) -> Option<Arc<Error>> {
        self.host.desk.lock().failures.get(number).cloned()
    }
}
