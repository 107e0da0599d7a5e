//! What the servers of a farm are configured to be: its clients, and who is to dispatch to each. The servers have it one after the other.

use std::collections::BTreeMap;

/// `Rollout/RolloutState`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    Off,
    Shadow,
    On,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Configuration {
    /// Every client, and what is wanted for it.
    pub clients: BTreeMap<String, Wanted>,
}

impl Configuration {
    pub fn everywhere(clients: &[String], wanted: Wanted) -> Self {
        Self { clients: clients.iter().map(|client| (client.clone(), wanted)).collect() }
    }

    /// One that an admin may think of.
    pub fn by_chance(clients: &[String], chance: &mut fastrand::Rng) -> Self {
        let mut any = || [Wanted::Off, Wanted::Shadow, Wanted::On][chance.usize(..3)];
        let of_all = match any() {
            Wanted::Shadow => None,
            wanted => Some(wanted),
        };
        Self { clients: clients.iter().map(|client| (client.clone(), of_all.unwrap_or_else(&mut any))).collect() }
    }

    pub fn is_everywhere(&self, wanted: Wanted) -> bool {
        self.clients.values().all(|other| *other == wanted)
    }

    /// Those that native code is told of by the configuration alone.
    pub fn ours(&self) -> impl Iterator<Item = &String> {
        self.clients.iter().filter(|(_, wanted)| **wanted != Wanted::Off).map(|(client, _)| client)
    }
}
