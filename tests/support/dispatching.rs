//! Dispatching to a client as the jobs do it, without a queue: a trigger, and the passes that follow from it.

use wikibase_dispatch::{
    domain::{claim::Token, settings::Settings},
    ops,
    store::Store,
};

use super::{MariaRepo, TestRepo, fresh, settings};

/// A repo whose one client wants Q1.
pub fn farm(repo: &MariaRepo) -> Settings {
    farm_of(repo, &["enwiki"])
}

pub fn farm_of(repo: &MariaRepo, clients: &[&str]) -> Settings {
    let settings = settings(clients, &[("gapGrace", 1)]);
    ops::initialise(&mut repo.store(), &settings).unwrap();
    repo.subscribe("enwiki", &["Q1"]);
    settings
}

pub fn trigger<S: Store>(store: &mut S, settings: &Settings) -> ops::TriggerOutcome {
    fresh::trigger(store, settings, &mut fastrand::Rng::with_seed(1)).unwrap()
}

/// A trigger and all that follows from it; the ids that were delivered.
pub fn dispatch<S: Store>(store: &mut S, settings: &Settings) -> Vec<u64> {
    if trigger(store, settings).due.is_empty() { Vec::new() } else { dispatch_client(store, settings) }
}

pub fn dispatch_client<S: Store>(store: &mut S, settings: &Settings) -> Vec<u64> {
    let mut delivered = Vec::new();
    while let Some(pass) = fresh::begin(store, settings, "enwiki", Token(7)).unwrap() {
        delivered.extend(pass.batch.changes().iter().map(|change| change.id.0));
        ops::finish(store, settings, &pass).unwrap();
    }
    delivered
}
