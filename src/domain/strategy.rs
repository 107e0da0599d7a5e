//! How a trigger has the clients that are due served, by name, and what the repo's queue can do for it.

use super::value::Value;

/// How a trigger has the clients that are due served (`dispatchStrategy`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strategy {
    /// As [`Strategy::Inline`], and where there is more than one group of clients to serve it calls another trigger to help. The
    /// default: nothing is cheaper than to read each change once for all who need it, and a farm that is behind is served by as many
    /// runners as its queue gives it.
    #[default]
    Auto,
    /// One batch for all: the trigger's own job serves the clients in groups, from what it has read once.
    Inline,
    /// Polling: it serves the most lagged client, and goes on to the next. For those who want no more than one client's claim held at
    /// a time.
    Poll,
    /// A job for each client. For farms that want their queue to share the clients out.
    Jobs,
}

impl Strategy {
    /// What [`Self::parse`] takes, in words.
    pub const ALLOWED: &'static str = "\"auto\", \"inline\", \"poll\" or \"jobs\"";

    const ALL: [Self; 4] = [Self::Auto, Self::Inline, Self::Poll, Self::Jobs];

    /// The value of the setting.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Inline => "inline",
            Self::Poll => "poll",
            Self::Jobs => "jobs",
        }
    }

    /// Reads the setting.
    pub fn parse(value: &Value) -> Option<Self> {
        Self::ALL.into_iter().find(|strategy| matches!(value, Value::Text(text) if text == strategy.name()))
    }

    /// How many clients are claimed and recorded together. The more there are, the fewer statements each costs, and the more is
    /// repeated when a runner dies between the pushes and the record of them (G3).
    pub fn clients_at_once(self) -> usize {
        const GROUP: usize = 64;
        if self == Self::Poll { 1 } else { GROUP }
    }
}

/// Of which of the repo's jobs something holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Jobs {
    /// Of triggers.
    pub triggers: bool,
    /// Of a client's own job.
    pub clients: bool,
}

impl Jobs {
    /// The name of the job that looks who needs a pass.
    pub const TRIGGER: &'static str = "wikibase-dispatch-trigger";
    /// And of that of a client.
    pub const CLIENT: &'static str = "wikibase-dispatch-client";

    /// What [`Self::parse`] takes, in words.
    pub const ALLOWED: &'static str =
        "a list of names of jobs, of which \"wikibase-dispatch-trigger\" and \"wikibase-dispatch-client\" count";

    /// Reads a list of names.
    pub fn parse(value: &Value) -> Option<Self> {
        let Value::List(jobs) = value else {
            return None;
        };
        let is_named = |name: &str| jobs.iter().any(|job| matches!(job, Value::Text(text) if text == name));
        let is_list = jobs.iter().all(|job| matches!(job, Value::Text(_)));
        is_list.then(|| Self { triggers: is_named(Self::TRIGGER), clients: is_named(Self::CLIENT) })
    }

    /// The list that it was read from.
    pub fn to_value(self) -> Value {
        let jobs = [(self.triggers, Self::TRIGGER), (self.clients, Self::CLIENT)];
        Value::List(jobs.into_iter().filter(|(can, _)| *can).map(|(_, name)| Value::Text(name.to_owned())).collect())
    }
}

/// What the repo's queue can do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Queue {
    /// Which jobs it can hold back until a given time: it says so, and such jobs were seen to come.
    pub delays: Jobs,
    /// Which it says it can hold back. Nothing may depend on one that is not among `delays`.
    pub claims_to_delay: Jobs,
}

impl Queue {
    /// Whether it may hold a trigger back. Where that is all that is known, somebody else has to look, too.
    pub fn may_delay_triggers(self) -> bool {
        self.delays.triggers || self.claims_to_delay.triggers
    }
}
