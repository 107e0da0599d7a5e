//! What is asked on the command line, `NAME=VALUE` each.

use std::path::PathBuf;

use super::simulated::{
    load::{Dispatcher, Load},
    scenario::{QueueKind, Strategy},
};

/// A load, and what to write of it.
pub struct Options {
    pub load: Load,
    pub svg: Option<PathBuf>,
}

impl Options {
    /// # Errors
    /// What is wrong with the arguments, for a person.
    pub fn parse(arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self { load: Load::default(), svg: None };
        for argument in arguments {
            let (name, value) =
                argument.split_once('=').ok_or_else(|| format!("{argument:?} is not of the form NAME=VALUE"))?;
            options.set(name, value).ok_or_else(|| format!("{name} cannot be {value:?}; --help tells more"))?;
        }
        Ok(options)
    }

    fn set(&mut self, name: &str, value: &str) -> Option<()> {
        let positive = |number: &f64| *number > 0.0 && number.is_finite();
        let load = &mut self.load;
        match name {
            "CLIENTS" => load.clients = value.parse().ok().filter(|count| *count > 0)?,
            "EDITS" => load.edits_per_minute = value.parse().ok().filter(positive)?,
            "RUNNERS" => load.runners = value.parse().ok().filter(|count| *count > 0)?,
            "DELIVERIES" => load.deliveries_per_edit = value.parse().ok().filter(positive)?,
            "MINUTES" => {
                load.seconds = 60 * value.parse::<u64>().ok().filter(|minutes| (1..=1440).contains(minutes))?
            }
            "CORES" => load.cores = value.parse().ok().filter(|count| *count > 0)?,
            "SEED" => load.seed = value.parse().ok()?,
            "SVG" => self.svg = Some(value.into()),
            "QUEUE" => {
                load.queue = match value {
                    "database" => QueueKind::Database,
                    "redis" => QueueKind::Redis,
                    "eventbus" => QueueKind::Kafka,
                    _ => return None,
                }
            }
            "DISPATCHER" => {
                load.dispatcher = match value {
                    "ours" => Dispatcher::Ours,
                    "wikibase" => Dispatcher::Wikibase,
                    _ => return None,
                }
            }
            "STRATEGY" => {
                load.strategy = match value {
                    "auto" => Strategy::Auto,
                    "inline" => Strategy::Inline,
                    "jobs" => Strategy::Jobs,
                    _ => return None,
                }
            }
            "INTERVAL" => load.numbers.push(("dispatchDefaultDispatchInterval", value.parse().ok()?)),
            "BATCH" => load.numbers.push(("dispatchDefaultBatchSize", value.parse().ok().filter(|size| *size > 0)?)),
            "TRIGGER_MAX_DELAY" => load.numbers.push(("triggerMaxDelay", value.parse().ok()?)),
            _ => return None,
        }
        Some(())
    }
}
