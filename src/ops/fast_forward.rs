//! Moves every client for which nothing is relevant to where it can go, in one statement, so that the long tail costs nothing.

use std::collections::BTreeMap;

use super::{
    horizon::horizon,
    states::dispatch_states,
    window::{Run, Window},
};
use crate::{
    domain::{
        change::ChangeId,
        claim::Lock,
        horizon::{Horizon, Life},
        settings::Settings,
        site::SiteId,
        state::DispatchState,
        stretch::{ClientNumber, Stretch},
        time::Timestamp,
    },
    error::Result,
    store::Store,
};

/// Moves every client of `states` that is behind, free, enabled, and not concerned by any change up to `horizon`, or up to
/// where the window ends. Their states are brought up to date. Returns how many were moved.
///
/// Reads at most as much as one pass may, twice: once for those that are near the horizon, and once for those that are
/// far behind it.
pub fn fast_forward<S: Store + ?Sized>(
    store: &mut S,
    window: &mut Window,
    settings: &Settings,
    states: &mut [DispatchState],
    horizon: &Horizon,
    now: Timestamp,
) -> Result<usize> {
    let near = horizon.upto.back(settings.pass_reach());
    let (mut near, mut far): (Vec<_>, Vec<_>) = states
        .iter_mut()
        .filter(|state| is_candidate(state) && horizon.covers(state.seen) && state.pending(horizon.upto) > 0)
        .partition(|state| state.seen >= near);
    if near.is_empty() && far.is_empty() {
        return Ok(0);
    }
    window.refresh(store, horizon, now);
    let mut moved = 0;
    for group in [&mut far, &mut near] {
        moved += fast_forward_group(store, window, settings, group, horizon, now)?;
    }
    Ok(moved)
}

/// [`fast_forward`] for every client, up to the horizon as it is now.
pub fn fast_forward_all<S: Store + ?Sized>(store: &mut S, window: &mut Window, settings: &Settings) -> Result<usize> {
    let horizon = horizon(store, settings)?;
    let mut states = dispatch_states(store, settings)?;
    let now = store.now()?;
    fast_forward(store, window, settings, &mut states, &horizon, now)
}

/// A free lock holds nothing at all here: text that others left is theirs to clear, in a pass.
pub(super) fn is_candidate(state: &DispatchState) -> bool {
    !state.disabled && state.lock() == Lock::Free && state.lock_value.is_none()
}

fn fast_forward_group<S: Store + ?Sized>(
    store: &mut S,
    window: &mut Window,
    settings: &Settings,
    states: &mut [&mut DispatchState],
    horizon: &Horizon,
    now: Timestamp,
) -> Result<usize> {
    let Some(start) = states.iter().map(|state| state.seen).min() else {
        return Ok(0);
    };
    let mut run = Run::new(horizon.upto);
    let mut read = Vec::new();
    let mut reached = start;
    while let Some(stretch) = run.at(window, store, settings, reached)? {
        reached = stretch.reached();
        read.push(stretch);
    }
    let mut moves = Moves::default();
    let mut movable = Vec::new();
    for state in states.iter_mut().filter(|state| state.seen < reached) {
        let client = settings.client_number(&state.client.site);
        if client.is_some_and(|client| read.iter().all(|stretch| is_silent(stretch, client, state.seen))) {
            moves.add(state, reached);
            movable.push(state);
        }
    }
    let count = movable.len();
    // If one was not moved, its state has changed since it was read, and there is no telling which: none is believed to
    // have moved, and at worst some get a pass that finds nothing.
    let moved = moves.make(store, now, horizon.life)?;
    if moved == count {
        for state in movable {
            state.seen = reached;
            state.touched = Some(now);
        }
    }
    Ok(moved)
}

fn is_silent(stretch: &Stretch, client: ClientNumber, seen: ChangeId) -> bool {
    stretch.of(client, seen).next().is_none()
}

/// Clients to be moved, by where they go: one statement for each place, and that is usually one place.
#[derive(Default)]
pub(super) struct Moves(BTreeMap<ChangeId, Vec<(SiteId, ChangeId)>>);

impl Moves {
    pub fn add(&mut self, state: &DispatchState, to: ChangeId) {
        self.0.entry(to).or_default().push((state.client.site.clone(), state.seen));
    }

    /// Returns how many were moved.
    pub fn make<S: Store + ?Sized>(self, store: &mut S, now: Timestamp, life: Life) -> Result<usize> {
        self.0.into_iter().try_fold(0, |moved, (to, clients)| Ok(moved + store.fast_forward(&clients, to, now, life)?))
    }
}
