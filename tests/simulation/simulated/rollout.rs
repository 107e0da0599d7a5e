//! The tables of a rollout, what its steps do to them, and what becomes of the clients by it.

use std::collections::BTreeSet;

use wikibase_dispatch::{
    domain::{
        change::{Change, ChangeId},
        rollout::{AppliedRollout, ClientRollout, Facts, RolloutState, Step, WikibaseState, plan::BATCH},
        site::Client,
    },
    store::StateRow,
};

use super::{rollout_judge::Served, world::World};

#[derive(Default)]
pub struct RolloutTables {
    /// `wb_changes_rollout`
    pub applied: AppliedRollout,
    /// `wb_changes_handed`
    pub handed: BTreeSet<u64>,
}

fn served_by(applied: &AppliedRollout, client: &str) -> Served {
    match applied.of(client) {
        _ if applied.is_ours_alone(client) => Served::Ours,
        Some(ClientRollout::Leaving(_)) => Served::Both,
        Some(ClientRollout::Shadow(_)) => Served::Watched,
        _ => Served::Wikibase,
    }
}

impl World {
    /// What a transaction reads.
    pub fn facts(&self) -> Facts {
        let RolloutTables { applied, handed } = &self.database.rollout;
        let seen = |site: &str| self.database.states.get(site).filter(|row| !row.disabled).map(|row| row.seen);
        Facts {
            applied: applied.clone(),
            last: self.database.last(),
            seen: applied.leaving().filter_map(|(site, _)| Some((site.to_owned(), seen(site)?))).collect(),
            has_handed_changes: !handed.is_empty() || self.handed_changes(applied.floor()).next().is_some(),
        }
    }

    fn handed_changes(&self, floor: ChangeId) -> impl Iterator<Item = u64> {
        self.database.changes.range(..=floor.0).map(|(id, _)| *id)
    }

    /// What a transaction writes, and what becomes of the clients by it.
    pub fn roll_out(&mut self, steps: &[Step]) {
        if steps.is_empty() {
            return;
        }
        steps.iter().for_each(|step| self.write(step));
        self.count("rollout");
        let applied = self.database.rollout.applied.clone();
        let seen = |client: &String| self.database.states.get(client).map_or(0, |row| row.seen.0);
        let clients: Vec<_> = self
            .scenario
            .clients
            .iter()
            .map(|client| (client.clone(), served_by(&applied, client), seen(client)))
            .collect();
        self.note(|| format!("the rollout is {applied:?}"));
        for (client, served, seen) in clients {
            self.judge.is_served_by(&client, served, seen, self.now);
        }
    }

    fn write(&mut self, step: &Step) {
        let rollout = &mut self.database.rollout;
        match step {
            Step::Start { clients, after } => clients.iter().for_each(|client| self.start(client, *after)),
            Step::StartAgain { clients, after } => clients.iter().for_each(|client| self.start_again(client, *after)),
            Step::Stop(clients) => clients.iter().for_each(|client| self.stop(client)),
            // What is noted of clients that are watched is left out.
            Step::ForgetShadow(_) => {}
            Step::Put(clients) => rollout.applied.clients.extend(clients.iter().cloned()),
            Step::Remove(clients) => rollout.applied.clients.retain(|site, _| !clients.contains(site)),
            Step::PutWikibase(state, floor) => rollout.applied.wikibase = Some((*state, *floor)),
            Step::RemoveWikibase => rollout.applied.wikibase = None,
            Step::RaiseFloor(floor) => {
                rollout.applied.wikibase = rollout.applied.wikibase.map(|(state, _)| (state, *floor));
                rollout.handed.retain(|id| *id > floor.0);
            }
            Step::DeleteHanded { upto } => {
                let mut ids: Vec<u64> = self.handed_changes(*upto).take(BATCH).collect();
                ids.extend(self.database.rollout.handed.iter().take(BATCH - ids.len()));
                self.delete_changes(&ids);
                self.database.rollout.handed.retain(|id| !ids.contains(id));
            }
        }
    }

    fn start(&mut self, client: &Client, after: ChangeId) {
        let site = client.site.to_string();
        let row = self.database.states.entry(site.clone()).or_insert_with(|| StateRow {
            site,
            domain: client.domain.in_state().to_owned(),
            seen: after,
            touched: None,
            lock: None,
            disabled: false,
            has_left: false,
            mark: None,
            reported: None,
            sent: None,
        });
        let is_moved = row.seen < after;
        row.seen = row.seen.max(after);
        if row.has_left {
            (row.disabled, row.has_left) = (false, false);
        }
        if is_moved {
            // A runner that stood still since the client was ours last may still push what Wikibase has delivered meanwhile.
            self.judge.begins_again(client.site.as_str(), after.0, self.now);
        }
    }

    fn start_again(&mut self, client: &Client, after: ChangeId) {
        self.start(client, after);
        if let Some(row) = self.database.states.get_mut(client.site.as_str()) {
            (row.seen, row.lock) = (after, None);
        }
        self.judge.begins_again(client.site.as_str(), after.0, self.now);
    }

    fn stop(&mut self, client: &str) {
        if let Some(row) = self.database.states.get_mut(client).filter(|row| !row.disabled) {
            (row.disabled, row.has_left) = (true, true);
            if let Some(ClientRollout::Leaving(Some(upto))) = self.database.rollout.applied.of(client) {
                self.judge.was_let_go(client, upto.0);
            }
        }
    }

    pub fn changes_of(&self, entity: &str) -> Vec<Change> {
        self.database.changes.values().filter(|change| change.entity == entity).cloned().collect()
    }

    /// In the end everything is as it is configured, and nothing is left of what was before.
    pub fn check_rollout(&mut self) {
        if !self.scenario.has_rollout {
            return;
        }
        let RolloutTables { applied, handed } = &self.database.rollout;
        let wanted = self.configuration.rollout();
        let is_done = if wanted.is_everywhere(RolloutState::On) {
            applied.state() == Some(WikibaseState::Idle) && applied.clients.is_empty()
        } else if wanted.is_everywhere(RolloutState::Off) {
            *applied == AppliedRollout::default() && handed.is_empty()
        } else {
            let is_brought_about = |(client, state): (&Client, RolloutState)| match state {
                RolloutState::On => applied.of(client.site.as_str()) == Some(ClientRollout::On),
                RolloutState::Shadow => {
                    matches!(applied.of(client.site.as_str()), Some(ClientRollout::Shadow(Some(_))))
                }
                RolloutState::Off => applied.of(client.site.as_str()).is_none(),
            };
            applied.state() == Some(WikibaseState::Serving) && wanted.clients().all(is_brought_about)
        };
        if !is_done {
            let wanted = super::configuration::said(&self.configuration);
            self.judge.fail(format!("Rollout: it is {applied:?} with {handed:?} handed over, and wanted is {wanted}"));
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
