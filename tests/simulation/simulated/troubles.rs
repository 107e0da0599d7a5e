//! Worlds in which what the horizon infers is wrong: nothing tells, at the moment at which it looks, of a change that is to come. There
//! the [ledger](wikibase_dispatch::domain::ledger) has to see to it that nothing is lost (G7b).

use std::collections::BTreeSet;

use super::{
    scenario::Trouble,
    world::{SECOND, World},
};

/// An edit has been given an id. Whether it has to wait for a lock before its row is inserted.
pub fn waits_for_lock(world: &mut World, id: u64) -> bool {
    let chance = world.chance.u8(..4);
    let is_stormy = world.is_stormy;
    let Some(pending) = world.database.open.get_mut(&id).filter(|_| is_stormy && chance == 0) else {
        return false;
    };
    match world.scenario.trouble {
        Trouble::LockWaits => {
            pending.waits = true;
            world.note(|| format!("change {id} waits for a lock"));
            true
        }
        Trouble::SecondWriter => {
            pending.is_elsewhere = true;
            world.judge.untold.insert(id);
            world.note(|| format!("change {id} is written on another server"));
            false
        }
        _ => false,
    }
}

/// The lock is there: until the row is, a moment later, nothing tells of it.
pub fn is_granted(world: &mut World, id: u64) {
    if let Some(pending) = world.database.open.get_mut(&id) {
        pending.waits = false;
        world.judge.untold.insert(id);
    }
}

/// In the moment in which nothing tells of an id, there is only the clock to go by.
pub fn clock_may_step(world: &mut World) -> bool {
    let in_between: Vec<u64> =
        world.database.open.iter().filter(|(_, pending)| !pending.is_inserted).map(|(id, _)| *id).collect();
    if world.scenario.trouble == Trouble::WildClock {
        world.judge.untold.extend(in_between);
        return true;
    }
    in_between.is_empty()
}

/// What happens in such a world from time to time.
pub fn happen(world: &mut World) {
    match world.scenario.trouble {
        Trouble::SplitReads => {
            let lag = world.chance.u64(..20 * SECOND);
            world.replica_lag = if world.replica_lag.is_some() { None } else { Some(lag) };
            let lag = world.replica_lag;
            world.note(|| format!("reads come from a replica that is {lag:?} µs behind"));
        }
        Trouble::BeginsAnew => begin_anew(world),
        _ => {}
    }
}

/// Somebody empties the buffer, and ids are given out from 1 on.
fn begin_anew(world: &mut World) {
    world.note(|| "the buffer is emptied, and ids begin anew".to_owned());
    world.count("truncation");
    let database = &mut world.database;
    database.changes.clear();
    database.open.clear();
    database.committed_at.clear();
    database.next_id = 1;
    let judge = &mut world.judge;
    judge.has_begun_anew = true;
    judge.lose_all_but(&BTreeSet::new());
    let now = world.now;
    for record in judge.clients.values_mut() {
        record.due.clear();
        record.unhandled.clear();
        record.forget_order(now);
    }
    for pass in judge.passes.values_mut() {
        pass.is_void = true;
    }
}
