//! Clients that say what they have handled (G16): what is noted, what is sent again, when, and in which form; on each store, with the
//! jobs that ship.

use crate::support::{
    MariaRepo, OneClient, PLAIN, SqliteRepo, TestRepo, domain,
    each_store::on_each_store,
    host::{Run, TestCore, run, run_job},
    mark, settings, site,
};
use wikibase_dispatch::{
    domain::{
        change::ChangeId,
        claim::Token,
        receipts::{Range, Receipts, Stream},
        sent::Sent,
        settings::Settings,
        site::Client,
        time::Timestamp,
    },
    error::ErrorKind,
    jobs::{self, Action, Answer, Delivery, Event, Machine, RepoJob},
    lock::ClaimOnly,
    ops,
    store::{Advance, ChangeBuffer, Clock, DispatchStates, Ledger, SentPasses},
};

const WITHIN: u64 = 600;

on_each_store! {
    sent_passes_are_noted_under_the_claim_and_read_with_the_state,
    a_client_whose_position_is_set_begins_a_new_stream,
    a_change_is_set_aside_once,
    a_notification_says_what_its_receipt_covers,
    a_client_that_does_not_say_that_it_gives_receipts_is_asked_for_none,
    g16_passes_not_handled_in_time_are_sent_again_with_the_same_parameters,
    g16_handled_changes_are_not_sent_again,
    g16_a_change_that_cannot_be_handled_is_cut_out_goes_without_details_and_is_set_aside,
    g16_a_queue_that_was_emptied_is_filled_again_when_somebody_is_heard_of,
    g8_unhandled_changes_are_not_pruned,
    g15_receipts_for_what_was_never_sent_are_refused,
    a_client_that_was_restored_gets_the_rest_again,
    g16_too_many_changes_for_one_pass_are_sent_again_in_several,
    lag_is_the_age_of_what_was_not_handled,
    without_the_tables_everything_is_as_before,
    g16_the_lookout_finds_unconfirmed_passes,
    g16_a_client_whose_extension_is_gone_gets_what_it_has_not_handled_in_wikibases_format,
    g16_what_is_set_aside_is_shown_though_its_runner_dies_after_the_push,
    g16_given_up_passes_are_shown_until_they_are_handled_after_all,
    g16_many_changes_that_cannot_be_handled_are_all_set_aside_where_others_are_handled,
    g16_a_repo_that_was_restored_does_not_take_receipts_for_ids_that_it_gives_out_again,
    another_stream_begins_once_where_nothing_is_to_be_sent_again,
    g16_a_client_that_is_enabled_already_keeps_what_is_noted,
    g16_what_a_client_has_not_handled_is_sent_again_though_it_was_set_back,
    g16_nothing_is_set_aside_because_of_an_outage_that_began_in_the_middle,
    g3_a_runner_that_looked_before_a_pass_was_sent_again_does_not_repeat_it,
    g16_what_concerns_a_client_no_longer_is_not_sent_again_and_proves_nothing,
    g16_a_client_that_falls_silent_while_something_waits_is_asked_what_became_of_it,
    g16_what_was_set_aside_is_taken_up_again_as_often_as_an_admin_says_so,
    a_change_that_cannot_be_taken_up_is_refused_with_the_reason,
}

fn everything() -> Settings {
    settings(&["dewiki", "enwiki"], &[("acknowledgeWithin", i64::try_from(WITHIN).unwrap())])
}

/// A repo whose client enwiki gives receipts.
fn repo<R: TestRepo>() -> R {
    let repo = R::with_prefix("wb1_");
    repo.subscribe("enwiki", &["Q1"]);
    mark(&repo, "enwiki", "native,receipts", 0);
    report(&repo, &Receipts::none());
    repo
}

/// enwiki reports, now.
fn report<R: TestRepo>(repo: &R, receipts: &Receipts) {
    say(repo, &receipts.clone().when_idle(Some(true)).to_text());
}

fn say<R: TestRepo>(repo: &R, text: &str) {
    let now = repo.store().now().unwrap().to_mw();
    repo.execute("DELETE FROM {wb_changes_receipt}");
    repo.execute(&format!("INSERT INTO {{wb_changes_receipt}} VALUES ('enwiki', '{text}', '{now}')"));
}

fn sent<R: TestRepo>(repo: &R) -> Option<Sent> {
    repo.store().state(&site("enwiki")).unwrap().unwrap().sent
}

/// As if everything that is noted had happened so many seconds earlier.
fn let_time_pass<R: TestRepo>(repo: &R, seconds: u64) {
    let text = sent(repo).unwrap().to_text();
    let earlier = |field: &str| format!("{:x}", u64::from_str_radix(field, 16).unwrap() - seconds);
    let shifted = text.split(';').enumerate().map(|(at, part)| {
        let fields = part.split('.').enumerate();
        let of_time = |field: usize| at > 0 && (field == 3 || field == 4);
        let fields = fields.map(|(field, text)| if of_time(field) { earlier(text) } else { text.to_owned() });
        fields.collect::<Vec<_>>().join(".")
    });
    let text = shifted.collect::<Vec<_>>().join(";");
    let mut noted = Sent::parse(&text).unwrap();
    noted.proved = noted.proved.minus(std::time::Duration::from_secs(seconds));
    let text = noted.to_text();
    repo.execute(&format!("UPDATE {{wb_changes_sent}} SET csn_passes = '{text}'"));
    // What was reported then, was before it.
    let long_ago = repo.store().now().unwrap().minus(std::time::Duration::from_secs(seconds + 60)).to_mw();
    repo.execute(&format!("UPDATE {{wb_changes_receipt}} SET crc_time = '{long_ago}'"));
}

/// A notification for enwiki: its changes, each with or without details, and what its receipt covers.
type Told = (Vec<(u64, bool)>, Option<Range>);

fn told(delivery: &Delivery) -> Vec<Told> {
    let bare = |info: &[u8]| String::from_utf8_lossy(info).contains("detailsLeftOut");
    let notifications = delivery.notifications.iter().zip(&delivery.covers);
    notifications
        .map(|(changes, covers)| (changes.iter().map(|change| (change.id.0, !bare(&change.info))).collect(), *covers))
        .collect()
}

/// Runs a trigger; returns what enwiki was told.
fn trigger<R: TestRepo>(repo: &R) -> (Vec<Told>, Run) {
    let core = TestCore::new(repo.store(), &everything()).seeded(fastrand::u64(..));
    let mut got = Vec::new();
    let run = run_job(&RepoJob::Trigger, &core, |action| {
        if let Action::Notify(delivery) = action
            && delivery.client.site.as_str() == "enwiki"
        {
            got.extend(told(delivery));
        }
        Answer::Done
    });
    assert!(run.failed.is_none(), "{:?}", run.failed);
    (got, run)
}

/// What was told, but for what only asks.
fn ranges(told: &[Told]) -> Vec<Range> {
    told.iter().filter(|told| !asks(told)).filter_map(|(_, covers)| *covers).collect()
}

fn asks((changes, covers): &Told) -> bool {
    changes.is_empty() && covers.is_some_and(|range| range.upto.0 > 1_000_000_000)
}

fn ids(told: &[Told]) -> Vec<Vec<(u64, bool)>> {
    told.iter().map(|(changes, _)| changes.clone()).collect()
}

fn sent_passes_are_noted_under_the_claim_and_read_with_the_state<R: TestRepo>() {
    let repo = R::with_prefix("wb1_");
    let mut store = repo.store();
    for name in ["dewiki", "enwiki"] {
        store.insert_state(&Client { site: site(name), domain: domain(name) }).unwrap();
        assert!(store.claim_one(name, 0, None, "mine").unwrap());
    }
    let (de, en) = (site("dewiki"), site("enwiki"));
    let advance = |client, lock| Advance { client, seen: ChangeId(0), lock, to: ChangeId(9) };
    let (mine, not_mine) = (advance(&en, "mine"), advance(&de, "another's"));
    let first = Sent::begin(Stream(7), ChangeId(3));
    store.note_sent(&[(&mine, &first), (&not_mine, &first)]).unwrap();
    assert_eq!(store.state(&en).unwrap().unwrap().sent, Some(first));
    assert_eq!(store.state(&de).unwrap().unwrap().sent, None, "its claim is lost");
    let second = Sent::begin(Stream(8), ChangeId(4));
    store.note_sent(&[(&mine, &second)]).unwrap();
    let rows = store.all_states().unwrap();
    assert_eq!(rows.iter().filter_map(|row| row.sent.clone()).collect::<Vec<_>>(), [second]);
    store.note_sent(&[]).unwrap();
}

fn a_client_whose_position_is_set_begins_a_new_stream<R: TestRepo>() {
    let repo: R = repo();
    repo.change("Q1", PLAIN);
    trigger(&repo);
    let first = sent(&repo).unwrap().stream;
    report(&repo, &Receipts::of(Range::new(first, ChangeId(0), ChangeId(1))));
    let mut store = repo.store();
    let life = store.life();
    assert!(store.seek(&site("enwiki"), ChangeId(1), None, ChangeId(0), life).unwrap());
    let (again, run) = trigger(&repo);
    assert_eq!(ids(&again), [vec![(1, true)]]);
    assert!(!run.events.iter().any(|event| matches!(event, Event::ReceiptsRefused { .. })), "it was sent that");
    assert_ne!(sent(&repo).unwrap().stream, first, "its receipt is another's");
}

fn a_change_is_set_aside_once<R: TestRepo>() {
    let repo = R::with_prefix("wb1_");
    let mut store = repo.store();
    let at = |seconds: i64| Timestamp::from_unix(1_800_000_000 + seconds);
    for (change, seconds) in [(7, 0), (8, 1), (7, 2)] {
        store.set_aside(&site("enwiki"), ChangeId(change), "Q1", at(seconds)).unwrap();
    }
    let aside = store.aside(9).unwrap();
    assert_eq!(aside.iter().map(|aside| (aside.change.0, aside.at)).collect::<Vec<_>>(), [(8, at(1)), (7, at(0))]);
    assert_eq!((aside[0].client.as_str(), aside[0].entity.as_str()), ("enwiki", "Q1"));
    assert_eq!(store.aside(1).unwrap().len(), 1);
}

fn a_notification_says_what_its_receipt_covers<R: TestRepo>() {
    let repo: R = repo();
    for _ in 0..3 {
        repo.change("Q1", PLAIN);
        repo.change("Q2", PLAIN);
    }
    let core = TestCore::new(
        repo.store(),
        &settings(&["dewiki", "enwiki"], &[("notificationBatchSize", 2), ("dispatchDefaultBatchSize", 9)]),
    );
    let mut got = Vec::new();
    run_job(&RepoJob::Trigger, &core, |action| {
        if let Action::Notify(delivery) = action {
            got.extend(told(delivery));
        }
        Answer::Done
    });
    assert_eq!(ids(&got), [vec![(1, true), (3, true)], vec![(5, true)]]);
    let stream = sent(&repo).unwrap().stream;
    let range = |after, upto| Range::new(stream, ChangeId(after), ChangeId(upto)).unwrap();
    assert_eq!(ranges(&got), [range(0, 3), range(3, 5)]);
    repo.change("Q1", PLAIN);
    let (next, _) = trigger(&repo);
    assert_eq!(ranges(&next), [range(5, 7)], "it follows what was sent before");
}

fn a_client_that_does_not_say_that_it_gives_receipts_is_asked_for_none<R: TestRepo>() {
    for formats in ["native", "entity-change,receipts"] {
        let repo: R = repo();
        mark(&repo, "enwiki", formats, 0);
        repo.change("Q1", PLAIN);
        let (got, _) = trigger(&repo);
        assert_eq!(got, [(vec![(1, true)], None)], "{formats}");
        assert_eq!(sent(&repo), None);
    }
}

fn g16_passes_not_handled_in_time_are_sent_again_with_the_same_parameters<R: TestRepo>() {
    let repo: R = repo();
    repo.change("Q1", PLAIN);
    repo.change("Q1", PLAIN);
    let (first, _) = trigger(&repo);
    let_time_pass(&repo, WITHIN - 5);
    assert_eq!(trigger(&repo).0, [], "it has time yet");
    let_time_pass(&repo, 10);
    let (again, run) = trigger(&repo);
    assert_eq!(again[0], first[0]);
    assert!(again.len() == 2 && asks(&again[1]), "and it is asked to report");
    assert!(run.asked.iter().any(|asked| asked.starts_with("notify enwiki again")), "the queue drops it if it waits");
    assert_eq!(repo.seen("enwiki"), 2);
    assert!(run.events.iter().any(|event| {
        matches!(event, Event::SentAgain { changes: 2, first: ChangeId(1), upto: ChangeId(2), tries: 1, .. })
    }));
    assert_eq!(trigger(&repo).0, [], "once");
}

fn g16_handled_changes_are_not_sent_again<R: TestRepo>() {
    let repo: R = repo();
    repo.change("Q1", PLAIN);
    let (first, _) = trigger(&repo);
    report(&repo, &Receipts::of(ranges(&first)));
    let_time_pass(&repo, 10 * WITHIN);
    assert_eq!(trigger(&repo).0, []);
    repo.change("Q1", PLAIN);
    trigger(&repo);
    assert_eq!(sent(&repo).unwrap().open().count(), 1, "and it is forgotten with the next pass");
}

fn g16_a_change_that_cannot_be_handled_is_cut_out_goes_without_details_and_is_set_aside<R: TestRepo>() {
    let repo: R = repo();
    for _ in 0..4 {
        repo.change("Q1", PLAIN);
    }
    let (mut pushed, _) = trigger(&repo);
    let (mut handled, mut log) = (Vec::new(), Vec::new());
    let mut events = Vec::new();
    for round in 0..12 {
        // The runner that handles change 3 dies.
        let (fatal, fine): (Vec<Told>, Vec<Told>) =
            pushed.into_iter().partition(|(changes, _)| changes.iter().any(|(id, _)| *id == 3));
        handled.extend(ranges(&fine));
        log.extend(ids(&fatal));
        let_time_pass(&repo, 20 * WITHIN);
        report(&repo, &Receipts::of(handled.iter().copied()));
        let (next, run) = trigger(&repo);
        events.extend(run.events);
        pushed = next;
        if round == 8 {
            assert_eq!(repo.store().aside(9).unwrap().len(), 0, "nothing else was handled since");
            repo.change("Q1", PLAIN);
            pushed.extend(trigger(&repo).0);
        }
    }
    let all = |ids: &[u64]| ids.iter().map(|id| (*id, true)).collect::<Vec<_>>();
    assert_eq!(log[..4], [all(&[1, 2, 3, 4]), all(&[1, 2, 3, 4]), all(&[3, 4]), all(&[3])]);
    assert!(log[4..].iter().all(|changes| *changes == [(3, false)]), "{log:?}");
    let aside = repo.store().aside(9).unwrap();
    assert_eq!(aside.iter().map(|aside| aside.change.0).collect::<Vec<_>>(), [3]);
    let told = events.iter().filter(|event| matches!(event, Event::SetAside { change: ChangeId(3), .. }));
    assert_eq!(told.count(), 1);
    let state = repo.store().state(&site("enwiki")).unwrap().unwrap();
    let whole = Range::new(state.sent.unwrap().stream, ChangeId(0), ChangeId(4)).unwrap();
    assert!(Receipts::of(handled).cover(whole), "the rest has arrived, and the gap is closed");
}

fn g16_a_queue_that_was_emptied_is_filled_again_when_somebody_is_heard_of<R: TestRepo>() {
    let repo: R = repo();
    for _ in 0..3 {
        repo.change("Q1", PLAIN);
        trigger(&repo);
    }
    let_time_pass(&repo, 2 * WITHIN);
    let (probe, _) = trigger(&repo);
    assert_eq!(ids(&probe), [vec![(1, true)], vec![]], "nothing was heard: the oldest, and a question");
    report(&repo, &Receipts::of(ranges(&probe)));
    let (rest, _) = trigger(&repo);
    assert_eq!(ids(&rest)[..2], [vec![(2, true)], vec![(3, true)]]);
}

fn g8_unhandled_changes_are_not_pruned<R: TestRepo>() {
    let repo: R = repo();
    let numbers = [("pruneGraceSeconds", 0), ("pruneKeepSeconds", 0), ("pruneKeepUnacknowledged", 86_400)];
    let settings = settings(&["dewiki", "enwiki"], &numbers);
    for _ in 0..2 {
        repo.change("Q1", PLAIN);
    }
    let (first, _) = trigger(&repo);
    let mut store = repo.store();
    assert_eq!(ops::prune(&mut store, &settings, None).unwrap().deleted, 0);
    let without = self::settings(&["dewiki"], &numbers);
    assert_eq!(ops::prune(&mut store, &without, None).unwrap().deleted, 0, "for a weekend it need not be configured");
    let stream = ranges(&first)[0].stream;
    report(&repo, &Receipts::of(Range::new(stream, ChangeId(0), ChangeId(2))));
    assert_eq!(ops::prune(&mut store, &settings, None).unwrap().deleted, 2);
    repo.change("Q1", PLAIN);
    trigger(&repo);
    let_time_pass(&repo, 86_401);
    assert_eq!(ops::prune(&mut store, &settings, None).unwrap().deleted, 1, "not for ever");
}

fn g15_receipts_for_what_was_never_sent_are_refused<R: TestRepo>() {
    let repo: R = repo();
    repo.change("Q1", PLAIN);
    let (first, _) = trigger(&repo);
    let stream = ranges(&first)[0].stream;
    for text in [format!("wd1h;{stream}:0-ff"), "wd1h;5:9-1".to_owned(), "rubbish".to_owned()] {
        say(&repo, &text);
        let (_, run) = trigger(&repo);
        let refused = run.events.iter().filter(|event| matches!(event, Event::ReceiptsRefused { .. }));
        assert_eq!(refused.count(), 1, "{text}");
        let state = &ops::dispatch_states(&mut repo.store(), &everything()).unwrap()[1];
        assert_eq!(state.handled(repo.store().now().unwrap(), everything().again_rules()), ChangeId(0), "{text}");
    }
}

fn a_client_that_was_restored_gets_the_rest_again<R: TestRepo>() {
    let repo: R = repo();
    for _ in 0..3 {
        repo.change("Q1", PLAIN);
        let (got, _) = trigger(&repo);
        let said = repo.store().state(&site("enwiki")).unwrap().unwrap().reported.unwrap().receipts;
        let stream = ranges(&got)[0].stream;
        let upto = said.last_of(stream).unwrap_or_default().0 + 1;
        report(&repo, &Receipts::of(Range::new(stream, ChangeId(0), ChangeId(upto))));
    }
    let stream = sent(&repo).unwrap().stream;
    say(&repo, &format!("wd1h;!{stream}:1;{stream}:0-1"));
    let (again, _) = trigger(&repo);
    assert_eq!(ids(&again)[0], [(2, true), (3, true)]);
    let begun = sent(&repo).unwrap();
    assert!(begun.stream > stream && ranges(&again)[0].stream == begun.stream);
    assert_eq!(trigger(&repo).0, [], "once");
}

fn g16_too_many_changes_for_one_pass_are_sent_again_in_several<R: TestRepo>() {
    let repo: R = repo();
    for _ in 0..20 {
        repo.change("Q1", PLAIN);
        repo.change("Q2", PLAIN);
    }
    let (first, _) = trigger(&repo);
    let stream = ranges(&first)[0].stream;
    say(&repo, &format!("wd1h;!{stream}:0"));
    // Each pass reads four rows.
    let numbers = [("dispatchDefaultBatchSize", 2), ("dispatchBatchChunkFactor", 1), ("dispatchDefaultMaxChunks", 2)];
    let mut got: Vec<Told> = Vec::new();
    for _ in 0..40 {
        let core = TestCore::new(repo.store(), &settings(&["dewiki", "enwiki"], &numbers)).seeded(fastrand::u64(..));
        run_job(&RepoJob::Trigger, &core, |action| {
            if let Action::Notify(delivery) = action {
                got.extend(told(delivery));
            }
            Answer::Done
        });
        report(&repo, &Receipts::of(ranges(&got)));
    }
    let all: Vec<u64> = got.iter().flat_map(|(changes, _)| changes.iter().map(|(id, _)| *id)).collect();
    assert_eq!(all, (0..20).map(|n| 2 * n + 1).collect::<Vec<_>>());
    assert_eq!(sent(&repo).unwrap().open().filter(|pass| pass.upto > ChangeId(40)).count(), 0);
}

fn lag_is_the_age_of_what_was_not_handled<R: TestRepo>() {
    let repo: R = repo();
    repo.change("Q1", PLAIN);
    let (first, _) = trigger(&repo);
    let settings = everything();
    let lag = || ops::report_lag(&mut repo.store(), &settings).unwrap().clients.iter().map(|client| client.age).max();
    assert!(lag().unwrap() > std::time::Duration::from_secs(86_400), "the change is old");
    report(&repo, &Receipts::of(ranges(&first)));
    assert_eq!(lag(), Some(std::time::Duration::ZERO));
}

fn without_the_tables_everything_is_as_before<R: TestRepo>() {
    let repo: R = repo();
    for table in ["{wb_changes_sent}", "{wb_changes_receipt}", "{wb_changes_aside}"] {
        repo.execute(&format!("DROP TABLE {table}"));
    }
    repo.change("Q1", PLAIN);
    assert_eq!(trigger(&repo).0, [(vec![(1, true)], None)]);
    let mut store = repo.store();
    assert_eq!(repo.seen("enwiki"), 1);
    store.set_aside(&site("enwiki"), ChangeId(1), "Q1", Timestamp::from_unix(0)).unwrap();
    assert_eq!(store.aside(9).unwrap(), []);
    let life = store.life();
    assert!(store.seek(&site("enwiki"), ChangeId(1), None, ChangeId(0), life).unwrap());
}

fn g16_the_lookout_finds_unconfirmed_passes<R: TestRepo>() {
    let repo: R = repo();
    repo.change("Q1", PLAIN);
    trigger(&repo);
    let look_out = || {
        let core = TestCore::new(repo.store(), &everything());
        let core = &core;
        let job = Machine::new(|host| async move { jobs::look_out(core, &host).await });
        run(job, core, |_| Answer::Done).asked
    };
    assert_eq!(look_out(), Vec::<String>::new());
    let_time_pass(&repo, WITHIN);
    assert_eq!(look_out(), ["push trigger"]);
}

fn g16_a_client_whose_extension_is_gone_gets_what_it_has_not_handled_in_wikibases_format<R: TestRepo>() {
    let repo: R = repo();
    repo.change("Q1", PLAIN);
    trigger(&repo);
    let_time_pass(&repo, WITHIN);
    mark(&repo, "enwiki", "native,receipts", 4 * 86_400);
    let core = TestCore::new(repo.store(), &everything());
    let mut got = Vec::new();
    run_job(&RepoJob::Trigger, &core, |action| {
        if let Action::Notify(delivery) = action {
            got.push((delivery.format.name(), told(delivery)));
        }
        Answer::Done
    });
    assert_eq!(got, [("entity-change", vec![(vec![(1, true)], None)])]);
    assert_eq!(sent(&repo).unwrap().open().count(), 0, "and that is all that is known of it");
}

fn g16_what_is_set_aside_is_shown_though_its_runner_dies_after_the_push<R: TestRepo>() {
    let repo: R = repo();
    repo.change("Q1", PLAIN);
    trigger(&repo);
    let mut handled = Vec::new();
    // Other changes are handled meanwhile.
    for _ in 0..3 {
        let_time_pass(&repo, WITHIN);
        report(&repo, &Receipts::of(handled.iter().copied()));
        trigger(&repo);
        repo.change("Q1", PLAIN);
        handled.extend(ranges(&trigger(&repo).0));
    }
    let_time_pass(&repo, WITHIN);
    report(&repo, &Receipts::of(handled.iter().copied()));
    // It is pushed, and the runner dies before it has recorded that.
    let core = TestCore::new(repo.store(), &everything()).seeded(fastrand::u64(..));
    let mut got = Vec::new();
    run_job(&RepoJob::Trigger, &core, |action| match &action {
        Action::Notify(delivery) => {
            got.extend(told(delivery));
            Answer::Done
        }
        Action::Commit if !got.is_empty() => Answer::Thrown(1),
        _ => Answer::Done,
    });
    assert_eq!(ids(&got)[0], []);
    let all = Receipts::of(Range::new(ranges(&got)[0].stream, ChangeId(0), ChangeId(4)));
    report(&repo, &all);
    let_time_pass(&repo, 10 * WITHIN);
    report(&repo, &all);
    assert_eq!(trigger(&repo).0, []);
    assert_eq!(repo.store().aside(9).unwrap().len(), 1, "set aside in silence");
}

fn g16_given_up_passes_are_shown_until_they_are_handled_after_all<R: TestRepo>() {
    let repo: R = repo();
    repo.change("Q1", PLAIN);
    let (first, _) = trigger(&repo);
    let_time_pass(&repo, 259_201);
    assert_eq!(trigger(&repo).0, [], "nobody waits for it any more");
    let outcome = || {
        let audience = ops::audience(&mut repo.store(), &everything(), ChangeId(1)).unwrap().unwrap();
        audience.listeners[0].outcome.clone()
    };
    assert!(matches!(outcome(), Some(ops::Outcome::Unhandled(_))), "{:?}", outcome());
    repo.change("Q1", PLAIN);
    let (second, _) = trigger(&repo);
    assert_eq!(ids(&second), [[(2, true)]]);
    report(&repo, &Receipts::of(ranges(&second)));
    assert!(matches!(outcome(), Some(ops::Outcome::Unhandled(_))), "nor when the rest is handled: {:?}", outcome());
    report(&repo, &Receipts::of(ranges(&[first, second].concat())));
    assert_eq!(outcome(), Some(ops::Outcome::Handled));
}

fn g16_many_changes_that_cannot_be_handled_are_all_set_aside_where_others_are_handled<R: TestRepo>() {
    const MANY: u64 = 40;
    for is_edited_meanwhile in [false, true] {
        let repo: R = repo();
        for _ in 0..MANY {
            repo.change("Q1", PLAIN);
        }
        let (mut pushed, _) = trigger(&repo);
        let mut handled = Vec::new();
        // Six halvings, then without details, then not at all; what came meanwhile is not in the way.
        for _ in 0..30 {
            let kills = |(changes, _): &Told| changes.iter().any(|(id, _)| *id <= MANY);
            handled.extend(ranges(&pushed.into_iter().filter(|told| !kills(told)).collect::<Vec<_>>()));
            let_time_pass(&repo, WITHIN + 1);
            report(&repo, &Receipts::of(handled.iter().copied()));
            if is_edited_meanwhile {
                repo.change("Q1", PLAIN);
            }
            pushed = trigger(&repo).0;
        }
        let aside: Vec<u64> = repo.store().aside(99).unwrap().into_iter().map(|aside| aside.change.0).collect();
        let due = if is_edited_meanwhile { MANY } else { 0 };
        assert_eq!(aside.len() as u64, due, "of a client that handles nothing at all, nothing is set aside: {aside:?}");
        assert!(aside.iter().all(|change| *change <= MANY), "{aside:?}");
    }
}

fn g16_a_repo_that_was_restored_does_not_take_receipts_for_ids_that_it_gives_out_again<R: TestRepo>() {
    let repo: R = repo();
    for _ in 0..3 {
        repo.change("Q1", PLAIN);
    }
    let (first, _) = trigger(&repo);
    // Before the repo was restored it had changes 4 and 5, too, and the client has handled them.
    let before = Range::new(ranges(&first)[0].stream, ChangeId(0), ChangeId(5)).unwrap();
    report(&repo, &Receipts::of([before]));
    let (again, _) = trigger(&repo);
    assert_eq!(ids(&again)[0], [(1, true), (2, true), (3, true)], "in another stream, once");
    let now_handled = Receipts::of([vec![before], ranges(&again)].concat());
    report(&repo, &now_handled);
    repo.change("Q1", PLAIN);
    repo.change("Q1", PLAIN);
    let (lost, _) = trigger(&repo);
    assert_eq!(ids(&lost), [[(4, true), (5, true)]]);
    let_time_pass(&repo, 2 * WITHIN);
    report(&repo, &now_handled);
    assert_eq!(ids(&trigger(&repo).0)[0], [(4, true), (5, true)], "they are not taken for those before");
    assert_eq!(repo.store().aside(9).unwrap().len(), 0);
}

fn another_stream_begins_once_where_nothing_is_to_be_sent_again<R: TestRepo>() {
    let repo: R = repo();
    repo.change("Q1", PLAIN);
    trigger(&repo);
    // It has handled that, and more, which the repo has forgotten.
    let handled = Sent::begin(sent(&repo).unwrap().stream, ChangeId(1));
    repo.execute(&format!("UPDATE {{wb_changes_sent}} SET csn_passes = '{}'", handled.to_text()));
    report(&repo, &Receipts::of(Range::new(handled.stream, ChangeId(0), ChangeId(5))));
    assert_eq!(trigger(&repo).0, []);
    let begun = sent(&repo).unwrap();
    assert!(begun.stream > handled.stream, "{begun:?}");
    trigger(&repo);
    assert_eq!(sent(&repo).unwrap(), begun);
}

fn g16_a_client_that_falls_silent_while_something_waits_is_asked_what_became_of_it<R: TestRepo>() {
    let repo: R = repo();
    for _ in 0..2 {
        repo.change("Q1", PLAIN);
    }
    trigger(&repo);
    let_time_pass(&repo, WITHIN);
    report(&repo, &Receipts::none());
    assert_eq!(ids(&trigger(&repo).0)[0], [(1, true), (2, true)]);
    // It reports before its runners have died of it.
    say(&repo, &Receipts::none().when_idle(Some(false)).to_text());
    assert_eq!(trigger(&repo).0, []);
    let heard_then = |seconds: u64| {
        let then = repo.store().now().unwrap().minus(std::time::Duration::from_secs(seconds)).to_mw();
        repo.execute(&format!("UPDATE {{wb_changes_receipt}} SET crc_time = '{then}'"));
    };
    let_time_pass(&repo, 2 * WITHIN);
    heard_then(WITHIN + 1);
    let (asked, _) = trigger(&repo);
    assert!(asked.len() == 1 && asks(&asked[0]), "{asked:?}");
    assert_eq!(trigger(&repo).0, [], "once");
    report(&repo, &Receipts::none());
    let_time_pass(&repo, WITHIN);
    report(&repo, &Receipts::none());
    let (halves, _) = trigger(&repo);
    assert_eq!(ids(&halves)[..2], [[(1, true)], [(2, true)]], "nothing waits any more, and it has not handled it");
}

fn g16_a_client_that_is_enabled_already_keeps_what_is_noted<R: TestRepo>() {
    let repo: R = repo();
    repo.change("Q1", PLAIN);
    trigger(&repo);
    let noted = sent(&repo);
    let mut store = repo.store();
    let enwiki = site("enwiki");
    let switched = ops::enable(&mut store, &everything(), &enwiki, ChangeId(1)).unwrap();
    assert_eq!((switched, sent(&repo)), (ops::Switched::Already, noted.clone()));
    let life = store.life();
    assert!(!store.seek(&enwiki, ChangeId(9), None, ChangeId(0), life).unwrap());
    store.forget_sent(&enwiki, ChangeId(9), None).unwrap();
    store.forget_sent(&enwiki, ChangeId(1), Some("another's")).unwrap();
    assert_eq!(sent(&repo), noted);
    store.forget_sent(&enwiki, ChangeId(1), None).unwrap();
    assert_eq!(sent(&repo), None);
}

fn g16_what_a_client_has_not_handled_is_sent_again_though_it_was_set_back<R: TestRepo>() {
    let repo: R = repo();
    for _ in 0..3 {
        repo.change("Q1", PLAIN);
        trigger(&repo);
    }
    let mut store = repo.store();
    let life = store.life();
    assert!(store.seek(&site("enwiki"), ChangeId(3), None, ChangeId(2), life).unwrap());
    let (repeated, _) = trigger(&repo);
    assert_eq!(ids(&repeated), [[(3, true)]]);
    report(&repo, &Receipts::of(ranges(&repeated)));
    let_time_pass(&repo, WITHIN);
    report(&repo, &Receipts::of(ranges(&repeated)));
    let (again, _) = trigger(&repo);
    assert_eq!(ids(&again)[..2], [[(1, true)], [(2, true)]], "its queue has lost them");
}

fn g16_nothing_is_set_aside_because_of_an_outage_that_began_in_the_middle<R: TestRepo>() {
    let repo: R = repo();
    for _ in 0..3 {
        repo.change("Q1", PLAIN);
        trigger(&repo);
    }
    let round = |handled: &[Range]| {
        let_time_pass(&repo, WITHIN + 1);
        report(&repo, &Receipts::of(handled.iter().copied()));
        trigger(&repo).0
    };
    let again = round(&[]);
    assert_eq!(ids(&again)[..3], [[(1, true)], [(2, true)], [(3, true)]], "its queue was emptied");
    // It handles the first, and then its database is read-only for long: all else fails.
    let handled = [ranges(&again)[0]];
    let mut last = Vec::new();
    for _ in 0..6 {
        last = round(&handled);
    }
    assert_eq!(ids(&last)[..2], [[(2, false)], [(3, false)]]);
    assert_eq!(repo.store().aside(9).unwrap(), []);
}

fn g16_what_concerns_a_client_no_longer_is_not_sent_again_and_proves_nothing<R: TestRepo>() {
    let repo: R = repo();
    repo.subscribe("enwiki", &["Q2"]);
    for entity in ["Q1", "Q2"] {
        repo.change(entity, PLAIN);
        trigger(&repo);
    }
    repo.execute("DELETE FROM {wb_changes_subscription} WHERE cs_entity_id = 'Q2'");
    let_time_pass(&repo, WITHIN + 1);
    report(&repo, &Receipts::none());
    let (again, _) = trigger(&repo);
    assert_eq!(ids(&again), [vec![(1, true)], vec![]], "and a question");
    assert_eq!(sent(&repo).unwrap().open().map(|pass| pass.upto.0).collect::<Vec<_>>(), [1]);
    // It handles only what is empty.
    for _ in 0..4 {
        let_time_pass(&repo, WITHIN + 1);
        let stream = sent(&repo).unwrap().stream;
        report(&repo, &Receipts::of(Range::new(stream, ChangeId(1), ChangeId(2))));
        trigger(&repo);
    }
    assert_eq!(repo.store().aside(9).unwrap(), []);
}

fn g3_a_runner_that_looked_before_a_pass_was_sent_again_does_not_repeat_it<R: TestRepo>() {
    let repo: R = repo();
    repo.change("Q1", PLAIN);
    trigger(&repo);
    let_time_pass(&repo, WITHIN);
    let settings = everything();
    let mut looked: Vec<_> = (1..=2)
        .map(|token| {
            let (mut store, mut window) = (repo.store(), ops::Window::new(&settings));
            let mut chance = fastrand::Rng::with_seed(token);
            let plan = ops::trigger(&mut store, &mut window, &settings, &mut chance).unwrap().plan;
            (store, window, plan, Token(token))
        })
        .collect();
    let mut serve = |at: usize| {
        let (store, window, plan, token) = &mut looked[at];
        let mut group = ops::begin_group(store, window, &mut ClaimOnly, &settings, plan, *token).unwrap();
        let mut passes: Vec<_> = group.iter_mut().collect();
        ops::finish_group(store, &mut ClaimOnly, &settings, plan, &mut passes).unwrap();
        group.len()
    };
    assert_eq!([serve(0), serve(1)], [1, 0]);
    assert_eq!(sent(&repo).unwrap().open().next().unwrap().tries, 1);
}

/// Goes on for a while with a client whose runner dies of change 1 and of no other; returns in how many notifications that was.
fn go_on_with_a_client_that_dies<R: TestRepo>(repo: &R, handled: &mut Vec<Range>) -> usize {
    let mut deaths = 0;
    for _ in 0..8 {
        repo.change("Q1", PLAIN);
        let_time_pass(repo, 2 * WITHIN);
        report(repo, &Receipts::of(handled.iter().copied()));
        let (fatal, fine): (Vec<Told>, Vec<Told>) =
            trigger(repo).0.into_iter().partition(|(changes, _)| changes.iter().any(|(id, _)| *id == 1));
        handled.extend(ranges(&fine));
        deaths += fatal.len();
        let (rest, _) = trigger(repo);
        handled.extend(ranges(&rest));
    }
    deaths
}

fn g16_what_was_set_aside_is_taken_up_again_as_often_as_an_admin_says_so<R: TestRepo>() {
    let repo: R = repo();
    let mut handled = Vec::new();
    repo.change("Q1", PLAIN);
    trigger(&repo);
    go_on_with_a_client_that_dies(&repo, &mut handled);
    let aside = || ops::aside_for(&mut repo.store(), &everything(), "enwiki").unwrap();
    let take_up = || ops::take_up(&mut repo.store(), &everything(), "enwiki", ChangeId(1)).unwrap();
    for round in [1, 2] {
        assert_eq!(aside().iter().map(|aside| aside.change.0).collect::<Vec<_>>(), [1], "round {round}");
        assert_eq!(take_up(), ops::TakenUp::Done);
        assert_eq!(aside(), []);
        let deaths = go_on_with_a_client_that_dies(&repo, &mut handled);
        assert!(deaths >= 2, "it was told of it, and again without details: {deaths} times in round {round}");
        // A receipt is another's as soon as it is of another second.
        std::thread::sleep(std::time::Duration::from_millis(1100));
    }
    assert_eq!(take_up(), ops::TakenUp::Done);
    repo.change("Q1", PLAIN);
    let (told, _) = trigger(&repo);
    let of_one: Vec<_> = told.iter().filter(|(changes, _)| changes == &[(1, true)]).cloned().collect();
    assert_eq!(of_one.len(), 1, "whole, and on its own: {told:?}");
    handled.extend(ranges(&told));
    report(&repo, &Receipts::of(handled.iter().copied()));
    assert_eq!((take_up(), aside().len()), (ops::TakenUp::NotAside, 0), "now it is handled");
    let_time_pass(&repo, 2 * WITHIN);
    report(&repo, &Receipts::of(handled.iter().copied()));
    assert!(trigger(&repo).0.iter().all(|(changes, _)| changes.iter().all(|(id, _)| *id != 1)));
    assert_eq!(repo.store().late_changes(9).unwrap(), [], "it was not late");
}

fn a_change_that_cannot_be_taken_up_is_refused_with_the_reason<R: TestRepo>() {
    let repo: R = repo();
    repo.change("Q1", PLAIN);
    trigger(&repo);
    let take_up = |change| ops::take_up(&mut repo.store(), &everything(), "enwiki", ChangeId(change));
    assert_eq!(take_up(1).unwrap(), ops::TakenUp::NotAside);
    for change in [1, 9] {
        repo.store().set_aside(&site("enwiki"), ChangeId(change), "Q1", Timestamp::from_unix(0)).unwrap();
        repo.store().set_aside(&site("dewiki"), ChangeId(change), "Q1", Timestamp::from_unix(0)).unwrap();
    }
    assert_eq!(take_up(9).unwrap(), ops::TakenUp::Gone);
    repo.set("enwiki", "chd_disabled = 1");
    assert_eq!(take_up(1).unwrap(), ops::TakenUp::Disabled);
    repo.set("enwiki", "chd_disabled = 0");
    assert_eq!(take_up(1).unwrap(), ops::TakenUp::Done);
    assert_eq!(repo.store().undelivered().unwrap().len(), 1, "the other client's is left alone");
    assert_eq!(repo.store().aside(9).unwrap().len(), 3);
    let unknown = ops::take_up(&mut repo.store(), &everything(), "nowiki", ChangeId(1));
    assert_eq!(unknown.unwrap_err().kind(), ErrorKind::UnknownClient);
}
