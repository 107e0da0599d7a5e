//! The statements that the horizon is found by, as a server of MariaDB's answers them: the steps are those that are shipped
//! (`src/store/horizon.rs`).

use wikibase_dispatch::{
    domain::{
        change::ChangeId,
        horizon::{IdRange, Life, Moment, Observations},
        ledger::{BufferNote, MissingRun, Witness, WitnessNow},
    },
    error::{Error, ErrorKind, Result},
    store::{HorizonStatements, Look},
};

use super::{database::Settled, mutant::Mutant, store::Store};

impl HorizonStatements for Store<'_> {
    fn observations(&mut self) -> &mut Observations {
        &mut self.observations
    }

    fn connections_made(&self) -> u64 {
        self.life
    }

    fn has_one_writer(&self) -> bool {
        self.me.world.with(|world| world.scenario.has_one_writer)
    }

    fn others_may_write(&self) -> bool {
        false
    }

    fn look(&mut self, from: ChangeId) -> Result<Look> {
        let (has_ledger, knows_rows) = (!self.is(Mutant::NoLedger), !self.is(Mutant::WitnessIgnored));
        let checks_servers = !self.is(Mutant::ServersNotChecked);
        let look = self.statement(|world| {
            if checks_servers && world.replica_lag.is_some() {
                return Err(Error::new(ErrorKind::SplitConnection, "two servers answer"));
            }
            let now = world.database_time();
            let life = world.database.life;
            if world.database.note_life != life {
                // Another server wrote it: see `look_where_is_written`.
                world.database.note_life = life;
                if let Some(note) = &mut world.database.note {
                    note.epoch = note.next_epoch(now);
                }
            }
            let database = &world.database;
            let changes = world.readable();
            let epoch = database.note.as_ref().map(|note| note.epoch);
            let is_settled = database.settled.filter(|settled| Some(settled.epoch) == epoch);
            let settled = is_settled.map_or(ChangeId(0), |settled| settled.upto);
            let start = from.max(settled);
            let note = database.note.clone();
            let witness = note.as_ref().and_then(|note| note.witness.as_ref()).filter(|_| knows_rows);
            let last = changes.last_key_value().map_or(ChangeId(0), |(id, _)| ChangeId(*id));
            let witness_now = witness.map_or_else(WitnessNow::default, |witness| WitnessNow {
                same_id: changes.get(&witness.id.0).map(|change| (change.time.clone(), change.revision)),
                oldest_before: changes
                    .range(..witness.id.0)
                    .next()
                    .map(|(_, change)| (change.time.clone(), change.revision)),
            });
            let newest = changes.last_key_value().map(|(id, change)| Witness {
                id: ChangeId(*id),
                time: change.time.clone(),
                revision: change.revision,
            });
            let look = Look {
                count: u64::try_from(changes.range(start.0 + 1..).count()).unwrap(),
                last,
                settled,
                noted: is_settled.and_then(|settled| settled.missing),
                now,
                note,
                newest,
                witness_now,
                is_foreign: false,
                ledger: has_ledger.then_some(!database.undelivered.is_empty()),
            };
            let count = usize::try_from(look.count).unwrap();
            world.touch(count);
            Ok(look)
        })??;
        self.life_of_look = self.life;
        self.looked = Some(look.clone());
        Ok(look)
    }

    fn missing(&mut self, start: ChangeId, last: ChangeId, most: usize) -> Result<(Vec<IdRange>, Moment)> {
        self.statement(|world| {
            let mut missing = super::database::missing(&world.readable(), start, last);
            missing.truncate(most);
            (missing, Moment(world.database_ms()))
        })
    }

    fn is_held(&mut self, range: IdRange) -> Result<bool> {
        let asks = !self.is(Mutant::GapsNotProbed);
        self.statement(|world| asks && world.database.is_held(range))
    }

    fn has_lock_waits(&mut self) -> Result<bool> {
        let asks = !self.is(Mutant::LockWaitsIgnored);
        self.statement(|world| asks && world.database.open.values().any(|pending| pending.waits))
    }

    fn note_settled(&mut self, life: Life, epoch: u16, upto: ChangeId, missing: Option<(IdRange, Moment)>) {
        // If it fails, the next process looks for itself.
        let _ = self.resting_on(life, |world| {
            let same = world.database.settled.filter(|settled| settled.epoch == epoch);
            let before = same.map_or(ChangeId(0), |settled| settled.upto);
            world.database.settled = Some(Settled { upto: upto.max(before), missing, epoch });
            world.note(|| format!("settled up to {upto}, since when {missing:?}"));
        });
    }

    fn forget_settled(&mut self, _settled: ChangeId) -> Result<()> {
        self.statement(|world| world.database.settled = None)
    }

    fn note_missing(&mut self, life: Life, runs: &[MissingRun]) -> Result<()> {
        self.resting_on(life, |world| {
            world.note(|| format!("the ledger has {runs:?}"));
            world.database.runs.extend_from_slice(runs);
        })
    }

    fn write_buffer_note(&mut self, life: Life, note: &BufferNote) -> Result<()> {
        self.resting_on(life, |world| {
            world.database.note = Some(note.clone());
            world.database.note_life = world.database.life;
        })
    }
}
