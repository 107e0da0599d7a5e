//! Dispatching to a client as the jobs do it, without a queue: a trigger, and the passes that follow from it.

use wikibase_dispatch::{
    domain::{change::ChangeId, claim::Token, ledger::BufferNote, settings::Settings},
    ops,
    store::Store,
};

use super::{MariaRepo, TestRepo, fresh, replication::eventually, settings};

/// A repo whose one client wants Q1.
pub fn farm(repo: &impl TestRepo) -> Settings {
    farm_of(repo, &["enwiki"])
}

pub fn farm_of(repo: &impl TestRepo, clients: &[&str]) -> Settings {
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

/// Has the next look compare the ledger with the buffer, as if a minute had gone by since the last comparison.
pub fn comparison_is_due(repo: &MariaRepo) {
    const WHERE: &str = "WHERE chd_site = CONCAT(CHAR(1), 'buffer')";
    let mut sql = repo.sql.borrow_mut();
    let rows = sql.run(&format!("SELECT chd_lock FROM wb_changes_dispatch {WHERE}"));
    let Some(text) = rows.first().and_then(|row| row.get::<String, _>(0)) else {
        return;
    };
    let note = BufferNote::parse(ChangeId(0), "", &text).unwrap();
    let mut parts: Vec<&str> = text.split(':').collect();
    let long_ago = format!("{:x}", note.compared.unwrap().unix() - 100);
    parts[3] = &long_ago;
    sql.run(&format!("UPDATE wb_changes_dispatch SET chd_lock = '{}' {WHERE}", parts.join(":")));
}

/// Dispatches as runners do until everything visible is delivered and nothing is waited for, neither a change that is late.
pub fn deliver_until_quiet(repo: &MariaRepo, settings: &Settings) -> Vec<u64> {
    let mut delivered = Vec::new();
    eventually("everything is delivered", || {
        comparison_is_due(repo);
        let mut store = repo.store();
        let outcome = trigger(&mut store, settings);
        if !outcome.due.is_empty() {
            delivered.extend(dispatch_client(&mut store, settings));
        }
        !outcome.waits_for_gap && outcome.look_again.is_none() && outcome.due.is_empty()
    });
    delivered
}
