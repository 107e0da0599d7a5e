//! Brings about what the rollout is configured to be: `Rollout/RolloutKeeper` of the extension, method by method.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use wikibase_dispatch::{domain::time::Timestamp, ops::Window};

use super::{
    configuration::Wanted,
    extension::{Extension, Php, Thrown},
    mutant::Mutant,
    pushes::Push,
    queue::Job,
    rollout::{Applied, AppliedRollout, Wikibase},
    world::{SECOND, World},
};

const FORGOTTEN_AFTER: i64 = 300;
const LOOK_AHEAD: usize = 200;
const PASSED_ON: usize = 1000;
/// `RolloutStore::LOCK_TIMEOUT`
const LOCK_TIMEOUT: u64 = 15 * SECOND;

impl Extension<'_> {
    /// A statement of MediaWiki's own connection: what fails there is retried with the job.
    pub(super) fn sql<T>(&mut self, effect: impl FnOnce(&mut World) -> T) -> Php<T> {
        self.store.statement(effect).map_err(|_| Thrown::Push)
    }

    pub(super) fn load(&mut self) -> Php<AppliedRollout> {
        self.sql(|world| world.database.rollout.applied.clone())
    }

    /// `Native/NativeFactory`: the settings of native code are made when it is first needed, once in a process.
    pub(super) fn native(&mut self) -> Php<()> {
        if self.leaving.is_some() || !self.rolls_out {
            return Ok(());
        }
        let leaving = self.leaving_clients()?;
        let ours: BTreeSet<String> = self.configuration.ours().chain(&leaving).cloned().collect();
        let ours: Vec<String> = ours.into_iter().collect();
        self.settings = Rc::new(self.me.world.with(|world| world.scenario.settings(&ours)));
        self.store.settings = Rc::clone(&self.settings);
        self.window = Window::new(&self.settings);
        self.leaving = Some(leaving);
        Ok(())
    }

    pub(super) fn learn_who_leaves(&mut self) -> Php<()> {
        if self.leaving.is_some() && !self.is(Mutant::LeaversNotLearned) {
            let leaving = self.leaving_clients()?;
            self.leaving = self.leaving.take().filter(|before| *before == leaving);
        }
        Ok(())
    }

    // RolloutKeeper

    pub(super) fn begin(&mut self) -> Php<()> {
        if !self.rolls_out {
            return Ok(());
        }
        let applied = self.load()?;
        if self.is_to_be_changed(&applied) {
            self.alone(|me| {
                let applied = me.load()?;
                if me.is_to_be_changed(&applied) { me.change(&applied) } else { Ok(()) }
            })?;
        }
        Ok(())
    }

    pub(super) fn horizon_found(&mut self, horizon: u64) -> Php<()> {
        if !self.rolls_out {
            return Ok(());
        }
        let applied = self.load()?;
        match applied.wikibase() {
            Some(Wikibase::Serving) => self.follow(&applied, horizon),
            None => self.pass_on(),
            _ => Ok(()),
        }
    }

    fn pass_on(&mut self) -> Php<()> {
        let last = self.last_change()?;
        let unhanded = self.sql(|world| world.unhanded(0, last, PASSED_ON))?;
        self.remind(unhanded)?;
        if self.sql(|world| !world.database.rollout.handed.is_empty())? {
            self.alone(|me| match me.load()?.wikibase() {
                None => me.delete_handed_changes(0),
                Some(_) => Ok(()),
            })?;
        }
        Ok(())
    }

    fn follow(&mut self, applied: &AppliedRollout, horizon: u64) -> Php<()> {
        let floor = applied.floor();
        let unhanded = self.sql(|world| world.unhanded(floor, horizon, LOOK_AHEAD))?;
        let upto = match unhanded.first() {
            Some((id, ..)) if !self.is(Mutant::FloorIsHorizon) => id - 1,
            _ => horizon,
        };
        if upto > floor {
            self.raise_floor(upto)?;
        }
        let now = self.me.world.with(|world| world.database_time());
        let is_forgotten =
            |time: &str| Timestamp::parse_mw(time).is_some_and(|time| time.unix() < now.unix() - FORGOTTEN_AFTER);
        self.remind(unhanded.into_iter().filter(|(_, _, time)| is_forgotten(time)).collect())?;
        if !self.left_now(applied)?.is_empty() {
            self.alone(|me| {
                let applied = me.load()?;
                me.let_go(&applied)
            })?;
            self.begin()?;
            if self.load()?.wikibase().is_none() {
                self.pass_on()?;
            }
        }
        Ok(())
    }

    /// `RolloutStore::raiseFloor`
    fn raise_floor(&mut self, upto: u64) -> Php<()> {
        self.sql(|world| {
            world.roll_out(|applied| {
                if let Some((Wikibase::Serving, floor)) = &mut applied.wikibase {
                    *floor = upto.max(*floor);
                }
            });
        })?;
        self.sql(|world| world.database.rollout.handed.retain(|id| *id > upto))
    }

    pub(super) fn leaving_clients(&mut self) -> Php<Vec<String>> {
        if self.configuration.is_everywhere(Wanted::On) {
            return Ok(Vec::new());
        }
        let applied = self.load()?;
        let leaving = applied.in_state(Applied::Leaving).map(|(client, _)| client);
        Ok(leaving.filter(|client| self.configuration.clients.contains_key(*client)).cloned().collect())
    }

    pub(super) fn is_watched(&mut self, client: &str) -> Php<bool> {
        if !self.rolls_out || self.configuration.is_everywhere(Wanted::On) || self.is(Mutant::WatchedGetsBoth) {
            return Ok(false);
        }
        Ok(self.load()?.of(client) == Some(Applied::Shadow))
    }

    pub(super) fn prune_limit(&mut self) -> Php<Option<u64>> {
        if !self.rolls_out {
            return Ok(None);
        }
        let applied = self.load()?;
        let needs_none = match applied.wikibase() {
            Some(Wikibase::Idle) => true,
            None => self.configuration.is_everywhere(Wanted::On),
            _ => self.is(Mutant::PrunesAboveFloor),
        };
        Ok((!needs_none).then_some(applied.floor()))
    }

    fn is_to_be_changed(&self, applied: &AppliedRollout) -> bool {
        let wanted = &self.configuration;
        match applied.wikibase() {
            None => return !wanted.is_everywhere(Wanted::Off),
            Some(Wikibase::Idle) => return !wanted.is_everywhere(Wanted::On),
            Some(Wikibase::Starting) => return true,
            Some(Wikibase::Serving) => {}
        }
        applied.has_unknown_position()
            || wanted.clients.iter().any(|(client, state)| !is_as_wanted(*state, applied.of(client)))
            || wanted.is_everywhere(Wanted::On)
            || (wanted.is_everywhere(Wanted::Off) && applied.clients.is_empty())
    }

    fn change(&mut self, applied: &AppliedRollout) -> Php<()> {
        let configuration = Rc::clone(&self.configuration);
        if applied.wikibase().is_none() && configuration.is_everywhere(Wanted::On) {
            return self.sql(|world| {
                configuration.clients.keys().for_each(|client| world.start(client, 0));
                world.roll_out(|applied| applied.wikibase = Some((Wikibase::Idle, 0)));
            });
        }
        let applied = applied.clone();
        self.sql(|world| step(world, &configuration.clients, &applied))?;
        self.settle()?;
        self.finish()
    }

    fn settle(&mut self) -> Php<()> {
        let applied = self.load()?;
        let is_starting = applied.wikibase() == Some(Wikibase::Starting);
        let is_unknown =
            |(_, (state, position)): &(&String, &(Applied, Option<u64>))| *state != Applied::On && position.is_none();
        let unknown: Vec<(String, Applied)> =
            applied.clients.iter().filter(is_unknown).map(|(client, (state, _))| (client.clone(), *state)).collect();
        if unknown.is_empty() && !is_starting {
            return Ok(());
        }
        let last = if unknown.is_empty() { applied.floor() } else { self.last_change()? };
        if self.is(Mutant::PositionsOneByOne) {
            for (client, state) in &unknown {
                self.sql(|world| world.roll_out(|rows| rows.clients.extend([(client.clone(), (*state, Some(last)))])))?;
            }
        }
        self.sql(|world| {
            world.roll_out(|rows| {
                rows.clients.extend(unknown.into_iter().map(|(client, state)| (client, (state, Some(last)))));
                if is_starting {
                    rows.wikibase = Some((Wikibase::Serving, last));
                }
            });
        })
    }

    fn finish(&mut self) -> Php<()> {
        let applied = self.load()?;
        if self.configuration.is_everywhere(Wanted::On) {
            self.sql(|world| {
                world.roll_out(|rows| {
                    rows.clients.retain(|_, (state, _)| *state != Applied::On);
                    rows.wikibase = Some((Wikibase::Idle, 0));
                });
            })
        } else if self.configuration.is_everywhere(Wanted::Off) && applied.clients.is_empty() {
            self.delete_handed_changes(applied.floor())?;
            self.sql(|world| world.roll_out(|rows| rows.wikibase = None))
        } else {
            Ok(())
        }
    }

    /// `RolloutStore::deleteHandedChanges`
    fn delete_handed_changes(&mut self, floor: u64) -> Php<()> {
        for floor in [Some(floor), None] {
            let ids: Vec<u64> = self.sql(|world| match floor {
                Some(floor) => world.database.changes.range(..=floor).map(|(id, _)| *id).collect(),
                None => world.database.rollout.handed.iter().copied().collect(),
            })?;
            if !ids.is_empty() {
                self.sql(|world| {
                    world.delete_changes(&ids);
                    world.database.rollout.handed.retain(|id| !ids.contains(id));
                })?;
            }
        }
        Ok(())
    }

    fn left_now(&mut self, applied: &AppliedRollout) -> Php<Vec<String>> {
        let leaving: Vec<(String, u64)> = applied
            .in_state(Applied::Leaving)
            .filter_map(|(client, position)| Some((client.clone(), position?)))
            .collect();
        if leaving.is_empty() {
            return Ok(Vec::new());
        }
        self.sql(|world| {
            let has_all = |(client, position): &(String, u64)| world.seen(client).is_none_or(|seen| seen >= *position);
            leaving.into_iter().filter(has_all).map(|(client, _)| client).collect()
        })
    }

    fn let_go(&mut self, applied: &AppliedRollout) -> Php<()> {
        for client in self.left_now(applied)? {
            self.sql(|world| {
                world.stop(&client);
                world.roll_out(|rows| rows.clients.retain(|other, _| *other != client));
            })?;
        }
        Ok(())
    }

    /// `WikibaseReminder`
    fn remind(&mut self, changes: Vec<(u64, String, String)>) -> Php<()> {
        let mut entities: Vec<String> = changes.into_iter().map(|(_, entity, _)| entity).collect();
        entities.sort();
        entities.dedup();
        if self.is(Mutant::NobodyReminds) {
            return Ok(());
        }
        self.push(entities.into_iter().map(|entity| Push::Job(Job::Wikibase(entity), 0)).collect())?;
        self.commit()
    }

    // RolloutStore

    fn last_change(&mut self) -> Php<u64> {
        self.sql(|world| world.database.last().0)
    }

    /// Does something that no other process does at the same time.
    fn alone(&mut self, work: impl FnOnce(&mut Self) -> Php<()>) -> Php<()> {
        let end = self.clock() + LOCK_TIMEOUT;
        let id = self.me.id;
        while !self.sql(|world| *world.database.rollout.lock.get_or_insert(id) == id)? {
            if self.clock() >= end {
                return Err(Thrown::Push);
            }
            self.me.nap(SECOND / 5);
        }
        let done = work(self);
        self.me.world.with(|world| world.database.rollout.lock = None);
        done
    }
}

fn is_as_wanted(wanted: Wanted, applied: Option<Applied>) -> bool {
    match wanted {
        Wanted::On => applied == Some(Applied::On),
        Wanted::Shadow => matches!(applied, Some(Applied::Shadow | Applied::Leaving)),
        Wanted::Off => matches!(applied, None | Some(Applied::Leaving)),
    }
}

/// All at once.
fn step(world: &mut World, clients: &BTreeMap<String, Wanted>, applied: &AppliedRollout) {
    let were_all_ours = applied.wikibase() == Some(Wikibase::Idle);
    let mut rows = applied.clone();
    match applied.wikibase() {
        None => rows.wikibase = Some((Wikibase::Serving, 0)),
        Some(Wikibase::Idle) => rows.wikibase = Some((Wikibase::Starting, world.database.last().0)),
        _ => {}
    }
    for (client, wanted) in clients {
        let is = if were_all_ours { Some(Applied::On) } else { applied.of(client) };
        if were_all_ours || !is_as_wanted(*wanted, is) {
            step_client(world, &mut rows, client, is, *wanted, applied.floor());
        }
    }
    rows.clients.retain(|client, _| clients.contains_key(client));
    world.roll_out(|applied| *applied = rows);
}

fn step_client(
    world: &mut World,
    rows: &mut AppliedRollout,
    client: &str,
    is: Option<Applied>,
    wanted: Wanted,
    floor: u64,
) {
    let leaves_at_once = world.mutant == Some(Mutant::LeavesAtOnce);
    match (is, wanted) {
        (_, Wanted::On) => {
            match is {
                None => world.start(client, floor),
                Some(Applied::Shadow) => world.start_again(client, floor),
                Some(_) => {}
            }
            rows.clients.insert(client.to_owned(), (Applied::On, None));
        }
        (Some(Applied::On), _) if leaves_at_once => {
            world.stop(client);
            rows.clients.remove(client);
        }
        (Some(Applied::On), _) => {
            rows.clients.insert(client.to_owned(), (Applied::Leaving, None));
        }
        (_, Wanted::Shadow) => {
            world.start(client, floor);
            rows.clients.insert(client.to_owned(), (Applied::Shadow, None));
        }
        (_, Wanted::Off) => {
            world.start_again(client, floor);
            world.stop(client);
            rows.clients.remove(client);
        }
    }
}
