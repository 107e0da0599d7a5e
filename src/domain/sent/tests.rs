//! Of the note of what was sent, and of what is sent again.

use super::*;

const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);
const RULES: AgainRules = AgainRules { within: Duration::from_secs(600), give_up: Duration::from_secs(86_400) };

fn at(seconds: u64) -> Timestamp {
    NOW.plus(Duration::from_secs(seconds))
}

fn pass(after: u64, first: u64, upto: u64, sent: Timestamp) -> SentPass {
    let (after, first, upto) = (ChangeId(after), ChangeId(first), ChangeId(upto));
    SentPass { after, first, upto, since: sent, sent, tries: 0, form: Form::Whole, late: None }
}

fn sent(passes: impl IntoIterator<Item = SentPass>) -> Sent {
    let mut sent = Sent::begin(Stream(5), ChangeId(0));
    passes.into_iter().for_each(|pass| sent.push(pass));
    sent
}

fn handled(ranges: &[(u64, u64)]) -> Receipts {
    let range = |(after, upto): &(u64, u64)| Range::new(Stream(5), ChangeId(*after), ChangeId(*upto)).unwrap();
    Receipts::of(ranges.iter().map(range))
}

#[test]
fn a_note_survives_a_round_trip_and_is_bounded() {
    let late = SentPass { late: Some((Stream(LATE + 3), vec![ChangeId(3), ChangeId(4)])), ..pass(2, 3, 4, NOW) };
    let aside = SentPass { form: Form::Aside, tries: 7, ..pass(30, 31, 31, at(5)) };
    let noted = sent([pass(0, 5, 20, NOW), late, pass(20, 22, 30, NOW), aside]);
    assert_eq!(Sent::parse(&noted.to_text()), Some(noted));
    let biggest = u64::from(u32::MAX);
    let passes = (0..MOST_PASSES).map(|_| SentPass {
        tries: 99,
        late: Some((Stream((1 << 53) - 1), vec![ChangeId(biggest); MOST_LATE])),
        ..pass(biggest, biggest, biggest, NOW)
    });
    let text = sent(passes).to_text();
    assert!(text.len() < 4000, "{} bytes", text.len());
    for rubbish in
        ["", "wd1s", "wd1s:5", "wd1s:5:1", "wd1s:5:1:x", "wd1s:5:1:0;1.2", "wd1s:5:1:0;1.2.3.4.5.6.z", "wd2s:5:1:0"]
    {
        assert_eq!(Sent::parse(rubbish), None, "{rubbish}");
    }
}

#[test]
fn of_too_many_passes_those_that_are_closest_in_time_become_one() {
    let many = sent((0..100).map(|n| pass(10 * n, 10 * n + 3, 10 * n + 10, at(60 * n))));
    assert_eq!(many.open().count(), MOST_PASSES);
    assert_eq!((many.floor(), many.upto), (ChangeId(0), ChangeId(1000)));
    let first = many.pass(0).unwrap();
    assert_eq!((first.after, first.first), (ChangeId(0), ChangeId(3)));
    assert!(many.open().zip(many.open().skip(1)).all(|(one, next)| one.upto == next.after));
    let longest = many.open().map(|pass| pass.since.until(pass.sent)).max().unwrap();
    assert!(longest <= Duration::from_secs(600), "none is long: {longest:?} of 100 minutes");
}

#[test]
fn g16_given_up_passes_do_not_count_as_handled() {
    let noted = sent([pass(0, 1, 10, NOW), pass(10, 15, 20, at(9)), pass(20, 25, 30, at(80_000))]);
    let settled = noted.settled(&handled(&[]), ChangeId(40), at(90_000), RULES).unwrap();
    let bounds = |sent: &Sent| sent.open().map(|pass| (pass.after.0, pass.upto.0)).collect::<Vec<_>>();
    assert_eq!(bounds(&settled), [(0, 20), (20, 30)], "it stays noted, as one");
    let none = handled(&[]);
    assert_eq!(settled.outstanding(&none, at(90_000), RULES).map(|(number, _)| number).collect::<Vec<_>>(), [1]);
    assert_eq!(settled.due_again(&none, None, at(90_000), RULES), [1]);
    let after_all = settled.settled(&handled(&[(0, 20)]), ChangeId(40), at(90_000), RULES).unwrap();
    assert_eq!(bounds(&after_all), [(20, 30)], "until it is handled after all");
    let mut watched = after_all;
    watched.give_up(RULES);
    assert!(watched.outstanding(&none, at(80_000), RULES).next().is_none(), "somebody else serves it");
    assert_eq!(bounds(&watched), [(20, 30)]);
}

#[test]
fn of_a_pass_that_was_handled_in_part_the_rest_is_noted() {
    let noted = sent([pass(0, 1, 10, NOW), pass(10, 15, 30, NOW)]);
    let settled = |ranges: &[(u64, u64)]| {
        let settled = noted.settled(&handled(ranges), ChangeId(40), at(1), RULES).unwrap();
        settled.open().map(|pass| (pass.after.0, pass.first.0, pass.upto.0)).collect::<Vec<_>>()
    };
    assert_eq!(settled(&[(0, 18)]), [(18, 19, 30)]);
    assert_eq!(settled(&[(0, 10), (20, 30)]), [(10, 15, 20)]);
    assert_eq!(settled(&[(0, 12), (20, 25)]), [(12, 15, 30)], "a hole in the middle is not cut out");
    assert_eq!(settled(&[(0, 12), (14, 30)]), [(12, 15, 30)], "it keeps its first change");
}

#[test]
fn g16_handled_passes_are_forgotten_and_holes_are_not() {
    let noted = sent([pass(0, 1, 10, NOW), pass(10, 15, 20, NOW), pass(20, 25, 30, NOW)]);
    let settled = noted.settled(&handled(&[(0, 10), (20, 30)]), ChangeId(40), at(1), RULES).unwrap();
    let left: Vec<_> = settled.open().map(|pass| pass.upto.0).collect();
    assert_eq!((left, settled.floor(), settled.upto), (vec![20], ChangeId(10), ChangeId(30)));
    let all = noted.settled(&handled(&[(0, 30)]), ChangeId(40), at(1), RULES).unwrap();
    assert_eq!((all.open().count(), all.floor()), (0, ChangeId(30)));
}

#[test]
fn g3_a_pass_that_was_noted_and_not_recorded_is_done_again_with_the_same_range() {
    let noted = sent([pass(0, 1, 10, NOW), pass(10, 15, 20, NOW)]);
    let settled = noted.settled(&handled(&[]), ChangeId(12), at(1), RULES).unwrap();
    assert_eq!((settled.open().count(), settled.upto), (1, ChangeId(10)));
    assert_eq!(noted.settled(&handled(&[]), ChangeId(9), at(1), RULES).unwrap().upto, ChangeId(0));
    // Also if there are so many that some become one.
    let mut many = sent((0..30).map(|n| pass(10 * n, 10 * n + 3, 10 * n + 10, at(60 * n))));
    let before = many.clone();
    many.push(pass(300, 305, 310, at(60 * 29)));
    let settled = many.settled(&handled(&[]), ChangeId(303), at(9000), RULES).unwrap();
    assert_eq!((settled.upto, settled.open().last()), (before.upto, before.open().last()));
    let began_at_30 = Sent::begin(Stream(5), ChangeId(30));
    assert_eq!(began_at_30.settled(&handled(&[]), ChangeId(20), at(1), RULES), None, "it was set back");
}

#[test]
fn g16_passes_not_handled_in_time_are_due_again() {
    let noted = sent([pass(0, 1, 10, NOW), pass(10, 15, 20, at(1))]);
    let due = |handled: &Receipts, heard, seconds| noted.due_again(handled, heard, at(seconds), RULES);
    const NOTHING: [usize; 0] = [];
    assert_eq!(due(&handled(&[]), None, 599), NOTHING);
    assert_eq!(due(&handled(&[]), None, 700), [0], "nothing is heard of it: one at a time");
    let idle = |ranges| handled(ranges).when_idle(Some(true));
    let busy = |ranges| handled(ranges).when_idle(Some(false));
    assert_eq!(due(&idle(&[]), Some(at(100)), 700), [0, 1], "nothing waits there: all at once");
    assert_eq!(due(&busy(&[]), Some(at(650)), 700), NOTHING, "it is behind, and has it in its queue");
    assert_eq!(due(&busy(&[]), Some(at(650)), 9000), [0, 1], "since then nothing was heard");
    let is_asked = |heard| noted.is_asked(0, &busy(&[]), Some(at(heard)), at(9000), RULES);
    assert!(is_asked(650) && !is_asked(8900));
    assert_eq!(due(&handled(&[]), Some(at(100)), 700), [0], "it may be behind");
    assert_eq!(due(&handled(&[(10, 20)]), Some(at(100)), 700), [0], "what came after it was handled");
    assert_eq!(due(&handled(&[(0, 10)]), None, 700), [1]);
    assert_eq!(due(&handled(&[(0, 20)]), None, 700), NOTHING);
    assert_eq!(due(&handled(&[]), None, 90_000), NOTHING, "it is given up");
}

#[test]
fn g16_of_a_client_that_was_set_back_what_it_has_not_handled_is_carried_over() {
    let late = SentPass { late: Some((Stream(LATE + 3), vec![ChangeId(33)])), ..pass(32, 33, 33, NOW) };
    let again = SentPass { tries: 3, form: Form::LastAttempt, ..pass(0, 1, 10, NOW) };
    let noted = sent([again, pass(10, 15, 20, NOW), pass(20, 25, 30, NOW), late]);
    let receipts = handled(&[(10, 20)]);
    for seen in [27, 22] {
        let carried = noted.carried_over(Stream(9), &receipts, ChangeId(seen));
        assert_eq!((carried.stream, carried.upto), (Stream(9), ChangeId(seen)));
        let left: Vec<_> = carried.open().map(|pass| (pass.after.0, pass.upto.0, pass.tries, pass.form)).collect();
        let whole = |after, upto| (after, upto, 0, Form::Whole);
        let cut = [whole(0, 10), whole(20, 27), whole(32, 33)];
        assert_eq!(left, if seen == 27 { cut.to_vec() } else { vec![cut[0], cut[2]] });
    }
}

#[test]
fn g10_what_was_noted_by_a_clock_that_was_set_back_is_not_counted_on() {
    let ahead = at(7200);
    let mut noted = sent([pass(0, 1, 10, ahead), SentPass { tries: 1, ..pass(10, 15, 20, NOW) }]);
    noted.proved = ahead;
    let settled = noted.settled(&handled(&[]), ChangeId(40), at(700), RULES).unwrap();
    let times: Vec<_> = settled.open().map(|pass| (pass.since, pass.sent)).collect();
    assert_eq!((settled.proved, times), (NEVER, vec![(at(700), at(700)), (NOW, NOW)]), "it holds back for ever");
    // It said so an hour before, and is down since.
    let idle = handled(&[]).when_idle(Some(true));
    assert!(noted.escalates(1, &idle, Some(at(60)), at(700), RULES));
    assert!(!noted.escalates(1, &idle, Some(ahead), at(700), RULES));
    let question = noted.question(ahead).unwrap();
    assert!(!noted.escalates(1, &Receipts::of([question]), Some(at(60)), at(700), RULES));
    let busy = handled(&[]).when_idle(Some(false));
    assert_eq!(noted.due_again(&busy, Some(ahead), at(1300), RULES), [0], "it is not waited for until then");
}

#[test]
fn a_client_of_which_nothing_is_heard_is_asked_less_and_less_often() {
    let asked = |tries, seconds| {
        let noted = sent([SentPass { tries, ..pass(0, 1, 10, NOW) }, pass(10, 11, 20, NOW)]);
        noted.due_again(&handled(&[]), None, at(seconds), RULES)
    };
    assert!(asked(1, 1199).is_empty(), "the second waits for what becomes of the first");
    assert_eq!(asked(1, 1200), [0]);
    assert_eq!((asked(3, 4799), asked(3, 4800)), (vec![], vec![0]));
    assert_eq!((asked(9, 4799), asked(9, 4800)), (vec![], vec![0]));
}

#[test]
fn g16_a_client_that_is_behind_is_not_taken_for_one_that_cannot_handle_it() {
    let noted = sent([SentPass { tries: 1, ..pass(0, 1, 10, NOW) }, pass(10, 15, 20, NOW)]);
    let escalates = |receipts: Receipts, heard: u64| noted.escalates(0, &receipts, Some(at(heard)), at(1300), RULES);
    assert!(escalates(handled(&[]).when_idle(Some(true)), 1200));
    assert!(!escalates(handled(&[]).when_idle(Some(false)), 1200), "it is in its queue");
    assert!(!escalates(handled(&[]), 1200), "it may be");
    assert!(!escalates(handled(&[(10, 20)]), 1200), "that was pushed before it was sent again");
    let question = noted.question(NOW).unwrap();
    assert!(escalates(Receipts::of([question]), 1200), "what was pushed after it was handled");
}

#[test]
fn g16_a_change_that_kills_a_client_is_cut_out_and_set_aside() {
    let ids: Vec<ChangeId> = (1..=5).map(ChangeId).collect();
    let whole = SentPass { tries: 1, ..pass(0, 1, 9, NOW) };
    let again = |escalates| Again { now: at(9), escalates, has_room: true, is_proved: true };
    assert_eq!(pieces(&whole, &ids, again(false)), [SentPass { tries: 2, sent: at(9), ..whole.clone() }]);
    let halves = pieces(&whole, &ids, again(true));
    let bounds: Vec<_> = halves.iter().map(|pass| (pass.after.0, pass.first.0, pass.upto.0)).collect();
    assert_eq!(bounds, [(0, 1, 2), (2, 3, 9)]);
    let single = &pieces(&halves[0], &ids[..1], Again { has_room: false, ..again(true) })[0];
    assert_eq!(single.form, Form::LastAttempt);
    let unproved = Again { is_proved: false, ..again(true) };
    let bare = &pieces(&halves[0], &ids[..1], unproved)[0];
    assert_eq!(bare.form, Form::WithoutDetails);
    assert_eq!(pieces(bare, &ids[..1], unproved)[0].form, Form::WithoutDetails, "nothing else was handled either");
    assert_eq!(pieces(bare, &ids[..1], again(true))[0].form, Form::LastAttempt);
    assert_eq!(pieces(single, &ids[..1], again(true))[0].form, Form::Aside);
    assert_eq!(pieces(single, &ids[..1], unproved)[0].form, Form::LastAttempt, "it may be down");
    assert_eq!(pieces(&whole, &[], again(true)), [], "nothing is left of it");
    assert_eq!(pieces(&whole, &ids, Again { has_room: false, ..again(true) }).len(), 1);
}

#[test]
fn late_changes_have_a_stream_that_tells_their_ids() {
    let noted = sent([]);
    let found =
        |ids: &[u64], seconds| noted.late_stream(&ids.iter().copied().map(ChangeId).collect::<Vec<_>>(), at(seconds));
    let stream = |ids: &[u64]| found(ids, 0);
    assert_ne!(stream(&[5]), found(&[5], 1), "it was taken up again");
    assert_eq!(stream(&[5, 9]), stream(&[5, 9]));
    assert_ne!(stream(&[5, 9]), stream(&[5, 7, 9]));
    assert!(stream(&[5]).0 >= LATE && stream(&[5]).0 < 1 << 53);
    assert!(Sent::new_stream(None, NOW, u64::MAX).0 < ASKS);
    assert!(noted.questions().0 >= ASKS && noted.questions().0 < LATE);
    assert!(Sent::new_stream(Some(&sent([])), Timestamp::from_unix(0), 0) > Stream(5));
}

#[test]
fn a_client_that_was_restored_gets_the_rest_at_once() {
    let long_ago = NOW.minus(Duration::from_secs(90_000));
    let before = sent([pass(10, 12, 20, long_ago), pass(130, 131, 140, NOW)]);
    let sent = before.restored(Stream(7), &handled(&[]), (ChangeId(120), ChangeId(200)), NOW, RULES);
    assert_eq!(sent.due_again(&Receipts::default(), None, NOW, RULES), [1]);
    let bounds: Vec<_> = sent.open().map(|pass| (pass.after.0, pass.upto.0)).collect();
    assert_eq!((bounds, sent.upto), (vec![(10, 20), (120, 200)], ChangeId(200)), "what was given up is still shown");
}
