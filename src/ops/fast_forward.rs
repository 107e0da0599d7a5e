//! Moves every client for which nothing is relevant to the horizon, in one statement, so that the long tail costs nothing.

use std::collections::{HashMap, HashSet};

use crate::{
    domain::{
        change::{Change, ChangeId},
        change_info,
        claim::Lock,
        settings::Settings,
        state::DispatchState,
    },
    error::Result,
    store::{ReadLimit, Store},
};

/// Moves every client of `states` that is behind, free, enabled, and not concerned by any change up to `horizon`. Their
/// states are brought up to date. Returns how many were moved.
///
/// Looks back at most as far as one pass may read; a client further behind gets a pass of its own.
pub fn fast_forward<S: Store>(
    store: &mut S,
    settings: &Settings,
    states: &mut [DispatchState],
    horizon: ChangeId,
) -> Result<usize> {
    let start = horizon.back(settings.pass_reach());
    let candidates: Vec<&mut DispatchState> = states
        .iter_mut()
        .filter(|state| is_candidate(state) && state.seen >= start && state.pending(horizon) > 0)
        .collect();
    let Some(after) = candidates.iter().map(|state| state.seen).min() else {
        return Ok(0);
    };
    let concerned = last_concerned(store, settings, after, horizon)?;
    let (mut moved, mut moves) = (Vec::new(), Vec::new());
    for state in candidates {
        let last = concerned.get(state.client.site.as_str()).copied().unwrap_or_default();
        if last <= state.seen {
            moves.push((state.client.site.clone(), state.seen));
            moved.push(state);
        }
    }
    let now = store.now()?;
    let count = store.fast_forward(&moves, horizon, now)?;
    // If one was not moved, its state has changed since it was read, and there is no telling which: none is believed to
    // have moved, and at worst some get a pass that finds nothing.
    if count == moves.len() {
        for state in moved {
            state.seen = horizon;
            state.touched = Some(now);
        }
    }
    Ok(count)
}

/// A free lock holds nothing at all here: text that others left is theirs to clear, in a pass.
fn is_candidate(state: &DispatchState) -> bool {
    !state.disabled && state.lock() == Lock::Free && state.lock_value.is_none()
}

/// For every site that some change after `after` concerns, the last such change. Reads the window once, in chunks.
fn last_concerned<S: Store>(
    store: &mut S,
    settings: &Settings,
    after: ChangeId,
    horizon: ChangeId,
) -> Result<HashMap<String, ChangeId>> {
    let limit = ReadLimit { rows: settings.chunk_size(), bytes: settings.batch_max_bytes as usize };
    let mut concerned = HashMap::new();
    let mut position = after;
    while position < horizon {
        let chunk = store.read_changes(position, horizon, limit)?;
        position = chunk.reached;
        note_concerned(store, &chunk.changes, &mut concerned)?;
    }
    Ok(concerned)
}

fn note_concerned<S: Store>(
    store: &mut S,
    changes: &[Change],
    concerned: &mut HashMap<String, ChangeId>,
) -> Result<()> {
    // Ids ascend, so the last insertion for a key is its highest id.
    let last_of_entity: HashMap<&str, ChangeId> =
        changes.iter().map(|change| (change.entity.as_str(), change.id)).collect();
    let entities: HashSet<&str> = last_of_entity.keys().copied().collect();
    let mut note = |site: &str, id: ChangeId| match concerned.get_mut(site) {
        Some(last) => *last = id.max(*last),
        None => {
            concerned.insert(site.to_owned(), id);
        }
    };
    for change in changes {
        // An unreadable change concerns its subscribers, who are asked for below.
        for site in change_info::changed_sites(&change.info).unwrap_or_default() {
            note(&site, change.id);
        }
    }
    store.each_subscriber(&entities, &mut |entity, site| {
        if let Some(id) = last_of_entity.get(entity) {
            note(site, *id);
        }
    })
}
