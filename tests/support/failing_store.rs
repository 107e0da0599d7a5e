//! A store that fails at a call of one's choice, in one of the ways in which a database or a process does.

use std::{
    cell::RefCell,
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use wikibase_dispatch::{
    domain::{
        change::ChangeId,
        gap_holder::GapHolder,
        horizon::{GapRules, Horizon, Life},
        ledger::LateChange,
        prune::PruneNote,
        rollout::{AppliedRollout, Facts, Step, Unhanded},
        sent::{AsideChange, Sent},
        site::{Client, SiteId},
        time::Timestamp,
    },
    error::{Error, ErrorKind, Result},
    store::{
        Advance, Backlog, ChangeBuffer, Chunk, Clock, DispatchStates, LateRecord, Ledger, NewClaim, Patience, Pruning,
        ReadLimit, RolledOut, Rollouts, SentPasses, StateRow, Store, Stretches, Subscriptions,
    },
};

/// How the chosen call fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The call does nothing and returns an error; the process lives.
    Refused,
    /// The call takes effect, but its answer is lost; the process lives.
    AnswerLost,
    /// The process dies before the call.
    DiesBefore,
    /// The process dies after the call took effect.
    DiesAfter,
}

impl Failure {
    pub const ALL: [Self; 4] = [Self::Refused, Self::AnswerLost, Self::DiesBefore, Self::DiesAfter];

    fn takes_effect(self) -> bool {
        matches!(self, Self::AnswerLost | Self::DiesAfter)
    }

    fn is_death(self) -> bool {
        matches!(self, Self::DiesBefore | Self::DiesAfter)
    }
}

/// Counts the calls of a process, to the database and to the queue alike, and fails at one of them.
#[derive(Default)]
pub struct Fate {
    pub calls: usize,
    pub at: Option<(usize, Failure)>,
    /// After death every call fails, without effect.
    pub is_dead: bool,
    /// Done before each call.
    pub before_each: Option<Box<dyn FnMut()>>,
}

impl Fate {
    pub fn new(at: Option<(usize, Failure)>) -> Rc<RefCell<Self>> {
        Rc::new(RefCell::new(Self { at, ..Self::default() }))
    }
}

/// One call under a fate.
pub fn call<T>(fate: &RefCell<Fate>, effect: impl FnOnce() -> Result<T>) -> Result<T> {
    let failed = || Error::new(ErrorKind::StoreUnavailable, "this call was chosen to fail");
    let failure = {
        let mut fate = fate.borrow_mut();
        if fate.is_dead {
            return Err(failed());
        }
        if let Some(before_each) = &mut fate.before_each {
            before_each();
        }
        let number = fate.calls;
        fate.calls += 1;
        fate.at.filter(|(at, _)| *at == number).map(|(_, failure)| failure)
    };
    let Some(failure) = failure else {
        return effect();
    };
    fate.borrow_mut().is_dead = failure.is_death();
    if failure.takes_effect() {
        effect()?;
    }
    Err(failed())
}

/// How far the clock of a database is ahead of the machine's. Clones tell the same time.
#[derive(Clone, Default)]
pub struct Ahead(Arc<AtomicU64>);

impl Ahead {
    pub fn get(&self) -> Duration {
        Duration::from_millis(self.0.load(Ordering::SeqCst))
    }

    pub fn set(&self, ahead: Duration) {
        self.0.store(millis(ahead), Ordering::SeqCst);
    }

    pub fn pass(&self, time: Duration) {
        self.0.fetch_add(millis(time), Ordering::SeqCst);
    }
}

fn millis(time: Duration) -> u64 {
    time.as_millis().try_into().unwrap()
}

/// A store under a fate, with a clock that the test moves.
pub struct FailingStore<S> {
    pub inner: S,
    pub fate: Rc<RefCell<Fate>>,
    pub clock_ahead: Ahead,
}

impl<S: Store> FailingStore<S> {
    fn call<T>(&mut self, effect: impl FnOnce(&mut S) -> Result<T>) -> Result<T> {
        call(&self.fate, || effect(&mut self.inner))
    }
}

impl<S: Store> Patience for FailingStore<S> {
    fn hurry(&mut self, is_hurried: bool) {
        self.inner.hurry(is_hurried);
    }
}

impl<S: Store> Clock for FailingStore<S> {
    fn now(&mut self) -> Result<Timestamp> {
        let ahead = self.clock_ahead.get();
        self.call(|inner| inner.now().map(|now| now.plus(ahead)))
    }
}

impl<S: Store> ChangeBuffer for FailingStore<S> {
    fn life(&self) -> Life {
        self.inner.life()
    }

    fn horizon(&mut self, from: ChangeId, rules: GapRules) -> Result<Horizon> {
        self.call(|inner| inner.horizon(from, rules))
    }

    fn gap_holder(&mut self) -> GapHolder {
        self.inner.gap_holder()
    }

    fn highest_allocated(&mut self) -> Result<Option<ChangeId>> {
        self.call(S::highest_allocated)
    }

    fn last_change(&mut self) -> Result<ChangeId> {
        self.call(S::last_change)
    }

    fn read_changes(&mut self, after: ChangeId, upto: ChangeId, limit: ReadLimit) -> Result<Chunk> {
        self.call(|inner| inner.read_changes(after, upto, limit))
    }
}

impl<S: Store> Stretches for FailingStore<S> {}

impl<S: Store> Subscriptions for FailingStore<S> {
    fn each_subscriber(&mut self, entities: &[&str], each: &mut dyn FnMut(&str, &str)) -> Result<()> {
        self.call(|inner| inner.each_subscriber(entities, each))
    }
}

impl<S: Store> DispatchStates for FailingStore<S> {
    fn all_states(&mut self) -> Result<Vec<StateRow>> {
        self.call(S::all_states)
    }

    fn state(&mut self, client: &SiteId) -> Result<Option<StateRow>> {
        self.call(|inner| inner.state(client))
    }

    fn insert_states(&mut self, clients: &[&Client]) -> Result<usize> {
        self.call(|inner| inner.insert_states(clients))
    }

    fn update_domain(&mut self, client: &Client) -> Result<()> {
        self.call(|inner| inner.update_domain(client))
    }

    fn claim_all(&mut self, claims: &[NewClaim<'_>]) -> Result<Vec<bool>> {
        self.call(|inner| inner.claim_all(claims))
    }

    fn advance_all(&mut self, advances: &[Advance<'_>], touched: Timestamp) -> Result<Vec<bool>> {
        self.call(|inner| inner.advance_all(advances, touched))
    }

    fn unlock(&mut self, client: &SiteId, lock: &str, by: Option<&str>) -> Result<bool> {
        self.call(|inner| inner.unlock(client, lock, by))
    }

    fn disable(&mut self, client: &SiteId) -> Result<bool> {
        self.call(|inner| inner.disable(client))
    }

    fn enable(&mut self, client: &SiteId, after: ChangeId) -> Result<bool> {
        self.call(|inner| inner.enable(client, after))
    }

    fn fast_forward(
        &mut self,
        clients: &[(SiteId, ChangeId)],
        to: ChangeId,
        touched: Timestamp,
        life: Life,
    ) -> Result<usize> {
        self.call(|inner| inner.fast_forward(clients, to, touched, life))
    }

    fn seek(&mut self, client: &SiteId, seen: ChangeId, lock: Option<&str>, to: ChangeId, life: Life) -> Result<bool> {
        self.call(|inner| inner.seek(client, seen, lock, to, life))
    }
}

impl<S: Store> SentPasses for FailingStore<S> {
    fn note_sent(&mut self, notes: &[(&Advance<'_>, &Sent)]) -> Result<()> {
        self.call(|inner| inner.note_sent(notes))
    }

    fn forget_sent(&mut self, client: &SiteId, seen: ChangeId, lock: Option<&str>) -> Result<()> {
        self.call(|inner| inner.forget_sent(client, seen, lock))
    }

    fn set_aside(&mut self, client: &SiteId, change: ChangeId, entity: &str, now: Timestamp) -> Result<()> {
        self.call(|inner| inner.set_aside(client, change, entity, now))
    }

    fn aside(&mut self, most: usize) -> Result<Vec<AsideChange>> {
        self.call(|inner| inner.aside(most))
    }

    fn aside_for(&mut self, client: &SiteId) -> Result<Vec<AsideChange>> {
        self.call(|inner| inner.aside_for(client))
    }

    fn take_up(&mut self, client: &SiteId, change: ChangeId, now: Timestamp) -> Result<bool> {
        self.call(|inner| inner.take_up(client, change, now))
    }
}

impl<S: Store> Ledger for FailingStore<S> {
    fn find_late(&mut self, most: usize) -> Result<Vec<ChangeId>> {
        self.call(|inner| inner.find_late(most))
    }

    fn record_late(&mut self, records: &[LateRecord], now: Timestamp) -> Result<bool> {
        self.call(|inner| inner.record_late(records, now))
    }

    fn undelivered(&mut self) -> Result<Vec<(String, LateChange)>> {
        self.call(S::undelivered)
    }

    fn late_were_delivered(&mut self, client: &SiteId, changes: &[ChangeId]) -> Result<()> {
        self.call(|inner| inner.late_were_delivered(client, changes))
    }

    fn late_changes(&mut self, most: usize) -> Result<Vec<LateChange>> {
        self.call(|inner| inner.late_changes(most))
    }

    fn late_change(&mut self, change: ChangeId) -> Result<Option<LateChange>> {
        self.call(|inner| inner.late_change(change))
    }

    fn begin_epoch(&mut self, now: Timestamp) -> Result<()> {
        self.call(|inner| inner.begin_epoch(now))
    }

    fn was_compared(&mut self, now: Timestamp) -> Result<()> {
        self.call(|inner| inner.was_compared(now))
    }

    fn tidy_ledger(&mut self, seen: ChangeId) -> Result<()> {
        self.call(|inner| inner.tidy_ledger(seen))
    }

    fn begin_new_life(&mut self) -> Result<()> {
        self.call(S::begin_new_life)
    }
}

impl<S: Store> Backlog for FailingStore<S> {
    fn first_after(&mut self, positions: &[ChangeId], upto: ChangeId) -> Result<Vec<(ChangeId, String)>> {
        self.call(|inner| inner.first_after(positions, upto))
    }
}

impl<S: Store> Pruning for FailingStore<S> {
    fn prune_note(&mut self) -> Result<(Option<PruneNote>, Timestamp)> {
        let ahead = self.clock_ahead.get();
        self.call(|inner| inner.prune_note().map(|(note, now)| (note, now.plus(ahead))))
    }

    fn write_prune_note(&mut self, note: PruneNote) -> Result<()> {
        self.call(|inner| inner.write_prune_note(note))
    }

    fn oldest_changes(&mut self, upto: ChangeId, limit: usize) -> Result<Vec<(ChangeId, String)>> {
        self.call(|inner| inner.oldest_changes(upto, limit))
    }

    fn delete_changes(&mut self, ids: &[ChangeId]) -> Result<usize> {
        self.call(|inner| inner.delete_changes(ids))
    }
}

impl<S: Store> Rollouts for FailingStore<S> {
    fn rollout(&mut self) -> Result<AppliedRollout> {
        self.call(|inner| inner.rollout())
    }

    fn roll_out(&mut self, plan: &mut dyn FnMut(&Facts) -> Vec<Step>) -> Result<RolledOut> {
        self.call(|inner| inner.roll_out(plan))
    }

    fn unhanded(&mut self, after: ChangeId, upto: ChangeId, limit: usize) -> Result<Vec<Unhanded>> {
        self.call(|inner| inner.unhanded(after, upto, limit))
    }

    fn is_something_handed(&mut self) -> Result<bool> {
        self.call(|inner| inner.is_something_handed())
    }

    fn note_shadow(&mut self, client: &SiteId, changes: &[ChangeId]) -> Result<()> {
        self.call(|inner| inner.note_shadow(client, changes))
    }

    fn compare_shadow(&mut self, client: &str, since: ChangeId) -> Result<()> {
        self.call(|inner| inner.compare_shadow(client, since))
    }
}
