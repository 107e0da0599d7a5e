//! Another server takes the place of the repo's database: one that has everything up to some moment, and lacks what was committed since. It
//! gives the ids of that out anew, to other changes. Each process notices with its next statement: see `src/store/mysql/session.rs`.

use std::collections::{BTreeMap, BTreeSet};

use wikibase_dispatch::{
    domain::{
        change::Change,
        claim::{Lock, Token},
        ledger::{BufferNote, MissingRun},
        prune::PruneNote,
        receipts::Reported,
        time::Timestamp,
    },
    store::StateRow,
};

use super::{
    database::Settled,
    judge::Judge,
    process::Process,
    scenario::LockKind,
    world::{SECOND, World},
};

/// What the other server has.
struct Copy {
    next_id: u64,
    changes: BTreeMap<u64, Change>,
    states: BTreeMap<String, StateRow>,
    settled: Option<Settled>,
    prune_note: Option<PruneNote>,
    runs: Vec<MissingRun>,
    late: BTreeMap<u64, Timestamp>,
    undelivered: BTreeSet<(String, u64)>,
    note: Option<BufferNote>,
    reported: BTreeMap<String, Reported>,
    /// Changes that were committed, deleted or not.
    committed: BTreeSet<u64>,
}

/// Has it happen from time to time.
pub fn fate_of_servers(me: &Process<'_>) {
    loop {
        me.nap(me.world.with(|world| world.chance.u64(..150 * SECOND)));
        let copy = me.world.with(|world| copy(world));
        // So much is lost.
        me.nap(me.world.with(|world| world.chance.u64(..10 * SECOND)));
        if !me.world.with(|world| world.is_stormy) {
            return;
        }
        me.world.with(|world| take_over(world, copy));
    }
}

fn copy(world: &World) -> Copy {
    let database = &world.database;
    let committed = world.judge.committed_so_far();
    Copy {
        // Of what was given out and is not committed nobody else knows.
        next_id: committed.last().map_or(1, |last| last + 1),
        changes: database.changes.clone(),
        states: database.states.clone(),
        settled: database.settled,
        prune_note: database.prune_note,
        runs: database.runs.clone(),
        late: database.late.clone(),
        undelivered: database.undelivered.clone(),
        note: database.note.clone(),
        reported: database.reported.clone(),
        committed,
    }
}

fn take_over(world: &mut World, copy: Copy) {
    world.count("failover");
    let database = &mut world.database;
    database.life += 1;
    database.open.clear();
    (database.next_id, database.changes, database.states) = (copy.next_id, copy.changes, copy.states);
    (database.settled, database.prune_note) = (copy.settled, copy.prune_note);
    (database.runs, database.late) = (copy.runs, copy.late);
    (database.undelivered, database.note) = (copy.undelivered, copy.note);
    database.reported = copy.reported;
    if world.scenario.locks == LockKind::Named {
        world.locks.forget();
    }
    let owners = world.database.states.iter().map(|(client, row)| (client.clone(), row.lock.clone())).collect();
    world.judge.begins_new_life(&copy.committed, owners, world.now);
    world.note(|| format!("another server takes over, and has changes up to {:?}", copy.committed.last()));
}

impl Judge {
    /// Another server has only these of the changes that were committed, and these locks of clients.
    fn begins_new_life(&mut self, kept: &BTreeSet<u64>, locks: BTreeMap<String, Option<String>>, now: u64) {
        self.lose_all_but(kept);
        for (client, record) in &mut self.clients {
            record.due.retain(|id| kept.contains(id));
            record.unhandled.retain(|id| kept.contains(id));
            record.forget_order(now);
            let lock = locks.get(client).and_then(Option::as_deref);
            let token = match Lock::parse(lock) {
                Lock::Claimed(claim) => Some(claim.token),
                _ => None,
            };
            record.owner = token.map(|Token(token)| (client.clone(), token));
        }
        let owners: BTreeSet<_> = self.clients.values().filter_map(|record| record.owner.clone()).collect();
        // A pass whose claim the other server has read nothing that it lacks.
        for (_, pass) in self.passes.iter_mut().filter(|(name, _)| !owners.contains(name)) {
            pass.is_void = true;
        }
    }
}
