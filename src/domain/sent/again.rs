//! What is sent again to a client that has not handled it: when, and in which form.
//!
//! It goes by the client's last word: whether anything was heard of it since, and whether notifications wait in its queue.

use super::*;

impl Sent {
    /// What is to be sent again now, by its numbers; empty if nothing is. `heard`: when the client reported last.
    pub fn due_again(
        &self,
        receipts: &Receipts,
        heard: Option<Timestamp>,
        now: Timestamp,
        rules: AgainRules,
    ) -> Vec<usize> {
        let unhandled: Vec<(usize, &SentPass, Word)> = self
            .outstanding(receipts, now, rules)
            .map(|(number, pass)| (number, pass, self.word(pass, receipts, heard, now, rules)))
            .collect();
        // A time far ahead is of a clock that was set back, and not waited for.
        let is_due =
            |pass: &SentPass, word: Word| now >= due_at(pass, word, rules) || pass.sent > now.plus(rules.within);
        let oldest = unhandled.iter().copied().find(|(_, pass, word)| is_due(pass, *word));
        match oldest {
            None | Some((_, _, Word::Busy)) => Vec::new(),
            Some((_, _, Word::Quiet)) => {
                unhandled.into_iter().filter(|(_, _, word)| *word == Word::Quiet).map(|(number, ..)| number).collect()
            }
            Some((number, _, Word::Silent)) => {
                // One at a time, until something is heard.
                let waits = unhandled.iter().any(|(_, pass, word)| pass.tries > 0 && !is_due(pass, *word));
                if waits { Vec::new() } else { vec![number] }
            }
            Some((_, first, Word::Idle)) => {
                let is_alike = |pass: &SentPass| (pass.tries == 0) == (first.tries == 0);
                let alike = unhandled
                    .into_iter()
                    .filter(|(_, pass, word)| *word == Word::Idle && is_due(pass, *word) && is_alike(pass));
                alike.map(|(number, ..)| number).collect()
            }
        }
    }

    /// What is known of a client that has not handled a pass.
    fn word(
        &self,
        pass: &SentPass,
        receipts: &Receipts,
        heard: Option<Timestamp>,
        now: Timestamp,
        rules: AgainRules,
    ) -> Word {
        // What was said by a clock that was set back since is not known to be of now. Those of two servers differ a little.
        const SKEW: Duration = Duration::from_secs(60);
        let heard = heard.filter(|heard| *heard <= now.plus(SKEW));
        // Times are whole seconds, and what only asks is handled at once.
        let Some(heard) = heard.filter(|heard| *heard >= pass.sent) else {
            // Before that, too, it may have told of a queue that is long.
            let is_fresh = heard.is_some_and(|heard| heard.until(now) < rules.within);
            return if is_fresh && receipts.is_idle() == Some(false) { Word::Busy } else { Word::Silent };
        };
        match receipts.is_idle() {
            Some(true) => Word::Idle,
            Some(false) if heard.until(now) < rules.within => Word::Busy,
            Some(false) => Word::Quiet,
            // A queue of which that is not known gives out first what was pushed first.
            None if self.was_overtaken(pass, receipts, now) => Word::Idle,
            None => Word::Silent,
        }
    }

    /// Whether something was handled that was pushed after the pass was sent last.
    fn was_overtaken(&self, pass: &SentPass, receipts: &Receipts, now: Timestamp) -> bool {
        let [sent, now] = [pass.sent, now].map(|at| ChangeId(at.unix().max(0).unsigned_abs()));
        let is_followed = pass.tries == 0 && receipts.last_of(self.stream).is_some_and(|last| last > pass.upto);
        is_followed || receipts.last_of(self.questions()).is_some_and(|asked| (sent..=now).contains(&asked))
    }

    /// Whether the client is only asked for a report: notifications waited there when it gave the last one, long ago.
    pub fn is_asked(
        &self,
        number: usize,
        receipts: &Receipts,
        heard: Option<Timestamp>,
        now: Timestamp,
        rules: AgainRules,
    ) -> bool {
        self.passes.get(number).is_some_and(|pass| self.word(pass, receipts, heard, now, rules) == Word::Quiet)
    }

    /// Whether less of it goes than before: nothing waits at the client, and it has not handled what was sent twice.
    pub fn escalates(
        &self,
        number: usize,
        receipts: &Receipts,
        heard: Option<Timestamp>,
        now: Timestamp,
        rules: AgainRules,
    ) -> bool {
        let is_idle = |pass: &SentPass| self.word(pass, receipts, heard, now, rules) == Word::Idle;
        self.passes.get(number).is_some_and(|pass| pass.tries > 0 && is_idle(pass))
    }
}

/// What is known of a client that has not handled a pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word {
    /// Nothing: it may have no runner, or have lost its queue.
    Silent,
    /// Notifications wait in its queue, this one perhaps among them.
    Busy,
    /// They did when it was heard of, and that is long ago.
    Quiet,
    /// It was heard of since, and nothing waits there.
    Idle,
}

/// When a pass is sent again. A client of which nothing is heard is asked less and less often, at last after eight times
/// as long, or once a day.
fn due_at(pass: &SentPass, word: Word, rules: AgainRules) -> Timestamp {
    const DAY: Duration = Duration::from_secs(86_400);
    let factor = if word == Word::Silent { 1 << pass.tries.min(3) } else { 1 };
    pass.sent.plus((rules.within * factor).min(DAY.max(rules.within)))
}

/// How a pass is sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Again {
    /// When.
    pub now: Timestamp,
    /// Whether less of it goes than before.
    pub escalates: bool,
    /// Whether another pass can be noted.
    pub has_room: bool,
    /// Whether something that went with what was sent last, or after it, was handled.
    pub is_proved: bool,
}

/// What becomes of a pass that is sent again, of which these changes are still there: the pieces in which it goes. Each is noted, and
/// together they cover what it covered.
pub fn pieces(pass: &SentPass, changes: &[ChangeId], again: Again) -> Vec<SentPass> {
    let Again { now, escalates, has_room, is_proved } = again;
    let whole = SentPass { sent: now, tries: pass.tries + 1, ..pass.clone() };
    let (head, tail) = changes.split_at(changes.len() / 2);
    match (head.last(), tail.first()) {
        // It was deleted, or concerns the client no longer.
        (None, None) => Vec::new(),
        _ if !escalates => vec![whole],
        (Some(_), Some(_)) if !has_room => vec![whole],
        (Some(middle), Some(next)) => {
            let late = |ids: &[ChangeId]| pass.late.as_ref().map(|(stream, _)| (*stream, ids.to_vec()));
            let first = SentPass { upto: *middle, late: late(head), ..whole.clone() };
            vec![first, SentPass { after: *middle, first: *next, late: late(tail), ..whole }]
        }
        _ => {
            let form = match pass.form {
                Form::Whole | Form::WithoutDetails if is_proved => Form::LastAttempt,
                Form::Whole | Form::WithoutDetails => Form::WithoutDetails,
                Form::LastAttempt if !is_proved => Form::LastAttempt,
                Form::LastAttempt | Form::Aside => Form::Aside,
            };
            vec![SentPass { form, ..whole }]
        }
    }
}
