//! Where a job and its host meet: the job puts down what is to be done, and takes what came of it.

use std::{future::poll_fn, sync::Arc, task::Poll};

use parking_lot::Mutex;

use super::{
    action::{Action, Answer},
    event::Event,
};
use crate::error::Error;

/// Why a job, or a part of it, failed.
#[derive(Clone, Debug)]
pub enum Thrown {
    /// What native code says.
    Native(Arc<Error>),
    /// What the host has thrown, by its number.
    Host(usize),
    /// The same, because a push is too large for its queue.
    TooLarge {
        /// The number.
        thrown: usize,
        /// Whether the queue has said so.
        is_certain: bool,
    },
}

impl From<Error> for Thrown {
    fn from(error: Error) -> Self {
        Self::Native(Arc::new(error))
    }
}

/// What a job, or a part of it, comes to.
pub type Done<T = ()> = Result<T, Thrown>;

/// Why something failed, for whoever is told of it: either can be thrown by the host, once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// A failure of native code, by its number among those of the job.
    Native(usize),
    /// Of the host.
    Host(usize),
}

#[derive(Debug, Default)]
pub(super) struct Desk {
    pub asked: Option<Vec<Action>>,
    pub answer: Option<Answer>,
    pub events: Vec<Event>,
    pub failures: Vec<Arc<Error>>,
    pub told: Vec<Cause>,
}

/// A job's side of its host.
#[derive(Clone, Debug, Default)]
pub struct Host {
    pub(super) desk: Arc<Mutex<Desk>>,
}

impl Host {
    /// Has these things done, in this order, up to the first that fails.
    ///
    /// # Errors
    /// What the host has thrown.
    pub(super) async fn act(&self, actions: Vec<Action>) -> Done<Answer> {
        self.desk.lock().asked = Some(actions);
        let answer = poll_fn(|_| self.desk.lock().answer.take().map_or(Poll::Pending, Poll::Ready)).await;
        match answer {
            Answer::Thrown(number) => Err(Thrown::Host(number)),
            Answer::TooLarge { thrown, is_certain } => Err(Thrown::TooLarge { thrown, is_certain }),
            other => Ok(other),
        }
    }

    /// Says what happened, to whoever logs, counts and keeps it.
    pub(super) fn tell(&self, event: Event) {
        self.desk.lock().events.push(event);
    }

    /// Says that a pass failed, unless it has been said: what fails a pass fails its job, too.
    pub(super) fn tell_failure(&self, client: &str, before: u32, thrown: &Thrown) {
        let cause = self.cause(thrown);
        let mut desk = self.desk.lock();
        if !desk.told.contains(&cause) {
            desk.told.push(cause);
            desk.events.push(Event::PassFailed { client: client.to_owned(), before, cause });
        }
    }

    /// What the host can be told of a failure.
    pub(super) fn cause(&self, thrown: &Thrown) -> Cause {
        match thrown {
            Thrown::Host(number) | Thrown::TooLarge { thrown: number, .. } => Cause::Host(*number),
            Thrown::Native(error) => {
                let failures = &mut self.desk.lock().failures;
                let known = failures.iter().position(|known| Arc::ptr_eq(known, error));
                Cause::Native(known.unwrap_or_else(|| {
                    failures.push(Arc::clone(error));
                    failures.len() - 1
                }))
            }
        }
    }
}
