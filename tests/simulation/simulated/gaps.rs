//! The horizon as MariaDB finds it: what `src/store/mysql/gaps.rs` and `settled.rs` do, statement by statement, with the same rules of
//! the domain. Only the SQL is a simulation.

use std::time::Duration;

use wikibase_dispatch::{
    domain::{
        change::ChangeId,
        horizon::{Horizon, IdRange, Life, Moment, first_in_flight},
    },
    error::Result,
};

use super::{database::Settled, mutant::Mutant, store::Store};

const STRIDE: u64 = 10_000;
const NOTABLE: Duration = Duration::from_millis(200);

/// What the first statement tells.
struct Look {
    count: u64,
    last: ChangeId,
    settled: ChangeId,
    noted: Option<(IdRange, Moment)>,
}

impl Store<'_> {
    pub(super) fn find_horizon(&mut self, from: ChangeId, grace: Duration) -> Result<Horizon> {
        let look = self.look(from)?;
        self.life_of_look = self.life;
        let start = from.max(look.settled);
        if look.last <= start {
            return Ok(Horizon::without_gaps(from, look.last));
        }
        if look.count == start.distance_to(look.last) {
            if look.settled.distance_to(look.last) > STRIDE {
                self.note_settled(look.last, None);
            }
            return Ok(Horizon::without_gaps(from, look.last));
        }
        self.horizon_among_gaps(start, &look, grace)
    }

    fn look(&mut self, from: ChangeId) -> Result<Look> {
        self.statement(|world| {
            let count = world.database.changes.range(from.0 + 1..).count();
            world.touch(count);
            let database = &world.database;
            let settled = database.settled.map_or(ChangeId(0), |settled| settled.upto);
            let start = from.max(settled);
            Look {
                count: u64::try_from(database.changes.range(start.0 + 1..).count()).unwrap(),
                last: database.last(),
                settled,
                noted: database.settled.and_then(|settled| settled.missing),
            }
        })
    }

    fn horizon_among_gaps(&mut self, start: ChangeId, look: &Look, grace: Duration) -> Result<Horizon> {
        let grace = match () {
            () if self.is(Mutant::YoungGapsCalledDead) => Duration::ZERO,
            () if self.is(Mutant::GapsNeverDead) => Duration::MAX,
            () => grace,
        };
        let (missing, now) =
            self.statement(|world| (world.database.missing(start, look.last), Moment(world.database_ms())))?;
        if let Some((range, since)) = look.noted {
            self.observations.learn(range, since);
        }
        self.observations.observe(&missing, now);
        let young = self.observations.first_young(now, grace);
        let upto_young = missing.partition_point(|gap| young.is_none_or(|young| gap.first <= young.last));
        let asks = !self.is(Mutant::GapsNotProbed);
        let in_flight = first_in_flight(&missing[..upto_young], |range| {
            self.statement(|world| asks && world.database.is_held(range))
        })?;
        let horizon = Horizon::before(start, look.last, in_flight, young);
        let has_passed_a_gap = missing.first().is_some_and(|gap| gap.first <= horizon.upto);
        let news = horizon.waits_for.and_then(|gap| {
            let is_noted =
                look.noted.is_some_and(|(noted, _)| noted.first <= gap.ids.first && gap.ids.first <= noted.last);
            let (part, since) = self.observations.of(gap.ids.first)?;
            (!is_noted && now.since(since) >= NOTABLE).then_some((part, since))
        });
        if has_passed_a_gap || news.is_some() || look.settled.distance_to(horizon.upto) > STRIDE {
            self.note_settled(horizon.upto, news.or(look.noted));
        }
        Ok(horizon)
    }

    fn note_settled(&mut self, upto: ChangeId, missing: Option<(IdRange, Moment)>) {
        // If it fails, the next process looks for itself.
        let _ = self.resting_on(Life(self.life_of_look), |world| {
            let before = world.database.settled.map_or(ChangeId(0), |settled| settled.upto);
            world.database.settled = Some(Settled { upto: upto.max(before), missing });
            world.note(|| format!("settled up to {upto}, since when {missing:?}"));
        });
    }
}
