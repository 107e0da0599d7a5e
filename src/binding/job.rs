//! `WikibaseDispatch\Job`.

#![allow(non_snake_case, reason = "callers in PHP may name an argument, so arguments have PHP's names")]

use std::process;

use ext_php_rs::{
    exception::PhpException,
    prelude::*,
    zend::{BailoutGuard, ce},
};
use parking_lot::Mutex;

use super::{
    events_to_php,
    from_php::change,
    process::{Home, Shared},
    provoked_panic::{self, Place},
    steps_to_php,
    to_php::Array,
};
use crate::{
    domain::site::SiteId,
    error::{Error, ErrorKind},
    jobs::{self, Answer, Done, Host, Machine, Managed, Step},
};

/// A job that is going on: what it wants done next.
#[php_class]
#[php(name = "WikibaseDispatch\\Job")]
pub struct Job {
    machine: Mutex<Machine<'static>>,
    owner: u32,
}

impl Job {
    pub(super) fn new<J: Future<Output = Done> + 'static>(shared: &Shared, job: impl FnOnce(Home, Host) -> J) -> Self {
        let home = Home::new(shared.clone());
        Self::homeless(|host| job(home, host))
    }

    /// One that needs no database.
    pub(super) fn homeless<J: Future<Output = Done> + 'static>(job: impl FnOnce(Host) -> J) -> Self {
        Self { machine: Mutex::new(Machine::new(job)), owner: process::id() }
    }
}

#[php_impl]
impl Job {
    #[php(vis = "private")]
    pub fn __construct() -> PhpResult<Self> {
        Err("only the module makes a Job".into())
    }

    #[php(defaults(from = 0, to = 0))]
    pub fn follow_up(action: &str, siteId: &str, from: i64, to: i64) -> PhpResult<Self> {
        let site = SiteId::parse(siteId).ok_or_else(|| value_error("this is no site id"))?;
        let managed = match action {
            "disable" => Managed::Disabled,
            "enable" => Managed::Enabled,
            "seek" => Managed::Set { from: change(from), to: change(to) },
            "catchup" => Managed::Woken,
            "takeup" => Managed::TakenUp,
            "rebuildsubscriptions" => Managed::Rebuilt,
            _ => return Err(value_error("nobody knows such an action")),
        };
        Ok(Self::homeless(|host| async move { jobs::follow_up(managed, site, &host).await }))
    }

    #[php(defaults(answer = None, thrown = 0))]
    pub fn next(&self, answer: Option<&str>, thrown: i64) -> PhpResult<Array> {
        if self.owner != process::id() {
            let error = Error::new(ErrorKind::ClaimLost, "cannot go on with a job of another process");
            return Err(error.into());
        }
        let answer = match answer {
            None => None,
            Some("done") => Some(Answer::Done),
            Some("stop") => Some(Answer::DoneAndStop),
            Some("refused") => Some(Answer::Refused),
            Some("thrown") => Some(Answer::Thrown(index(thrown))),
            Some(answer @ ("too-large" | "perhaps-too-large")) => {
                let is_certain = answer == "too-large";
                Some(Answer::TooLarge { thrown: index(thrown), is_certain })
            }
            Some(_) => {
                return Err(value_error("the answer is done, stop, refused, thrown, too-large or perhaps-too-large"));
            }
        };
        let (step, events) = self.machine.lock().next(answer);
        // When PHP has no memory left it jumps out of here, and nothing else would free these.
        let (step, events) = (BailoutGuard::new(step), BailoutGuard::new(events));
        let mut array = steps_to_php::step(&step)?;
        array.insert("events", events_to_php::list(&events)?)?;
        Ok(array)
    }

    pub fn raise(&self, number: i64) -> PhpResult<()> {
        let failure = usize::try_from(number).ok().and_then(|number| self.machine.lock().failure(number));
        Err(failure.map_or_else(|| value_error("there is no such failure"), |error| PhpException::from(&*error)))
    }
}

fn value_error(message: &str) -> PhpException {
    PhpException::new(message.to_owned(), 0, ce::value_error())
}

fn index(number: i64) -> usize {
    usize::try_from(number).unwrap_or_default()
}

impl Drop for Job {
    fn drop(&mut self) {
        provoked_panic::at(&Place::Drop);
    }
}

impl Step {
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::Act(_) => "act",
            Self::Ended => "ended",
            Self::Failed(_) => "failed",
        }
    }
}
