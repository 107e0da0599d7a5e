//! The store that operations see: each statement is under way for a while, may be the last of its process, may fail, and may be lied
//! about by a mutant.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use wikibase_dispatch::{
    domain::{
        change::{Change, ChangeId},
        horizon::{GapRules, Horizon, Life, Observations},
        settings::Settings,
        time::Timestamp,
    },
    error::{Error, ErrorKind, Result},
    store::{ChangeBuffer, Chunk, Clock, Look, Patience, ReadLimit, Stretches, Subscriptions, find_horizon},
};

use super::{
    home::Claims,
    mutant::Mutant,
    process::Process,
    world::{Fate, World},
};

/// One process's connection to the repo.
pub struct Store<'y> {
    pub me: Process<'y>,
    pub settings: Arc<Settings>,
    pub(super) observations: Observations,
    /// How far it was told last that it may go.
    pub horizon_found: ChangeId,
    /// When it read where the clients stand.
    pub(super) read: u64,
    /// Whether it is a prune that asks.
    pub prunes: bool,
    /// Which server its connection leads to.
    pub(super) life: u64,
    /// And which it led to when the horizon was looked for.
    pub(super) life_of_look: u64,
    pub(super) looked: Option<Look>,
    /// The last change when it read the rollout.
    pub(super) last_seen: Option<ChangeId>,
    /// And when it had read it the time before, for a process that goes by that.
    pub(super) last_before: Option<ChangeId>,
    /// Which clients left when it was told first, for a process that does not hear of more.
    pub(super) known_leaving: Option<BTreeSet<String>>,
    /// Under which claims its passes are.
    pub(super) claims: Claims,
}

impl<'y> Store<'y> {
    pub fn new(me: Process<'y>, settings: Arc<Settings>) -> Self {
        let life = me.world.with(|world| world.database.life);
        Self {
            me,
            settings,
            observations: Observations::default(),
            horizon_found: ChangeId(0),
            read: 0,
            prunes: false,
            life,
            life_of_look: life,
            looked: None,
            last_seen: None,
            last_before: None,
            known_leaving: None,
            claims: Claims::new(),
        }
    }

    /// One statement. Nothing else happens at the moment at which it takes effect.
    pub(super) fn statement<T>(&mut self, effect: impl FnOnce(&mut World) -> T) -> Result<T> {
        self.me.nap(self.me.world.with(World::latency));
        let life = self.me.world.with(|world| world.database.life);
        if life != self.life {
            // The connection is gone, and the next one leads elsewhere. What fits none of the two is tried again by itself.
            self.life = life;
            self.observations.forget();
            if self.me.world.with(|world| world.chance.bool()) {
                return Err(Error::new(ErrorKind::StoreUnavailable, "a connection that is lost"));
            }
        }
        let fate = self.me.world.with(|world| {
            world.count("statement");
            world.fate()
        });
        let failed = || {
            // Most are worth a retry; some never succeed.
            let kind = self.me.world.with(|world| match world.chance.u8(..4) {
                0 if world.scenario.has_visitors => ErrorKind::StoreFailed,
                _ => ErrorKind::StoreUnavailable,
            });
            Err(Error::new(kind, "a statement that was chosen to fail"))
        };
        match fate {
            Fate::Done => {
                let (answer, rest) = self.me.world.with(|world| (effect(world), world.rest_of_statement()));
                if rest > 0 {
                    self.me.nap(rest);
                }
                Ok(answer)
            }
            Fate::Refused => failed(),
            Fate::AnswerLost => {
                self.me.world.with(effect);
                failed()
            }
        }
    }

    /// A write that rests on what was found in `life`: in another one it is refused.
    pub(super) fn resting_on<T>(&mut self, life: Life, effect: impl FnOnce(&mut World) -> T) -> Result<T> {
        let tells_lives = !self.is(Mutant::LivesNotTold);
        self.statement(|world| (!tells_lives || world.database.life == life.0).then(|| effect(world)))?
            .ok_or_else(|| Error::new(ErrorKind::StoreUnavailable, "the server is another one"))
    }

    pub(super) fn is(&self, mutant: Mutant) -> bool {
        self.me.world.with(|world| world.mutant == Some(mutant))
    }
}

impl Patience for Store<'_> {
    fn hurry(&mut self, _is_hurried: bool) {}
}

impl Clock for Store<'_> {
    fn now(&mut self) -> Result<Timestamp> {
        let (early, never) = (self.is(Mutant::ClaimsExpireEarly), self.is(Mutant::ClaimsNeverExpire));
        let ttl = self.settings.claim_ttl;
        self.statement(|world| match world.database_time() {
            now if early => now.plus(ttl),
            now if never => Timestamp::from_unix(now.unix().min(1_800_000_060)),
            now => now,
        })
    }

    fn wait(&mut self, duration: Duration) -> bool {
        self.me.nap(u64::try_from(duration.as_micros()).unwrap());
        true
    }
}

impl ChangeBuffer for Store<'_> {
    fn life(&self) -> Life {
        Life(if self.is(Mutant::LivesNotTold) { 0 } else { self.life })
    }

    fn horizon(&mut self, from: ChangeId, rules: GapRules) -> Result<Horizon> {
        if self.is(Mutant::GapsIgnored) {
            let last = self.statement(|world| world.database.last())?;
            self.horizon_found = last;
            return Ok(Horizon::without_gaps(from, last));
        }
        let rules = match () {
            () if self.is(Mutant::YoungGapsCalledDead) => GapRules { grace: Duration::ZERO, ..rules },
            () if self.is(Mutant::GapsNeverDead) => GapRules { grace: Duration::MAX, ..rules },
            () => rules,
        };
        let horizon = find_horizon(self, from, rules)?;
        self.horizon_found = horizon.upto;
        Ok(Horizon { life: self.life(), ..horizon })
    }

    fn highest_allocated(&mut self) -> Result<Option<ChangeId>> {
        self.statement(|world| Some(ChangeId(world.database.next_id - 1)))
    }

    fn last_change(&mut self) -> Result<ChangeId> {
        self.statement(|world| world.database.last())
    }

    fn read_changes(&mut self, after: ChangeId, upto: ChangeId, limit: ReadLimit) -> Result<Chunk> {
        let forgets_links = self.is(Mutant::SiteLinksForgotten);
        let checks_servers = !self.is(Mutant::ServersNotChecked);
        self.statement(|world| {
            if checks_servers && world.replica_lag.is_some() {
                return Err(Error::new(ErrorKind::SplitConnection, "two servers answer"));
            }
            let changes = world.readable().into_owned();
            world.touch(changes.range(after.0 + 1..=upto.0.max(after.0)).take(limit.rows).count());
            let rows = changes.range(after.0 + 1..=upto.0.max(after.0));
            let (mut changes, mut bytes): (Vec<Change>, usize) = (Vec::new(), 0);
            for (_, change) in rows {
                bytes += change.info.len();
                let mut change = change.clone();
                if forgets_links {
                    change.info = b"{}".to_vec();
                }
                let reached = change.id;
                changes.push(change);
                if bytes >= limit.bytes || changes.len() == limit.rows {
                    return Ok(Chunk { changes, reached });
                }
            }
            Ok(Chunk { changes, reached: upto })
        })?
    }
}

impl Stretches for Store<'_> {}

impl Subscriptions for Store<'_> {
    fn each_subscriber(&mut self, entities: &[&str], each: &mut dyn FnMut(&str, &str)) -> Result<()> {
        let most = if self.is(Mutant::SubscribersForgotten) { 1 } else { usize::MAX };
        let found = self.statement(|world| {
            // Sorted: the order in which they are asked for is by chance that no seed decides.
            let entities: BTreeSet<&str> = entities.iter().copied().collect();
            let subscribers = |entity: &str| {
                let found = world.database.subscriptions.get(entity).into_iter().flatten().take(most);
                found.cloned().collect::<Vec<String>>()
            };
            let found: Vec<_> = entities.into_iter().map(|entity| (entity.to_owned(), subscribers(entity))).collect();
            world.touch(found.iter().map(|(_, sites)| sites.len()).sum());
            found
        })?;
        for (entity, sites) in &found {
            sites.iter().for_each(|site| each(entity, site));
        }
        Ok(())
    }
}
