//! The steps from the present rollout to the configured one, without losing a change while edits go on.
//!
//! A plan is a pure function of the tables as one transaction reads them, and its steps are written by that transaction. So each leads from
//! one consistent state to the next, any process may go on from any state, and it does not matter which of two processes comes
//! first. What a plan rests on must never be read before: between the reading and the writing, others may have led the table away and back.
//!
//! Wikibase's own job goes by the table, too: it looks up whose clients they are *after* it has read its changes, leaves out
//! clients that are ours alone and changes up to the floor, and notes what it has handed over (`wb_changes_handed`) where it would
//! delete it. From that follow the rules:
//!
//! - **Off, or shadow, to on.** The client's dispatch state gets the floor as what it has seen, and its row says so, at once. A job that
//!   does not know yet hands its changes over to the client as well: a repeat. One that knows leaves the client out, and every
//!   change that it then notes is above the floor that the client began at.
//! - **On to off, or to shadow.** First the client leaves with an unknown position, which makes it Wikibase's. Only when that is
//!   committed, another transaction asks for the last visible change. A job that left the client out has read before that, so its changes are
//!   visible by now: we deliver up to there, and then the client has left. What is below, and was not handed over yet, is repeated.
//! - **All positions that are unknown become known at once.** If a process died in between, the next one would be told a later
//!   change, and that would be the floor; what lies between it and the position of a client that had its own already would be nobody's.
//! - **All on.** Wikibase's job is idle, and the table has but the row that says so. A job that looks at that moment reaches nobody. From there
//!   on to some being off is the rule for leaving, with the floor at the change where they leave.
//! - **All off.** When the last client has left, changes that were handed over are deleted, as Wikibase would have done, and then the tables
//!   are empty: Wikibase's job is itself again. What a job notes just after that is deleted by the trigger that it asks for.
//! - **The floor** rises with the horizon, but never past a change that was not handed over. A note up to the floor says nothing any more.

use std::{collections::BTreeMap, time::Duration};

use super::{
    super::{change::ChangeId, site::Client, time::Timestamp},
    AppliedRollout, ClientRollout, RolloutState, WantedRollout, WikibaseState,
};

/// Age from which on Wikibase's job is queued again for a change that it has not handed over: the job of an edit can be lost, or may never
/// have been pushed, by a server that had an older configuration.
pub const FORGOTTEN_AFTER: Duration = Duration::from_secs(300);

/// Changes above the floor that a trigger looks at.
pub const LOOK_AHEAD: usize = 200;

/// Changes that a trigger looks at where Wikibase serves every client.
pub const PASSED_ON: usize = 1000;

/// Changes that one step deletes: little enough for a replica to follow at once.
pub const BATCH: usize = 500;

/// What the tables hold, as one transaction reads them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// `wb_changes_rollout`
    pub applied: AppliedRollout,
    /// The last visible change.
    pub last: ChangeId,
    /// What the clients that leave have seen, unless they have no dispatch state or are disabled.
    pub seen: BTreeMap<String, ChangeId>,
    /// Whether there are changes up to the floor, or notes of changes that were handed over.
    pub has_handed_changes: bool,
}

/// What is written at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// We dispatch to these clients after a change, or after what they have seen if that is more.
    Start {
        /// Which.
        clients: Vec<Client>,
        /// After which change.
        after: ChangeId,
    },
    /// The same, even where they have seen more, since they only looked on. Passes that are under way lose their claims.
    StartAgain {
        /// Which.
        clients: Vec<Client>,
        /// After which change.
        after: ChangeId,
    },
    /// Disables clients that have left, but for those that an admin has disabled. Their dispatch states stay: a runner that still knows of
    /// them would make new ones, at 0.
    Stop(Vec<String>),
    /// Forgets what was noted while these clients were watched.
    ForgetShadow(Vec<String>),
    /// Writes rows of clients.
    Put(Vec<(String, ClientRollout)>),
    /// Removes rows of clients.
    Remove(Vec<String>),
    /// Writes Wikibase's row.
    PutWikibase(WikibaseState, ChangeId),
    /// Removes Wikibase's row.
    RemoveWikibase,
    /// Raises the floor, and forgets the notes up to there.
    RaiseFloor(ChangeId),
    /// Deletes changes that Wikibase would have deleted, had we not needed them: one [`BATCH`] of those up to `upto`, and, when these are
    /// gone, of those that are noted, with their notes.
    DeleteHanded {
        /// Everybody has the changes up to this one.
        upto: ChangeId,
    },
}

/// Whether there is anything to bring about.
pub fn is_to_be_changed(wanted: &WantedRollout, applied: &AppliedRollout) -> bool {
    !next_steps(wanted, applied, ChangeId::default(), false).is_empty()
}

/// The next steps to what is wanted; none if it is the case.
pub fn bring_about(wanted: &WantedRollout, facts: &Facts) -> Vec<Step> {
    next_steps(wanted, &facts.applied, facts.last, facts.has_handed_changes)
}

fn next_steps(wanted: &WantedRollout, applied: &AppliedRollout, last: ChangeId, has_handed_changes: bool) -> Vec<Step> {
    let is_everywhere = |state| wanted.is_everywhere(state);
    match applied.state() {
        None if is_everywhere(RolloutState::Off) => Vec::new(),
        Some(WikibaseState::Idle) if is_everywhere(RolloutState::On) => Vec::new(),
        // What waits in the buffer is what Wikibase has not handed over: our clients begin at its start.
        None if is_everywhere(RolloutState::On) => vec![
            Step::Start { clients: wanted.clients().map(|(client, _)| client.clone()).collect(), after: ChangeId(0) },
            Step::PutWikibase(WikibaseState::Idle, ChangeId(0)),
        ],
        None => switch(wanted, applied, Some(Step::PutWikibase(WikibaseState::Serving, ChangeId(0)))),
        Some(WikibaseState::Idle) => switch(wanted, applied, Some(Step::PutWikibase(WikibaseState::Starting, last))),
        Some(WikibaseState::Starting) => settle(applied, last),
        Some(WikibaseState::Serving) if has_unknown_position(applied) => settle(applied, last),
        Some(WikibaseState::Serving) => {
            let steps = switch(wanted, applied, None);
            if steps.is_empty() { finish(wanted, applied, has_handed_changes) } else { steps }
        }
    }
}

fn has_unknown_position(applied: &AppliedRollout) -> bool {
    applied.clients.values().any(|state| state.is_unknown())
}

/// A client that leaves is left alone until it has left, and shadowed then.
fn is_as_wanted(wanted: RolloutState, is: Option<ClientRollout>) -> bool {
    match wanted {
        RolloutState::On => is == Some(ClientRollout::On),
        RolloutState::Shadow => matches!(is, Some(ClientRollout::Shadow(_) | ClientRollout::Leaving(_))),
        RolloutState::Off => matches!(is, None | Some(ClientRollout::Leaving(_))),
    }
}

/// What becomes of the clients.
#[derive(Default)]
struct Switch {
    start: Vec<Client>,
    start_again: Vec<Client>,
    stop: Vec<String>,
    forget: Vec<String>,
    put: Vec<(String, ClientRollout)>,
    remove: Vec<String>,
}

impl Switch {
    fn client(&mut self, client: &Client, is: Option<ClientRollout>, wanted: RolloutState) {
        let site = client.site.to_string();
        match (is, wanted) {
            (None, RolloutState::On) => self.start.push(client.clone()),
            (Some(ClientRollout::Shadow(_)), RolloutState::On) => {
                self.start_again.push(client.clone());
                self.forget.push(site.clone());
            }
            (Some(ClientRollout::On), RolloutState::Off | RolloutState::Shadow) => {
                self.put.push((site, ClientRollout::Leaving(None)));
                return;
            }
            (_, RolloutState::Shadow) => {
                // A job that was under way when it was watched before may have noted something since.
                self.forget.push(site.clone());
                self.start.push(client.clone());
                self.put.push((site, ClientRollout::Shadow(None)));
                return;
            }
            (_, RolloutState::Off) => {
                self.forget.push(site.clone());
                // What it has only looked at is not to count when it comes back.
                self.start_again.push(client.clone());
                self.stop.push(site.clone());
                self.remove.push(site);
                return;
            }
            (Some(ClientRollout::On | ClientRollout::Leaving(_)), RolloutState::On) => {}
        }
        self.put.push((site, ClientRollout::On));
    }

    fn into_steps(self, floor: ChangeId) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut add = |is_empty: bool, step: Step| {
            if !is_empty {
                steps.push(step);
            }
        };
        add(self.forget.is_empty(), Step::ForgetShadow(self.forget));
        add(self.start.is_empty(), Step::Start { clients: self.start, after: floor });
        add(self.start_again.is_empty(), Step::StartAgain { clients: self.start_again, after: floor });
        add(self.stop.is_empty(), Step::Stop(self.stop));
        add(self.put.is_empty(), Step::Put(self.put));
        add(self.remove.is_empty(), Step::Remove(self.remove));
        steps
    }
}

/// Has each client that is not as wanted change sides, or begin to.
fn switch(wanted: &WantedRollout, applied: &AppliedRollout, of_wikibase: Option<Step>) -> Vec<Step> {
    let were_all_ours = applied.state() == Some(WikibaseState::Idle);
    let mut switch = Switch::default();
    for (client, state) in wanted.clients() {
        let is = if were_all_ours { Some(ClientRollout::On) } else { applied.of(client.site.as_str()) };
        if were_all_ours || !is_as_wanted(state, is) {
            switch.client(client, is, state);
        }
    }
    switch.remove.extend(applied.clients.keys().filter(|site| !wanted.keeps(site)).cloned());
    of_wikibase.into_iter().chain(switch.into_steps(applied.floor())).collect()
}

/// From here on Wikibase's job knows who is its own, or watched: whatever it did without knowing is about a change that is visible by
/// now, in a transaction that began when the table said so already.
fn settle(applied: &AppliedRollout, last: ChangeId) -> Vec<Step> {
    let known = |state: ClientRollout| match state {
        ClientRollout::Shadow(None) => Some(ClientRollout::Shadow(Some(last))),
        ClientRollout::Leaving(None) => Some(ClientRollout::Leaving(Some(last))),
        _ => None,
    };
    let put: Vec<_> = applied.clients.iter().filter_map(|(site, state)| Some((site.clone(), known(*state)?))).collect();
    let mut steps = Vec::new();
    if applied.state() == Some(WikibaseState::Starting) {
        // A client that is Wikibase's again gets everything up to here from us.
        let floor = if put.is_empty() { applied.floor() } else { last };
        steps.push(Step::PutWikibase(WikibaseState::Serving, floor));
    }
    if !put.is_empty() {
        steps.push(Step::Put(put));
    }
    steps
}

/// Every client is on the side where it is to be.
fn finish(wanted: &WantedRollout, applied: &AppliedRollout, has_handed_changes: bool) -> Vec<Step> {
    if wanted.is_everywhere(RolloutState::On) {
        let mut steps = vec![Step::PutWikibase(WikibaseState::Idle, ChangeId(0))];
        if !applied.clients.is_empty() {
            steps.push(Step::Remove(applied.clients.keys().cloned().collect()));
        }
        steps
    } else if wanted.is_everywhere(RolloutState::Off) && applied.clients.is_empty() {
        if has_handed_changes { vec![Step::DeleteHanded { upto: applied.floor() }] } else { vec![Step::RemoveWikibase] }
    } else {
        Vec::new()
    }
}

/// Lets those of `clients` go that have got from us all that they get from nobody else.
pub fn let_go(facts: &Facts, clients: &[String]) -> Vec<Step> {
    let left = left_now(&facts.applied, |site| facts.seen.get(site).copied());
    let left: Vec<String> = left.filter(|site| clients.contains(site)).collect();
    if left.is_empty() { Vec::new() } else { vec![Step::Stop(left.clone()), Step::Remove(left)] }
}

/// The clients that can be let go, by what those that are not disabled have seen.
pub fn left_now(applied: &AppliedRollout, seen: impl Fn(&str) -> Option<ChangeId>) -> impl Iterator<Item = String> {
    // One that an admin has disabled gets nothing, and does not stay for ever.
    let has_left = move |(site, upto): (&str, Option<ChangeId>)| {
        let upto = upto?;
        seen(site).is_none_or(|seen| seen >= upto).then(|| site.to_owned())
    };
    applied.leaving().filter_map(has_left)
}

/// Raises the floor, if it is lower and there is one.
///
/// What was found to be handed over stays so, whatever was rolled out since: `to` may have been found under an earlier floor.
pub fn raise_floor(facts: &Facts, to: ChangeId) -> Vec<Step> {
    match facts.applied.wikibase {
        Some((WikibaseState::Serving, floor)) if floor < to => vec![Step::RaiseFloor(to)],
        _ => Vec::new(),
    }
}

/// Where Wikibase serves every client again, deletes what one of its jobs noted that was under way at that moment: the next job for the
/// entity would send it again. While anything is rolled out, we may need it.
pub fn tidy_up(facts: &Facts) -> Vec<Step> {
    match facts.applied.state() {
        None if facts.has_handed_changes => vec![Step::DeleteHanded { upto: ChangeId(0) }],
        _ => Vec::new(),
    }
}

/// A change that Wikibase has not handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unhanded {
    /// Which one.
    pub id: ChangeId,
    /// Its entity.
    pub entity: String,
    /// Its age, by the database's clock.
    pub age: Duration,
}

impl Unhanded {
    /// From a change's row, read at `now`. A time that is off, in the future say, is not waited for.
    pub fn new(id: ChangeId, entity: String, time: &str, now: Timestamp) -> Self {
        let age = Timestamp::parse_mw(time).map_or(Duration::MAX, |time| time.distance(now));
        Self { id, entity, age }
    }

    fn is_forgotten(&self) -> bool {
        self.age > FORGOTTEN_AFTER
    }
}

/// What follows from the first changes above the floor that Wikibase has not handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// How far the floor can rise.
    pub floor: ChangeId,
    /// Entities that Wikibase has to be reminded of.
    pub forgotten: Vec<String>,
    /// Whether there are changes that Wikibase may have forgotten, and that are too young to tell.
    pub are_some_young: bool,
}

impl Look {
    /// What follows from `unhanded`, the first ones up to the horizon, in ascending id.
    pub fn at(unhanded: &[Unhanded], horizon: ChangeId) -> Self {
        Self {
            floor: unhanded.first().map_or(horizon, |first| first.id.back(1)),
            forgotten: entities_of(unhanded.iter().filter(|change| change.is_forgotten())),
            are_some_young: unhanded.iter().any(|change| !change.is_forgotten()),
        }
    }
}

/// Their entities, each once.
pub fn entities_of<'u>(changes: impl IntoIterator<Item = &'u Unhanded>) -> Vec<String> {
    let mut entities = Vec::new();
    for change in changes {
        if !entities.contains(&change.entity) {
            entities.push(change.entity.clone());
        }
    }
    entities
}

/// The last change that may be deleted when our clients have seen it, since Wikibase needs the rest; `None`: it needs none.
pub fn prune_limit(wanted: &WantedRollout, applied: &AppliedRollout) -> Option<ChangeId> {
    if is_to_be_changed(wanted, applied) {
        // By the configuration of this server, a client that is ours may be none, and hold back nothing.
        return Some(ChangeId(0));
    }
    (applied.state() != Some(WikibaseState::Idle)).then(|| applied.floor())
}

#[cfg(test)]
mod tests;
