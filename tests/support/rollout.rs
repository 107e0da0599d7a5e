//! Clients that are rolled out, and what Wikibase's own dispatching does meanwhile.

use std::time::Duration;

use wikibase_dispatch::{
    domain::{
        change::ChangeId,
        rollout::{ClientRollout, RolloutState, Step, WantedRollout, WikibaseState},
        site::Client,
    },
    store::{Clock, DispatchStates, Rollouts, StateRow},
};

use super::{TestRepo, domain, site};

pub fn client(name: &str) -> Client {
    Client { site: site(name), domain: domain(name) }
}

pub fn wanted(states: &[(&str, RolloutState)]) -> WantedRollout {
    WantedRollout::new(states.iter().map(|(name, state)| (client(name), *state)))
}

pub fn both(a: RolloutState, b: RolloutState) -> WantedRollout {
    wanted(&[("awiki", a), ("bwiki", b)])
}

/// A repo with a prefix, so that a forgotten one shows.
pub fn repo<R: TestRepo>() -> (R, R::Store) {
    let repo = R::with_prefix("wb1_");
    let store = repo.store();
    (repo, store)
}

pub fn write<S: Rollouts>(store: &mut S, steps: &[Step]) {
    store.roll_out(&mut |_| steps.to_vec()).unwrap();
}

pub fn serving(floor: u64) -> Step {
    Step::PutWikibase(WikibaseState::Serving, ChangeId(floor))
}

pub fn put(name: &str, state: ClientRollout) -> Step {
    Step::Put(vec![(name.to_owned(), state)])
}

pub fn start(name: &str, after: u64) -> Step {
    Step::Start { clients: vec![client(name)], after: ChangeId(after) }
}

pub fn changes(repo: &impl TestRepo, ids: impl IntoIterator<Item = u64>) {
    for id in ids {
        repo.change_as(Some(id), &format!("Q{id}"), b"{}");
    }
}

/// Wikibase's job says so.
pub fn hand_over(repo: &impl TestRepo, ids: impl IntoIterator<Item = u64>) {
    for id in ids {
        repo.execute(&format!("INSERT INTO {{wb_changes_handed}} VALUES ({id})"));
    }
}

/// Gives all changes the age of a few seconds.
pub fn rejuvenate(repo: &impl TestRepo, store: &mut impl Clock) {
    let now = store.now().unwrap().minus(Duration::from_secs(3)).to_mw();
    repo.execute(&format!("UPDATE {{wb_changes}} SET change_time = '{now}'"));
}

pub fn ids_unhanded(store: &mut impl Rollouts) -> Vec<u64> {
    let found = store.unhanded(ChangeId(0), ChangeId(u64::from(u32::MAX)), 10_000).unwrap();
    found.into_iter().map(|change| change.id.0).collect()
}

pub fn state(store: &mut impl DispatchStates, name: &str) -> StateRow {
    store.state(&site(name)).unwrap().unwrap()
}
