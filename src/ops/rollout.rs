//! Applies the configured rollout: see [`plan`] for the rules.

use std::collections::HashMap;

use super::states::state_of_row;
use crate::{
    domain::{
        change::ChangeId,
        rollout::{
            AppliedRollout, RolloutState, Step, WantedRollout, WikibaseState,
            plan::{self, LOOK_AHEAD, Look, PASSED_ON},
        },
        sent::AgainRules,
        site::SiteId,
    },
    error::Result,
    store::{StateRow, Store},
};

/// Transactions of one call: as many as it takes to lead every client from one side to the other, some batches of changes that are to be
/// deleted, and a few for servers with another configuration that do the opposite meanwhile.
const MOST_TRANSACTIONS: usize = 16;

/// A change of the rollout, for the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RolloutChange {
    /// Clients that are to be ours alone.
    pub on: Vec<SiteId>,
    /// Clients that are to be watched.
    pub shadow: Vec<SiteId>,
}

/// The rollout as it is now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Begun {
    /// Whether anything was changed, and to what.
    pub changed: Option<RolloutChange>,
    /// Configured clients that leave: see [`Settings::serving`](crate::domain::settings::Settings::serving).
    pub leaving: Vec<SiteId>,
    /// Clients that are watched. That may have changed by the time that their passes have begun: see [`watched`].
    pub watched: Vec<SiteId>,
    /// The state of Wikibase's own dispatching; `None`: it serves every client.
    pub wikibase: Option<WikibaseState>,
    /// Whether there is more to do than one call does: somebody has to begin again.
    pub is_more_left: bool,
}

/// What was done when the horizon was known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Followed {
    /// Entities for which Wikibase's own job has to be queued again. If that fails, this has to be done again.
    pub remind: Vec<String>,
    /// Clients that have left.
    pub left: Vec<String>,
    /// Whether anything else was changed, and to what.
    pub changed: Option<RolloutChange>,
    /// Whether somebody has to look again, because Wikibase's own dispatching has changes to hand over and may have forgotten them. While they
    /// are young nobody can tell; later, no edit or visitor need come.
    pub may_have_forgotten: bool,
    /// Whether there is more to do than one call does: somebody has to look again, soon.
    pub is_more_left: bool,
}

/// Brings about what is wanted. To be done before anything is dispatched. One small statement where nothing has changed.
pub fn begin<S: Store + ?Sized>(store: &mut S, wanted: &WantedRollout) -> Result<Begun> {
    let applied = store.rollout()?;
    if !plan::is_to_be_changed(wanted, &applied) {
        return Ok(begun(wanted, &applied, None, false));
    }
    let mut has_changed = false;
    for _ in 0..MOST_TRANSACTIONS {
        let done = store.roll_out(&mut |facts| plan::bring_about(wanted, facts))?;
        if done.steps.is_empty() {
            return Ok(begun(wanted, &done.before, has_changed.then(|| change_to(wanted)), false));
        }
        has_changed = true;
    }
    Ok(begun(wanted, &store.rollout()?, Some(change_to(wanted)), true))
}

fn begun(
    wanted: &WantedRollout,
    applied: &AppliedRollout,
    changed: Option<RolloutChange>,
    is_more_left: bool,
) -> Begun {
    let (leaving, watched) = (leaving_of(wanted, applied), watched_of(applied));
    Begun { changed, leaving, watched, wikibase: applied.state(), is_more_left }
}

fn change_to(wanted: &WantedRollout) -> RolloutChange {
    let sites = |state| wanted.in_state(state).map(|client| client.site.clone()).collect();
    RolloutChange { on: sites(RolloutState::On), shadow: sites(RolloutState::Shadow) }
}

/// Follows the horizon: raises the floor, finds what Wikibase has forgotten, lets clients go that have left. No statement where Wikibase is
/// idle: the process that has changed that since announces it.
pub fn follow<S: Store + ?Sized>(
    store: &mut S,
    wanted: &WantedRollout,
    begun: &Begun,
    horizon: ChangeId,
    rules: AgainRules,
) -> Result<Followed> {
    if begun.wikibase == Some(WikibaseState::Idle) {
        return Ok(Followed::default());
    }
    let applied = store.rollout()?;
    match applied.state() {
        Some(WikibaseState::Serving) => follow_wikibase(store, wanted, &applied, horizon, rules),
        None => pass_on(store, Followed::default()),
        Some(WikibaseState::Idle | WikibaseState::Starting) => Ok(Followed::default()),
    }
}

fn follow_wikibase<S: Store + ?Sized>(
    store: &mut S,
    wanted: &WantedRollout,
    applied: &AppliedRollout,
    horizon: ChangeId,
    rules: AgainRules,
) -> Result<Followed> {
    let unhanded = store.unhanded(applied.floor(), horizon, LOOK_AHEAD)?;
    let look = Look::at(&unhanded, horizon);
    if look.floor > applied.floor() {
        store.roll_out(&mut |facts| plan::raise_floor(facts, look.floor))?;
    }
    for (client, since) in applied.watched() {
        if let Some(since) = since {
            store.compare_shadow(client, since)?;
        }
    }
    let mut followed =
        Followed { remind: look.forgotten, may_have_forgotten: look.are_some_young, ..Followed::default() };
    let have_left = have_left(store, applied, rules)?;
    if !have_left.is_empty() {
        let_go(store, &have_left, &mut followed)?;
        let begun = begin(store, wanted)?;
        followed.changed = begun.changed;
        followed.is_more_left = begun.is_more_left;
        if begun.wikibase.is_none() {
            // That was the last one, and this may be the last trigger.
            followed.may_have_forgotten = false;
            return pass_on(store, followed);
        }
    }
    Ok(followed)
}

/// Those who have got from us all that they get from nobody else, and are not waited for. Costs a statement or two while clients leave. The
/// transaction that lets them go looks for itself where they stand.
pub(super) fn have_left<S: Store + ?Sized>(
    store: &mut S,
    applied: &AppliedRollout,
    rules: AgainRules,
) -> Result<Vec<String>> {
    if applied.leaving().next().is_none() {
        return Ok(Vec::new());
    }
    let states = store.all_states()?;
    let enabled: HashMap<&str, &StateRow> =
        states.iter().filter(|row| !row.disabled).map(|row| (row.site.as_str(), row)).collect();
    let mut left: Vec<String> = plan::left_now(applied, |site| enabled.get(site).map(|row| row.seen)).collect();
    if !left.is_empty() && states.iter().any(|row| row.sent.is_some()) {
        let now = store.now()?;
        let is_waited_for = |site: &String| {
            let state = enabled.get(site.as_str()).and_then(|row| state_of_row((*row).clone()));
            state.is_some_and(|state| state.may_handle_more(now, rules))
        };
        left.retain(|site| !is_waited_for(site));
    }
    Ok(left)
}

fn let_go<S: Store + ?Sized>(store: &mut S, have_left: &[String], followed: &mut Followed) -> Result<()> {
    for step in store.roll_out(&mut |facts| plan::let_go(facts, have_left))?.steps {
        if let Step::Stop(left) = step {
            followed.left.extend(left);
        }
    }
    Ok(())
}

/// Wikibase serves every client, and then no edit asks for a trigger. Somebody did all the same: an edit on a server that has the
/// configuration of a moment ago, by which Wikibase's own job was not needed. Or a job of Wikibase's that was under way at that moment,
/// and has noted what it would have deleted: the next would send it again.
fn pass_on<S: Store + ?Sized>(store: &mut S, mut followed: Followed) -> Result<Followed> {
    let unhanded = store.unhanded(ChangeId(0), ChangeId(u64::from(u32::MAX)), PASSED_ON)?;
    followed.is_more_left |= unhanded.len() == PASSED_ON;
    for entity in plan::entities_of(&unhanded) {
        if !followed.remind.contains(&entity) {
            followed.remind.push(entity);
        }
    }
    if store.is_something_handed()? {
        followed.is_more_left |= !tidy_up(store)?;
    }
    Ok(followed)
}

/// Whether nothing is left.
fn tidy_up<S: Store + ?Sized>(store: &mut S) -> Result<bool> {
    for _ in 0..MOST_TRANSACTIONS {
        if store.roll_out(&mut plan::tidy_up)?.steps.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Configured clients that leave, and that we still dispatch to.
pub fn leaving<S: Store + ?Sized>(store: &mut S, wanted: &WantedRollout) -> Result<Vec<SiteId>> {
    if wanted.is_everywhere(RolloutState::On) {
        return Ok(Vec::new());
    }
    Ok(leaving_of(wanted, &store.rollout()?))
}

/// Clients that are watched: what we dispatch to them is noted instead of sent, whatever is configured. To be asked when their passes have
/// begun.
pub fn watched<S: Store + ?Sized>(store: &mut S) -> Result<Vec<SiteId>> {
    store.rollout().map(|applied| watched_of(&applied))
}

/// The last change that may be pruned when our clients have seen it, since Wikibase needs the rest; `None`: it needs none.
pub fn prune_limit<S: Store + ?Sized>(store: &mut S, wanted: &WantedRollout) -> Result<Option<ChangeId>> {
    store.rollout().map(|applied| plan::prune_limit(wanted, &applied))
}

fn leaving_of(wanted: &WantedRollout, applied: &AppliedRollout) -> Vec<SiteId> {
    applied.leaving().filter_map(|(site, _)| wanted.client(site)).map(|client| client.site.clone()).collect()
}

fn watched_of(applied: &AppliedRollout) -> Vec<SiteId> {
    applied.watched().filter_map(|(site, _)| SiteId::parse(site)).collect()
}
