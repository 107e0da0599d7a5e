//! Sends again what a client has not handled in time (G16): assembles the pass that does so.

use std::sync::Arc;

use super::{
    late::{is_free, read},
    pass::{Again, Pass, fill},
    window::{Run, Window},
};
use crate::{
    domain::{
        batch::{Batch, Limits},
        change::ChangeId,
        claim::Token,
        horizon::Horizon,
        notification::Prepared,
        notification_format::NotificationFormat,
        segment::Segment,
        sent::{self, Form, MOST_PIECES, Sent, SentPass, pieces},
        settings::Settings,
        state::DispatchState,
        time::Timestamp,
    },
    error::Result,
    store::Store,
};

/// Whether something is to be sent again to the client, and nobody is at work on it.
pub(super) fn is_to_hear_again(state: &DispatchState, settings: &Settings, now: Timestamp) -> bool {
    is_free(state, settings, now) && state.is_due_again(now, settings.again_rules())
}

/// A pass, yet to be claimed, that sends again what is due, as far as it fits into one. It may turn out to be empty: then what is
/// noted is tidied up.
pub(super) fn propose_again<S: Store + ?Sized>(
    store: &mut S,
    window: &mut Window,
    settings: &Settings,
    state: DispatchState,
    horizon: &Horizon,
    (token, now): (Token, Timestamp),
) -> Result<Pass> {
    let rules = settings.again_rules();
    let gives_receipts = gives_receipts(&state, settings, now);
    let mut sent = left_noted(&state, settings, now, token);
    let due = sent.due_again(state.receipts(), state.heard(), now, rules);
    let mut batch = Batch::again(state.seen);
    let mut again = Vec::new();
    let mut limits = settings.batch_limits();
    // From the last one on, so that the numbers of those before stay what they are. What is sent goes in ascending order.
    let (mut places, mut added) = (Vec::new(), 0);
    let mut asks = None;
    for number in due {
        let Some(pass) = sent.pass(number).cloned() else {
            continue;
        };
        if gives_receipts && sent.is_asked(number, state.receipts(), state.heard(), now, rules) {
            asks = Some(now);
            places.push((number, vec![SentPass { sent: now, ..pass }]));
            continue;
        }
        if limits.changes == 0 || limits.bytes == 0 {
            break;
        }
        let (changes, reached) = read_again(store, window, settings, &state, &pass, limits, horizon)?;
        let bytes: usize = changes.iter().map(|change| change.info.len()).sum();
        limits =
            Limits { changes: limits.changes.saturating_sub(changes.len()), bytes: limits.bytes.saturating_sub(bytes) };
        if reached < pass.first {
            // Nothing behind the horizon can be read. It is not looked for again at once.
            places.push((number, vec![SentPass { sent: now, ..pass }]));
            continue;
        }
        let (pass, rest) = cut(pass, reached);
        let ids: Vec<ChangeId> = changes.iter().map(|change| change.id).collect();
        let mut left = changes.as_slice();
        let mut noted = Vec::new();
        let escalates = sent.escalates(number, state.receipts(), state.heard(), now, rules);
        let is_proved = sent.proved >= pass.sent;
        let has_room = sent.open().count() + added < MOST_PIECES;
        let pieces = pieces(&pass, &ids, sent::Again { now, escalates, has_room, is_proved });
        added += pieces.len().saturating_sub(1) + usize::from(rest.is_some());
        for piece in pieces {
            let of_piece = left.partition_point(|change| change.id <= piece.upto);
            let (own, others) = left.split_at(of_piece);
            left = others;
            let is_aside = piece.form == Form::Aside && pass.form != Form::Aside;
            let aside = own.first().filter(|_| is_aside).map(|change| (change.id, change.entity.clone()));
            let own = in_form(own, piece.form);
            batch.add(&own);
            let covers = gives_receipts.then(|| piece.range(sent.stream));
            again.push(Again {
                pass: piece.clone(),
                segment: Segment { changes: own, covers },
                changes: of_piece,
                aside,
            });
            // Without receipts nobody would ever know more of it.
            noted.extend(gives_receipts.then_some(piece));
        }
        noted.extend(rest);
        places.push((number, noted));
    }
    for (number, noted) in places.into_iter().rev() {
        sent.replace(number, noted);
    }
    Ok(Pass::proposed(state, batch, horizon, settings, token, now).of_again(sent, again, asks))
}

/// Whether the client says what it has handled.
pub(super) fn gives_receipts(state: &DispatchState, settings: &Settings, now: Timestamp) -> bool {
    let choice = settings.notification_formats.choose(&state.client, state.mark.as_ref(), now);
    let is_able = state.mark.as_ref().is_some_and(|mark| mark.gives_receipts);
    choice.format == NotificationFormat::Native && is_able && state.reported.is_some()
}

/// What is noted of the client, without what was handled; in a new stream if receipts of the one before mean nothing any more.
pub(super) fn left_noted(state: &DispatchState, settings: &Settings, now: Timestamp, token: Token) -> Sent {
    let rules = settings.again_rules();
    let fresh = || Sent::new_stream(state.sent.as_ref(), now, token.0);
    let Some(sent) = &state.sent else {
        return Sent::begin(fresh(), state.seen);
    };
    if state.claims_too_much() {
        // The repo was restored from a backup, and gives out ids again that the client has handled.
        let rest = (state.handled(now, rules), state.seen);
        return sent.restored(fresh(), state.receipts(), rest, now, rules);
    }
    match state.receipts().restored_in(sent.stream) {
        // What it had not handled before the loss is behind that, too.
        Some(after) => {
            let rest = (after.min(state.handled(now, rules)), state.seen);
            sent.restored(fresh(), state.receipts(), rest, now, rules)
        }
        None => {
            let settled = sent.settled(state.receipts(), state.seen, now, rules).filter(|_| !state.was_set_back());
            settled.unwrap_or_else(|| sent.carried_over(fresh(), state.receipts(), state.seen))
        }
    }
}

/// What is still there of a pass, up to the limits, and up to where that is all.
fn read_again<S: Store + ?Sized>(
    store: &mut S,
    window: &mut Window,
    settings: &Settings,
    state: &DispatchState,
    pass: &SentPass,
    limits: Limits,
    horizon: &Horizon,
) -> Result<(Vec<Arc<Prepared>>, ChangeId)> {
    if let Some((_, ids)) = &pass.late {
        let changes = read(store, settings, ids)?;
        return Ok((Batch::late(state.seen, changes).changes().to_vec(), pass.upto));
    }
    let before = DispatchState { seen: pass.first.back(1), ..state.clone() };
    let batch = fill(store, window, settings, &mut Run::new(pass.upto.min(horizon.upto)), &before, limits)?;
    Ok((batch.changes().to_vec(), batch.considered()))
}

/// A pass that was too large is cut behind what was read of it; the rest stays as it is.
fn cut(pass: SentPass, reached: ChangeId) -> (SentPass, Option<SentPass>) {
    if reached >= pass.upto {
        return (pass, None);
    }
    let rest = SentPass { after: reached, first: ChangeId(reached.0 + 1), ..pass.clone() };
    (SentPass { upto: reached, ..pass }, Some(rest))
}

fn in_form(changes: &[Arc<Prepared>], form: Form) -> Vec<Arc<Prepared>> {
    match form {
        Form::Whole => changes.to_vec(),
        Form::WithoutDetails | Form::LastAttempt => {
            let bare = |change: &Arc<Prepared>| change.without_details().map_or_else(|| Arc::clone(change), Arc::new);
            changes.iter().map(bare).collect()
        }
        Form::Aside => Vec::new(),
    }
}
