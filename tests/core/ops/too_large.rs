//! What is too large for a client's queue is cut into halves, down to single changes, and one that no queue takes goes without its
//! details; what was learnt is remembered. Nothing is lost, and nobody else waits for it.

use crate::support::{
    SqliteRepo, TestRepo,
    host::{Run, TestCore, run_job},
    settings,
};
use wikibase_dispatch::{
    domain::settings::Settings,
    jobs::{Action, Answer, Delivery, Event, RepoJob},
};

const CLIENTS: [&str; 2] = ["dewiki", "enwiki"];

fn repo(sizes: &[usize]) -> SqliteRepo {
    let repo = SqliteRepo::new();
    for client in CLIENTS {
        repo.subscribe(client, &["Q1"]);
    }
    for size in sizes {
        let empty = r#"{"compactDiff":"{}","x":""}"#;
        repo.change("Q1", &empty.replace(r#""x":"""#, &format!(r#""x":"{}""#, "x".repeat(size - empty.len()))));
    }
    repo
}

fn bytes(delivery: &Delivery) -> usize {
    delivery.notifications.iter().flatten().map(|change| change.info.len()).sum()
}

/// A trigger, on a farm where the queue of enwiki takes so many bytes at a time.
fn trigger(core: &TestCore, takes: usize, mut taken: impl FnMut(&Delivery)) -> Run {
    run_job(&RepoJob::Trigger, core, |action| match action {
        Action::Notify(delivery) if delivery.client.site.as_str() == "enwiki" && bytes(delivery) > takes => {
            Answer::TooLarge { thrown: 0, is_certain: true }
        }
        Action::Notify(delivery) => {
            taken(delivery);
            Answer::Done
        }
        _ => Answer::Done,
    })
}

fn everything() -> Settings {
    settings(&CLIENTS, &[("notificationBatchSize", 100)])
}

#[test]
fn g1_a_push_that_is_too_large_is_cut_until_the_queue_takes_it_and_the_others_do_not_wait() {
    let repo = repo(&[1000; 9]);
    let core = TestCore::new(repo.store(), &everything());
    let mut got = Vec::new();
    let run = trigger(&core, 2600, |delivery| {
        if delivery.client.site.as_str() == "enwiki" {
            got.extend(delivery.notifications.iter().flatten().map(|change| change.id.0));
        }
    });
    assert!(run.failed.is_none());
    assert_eq!((repo.seen("dewiki"), repo.seen("enwiki")), (9, 9));
    assert!(!run.asked.iter().any(|asked| asked.starts_with("notify dewiki again")), "{:?}", run.asked);
    // What was taken before the one that is too large was rolled back.
    assert_eq!(got[got.len() - 9..], (1..=9).collect::<Vec<_>>());
    assert!(run.asked.contains(&"notify enwiki again [1, 2]".to_owned()), "{:?}", run.asked);
}

#[test]
fn what_was_learnt_is_remembered_for_the_process() {
    let repo = repo(&[1000; 8]);
    let core = TestCore::new(repo.store(), &everything());
    let run = trigger(&core, 2600, |_| {});
    assert!(run.asked.contains(&"roll back".to_owned()));
    assert!(core.push_limit.get() <= 2600);
    assert!(run.events.iter().any(|event| matches!(event, Event::PushTooLarge { most: ..=2600, .. })));
    for _ in 0..8 {
        repo.change("Q1", &format!(r#"{{"compactDiff":"{{}}","x":"{}"}}"#, "x".repeat(900)));
    }
    let run = trigger(&core, 2600, |_| {});
    assert!(!run.asked.contains(&"roll back".to_owned()), "{:?}", run.asked);
    assert_eq!(repo.seen("enwiki"), 16);
}

#[test]
fn g17_a_single_change_that_no_queue_takes_goes_without_its_details() {
    let repo = repo(&[500, 9000, 500]);
    let core = TestCore::new(repo.store(), &everything());
    let mut last = Vec::new();
    let run = trigger(&core, 2000, |delivery| {
        if delivery.client.site.as_str() == "enwiki" {
            last.extend(delivery.notifications.iter().flatten().map(|change| {
                let info = String::from_utf8_lossy(&change.info);
                (change.id.0, info.contains("detailsLeftOut"))
            }));
        }
    });
    assert!(run.failed.is_none(), "{:?}", run.asked);
    assert_eq!(last[last.len() - 3..], [(1, false), (2, true), (3, false)]);
    let told = run.events.iter().filter_map(|event| match event {
        Event::DetailsLeftOut { client, change, bytes } => Some((client.as_str(), change.0, *bytes)),
        _ => None,
    });
    assert_eq!(told.collect::<Vec<_>>(), [("enwiki", 2, 9000)], "and somebody is told");
    assert_eq!((repo.seen("dewiki"), repo.seen("enwiki")), (3, 3));
}

#[test]
fn g9_a_queue_that_takes_nothing_at_all_fails_its_own_client_alone() {
    let repo = repo(&[1000; 3]);
    let core = TestCore::new(repo.store(), &everything());
    let run = trigger(&core, 0, |_| {});
    assert!(run.failed.is_none());
    assert_eq!((repo.seen("dewiki"), repo.seen("enwiki")), (3, 0));
    assert!(repo.lock("enwiki").is_some_and(|lock| lock.starts_with("wd1r")), "it rests");
    assert!(run.asked.len() < 60, "{}", run.asked.len());
}

/// As EventBus answers, whatever has happened.
#[test]
fn g9_a_queue_that_is_down_and_does_not_say_so_is_asked_three_times_and_nothing_is_learnt() {
    let repo = repo(&[1000; 30]);
    let core = TestCore::new(repo.store(), &everything());
    let before = core.push_limit.get();
    let mut asked = 0;
    let run = run_job(&RepoJob::Trigger, &core, |action| match action {
        Action::Notify(delivery) if delivery.client.site.as_str() == "enwiki" => {
            asked += 1;
            Answer::TooLarge { thrown: 0, is_certain: false }
        }
        _ => Answer::Done,
    });
    assert!(run.failed.is_none());
    assert_eq!((repo.seen("dewiki"), repo.seen("enwiki")), (30, 0));
    assert_eq!((asked, core.push_limit.get()), (3, before), "all, one, and one without its details");
    assert!(!run.events.iter().any(|event| matches!(event, Event::DetailsLeftOut { .. } | Event::PushTooLarge { .. })));
}

/// Whatever the changes weigh and the queue takes: each change arrives once, in order, and only one that is larger than the queue takes
/// arrives without its details; whether the queue says why it does not take a push, or not.
#[test]
fn g1_g2_whatever_a_queue_takes_every_change_arrives_once_and_in_order() {
    const LEAST: usize = 200;
    for seed in 1..=60 {
        let mut random = fastrand::Rng::with_seed(seed);
        let sizes: Vec<usize> = (0..random.usize(1..40)).map(|_| random.usize(LEAST..5000)).collect();
        let takes = random.usize(LEAST..8000);
        let repo = repo(&sizes);
        let batch = random.i64(1..50);
        let core = TestCore::new(repo.store(), &settings(&CLIENTS, &[("notificationBatchSize", batch)]));
        let (mut pushed, mut arrived) = (Vec::new(), Vec::new());
        let run = run_job(&RepoJob::Trigger, &core, |action| match action {
            Action::Notify(delivery) if delivery.client.site.as_str() != "enwiki" => Answer::Done,
            Action::Notify(delivery) if bytes(delivery) > takes => {
                pushed.clear();
                Answer::TooLarge { thrown: 0, is_certain: seed % 2 == 0 }
            }
            Action::Notify(delivery) => {
                let changes = delivery.notifications.iter().flatten();
                pushed.extend(changes.map(|change| (change.id.0, change.info.len())));
                Answer::Done
            }
            Action::Commit => {
                arrived.append(&mut pushed);
                Answer::Done
            }
            _ => Answer::Done,
        });
        assert!(run.failed.is_none(), "seed {seed}");
        let whole = |(id, size): (u64, usize)| (id, size == sizes[usize::try_from(id).unwrap() - 1]);
        let expected = sizes.iter().zip(1..).map(|(size, id)| (id, *size <= takes));
        assert_eq!(arrived.into_iter().map(whole).collect::<Vec<_>>(), expected.collect::<Vec<_>>(), "seed {seed}");
    }
}
