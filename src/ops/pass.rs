//! A pass: for one client, find the next batch, claim it, hand it over, advance.
//!
//! The order is: look, assemble, **claim**, push, **finish**. The claim is one compare-and-set that records where the pass ends,
//! so nothing is pushed that is not written down first, and a runner that takes over from a dead one pushes the same again.
//! Assembling before claiming costs a losing runner some reading, and saves every winning one a statement.

use std::time::Duration;

use super::{
    again::{gives_receipts, left_noted, propose_again},
    horizon::{patience, wait_for_gap},
    late::{FoundLate, can_be_told, find_late, mark, propose_late},
    repair_seen::repair_seen,
    states::state_of_client,
    window::{Run, Window},
};
use crate::{
    domain::{
        batch::{Batch, Limits},
        change::ChangeId,
        claim::{Claim, Lock, Rest, Token},
        client_mark::ClientMark,
        horizon::{Horizon, Life},
        ledger::LateChange,
        notification::Version,
        notification_format::NotificationFormat,
        receipts::Reported,
        segment::Segment,
        sent::{AgainRules, Form, Sent, SentPass},
        settings::Settings,
        site::Client,
        state::{DispatchState, Due},
        time::Timestamp,
    },
    error::{Error, ErrorKind, Result},
    store::{Advance, NewClaim, Store},
};

/// A claimed batch, to be handed over and then finished, released or abandoned.
#[derive(Debug)]
pub struct Pass {
    /// Whose pass it is.
    pub client: Client,
    /// `chd_seen` before it.
    pub seen: ChangeId,
    /// What to hand over.
    pub batch: Batch,
    /// Whether it takes over from one that was begun and not finished: the same may have been pushed already.
    pub is_repeat: bool,
    /// In which form.
    pub format: NotificationFormat,
    /// In which version of it, if it is our own.
    pub version: Version,
    mark: Option<ClientMark>,
    reported: Option<Reported>,
    claim: Claim,
    life: Life,
    /// The claim as it stands in the row.
    pub(super) lock: String,
    /// What stood there before.
    lock_before: Option<String>,
    /// Late changes that it hands over, and nothing else; empty for any other pass.
    late: Vec<ChangeId>,
    /// When the last of them was found, or taken up again.
    late_since: Timestamp,
    /// Late changes that were found when it was begun, where there are no triggers that would tell.
    pub found_late: Vec<FoundLate>,
    /// What is noted of the client; `None` if it gives no receipts.
    sent: Option<Sent>,
    /// What is sent again; `None` for a pass that brings what is new.
    again: Option<Vec<Again>>,
    /// When the client is asked for a report, whatever goes with that.
    asks: Option<Timestamp>,
}

/// Something that was not handled in time, and how it goes again.
#[derive(Clone, Debug)]
pub struct Again {
    /// The pass, as it is noted from now on.
    pub pass: SentPass,
    /// What of it goes.
    pub segment: Segment,
    /// Changes that it had.
    pub changes: usize,
    /// The change that it leaves out, and its entity.
    pub aside: Option<(ChangeId, String)>,
}

impl Pass {
    /// `chd_seen` after it.
    pub fn end(&self) -> ChangeId {
        self.batch.considered()
    }

    /// A pass that has yet to be claimed.
    pub(super) fn proposed(
        state: DispatchState,
        batch: Batch,
        horizon: &Horizon,
        settings: &Settings,
        token: Token,
        now: Timestamp,
    ) -> Self {
        let claim = Claim {
            token,
            expires: now.plus(settings.claim_ttl),
            end: batch.considered(),
            failures: state.lock().failures(),
        };
        let lock = claim.to_string();
        let is_repeat = state.lock().intended_end().is_some_and(|end| end > ChangeId::default() && end >= state.seen);
        let choice = settings.notification_formats.choose(&state.client, state.mark.as_ref(), now);
        let sent = gives_receipts(&state, settings, now).then(|| left_noted(&state, settings, now, token));
        Self {
            sent,
            again: None,
            asks: None,
            client: state.client,
            seen: state.seen,
            batch,
            is_repeat,
            format: choice.format,
            version: choice.version,
            mark: state.mark,
            reported: state.reported,
            claim,
            life: horizon.life,
            lock,
            lock_before: state.lock_value,
            late: Vec::new(),
            late_since: Timestamp::default(),
            found_late: Vec::new(),
        }
    }

    /// Hands over these late changes, and leaves the client where it is.
    pub(super) fn of_late(self, late: &[LateChange]) -> Self {
        let late_since = late.iter().map(|late| late.found).max().unwrap_or_default();
        Self { late: late.iter().map(|late| late.id).collect(), late_since, ..self }
    }

    /// Sends these again, notes it as `sent`, and leaves the client where it is. `asks`: when it is asked for a report
    /// in any case.
    pub(super) fn of_again(self, sent: Sent, again: Vec<Again>, asks: Option<Timestamp>) -> Self {
        Self { sent: Some(sent), again: Some(again), asks, is_repeat: true, ..self }
    }

    /// What was not handled in time and is sent again; empty if it is a pass like any other, or nothing is left of it.
    pub fn again(&self) -> &[Again] {
        self.again.as_deref().unwrap_or_default()
    }

    /// The client is only watched: what it gets is not from us. Nobody sends again what it has not handled from the time when it did.
    pub fn is_watched(&mut self, rules: AgainRules) {
        match &mut self.sent {
            Some(sent) if self.again.is_some() => sent.give_up(rules),
            sent => *sent = None,
        }
    }

    /// What goes to the client, in its order.
    pub fn segments(&self) -> Vec<Segment> {
        if let Some(again) = &self.again {
            let segments = again.iter().map(|again| &again.segment);
            let segments = segments.filter(|segment| segment.covers.is_some() || !segment.changes.is_empty());
            // What a client cannot handle may kill its runner before it reports. This does not.
            let may_kill = |segment: &Segment| segment.covers.is_some() && !segment.changes.is_empty();
            let may_kill = again.first().filter(|_| segments.clone().any(may_kill)).map(|again| again.pass.sent);
            let question = self.asks.or(may_kill).zip(self.sent.as_ref()).map(|(at, sent)| sent.question(at));
            return segments.cloned().chain(question.map(Segment::asking)).collect();
        }
        let changes = self.batch.changes().to_vec();
        let covers =
            self.noted(Timestamp::default()).zip(self.sent.as_ref()).map(|(pass, sent)| pass.range(sent.stream));
        if changes.is_empty() { Vec::new() } else { vec![Segment { changes, covers }] }
    }

    /// How the pass is noted, sent at `now`; `None` if there is nothing to note.
    fn noted(&self, now: Timestamp) -> Option<SentPass> {
        let sent = self.sent.as_ref()?;
        let changes = self.batch.changes();
        let (first, last) = (changes.first()?.id, changes.last()?.id);
        let late = (!self.late.is_empty()).then(|| (sent.late_stream(&self.late, self.late_since), self.late.clone()));
        let after = if late.is_some() { first.back(1) } else { sent.upto };
        Some(SentPass { after, first, upto: last, since: now, sent: now, tries: 0, form: Form::Whole, late })
    }

    /// What is to be noted of the client before it is advanced; `None` if nothing is new.
    pub(super) fn note(&self, now: Timestamp) -> Option<Sent> {
        let mut sent = self.sent.clone()?;
        if self.again.is_none() {
            sent.push(self.noted(now)?);
        }
        Some(sent)
    }

    /// Late changes that the pass hands over; empty if it is one like any other.
    pub fn late(&self) -> &[ChangeId] {
        &self.late
    }

    /// Passes of the client that failed in a row before it.
    pub fn failures(&self) -> u32 {
        self.claim.failures
    }

    /// To be noted when its notifications are in the client's queue, before the claim is given back.
    pub(super) fn note_late<S: Store + ?Sized>(&self, store: &mut S) -> Result<()> {
        if self.late.is_empty() { Ok(()) } else { store.late_were_delivered(&self.client.site, &self.late) }
    }

    /// To be noted before that is sent which takes the place of a change.
    pub fn note_aside<S: Store + ?Sized>(&self, store: &mut S) -> Result<()> {
        for (change, entity) in self.again().iter().filter_map(|again| again.aside.as_ref()) {
            let now = store.now()?;
            store.set_aside(&self.client.site, *change, entity, now)?;
        }
        Ok(())
    }

    pub(super) fn new_claim(&self) -> NewClaim<'_> {
        NewClaim {
            client: &self.client.site,
            seen: self.seen,
            expected: self.lock_before.as_deref(),
            lock: &self.lock,
            life: self.life,
        }
    }

    pub(super) fn advance(&self) -> Advance<'_> {
        Advance { client: &self.client.site, seen: self.seen, lock: &self.lock, to: self.end() }
    }

    /// What is to stand in the place of its claim when it is finished; `None`: nothing. A pass that leaves its client where it is leaves a
    /// rest that is over. By that every claim fails that was prepared before it: what was read then lacks what it has noted.
    pub(super) fn lock_after(&self, now: Timestamp) -> Option<String> {
        if self.again.is_none() && self.late.is_empty() {
            return None;
        }
        let before = Lock::parse(self.lock_before.as_deref());
        let is_same = matches!(before, Lock::Resting(rest) if rest.until == now);
        Some(mark(if is_same { now.minus(Duration::from_secs(1)) } else { now }).to_string())
    }

    /// Where the client stands when the pass is finished.
    pub(super) fn state_after(&self, now: Timestamp) -> DispatchState {
        DispatchState {
            reported: self.reported.clone(),
            sent: self.note(now).or_else(|| self.sent.clone()),
            client: self.client.clone(),
            seen: self.end(),
            touched: Some(now),
            lock_value: self.lock_after(now),
            disabled: false,
            mark: self.mark.clone(),
        }
    }
}

/// Assembles the next batch for the client that `site` names, and claims it with `token`.
///
/// `None` if the client needs no pass: nothing is pending, or it is disabled. Whether it has rested for the interval is not
/// asked here: who begins a pass has been told to.
///
/// # Errors
/// [`ErrorKind::UnknownClient`] if the client is not configured; [`ErrorKind::ClientClaimed`] and
/// [`ErrorKind::ClientResting`] if changes are pending that cannot be handed over now: whoever was told to do so must see
/// to it that somebody looks again.
pub fn begin<S: Store + ?Sized>(
    store: &mut S,
    window: &mut Window,
    settings: &Settings,
    site: &str,
    token: Token,
) -> Result<Option<Pass>> {
    let mut state = state_of_client(store, settings, site)?;
    if state.disabled {
        return Ok(None);
    }
    let (horizon, found_late) = horizon_for(store, window, settings, &mut state)?;
    let may_be_due_again = state.sent.is_some();
    if state.pending(horizon.upto) == 0 && !horizon.findings.has_late && !may_be_due_again {
        return Ok(None);
    }
    let now = store.now()?;
    if state.pending(horizon.upto) == 0
        && !horizon.findings.has_late
        && !state.is_due_again(now, settings.again_rules())
    {
        return Ok(None);
    }
    if let Some(until) = state.lock().blocked_until(now, settings.claim_ttl) {
        return Err(blocked(site, &state.lock(), now.until(until).as_secs()));
    }
    window.refresh(store, &horizon, now);
    let mut pass = match propose_late_of(store, settings, state, &horizon, (token, now))? {
        Ok(pass) => pass,
        Err(state) if state.is_due_again(now, settings.again_rules()) => {
            propose_again(store, window, settings, state, &horizon, (token, now))?
        }
        Err(state) if state.pending(horizon.upto) == 0 => return Ok(None),
        Err(state) => {
            let mut batch = assemble(store, window, settings, &mut Run::new(horizon.upto), &state)?;
            batch.report(window.take_unheard(), &window.take_unknown());
            Pass::proposed(state, batch, &horizon, settings, token, now)
        }
    };
    pass.found_late = found_late;
    if store.claim(&pass.new_claim())? {
        return Ok(Some(pass));
    }
    Err(Error::new(
        ErrorKind::ClientClaimed,
        format!("cannot begin a pass for {site}: another process has just claimed it"),
    ))
}

/// A pass for what is late for the client, if anything is and it can be told now; else its state again.
fn propose_late_of<S: Store + ?Sized>(
    store: &mut S,
    settings: &Settings,
    state: DispatchState,
    horizon: &Horizon,
    (token, now): (Token, Timestamp),
) -> Result<std::result::Result<Pass, DispatchState>> {
    if !horizon.findings.has_late || !can_be_told(&state, settings, now) {
        return Ok(Err(state));
    }
    let site = state.client.site.as_str();
    let undelivered = store.undelivered()?;
    let late: Vec<LateChange> =
        undelivered.into_iter().filter(|(client, _)| client == site).map(|(_, late)| late).collect();
    if late.is_empty() { Ok(Err(state)) } else { propose_late(store, settings, state, &late, horizon, (token, now)) }
}

fn blocked(site: &str, lock: &Lock, seconds: u64) -> Error {
    let (kind, why) = match lock {
        Lock::Resting(_) => (ErrorKind::ClientResting, "it rests after a failure"),
        Lock::Claimed(_) | Lock::Free => (ErrorKind::ClientClaimed, "another process holds its claim"),
    };
    Error::new(kind, format!("cannot begin a pass for {site}: {why}, for {seconds} s at most"))
}

/// The horizon for one client. It is repaired here, too, and a gap is waited for, where it is the only one: a farm with one client
/// has no triggers that would.
fn horizon_for<S: Store + ?Sized>(
    store: &mut S,
    window: &mut Window,
    settings: &Settings,
    state: &mut DispatchState,
) -> Result<(Horizon, Vec<FoundLate>)> {
    let mut horizon = store.horizon(state.seen, settings.gap_rules())?;
    if horizon.findings.began_anew {
        // That concerns all clients, whoever notices it.
        repair_seen(store, &mut [], &horizon)?;
        *state = state_of_client(store, settings, state.client.site.as_str())?;
        window.forget();
        horizon = store.horizon(state.seen, settings.gap_rules())?;
    } else if !repair_seen(store, std::slice::from_mut(state), &horizon)?.is_empty() {
        window.forget();
        horizon = store.horizon(state.seen, settings.gap_rules())?;
    }
    let is_alone = settings.clients().len() == 1;
    let found_late = if is_alone { find_late(store, settings, &horizon)? } else { Vec::new() };
    if !found_late.is_empty() {
        *state = state_of_client(store, settings, state.client.site.as_str())?;
        horizon = store.horizon(state.seen, settings.gap_rules())?;
    }
    if state.pending(horizon.upto) == 0 && horizon.waits_for.is_some() && is_alone {
        horizon = wait_for_gap(store, settings, state.seen, horizon, patience(settings))?;
    }
    Ok((horizon, found_late))
}

/// The next batch of a client, as far as `run` may read. It has considered nothing at all if that is nowhere.
pub(super) fn assemble<S: Store + ?Sized>(
    store: &mut S,
    window: &mut Window,
    settings: &Settings,
    run: &mut Run,
    state: &DispatchState,
) -> Result<Batch> {
    // Whoever takes over a pass keeps to its end, so that what may have been pushed already is pushed again the same. An end
    // that no pass from here could have had (seen was set back meanwhile) is not one to keep to.
    let intended = state.lock().intended_end().filter(|end| *end > state.seen && *end <= run.upto());
    if let Some(end) = intended {
        let batch = fill(store, window, settings, &mut Run::all_up_to(end), state, Limits::NONE)?;
        if batch.considered() == end {
            return Ok(batch);
        }
    }
    fill(store, window, settings, run, state, settings.batch_limits())
}

pub(super) fn fill<S: Store + ?Sized>(
    store: &mut S,
    window: &mut Window,
    settings: &Settings,
    run: &mut Run,
    state: &DispatchState,
    limits: Limits,
) -> Result<Batch> {
    let mut batch = Batch::new(state.seen, limits);
    let Some(client) = settings.client_number(&state.client.site) else {
        return Ok(batch);
    };
    while !batch.is_full() {
        let Some(stretch) = run.at(window, store, settings, batch.considered())? else {
            break;
        };
        batch.consider(client, &stretch, run.upto());
    }
    Ok(batch)
}

/// Records that the client has seen everything up to the pass's end, and gives the claim back. Returns when its next
/// pass is due.
///
/// # Errors
/// [`ErrorKind::ClaimLost`] if the claim was lost meanwhile: nothing is recorded, and somebody else does the pass.
pub fn finish<S: Store + ?Sized>(store: &mut S, settings: &Settings, pass: &Pass) -> Result<Due> {
    pass.note_late(store)?;
    let now = store.now()?;
    if let Some(sent) = pass.note(now) {
        store.note_sent(&[(&pass.advance(), &sent)])?;
    }
    let is_ours = match pass.lock_after(now) {
        Some(mark) => store.unlock(&pass.client.site, &pass.lock, Some(&mark))?,
        None => store.advance(&pass.advance(), now)?,
    };
    if !is_ours {
        return Err(claim_lost(pass));
    }
    let horizon = store.horizon(pass.end(), settings.gap_rules())?;
    Ok(pass.state_after(now).due(horizon.upto, now, settings.due_rules()))
}

fn claim_lost(pass: &Pass) -> Error {
    Error::new(
        ErrorKind::ClaimLost,
        format!("cannot save position {} for {}: the claim was lost", pass.end(), pass.client.site),
    )
}

/// Gives the claim back as if the pass had not been begun. Losing it meanwhile is no error: there is nothing to give back.
pub fn release<S: Store + ?Sized>(store: &mut S, pass: &Pass) -> Result<()> {
    store.unlock(&pass.client.site, &pass.lock, pass.lock_before.as_deref()).map(drop)
}

/// Gives the claim back after a failure: the client rests, longer each time in a row. Nothing is recorded as seen, and the
/// end of the pass is kept: part of the batch may have been pushed, and is to be pushed again the same.
pub fn abandon<S: Store + ?Sized>(store: &mut S, pass: &Pass) -> Result<()> {
    let rest = Rest::after(&pass.claim, store.now()?);
    store.unlock(&pass.client.site, &pass.lock, Some(&rest.to_string())).map(drop)
}
