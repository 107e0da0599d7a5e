//! The rest of the store that operations see: [`store`](super::store) has what it is for. The rollout, and what mutants make of it.

use std::{collections::BTreeSet, time::Duration};

use wikibase_dispatch::{
    domain::{
        change::ChangeId,
        rollout::{AppliedRollout, ClientRollout, Facts, RolloutState, Step, Unhanded, WikibaseState},
        site::SiteId,
    },
    error::Result,
    store::{RolledOut, Rollouts},
};

use super::{mutant::Mutant, store::Store, world::World};

/// An entity that nobody has. Nothing comes of reminding Wikibase of it.
pub const NOBODYS: &str = "";

impl Rollouts for Store<'_> {
    fn rollout(&mut self) -> Result<AppliedRollout> {
        let (applied, last) =
            self.statement(|world| (world.database.rollout.applied.clone(), world.database.last()))?;
        if self.is(Mutant::PositionsAskedForBefore) {
            self.last_before = self.last_seen.replace(last).or(Some(last));
        }
        Ok(self.as_told(applied))
    }

    fn roll_out(&mut self, plan: &mut dyn FnMut(&Facts) -> Vec<Step>) -> Result<RolledOut> {
        let (horizon, last_before) = (self.horizon_found, self.last_before);
        let done = self.statement(|world| {
            let mut facts = world.facts();
            facts.last = last_before.unwrap_or(facts.last);
            let steps = as_mutated(world, plan(&facts), horizon);
            world.roll_out(&steps);
            RolledOut { before: facts.applied, steps }
        })?;
        Ok(RolledOut { before: self.as_told(done.before), ..done })
    }

    fn unhanded(&mut self, after: ChangeId, upto: ChangeId, limit: usize) -> Result<Vec<Unhanded>> {
        let ignores_young = self.is(Mutant::NobodyWaitsForWikibase) && after > ChangeId(0);
        self.statement(|world| {
            let now = world.database_time();
            let rows = world.database.changes.range(after.0 + 1..).take_while(|(id, _)| **id <= upto.0);
            let unhanded = rows.filter(|(id, _)| !world.database.rollout.handed.contains(id)).take(limit);
            let found =
                unhanded.map(|(id, change)| Unhanded::new(ChangeId(*id), change.entity.clone(), &change.time, now));
            found.map(|change| if ignores_young { as_nobodys(change) } else { change }).collect()
        })
    }

    fn is_something_handed(&mut self) -> Result<bool> {
        self.statement(|world| !world.database.rollout.handed.is_empty())
    }

    fn note_shadow(&mut self, _client: &SiteId, _changes: &[ChangeId]) -> Result<()> {
        self.statement(|_| ())
    }

    fn compare_shadow(&mut self, _client: &str, _since: ChangeId) -> Result<()> {
        self.statement(|_| ())
    }
}

impl Store<'_> {
    /// What this process is told of the rollout.
    fn as_told(&mut self, mut applied: AppliedRollout) -> AppliedRollout {
        let mutant = self.me.world.with(|world| world.mutant);
        match mutant {
            Some(Mutant::WatchedGetsBoth) => {
                applied.clients.retain(|_, state| !matches!(state, ClientRollout::Shadow(_)));
            }
            Some(Mutant::LeaversNotLearned) => {
                let leaving: BTreeSet<String> = applied.leaving().map(|(site, _)| site.to_owned()).collect();
                let known = self.known_leaving.get_or_insert(leaving);
                applied
                    .clients
                    .retain(|site, state| !matches!(state, ClientRollout::Leaving(_)) || known.contains(site));
            }
            Some(Mutant::PrunesAboveFloor) if self.prunes => applied = self.with_floor_above_everything(),
            _ => {}
        }
        applied
    }

    /// A rollout that is as it is wanted, and Wikibase has handed over everything.
    fn with_floor_above_everything(&self) -> AppliedRollout {
        let wanted = self.settings.rollout();
        if wanted.is_everywhere(RolloutState::On) {
            return AppliedRollout { wikibase: Some((WikibaseState::Idle, ChangeId(0))), ..AppliedRollout::default() };
        }
        let state = |state| match state {
            RolloutState::On => Some(ClientRollout::On),
            RolloutState::Shadow => Some(ClientRollout::Shadow(Some(ChangeId(0)))),
            RolloutState::Off => None,
        };
        let clients = wanted.clients().filter_map(|(client, wanted)| Some((client.site.to_string(), state(wanted)?)));
        AppliedRollout { wikibase: Some((WikibaseState::Serving, ChangeId(u64::MAX))), clients: clients.collect() }
    }
}

/// One that is too young to be forgotten.
fn as_nobodys(change: Unhanded) -> Unhanded {
    const OLD: Duration = Duration::from_secs(301);
    if change.age >= OLD { change } else { Unhanded { age: OLD, entity: NOBODYS.to_owned(), ..change } }
}

fn as_mutated(world: &World, steps: Vec<Step>, horizon: ChangeId) -> Vec<Step> {
    match world.mutant {
        Some(Mutant::LeavesAtOnce) => steps.into_iter().flat_map(leave_at_once).collect(),
        Some(Mutant::LeaverStaysEnabled) => steps.into_iter().filter(|step| !matches!(step, Step::Stop(_))).collect(),
        Some(Mutant::SwitchedOnWithoutTakeover) => {
            let at_the_end = |step| match step {
                Step::Start { clients, .. } | Step::StartAgain { clients, .. } => {
                    Step::Start { clients, after: world.database.last() }
                }
                step => step,
            };
            steps.into_iter().map(at_the_end).collect()
        }
        Some(Mutant::FloorIsHorizon) => {
            let to_horizon = |step| match step {
                Step::RaiseFloor(floor) => Step::RaiseFloor(floor.max(horizon)),
                step => step,
            };
            steps.into_iter().map(to_horizon).collect()
        }
        Some(Mutant::PositionsOneByOne) => one_position_only(steps),
        _ => steps,
    }
}

fn leave_at_once(step: Step) -> Vec<Step> {
    let Step::Put(clients) = step else {
        return vec![step];
    };
    let (leaving, staying): (Vec<_>, Vec<_>) =
        clients.into_iter().partition(|(_, state)| *state == ClientRollout::Leaving(None));
    let leaving: Vec<String> = leaving.into_iter().map(|(site, _)| site).collect();
    vec![Step::Stop(leaving.clone()), Step::Remove(leaving), Step::Put(staying)]
}

/// Where several positions become known, that of the first.
fn one_position_only(steps: Vec<Step>) -> Vec<Step> {
    let is_known = |(_, state): &(String, ClientRollout)| {
        matches!(state, ClientRollout::Leaving(Some(_)) | ClientRollout::Shadow(Some(_)))
    };
    let several = steps.iter().find_map(|step| match step {
        Step::Put(clients) if clients.len() > 1 && clients.iter().all(is_known) => Some(clients),
        _ => None,
    });
    match several {
        Some(clients) => vec![Step::Put(clients[..1].to_vec())],
        None => steps,
    }
}
