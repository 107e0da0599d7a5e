//! Which clients get a pass when the trigger looks.
//!
//! All due clients do. The most lagged come first, in groups of `randomness`, and order within a group is random, so that
//! runners which take a few from the front do not all meet at the same one. That no client starves does not rest on
//! chance: one whose pass was abandoned rests for a while, and is not due meanwhile.

use std::time::Duration;

use super::{
    change::ChangeId,
    site::SiteId,
    state::{DispatchState, Due, DueRules},
    time::Timestamp,
};

/// What the trigger does about the clients.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Clients that are due now, in the order in which to serve them.
    pub due: Vec<SiteId>,
    /// When to look again for those that are behind but not due; `None` if there are none.
    pub look_again: Option<Duration>,
}

/// Selects among `states`; `chance` orders within groups of `randomness`.
pub fn select(
    states: &[DispatchState],
    horizon: ChangeId,
    now: Timestamp,
    rules: DueRules,
    randomness: usize,
    chance: &mut fastrand::Rng,
) -> Selection {
    let mut due = Vec::new();
    let mut look_again: Option<Duration> = None;
    for state in states {
        match state.due(horizon, now, rules) {
            Due::Never => {}
            Due::Now => due.push(state),
            Due::After(wait) => look_again = Some(look_again.map_or(wait, |least| least.min(wait))),
        }
    }
    due.sort_by(|a, b| (a.seen, &a.client.site).cmp(&(b.seen, &b.client.site)));
    for group in due.chunks_mut(randomness.max(1)) {
        chance.shuffle(group);
    }
    Selection { due: due.into_iter().map(|state| state.client.site.clone()).collect(), look_again }
}

#[cfg(test)]
mod tests {
    use super::{
        super::state::tests::{NOW, RULES, state},
        *,
    };

    const HORIZON: ChangeId = ChangeId(1000);

    fn sites(states: &[DispatchState], randomness: usize, seed: u64) -> Vec<String> {
        let mut chance = fastrand::Rng::with_seed(seed);
        select(states, HORIZON, NOW, RULES, randomness, &mut chance).due.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_most_lagged_come_first_when_there_is_no_randomness() {
        let states = [state("a", 30), state("b", 10), state("c", 20), state("d", 1000)];
        assert_eq!(sites(&states, 1, 1), ["b", "c", "a"]);
    }

    #[test]
    fn order_among_the_most_lagged_is_random_and_the_less_lagged_stay_behind_them() {
        let states = [state("a", 0), state("b", 1), state("c", 2), state("z", 500)];
        let orders: std::collections::HashSet<_> = (0..50).map(|seed| sites(&states, 3, seed)).collect();
        assert_eq!(orders.len(), 6, "every order of the three occurs");
        assert!(orders.iter().all(|order| order[3] == "z"));
    }

    #[test]
    fn clients_that_are_behind_but_not_due_say_when_to_look_again() {
        let resting = |site, seconds| DispatchState {
            touched: Some(Timestamp::from_unix(NOW.unix() - seconds)),
            ..state(site, 990)
        };
        let states = [resting("a", 10), resting("b", 50), state("c", 1000)];
        let selection = select(&states, HORIZON, NOW, RULES, 15, &mut fastrand::Rng::with_seed(1));
        assert_eq!(selection, Selection { due: vec![], look_again: Some(Duration::from_secs(10)) });
    }
}
