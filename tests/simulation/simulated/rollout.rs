//! The tables of a rollout: `Rollout/AppliedRollout` and `Rollout/RolloutStore` of the extension, each method of which is a statement, and
//! takes effect at one moment.

use std::collections::{BTreeMap, BTreeSet};

use wikibase_dispatch::{
    domain::change::{Change, ChangeId},
    store::StateRow,
};

use super::{configuration::Wanted, mutant::Mutant, rollout_judge::Served, world::World};

/// `cro_state` of Wikibase's row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wikibase {
    Idle,
    Starting,
    Serving,
}

/// `cro_state` of a client's row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applied {
    On,
    Shadow,
    Leaving,
}

/// Who dispatches to whom: `wb_changes_rollout`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AppliedRollout {
    /// With the floor.
    pub wikibase: Option<(Wikibase, u64)>,
    /// With a position; none is not known yet.
    pub clients: BTreeMap<String, (Applied, Option<u64>)>,
}

impl AppliedRollout {
    pub fn wikibase(&self) -> Option<Wikibase> {
        self.wikibase.map(|(state, _)| state)
    }

    pub fn floor(&self) -> u64 {
        self.wikibase.map_or(0, |(_, floor)| floor)
    }

    pub fn of(&self, client: &str) -> Option<Applied> {
        self.clients.get(client).map(|(state, _)| *state)
    }

    /// With their positions.
    pub fn in_state(&self, state: Applied) -> impl Iterator<Item = (&String, Option<u64>)> {
        let is_in = move |(_, (of_client, _)): &(&String, &(Applied, Option<u64>))| *of_client == state;
        self.clients.iter().filter(is_in).map(|(client, (_, position))| (client, *position))
    }

    pub fn has_unknown_position(&self) -> bool {
        self.clients.values().any(|(state, position)| *state != Applied::On && position.is_none())
    }

    fn served_by(&self, client: &str) -> Served {
        match (self.wikibase(), self.of(client)) {
            (Some(Wikibase::Idle), _) | (_, Some(Applied::On)) => Served::Ours,
            (_, Some(Applied::Leaving)) => Served::Both,
            (_, Some(Applied::Shadow)) => Served::Watched,
            (_, None) => Served::Wikibase,
        }
    }
}

#[derive(Default)]
pub struct RolloutTables {
    pub applied: AppliedRollout,
    /// `wb_changes_handed`
    pub handed: BTreeSet<u64>,
    /// Clients whose `chd_disabled` says that they have left, and not that an admin has disabled them.
    pub left: BTreeSet<String>,
    /// The process that has the lock.
    pub lock: Option<usize>,
}

impl World {
    /// `put` and `remove` of several rows at once, and what becomes of the clients by it.
    pub fn roll_out(&mut self, change: impl FnOnce(&mut AppliedRollout)) {
        change(&mut self.database.rollout.applied);
        self.count("rollout");
        let applied = self.database.rollout.applied.clone();
        let seen = |client: &String| self.database.states.get(client).map_or(0, |row| row.seen.0);
        let clients: Vec<_> = self
            .scenario
            .clients
            .iter()
            .map(|client| (client.clone(), applied.served_by(client), seen(client)))
            .collect();
        self.note(|| format!("the rollout is {applied:?}"));
        for (client, served, seen) in clients {
            self.judge.is_served_by(&client, served, seen, self.now);
        }
    }

    /// Has our dispatching to a client begin after a change, if it has not seen more.
    pub fn start(&mut self, client: &str, seen: u64) {
        let takes_over = self.mutant != Some(Mutant::SwitchedOnWithoutTakeover);
        let seen = if takes_over { ChangeId(seen) } else { self.database.last() };
        let database = &mut self.database;
        let row = database.states.entry(client.to_owned()).or_insert_with(|| StateRow {
            site: client.to_owned(),
            domain: client.to_owned(),
            seen,
            touched: None,
            lock: None,
            disabled: false,
        });
        row.seen = row.seen.max(seen);
        if database.rollout.left.remove(client) {
            row.disabled = false;
        }
    }

    /// The same, even if it has seen more. A pass that is under way loses its claim.
    pub fn start_again(&mut self, client: &str, seen: u64) {
        self.start(client, seen);
        if self.mutant == Some(Mutant::SwitchedOnWithoutTakeover) {
            return;
        }
        if let Some(row) = self.database.states.get_mut(client) {
            (row.seen, row.lock) = (ChangeId(seen), None);
        }
        self.judge.begins_again(client, seen, self.now);
    }

    /// Ends our dispatching to a client.
    pub fn stop(&mut self, client: &str) {
        if self.mutant == Some(Mutant::LeaverStaysEnabled) {
            return;
        }
        if let Some(row) = self.database.states.get_mut(client).filter(|row| !row.disabled) {
            row.disabled = true;
            self.database.rollout.left.insert(client.to_owned());
        }
    }

    /// What clients have seen, but for those that are disabled.
    pub fn seen(&self, client: &str) -> Option<u64> {
        self.database.states.get(client).filter(|row| !row.disabled).map(|row| row.seen.0)
    }

    /// The first changes in a range that Wikibase has not handed over: id, entity, time.
    pub fn unhanded(&self, after: u64, upto: u64, limit: usize) -> Vec<(u64, String, String)> {
        let rows = self.database.changes.range(after + 1..).take_while(|(id, _)| **id <= upto);
        let unhanded = rows.filter(|(id, _)| !self.database.rollout.handed.contains(id)).take(limit);
        unhanded.map(|(id, change)| (*id, change.entity.clone(), change.time.clone())).collect()
    }

    pub fn changes_of(&self, entity: &str) -> Vec<Change> {
        self.database.changes.values().filter(|change| change.entity == entity).cloned().collect()
    }

    /// In the end everything is as it is configured, and nothing is left of what was before.
    pub fn check_rollout(&mut self) {
        if !self.scenario.has_rollout {
            return;
        }
        let RolloutTables { applied, handed, .. } = &self.database.rollout;
        let configuration = &self.configuration;
        let is_done = if configuration.is_everywhere(Wanted::On) {
            applied.wikibase() == Some(Wikibase::Idle) && applied.clients.is_empty()
        } else if configuration.is_everywhere(Wanted::Off) {
            *applied == AppliedRollout::default() && handed.is_empty()
        } else {
            let is_brought_about = |(client, wanted): (&String, &Wanted)| match wanted {
                Wanted::On => applied.of(client) == Some(Applied::On),
                Wanted::Shadow => applied.of(client) == Some(Applied::Shadow),
                Wanted::Off => applied.of(client).is_none(),
            };
            applied.wikibase() == Some(Wikibase::Serving) && configuration.clients.iter().all(is_brought_about)
        };
        if !is_done {
            let text = format!(
                "the rollout is {applied:?} with {handed:?} handed over, and {:?} is wanted",
                configuration.clients
            );
            self.judge.fail(format!("Rollout: {text}"));
        }
    }

    /// Somebody other than a prune deletes changes.
    pub fn delete_changes(&mut self, ids: &[u64]) {
        self.count("delete");
        self.note(|| format!("delete {ids:?}, which are handed over"));
        self.judge.vanished(ids);
        for id in ids {
            self.database.changes.remove(id);
        }
    }
}
