//! What operations make of the rollout, on real databases. The rules themselves are tested with the plan, in `src/domain/rollout`.

use std::time::Duration;

use crate::support::{
    MariaRepo, SqliteRepo, TestRepo,
    each_store::on_each_store,
    failing_store::{Ahead, FailingStore, Fate},
    rollout::{both, changes, hand_over, ids_unhanded, put, rejuvenate, repo, serving, start, state, wanted, write},
    settings, site,
};
use wikibase_dispatch::{
    domain::{
        change::ChangeId,
        receipts::{Receipts, Stream},
        rollout::{AppliedRollout, ClientRollout, RolloutState, WikibaseState},
        sent::{AgainRules, Form, Sent, SentPass},
        settings::Settings,
        value::Value,
    },
    error::ErrorKind,
    ops::{
        rollout::{begin, follow, leaving, prune_limit, watched},
        something_waits,
    },
    store::{Clock, DispatchStates, Rollouts},
};

use ClientRollout::{Leaving, On as Ours, Shadow as Watched};
use RolloutState::{Off, On, Shadow};

const RULES: AgainRules = AgainRules { within: Duration::from_secs(600), give_up: Duration::from_secs(86_400) };

on_each_store! {
    a_schema_without_the_rollout_has_to_be_updated,
    more_clients_are_rolled_out_than_one_statement_takes,
    a_whole_rollout_there_and_back,
    while_all_clients_are_ours_one_statement_is_enough,
    a_client_that_leaves_is_served_until_it_has_left,
    g16_a_client_that_leaves_is_waited_for_until_it_has_handled_what_it_was_sent,
    when_the_last_client_has_left_wikibase_is_told_what_waits,
    g1_a_trigger_that_finds_wikibase_serving_everybody_tells_it_what_waits,
    what_a_job_of_wikibases_noted_after_the_rollout_is_gone_with_the_next_trigger,
    a_request_finds_what_a_job_of_wikibases_noted_after_the_last_trigger,
    the_floor_follows_what_was_handed_over,
    a_backlog_of_handed_changes_takes_several_calls,
    g4_a_client_is_watched_whatever_is_configured,
}

fn a_schema_without_the_rollout_has_to_be_updated<R: TestRepo>() {
    let (repo, mut store) = repo::<R>();
    repo.execute("DROP TABLE {wb_changes_rollout}");
    let wanted = both(On, On);
    let errors = [store.rollout().unwrap_err(), begin(&mut store, &wanted).unwrap_err()];
    for error in errors.into_iter().chain(store.roll_out(&mut |_| Vec::new()).err()) {
        assert_eq!(error.kind(), ErrorKind::SchemaMissing);
        assert!(error.to_string().contains("wb1_wb_changes_rollout"), "{error}");
        assert!(error.to_string().contains("update.php"), "{error}");
    }
}

fn more_clients_are_rolled_out_than_one_statement_takes<R: TestRepo>() {
    let (_repo, mut store) = repo::<R>();
    let names: Vec<String> = (0..1900).map(|at| format!("wiki{at}")).collect();
    let everywhere = |state| wanted(&names.iter().map(|name| (name.as_str(), state)).collect::<Vec<_>>());
    begin(&mut store, &everywhere(On)).unwrap();
    assert_eq!(store.all_states().unwrap().len(), 1900);
    let begun = begin(&mut store, &everywhere(Off)).unwrap();
    assert_eq!((begun.leaving.len(), begun.wikibase), (1900, Some(WikibaseState::Serving)));
    let followed = follow(&mut store, &everywhere(Off), &begun, ChangeId(0), RULES).unwrap();
    assert_eq!(followed.left.len(), 1900);
    assert!(store.all_states().unwrap().iter().all(|row| row.has_left));
    assert_eq!(store.rollout().unwrap(), AppliedRollout::default());
}

fn a_whole_rollout_there_and_back<R: TestRepo>() {
    let (repo, mut store) = repo::<R>();
    changes(&repo, 1..=5);
    hand_over(&repo, [1, 2, 4]);
    // Off to some.
    let one = both(On, Off);
    let begun = begin(&mut store, &one).unwrap();
    let changed = begun.changed.clone().unwrap();
    assert_eq!((changed.on, changed.shadow), (vec![site("awiki")], vec![]));
    assert_eq!((begun.wikibase, repo.seen("awiki")), (Some(WikibaseState::Serving), 0));
    assert_eq!(begin(&mut store, &one).unwrap().changed, None);
    let followed = follow(&mut store, &one, &begun, ChangeId(5), RULES).unwrap();
    assert_eq!((followed.remind, followed.may_have_forgotten), (vec!["Q3".to_owned(), "Q5".to_owned()], false));
    assert_eq!(store.rollout().unwrap().floor(), ChangeId(2));
    assert_eq!(prune_limit(&mut store, &one).unwrap(), Some(ChangeId(2)));
    // To all.
    let all = both(On, On);
    let begun = begin(&mut store, &all).unwrap();
    assert_eq!((begun.wikibase, repo.seen("bwiki")), (Some(WikibaseState::Idle), 2));
    assert_eq!(prune_limit(&mut store, &all).unwrap(), None);
    // And back.
    let none = both(Off, Off);
    let begun = begin(&mut store, &none).unwrap();
    assert_eq!(begun.leaving, [site("awiki"), site("bwiki")]);
    for name in ["awiki", "bwiki"] {
        repo.set(name, "chd_seen = 5");
    }
    changes(&repo, [6]);
    let followed = follow(&mut store, &none, &begun, ChangeId(6), RULES).unwrap();
    assert_eq!((followed.left, followed.remind), (vec!["awiki".to_owned(), "bwiki".to_owned()], vec!["Q6".to_owned()]));
    assert!(followed.changed.is_some() && !followed.may_have_forgotten && !followed.is_more_left);
    assert_eq!(store.rollout().unwrap(), AppliedRollout::default());
    assert_eq!(ids_unhanded(&mut store), [6], "what Wikibase would not have deleted");
}

fn while_all_clients_are_ours_one_statement_is_enough<R: TestRepo>() {
    let (_repo, mut inner) = repo::<R>();
    begin(&mut inner, &both(On, On)).unwrap();
    let fate = Fate::new(None);
    let mut store = FailingStore { inner, fate: fate.clone(), clock_ahead: Ahead::default() };
    let begun = begin(&mut store, &both(On, On)).unwrap();
    assert_eq!(fate.borrow().calls, 1);
    assert_eq!(begun.changed, None);
    let followed = follow(&mut store, &both(On, On), &begun, ChangeId(30), RULES).unwrap();
    assert_eq!(leaving(&mut store, &both(On, On)).unwrap(), []);
    assert_eq!((fate.borrow().calls, followed), (1, Default::default()));
}

fn a_client_that_leaves_is_served_until_it_has_left<R: TestRepo>() {
    let (repo, mut store) = repo::<R>();
    write(&mut store, &[serving(20), start("awiki", 25), put("awiki", Ours)]);
    changes(&repo, [26, 30]);
    hand_over(&repo, [26, 30]);
    let none = both(Off, Shadow);
    let begun = begin(&mut store, &none).unwrap();
    assert_eq!((&begun.leaving, &begun.watched), (&vec![site("awiki")], &vec![site("bwiki")]));
    assert_eq!(leaving(&mut store, &none).unwrap(), begun.leaving);
    let farm = settings(&["awiki", "bwiki"], &[]);
    assert!(farm.serving(&begun.leaving).client("awiki").is_some());
    assert_eq!(
        follow(&mut store, &none, &begun, ChangeId(30), RULES).unwrap().left,
        Vec::<String>::new(),
        "it has seen 25"
    );
    repo.set("awiki", "chd_seen = 30");
    assert_eq!(follow(&mut store, &none, &begun, ChangeId(30), RULES).unwrap().left, ["awiki"]);
    assert!(state(&mut store, "awiki").has_left);
    assert_eq!(leaving(&mut store, &none).unwrap(), []);
}

fn g16_a_client_that_leaves_is_waited_for_until_it_has_handled_what_it_was_sent<R: TestRepo>() {
    let (repo, mut store) = repo::<R>();
    write(&mut store, &[serving(20), start("awiki", 25), put("awiki", Leaving(Some(ChangeId(30))))]);
    repo.set("awiki", "chd_seen = 30");
    let now = store.now().unwrap();
    let pass = |tries, seconds| {
        let sent = now.minus(Duration::from_secs(seconds));
        let (after, first, upto) = (ChangeId(25), ChangeId(26), ChangeId(30));
        SentPass { after, first, upto, since: now, sent, tries, form: Form::Whole, late: None }
    };
    let note = |pass: SentPass| {
        let mut sent = Sent::begin(Stream(5), ChangeId(25));
        sent.push(pass);
        repo.execute("DELETE FROM {wb_changes_sent}");
        repo.execute(&format!("INSERT INTO {{wb_changes_sent}} VALUES ('awiki', '{}')", sent.to_text()));
    };
    let none = both(Off, Off);
    let text = |text: &str| Value::Text(text.to_owned());
    let all_off = Settings::from_values([
        ("repoSiteId".to_owned(), text("repowiki")),
        ("localClientDatabases".to_owned(), Value::List(vec![text("awiki"), text("bwiki")])),
        ("rollout".to_owned(), Value::Map(["awiki", "bwiki"].map(|site| (site.to_owned(), text("off"))).into())),
        ("acknowledgeWithin".to_owned(), Value::Integer(600)),
    ]);
    let all_off = all_off.unwrap();
    let begun = begin(&mut store, &none).unwrap();
    let left = || follow(&mut repo.store(), &none, &begun, ChangeId(30), RULES).unwrap().left;
    note(pass(0, 0));
    assert_eq!(left(), Vec::<String>::new());
    assert!(!something_waits(&mut store, &all_off).unwrap());
    note(pass(0, 601));
    assert_eq!(left(), Vec::<String>::new());
    assert!(something_waits(&mut store, &all_off).unwrap(), "it is sent again");
    note(pass(2, 500));
    assert_eq!(left(), Vec::<String>::new());
    note(pass(2, 600));
    assert!(something_waits(&mut store, &all_off).unwrap(), "it was sent it three times, and can be let go");
    note(pass(0, 0));
    let receipts = Receipts::of([pass(0, 0).range(Stream(5))]).to_text();
    let time = now.to_mw();
    repo.execute(&format!("INSERT INTO {{wb_changes_receipt}} VALUES ('awiki', '{receipts}', '{time}')"));
    assert!(something_waits(&mut store, &all_off).unwrap(), "it has handled everything");
    assert_eq!(left(), ["awiki"]);
}

fn when_the_last_client_has_left_wikibase_is_told_what_waits<R: TestRepo>() {
    let (repo, mut store) = repo::<R>();
    write(&mut store, &[serving(20), start("awiki", 25), put("awiki", Leaving(Some(ChangeId(0))))]);
    changes(&repo, [21]);
    rejuvenate(&repo, &mut store);
    let none = both(Off, Off);
    let begun = begin(&mut store, &none).unwrap();
    let followed = follow(&mut store, &none, &begun, ChangeId(21), RULES).unwrap();
    assert_eq!(store.rollout().unwrap().wikibase, None);
    assert_eq!(followed.remind, ["Q21"], "it may have no job, and there may be no other trigger");
    assert!(!followed.may_have_forgotten);
}

fn g1_a_trigger_that_finds_wikibase_serving_everybody_tells_it_what_waits<R: TestRepo>() {
    let (repo, mut store) = repo::<R>();
    changes(&repo, [21, 22]);
    rejuvenate(&repo, &mut store);
    let none = both(Off, Off);
    let begun = begin(&mut store, &none).unwrap();
    let followed = follow(&mut store, &none, &begun, ChangeId(0), RULES).unwrap();
    assert_eq!(followed.remind, ["Q21", "Q22"], "the edit did not, by an older configuration");
    assert_eq!(store.rollout().unwrap(), AppliedRollout::default());
}

fn what_a_job_of_wikibases_noted_after_the_rollout_is_gone_with_the_next_trigger<R: TestRepo>() {
    let (repo, mut store) = repo::<R>();
    changes(&repo, [21, 22]);
    hand_over(&repo, [21, 900]);
    let none = both(Off, Off);
    let begun = begin(&mut store, &none).unwrap();
    assert_eq!(follow(&mut store, &none, &begun, ChangeId(22), RULES).unwrap().remind, ["Q22"]);
    assert_eq!((ids_unhanded(&mut store), store.is_something_handed().unwrap()), (vec![22], false));
}

fn a_request_finds_what_a_job_of_wikibases_noted_after_the_last_trigger<R: TestRepo>() {
    let (repo, mut store) = repo::<R>();
    changes(&repo, [21]);
    rejuvenate(&repo, &mut store);
    let text = |text: &str| Value::Text(text.to_owned());
    let all_off = Settings::from_values([
        ("repoSiteId".to_owned(), text("repowiki")),
        ("localClientDatabases".to_owned(), Value::List(vec![text("awiki")])),
        ("rollout".to_owned(), Value::Map(vec![("awiki".to_owned(), text("off"))])),
    ]);
    let all_off = all_off.unwrap();
    assert!(!something_waits(&mut store, &all_off).unwrap(), "a change of this moment is Wikibase's to hand over");
    hand_over(&repo, [21]);
    assert!(something_waits(&mut store, &all_off).unwrap());
    let begun = begin(&mut store, all_off.rollout()).unwrap();
    follow(&mut store, all_off.rollout(), &begun, ChangeId(21), RULES).unwrap();
    assert!(!something_waits(&mut store, &all_off).unwrap());
}

fn the_floor_follows_what_was_handed_over<R: TestRepo>() {
    let (repo, mut store) = repo::<R>();
    write(&mut store, &[serving(20), start("awiki", 20), put("awiki", Ours)]);
    changes(&repo, 21..=24);
    hand_over(&repo, [21, 22, 24]);
    rejuvenate(&repo, &mut store);
    let one = both(On, Off);
    let begun = begin(&mut store, &one).unwrap();
    let followed = follow(&mut store, &one, &begun, ChangeId(30), RULES).unwrap();
    assert_eq!((followed.remind.len(), followed.may_have_forgotten), (0, true), "it may be under way");
    assert_eq!(store.rollout().unwrap().floor(), ChangeId(22));
    hand_over(&repo, [23]);
    let followed = follow(&mut store, &one, &begun, ChangeId(27), RULES).unwrap();
    assert!(!followed.may_have_forgotten);
    assert_eq!(store.rollout().unwrap().floor(), ChangeId(27), "never past the horizon");
    assert!(!store.is_something_handed().unwrap());
}

fn a_backlog_of_handed_changes_takes_several_calls<R: TestRepo>() {
    let (repo, mut store) = repo::<R>();
    write(&mut store, &[serving(9000)]);
    repo.execute(
        "INSERT INTO {wb_changes} WITH RECURSIVE ids (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM ids WHERE id < 900)
        SELECT id * 10, 'wikibase-item~update', '20260131235959', 'Q1', 8, 5, '{}' FROM ids",
    );
    let none = both(Off, Off);
    let begun = begin(&mut store, &none).unwrap();
    assert_eq!((begun.wikibase, begun.is_more_left), (None, false));
    assert!(ids_unhanded(&mut store).is_empty());
    repo.execute("DELETE FROM {wb_changes}");
    write(&mut store, &[serving(99_999)]);
    repo.execute(
        "INSERT INTO {wb_changes} WITH RECURSIVE ids (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM ids WHERE id < 900)
        SELECT a.id * 100 + b.id, 'wikibase-item~update', '20260131235959', 'Q1', 8, 5, '{}'
        FROM ids AS a CROSS JOIN ids AS b WHERE b.id <= 10",
    );
    let begun = begin(&mut store, &none).unwrap();
    assert_eq!((begun.wikibase, begun.is_more_left), (Some(WikibaseState::Serving), true));
    assert!(!ids_unhanded(&mut store).is_empty());
    let begun = begin(&mut store, &none).unwrap();
    assert_eq!((begun.wikibase, begun.is_more_left), (None, false));
    assert!(ids_unhanded(&mut store).is_empty());
}

fn g4_a_client_is_watched_whatever_is_configured<R: TestRepo>() {
    let (_repo, mut store) = repo::<R>();
    write(&mut store, &[serving(20), put("awiki", Watched(Some(ChangeId(20))))]);
    assert_eq!(watched(&mut store).unwrap(), [site("awiki")]);
}
