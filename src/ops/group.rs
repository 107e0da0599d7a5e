//! Passes for several clients at once: read together, claimed by one statement, recorded by one.
//!
//! Each pass is still its own: one that was abandoned, or whose claim was lost, does not keep the others from being recorded.
//! The more there are in a group, the fewer statements each costs, and the more is repeated when a runner dies between the
//! pushes and the record of them (G3); hence a group has a size.

use super::{
    again::propose_again,
    fast_forward::{Moves, is_candidate},
    late::{can_be_told, propose_late},
    locked_pass::LockedPass,
    pass::{Pass, assemble},
    plan::Plan,
    window::{Run, Window},
};
use crate::{
    domain::{
        claim::Token, lock_name::LockName, sent::Sent, settings::Settings, site::SiteId, state::DispatchState,
        time::Timestamp,
    },
    error::Result,
    lock::LockManager,
    store::{Advance, NewClaim, Store},
};

/// Claims the next group of the plan's clients and assembles their batches; empty if nobody is left to be served.
///
/// Clients with no relevant changes are advanced without a pass. A client that is locked, claimed or moved by another
/// leaves the plan, which remembers that it happened.
///
/// # Errors
/// [`ErrorKind::LockUnavailable`](crate::error::ErrorKind::LockUnavailable) if the lock server does not answer.
pub fn begin_group<S: Store + ?Sized>(
    store: &mut S,
    window: &mut Window,
    locks: &mut dyn LockManager,
    settings: &Settings,
    plan: &mut Plan,
    token: Token,
) -> Result<Vec<LockedPass>> {
    while plan.waiting().next().is_some() {
        let now = store.now()?;
        window.refresh(store, plan.horizon(), now);
        let proposed = propose(store, window, settings, plan, token, now)?;
        if proposed.is_empty() {
            continue;
        }
        let count = proposed.len();
        let mut claimed = claim(store, locks, settings, proposed, token)?;
        if claimed.len() < count {
            plan.meet_others();
        }
        if let Some(first) = claimed.first_mut() {
            first.pass.batch.report(window.take_unheard(), &window.take_unknown());
            return Ok(claimed);
        }
    }
    Ok(Vec::new())
}

/// Takes clients from the plan, as many as make a group, or as can be served from what may be read at once. Those that
/// nothing concerns are moved.
fn propose<S: Store + ?Sized>(
    store: &mut S,
    window: &mut Window,
    settings: &Settings,
    plan: &mut Plan,
    token: Token,
    now: Timestamp,
) -> Result<Vec<Pass>> {
    let mut run = Run::new(plan.horizon().upto);
    let (mut proposed, mut moves, mut moved) = (Vec::new(), Moves::default(), Vec::new());
    while proposed.len() < settings.strategy.clients_at_once() {
        let Some(state) = plan.take() else {
            break;
        };
        let late = plan.take_late(&state.client.site).filter(|_| can_be_told(&state, settings, now));
        let state = match late {
            Some(late) => match propose_late(store, settings, state, &late, plan.horizon(), (token, now))? {
                Ok(pass) => {
                    proposed.push(pass);
                    continue;
                }
                Err(state) => state,
            },
            None => state,
        };
        if plan.take_again(&state.client.site) {
            proposed.push(propose_again(store, window, settings, state, plan.horizon(), (token, now))?);
            continue;
        }
        let batch = assemble(store, window, settings, &mut run, &state)?;
        let end = batch.considered();
        if end == state.seen {
            // Enough has been read: this one and those ahead of it make another group. One for which nothing was read
            // at all would come back for ever.
            if !(proposed.is_empty() && moved.is_empty()) {
                plan.give_back(state);
            }
            break;
        }
        if batch.changes().is_empty() && is_candidate(&state) {
            moves.add(&state, end);
            moved.push(DispatchState { seen: end, touched: Some(now), ..state });
        } else {
            proposed.push(Pass::proposed(state, batch, plan.horizon(), settings, token, now));
        }
    }
    // One that was not moved has been moved or claimed by somebody else. There is no telling which: another trigger looks.
    if moves.make(store, now, plan.horizon().life)? == moved.len() {
        for state in moved {
            plan.put_back(state, now, settings);
        }
    } else {
        plan.meet_others();
    }
    Ok(proposed)
}

fn claim<S: Store + ?Sized>(
    store: &mut S,
    locks: &mut dyn LockManager,
    settings: &Settings,
    proposed: Vec<Pass>,
    token: Token,
) -> Result<Vec<LockedPass>> {
    let names: Vec<LockName> = proposed.iter().map(|pass| LockName::new(&settings.repo, &pass.client.site)).collect();
    let held = locks.try_lock_all(&names, token.0)?;
    let mut locked: Vec<LockedPass> =
        proposed.into_iter().zip(held).filter_map(|(pass, held)| Some(LockedPass::new(pass, held?))).collect();
    let claims: Vec<NewClaim<'_>> = locked.iter().map(|locked| locked.pass.new_claim()).collect();
    let made = if claims.is_empty() { Ok(Vec::new()) } else { store.claim_all(&claims) };
    let is_made = made.as_deref().map_or(vec![false; locked.len()], <[bool]>::to_vec);
    let mut lost = Vec::new();
    let mut is_made = is_made.into_iter();
    locked.retain_mut(|locked| {
        let is_made = is_made.next().unwrap_or(false);
        if !is_made {
            lost.extend(locked.take_held());
        }
        is_made
    });
    if !lost.is_empty() {
        // A lock that cannot be given back ends by itself.
        let _ = locks.unlock_all(lost);
    }
    made.map(|_| locked)
}

/// Records that the clients of `passes` have seen everything up to the ends of their passes, and gives claims and locks
/// back. Returns those whose claim was lost meanwhile: nothing is recorded for them, and somebody else does the pass.
///
/// (When somebody else has not only taken one of them over, but finished it too, and others of the group were lost as
/// well, it may count as recorded: what it says of the client is true all the same.)
pub fn finish_group<S: Store + ?Sized>(
    store: &mut S,
    locks: &mut dyn LockManager,
    settings: &Settings,
    plan: &mut Plan,
    passes: &mut [&mut LockedPass],
) -> Result<Vec<SiteId>> {
    if passes.is_empty() {
        return Ok(Vec::new());
    }
    for locked in passes.iter() {
        locked.pass.note_late(store)?;
    }
    let now = store.now()?;
    let advances: Vec<Advance<'_>> = passes.iter().map(|locked| locked.pass.advance()).collect();
    let sent: Vec<Option<Sent>> = passes.iter().map(|locked| locked.pass.note(now)).collect();
    let notes: Vec<_> =
        advances.iter().zip(&sent).filter_map(|(advance, sent)| Some((advance, sent.as_ref()?))).collect();
    store.note_sent(&notes)?;
    let goes = |locked: &&&mut LockedPass| locked.pass.lock_after(now).is_none();
    let going: Vec<Advance<'_>> = passes.iter().filter(goes).map(|locked| locked.pass.advance()).collect();
    let moved = if going.is_empty() { Vec::new() } else { store.advance_all(&going, now)? };
    let (mut moved, mut lost) = (moved.into_iter(), Vec::new());
    for locked in passes.iter() {
        let is_done = match locked.pass.lock_after(now) {
            Some(mark) => store.unlock(&locked.pass.client.site, &locked.pass.lock, Some(&mark))?,
            None => moved.next().unwrap_or_default(),
        };
        if is_done {
            plan.put_back(locked.pass.state_after(now), now, settings);
        } else {
            lost.push(locked.pass.client.site.clone());
        }
    }
    let _ = locks.unlock_all(passes.iter_mut().filter_map(|locked| locked.take_held()).collect());
    Ok(lost)
}
