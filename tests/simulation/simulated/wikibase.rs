//! Wikibase's own dispatching: its job for one entity, as Wikibase has it, and as the extension lets it run. The push of the job by an edit, and the
//! job itself, are never lost here: what Wikibase would lose without the extension is not what is judged.
//!
//! What happens inside its own transaction is PHP's, and is simulated here: `Migration/Takeover/UnhandedChangeLookup`,
//! `OwnClientsQueueGroupFactory` and `KeepingChangeStore`.

use std::collections::BTreeSet;

use wikibase_dispatch::domain::{change::Change, rollout::AppliedRollout};

use super::{
    extension::{Extension, Php, Thrown},
    mutant::Mutant,
    world::{Fate, SECOND, World},
};

/// What a transaction that began with looking at the rollout sees of it, and of the changes of an entity.
struct Snapshot {
    applied: AppliedRollout,
    handed: BTreeSet<u64>,
    changes: Vec<Change>,
}

impl Snapshot {
    fn of(world: &World, entity: &str) -> Self {
        let rollout = &world.database.rollout;
        let (applied, handed) = (rollout.applied.clone(), rollout.handed.clone());
        Self { applied, handed, changes: world.changes_of(entity) }
    }
}

impl Extension<'_> {
    /// A statement of MediaWiki's own connection: what fails there is retried with the job.
    fn sql<T>(&mut self, effect: impl FnOnce(&mut World) -> T) -> Php<T> {
        self.home.statement(effect).map_err(|_| Thrown::Push)
    }

    fn load(&mut self) -> Php<AppliedRollout> {
        self.sql(|world| world.database.rollout.applied.clone())
    }

    /// Wikibase's job, with the services that know of the rollout.
    pub(super) fn run_wikibase(&mut self, entity: &str) -> Php<()> {
        // In one transaction, or each read for itself.
        let has_transaction = self.me.world.with(|world| world.chance.bool());
        let snapshot = if has_transaction { Some(self.sql(|world| Snapshot::of(world, entity))?) } else { None };
        self.for_its_own_clients(entity, snapshot)
    }

    fn for_its_own_clients(&mut self, entity: &str, snapshot: Option<Snapshot>) -> Php<()> {
        let mut known = None;
        let (floor, mut changes) = match &snapshot {
            Some(snapshot) => (snapshot.applied.floor(), snapshot.changes.clone()),
            None => (self.load()?.floor(), self.sql(|world| world.changes_of(entity))?),
        };
        let handed = match &snapshot {
            Some(snapshot) => snapshot.handed.clone(),
            None => self.sql(|world| world.database.rollout.handed.clone())?,
        };
        changes.retain(|change| change.id > floor && !handed.contains(&change.id.0));
        if changes.is_empty() {
            return Ok(());
        }
        let ids: Vec<u64> = changes.iter().map(|change| change.id.0).collect();
        for client in self.audience(entity, &changes)? {
            let applied: AppliedRollout = match (&known, &snapshot) {
                (Some(known), _) => Clone::clone(known),
                (None, Some(snapshot)) => snapshot.applied.clone(),
                (None, None) => known.insert(self.load()?).clone(),
            };
            if !applied.is_ours_alone(&client) {
                self.push_for_wikibase(&client, &ids)?;
            }
        }
        let (forgets, deletes) = (self.is(Mutant::HandedOverForgotten), self.is(Mutant::WikibaseDeletes));
        // Not by the snapshot. What is rolled out between the look and what follows from it does no harm.
        let is_all_wikibases = self.load()?.state().is_none();
        self.sql(|world| {
            world.note(|| format!("Wikibase has handed over {ids:?}"));
            if deletes || is_all_wikibases {
                world.delete_changes(&ids);
            } else if !forgets {
                world.database.rollout.handed.extend(&ids);
            }
        })
    }

    /// Clients that are subscribed, or have a site link that changed.
    fn audience(&mut self, entity: &str, changes: &[Change]) -> Php<Vec<String>> {
        self.sql(|world| {
            let subscribers = world.database.subscriptions.get(entity);
            let is_concerned = |client: &String| {
                let is_named = |change: &Change| String::from_utf8_lossy(&change.info).contains(client.as_str());
                subscribers.is_some_and(|subscribers| subscribers.contains(client)) || changes.iter().any(is_named)
            };
            world.scenario.clients.iter().filter(|client| is_concerned(client)).cloned().collect()
        })
    }

    fn push_for_wikibase(&mut self, client: &str, ids: &[u64]) -> Php<()> {
        self.me.nap(self.me.world.with(World::latency));
        if self.me.world.with(|world| world.unreachable.contains(client)) {
            self.me.nap(SECOND);
            return Err(Thrown::Push);
        }
        let fate = self.me.world.with(World::fate);
        if fate != Fate::Refused {
            self.me.world.with(|world| {
                world.count("delivery by Wikibase");
                world.note(|| format!("{client} gets {ids:?} from Wikibase"));
                world.judge.delivered_by_wikibase(client, ids, world.now);
            });
        }
        if fate == Fate::Done { Ok(()) } else { Err(Thrown::Push) }
    }
}
