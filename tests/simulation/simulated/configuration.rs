//! What the servers of a farm are configured to be: settings, which say who is to dispatch to which client. The servers have them one after
//! the other.

use wikibase_dispatch::domain::{rollout::RolloutState, settings::Settings};

use super::scenario::Scenario;

/// A rollout that an admin may think of.
pub fn by_chance(scenario: &Scenario, chance: &mut fastrand::Rng) -> Settings {
    let mut any = || [RolloutState::Off, RolloutState::Shadow, RolloutState::On][chance.usize(..3)];
    let of_all = match any() {
        RolloutState::Shadow => None,
        state => Some(state),
    };
    let states = scenario.clients.iter().map(|client| (client.clone(), of_all.unwrap_or_else(&mut any))).collect();
    scenario.rolled_out(states)
}

/// The rollout in words.
pub fn said(settings: &Settings) -> String {
    let said = settings.rollout().clients().map(|(client, state)| format!("{} {}", client.site, state.name()));
    said.collect::<Vec<_>>().join(", ")
}
