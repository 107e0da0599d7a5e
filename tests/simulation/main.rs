//! The real operations on a simulated farm, in virtual time, with everything that can go wrong: see docs/testing.md. A seed stands for
//! a farm and all that happens to it.

#![allow(clippy::unwrap_used, reason = "a test fails by it")]

mod simulated;

use std::{
    num::NonZero,
    sync::atomic::{AtomicU64, Ordering},
    thread,
};

use simulated::{
    load::{self, Dispatcher, Load},
    mutant::Mutant,
    pace::Costs,
    scenario::{QueueKind, Scenario, Strategy},
    simulation::{Outcome, run},
};

/// A seed to replay, with all that happens.
const SEED: &str = "SIMULATION_SEED";
/// How many seeds to run.
const SEEDS: &str = "SIMULATION_SEEDS";

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is a number, not {text:?}")))
}

fn replay(seed: u64, is_logged: bool) -> Outcome {
    run(Scenario::of(seed), None, is_logged)
}

/// Does something with each number below `count`, on as many threads as there are cores. What comes of it is in order.
fn each<T: Send>(count: u64, work: impl Fn(u64) -> Option<T> + Sync) -> Vec<(u64, T)> {
    let next = AtomicU64::new(0);
    let worker = || {
        let mut done = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= count {
                return done;
            }
            done.extend(work(number).map(|found| (number, found)));
        }
    };
    let workers = thread::available_parallelism().map_or(2, NonZero::get);
    let mut done: Vec<(u64, T)> = thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    done.sort_by_key(|(number, _)| *number);
    done
}

#[test]
fn g1_to_g8_hold_whatever_fails_and_in_whatever_order_things_happen() {
    if let Some(seed) = number(SEED) {
        println!("{:#?}", Scenario::of(seed));
        let outcome = replay(seed, true);
        outcome.log.iter().for_each(|line| println!("{line}"));
        assert_eq!(outcome.failure, None);
        return;
    }
    let failures = each(number(SEEDS).unwrap_or(2000), |seed| replay(seed, false).failure);
    let line = |(seed, failure): &(u64, String)| {
        format!(
            "{failure}\n    {SEED}={seed} cargo test --no-default-features --test simulation -- --nocapture g1_to_g8"
        )
    };
    for guarantee in ["G1", "G2", "G3", "G4", "G5", "G6", "G7", "G8", "G9", "G16"] {
        let count = failures.iter().filter(|(_, failure)| failure.starts_with(guarantee)).count();
        if count > 0 {
            println!("{guarantee}: broken in {count} seeds");
        }
    }
    let shown = failures.iter().take(30).map(line).collect::<Vec<_>>().join("\n");
    assert!(failures.is_empty(), "{} seeds failed; the first are\n{shown}", failures.len());
}

/// Seeds that a mutant may survive.
const PATIENCE: usize = 10_000;

/// The first seed in which a mutant breaks one of `guarantees`, and how. (It may break others before.)
fn find(mutant: Mutant, guarantees: &[&str]) -> Option<(u64, String)> {
    let scenarios = (0..).map(Scenario::of).filter(|scenario| mutant.can_show_in(scenario)).take(PATIENCE);
    scenarios.map(|scenario| mutant.provoked_in(scenario)).find_map(|scenario| {
        let (seed, failure) = (scenario.seed, run(scenario, Some(mutant), false).failure?);
        guarantees.iter().any(|guarantee| failure.starts_with(guarantee)).then_some((seed, failure))
    })
}

#[test]
fn every_fault_that_is_put_in_on_purpose_is_found() {
    let survivors = each(Mutant::ALL.len() as u64, |at| {
        let (mutant, guarantees) = &Mutant::ALL[usize::try_from(at).unwrap()];
        match find(*mutant, guarantees) {
            Some((seed, failure)) => {
                println!("{mutant:?}, seed {seed}: {failure}");
                None
            }
            None => Some(format!("{mutant:?} breaks none of {guarantees:?} in {PATIENCE} seeds")),
        }
    });
    assert_eq!(survivors, []);
}

#[test]
fn the_same_seed_makes_the_same_run() {
    for seed in 0..20 {
        let (once, again) = (replay(seed, false), replay(seed, true));
        assert_eq!((once.trace, once.counts), (again.trace, again.counts), "seed {seed}");
    }
}

/// The farm of `steady` in docs/performance.md: what is planned with is what was seen.
#[test]
fn a_simulated_load_comes_to_about_what_was_measured_of_a_real_one() {
    let document = include_str!("../../benches/costs.json");
    let measured: serde_json::Value = serde_json::from_str(document).unwrap();
    let costs = Costs::from_measurements(document);
    // 617 of the 816 clients are concerned at times.
    let popularity: Vec<f64> = (0..816).map(|number| if number < 617 { 1.0 } else { 0.0 }).collect();
    for (name, queue) in [("steady", QueueKind::Database), ("steadyRedis", QueueKind::Redis)] {
        let of = |what: &str| measured[name][what].as_f64().unwrap();
        let load = Load {
            clients: 816,
            edits_per_minute: 60.0 * of("editsPerSecond"),
            queue,
            numbers: vec![("triggerMaxDelay", measured[name]["triggerMaxDelay"].as_i64().unwrap_or_default())],
            seconds: 50,
            warmup: 10,
            cores: 2,
            ..Load::default()
        };
        let answer = load::run(&load, costs, &popularity);
        let lags = answer.lags();
        // In the middle it is when runners look that counts, which real ones do less evenly.
        for (what, share, factor) in [("p50", 0.5, 2.0), ("p99", 0.99, 1.5)] {
            let (simulated, measured) = (lags.percentile(share), of(what));
            println!("{name}, {what}: {simulated} s simulated, {measured} s measured");
            let about = measured / factor..measured * factor;
            assert!(about.contains(&simulated), "{name}, {what}: {simulated}, not {measured}");
        }
        assert_eq!(answer.falls_behind, None, "{name}");
        assert!(answer.behind < 20 * 10, "{name}: nobody falls behind, but by {}", answer.behind);
        assert!(lags.count() > 5000, "{name}");
        assert!(answer.edits > 800 && answer.triggers > 8 && answer.passes > 800, "{name}");
    }
}

/// On every queue, with the same runners, and at rates at which a job an edit can be run.
#[test]
fn with_the_settings_as_shipped_nobody_waits_longer_than_for_wikibase() {
    let costs = Costs::from_measurements(include_str!("../../benches/costs.json"));
    for queue in [QueueKind::Database, QueueKind::Redis, QueueKind::Kafka] {
        for edits_per_minute in [60.0, 1200.0] {
            let lags = [Dispatcher::Wikibase, Dispatcher::Ours].map(|dispatcher| {
                let load = Load { clients: 50, edits_per_minute, queue, dispatcher, seconds: 60, ..Load::default() };
                load::run(&load, costs, &[1.0]).lags()
            });
            // When runners look for jobs is chance, and most of a lag; and a trigger takes some statements more than a job for one edit.
            for (share, factor) in [(0.5, 1.3), (0.99, 1.3)] {
                let [wikibase, ours] = [0, 1].map(|side: usize| lags[side].percentile(share));
                println!("{queue:?}, {edits_per_minute} edits a minute, {share}: Wikibase {wikibase} s, ours {ours} s");
                assert!(ours <= wikibase * factor, "{queue:?}, {edits_per_minute}: {ours} s, Wikibase {wikibase} s");
            }
        }
    }
}

#[test]
fn a_load_that_the_runners_cannot_manage_ends_with_saying_by_how_much_they_fall_behind() {
    // A push takes a tenth of a second: ten deliveries a second for each runner, where edits ask for about forty.
    let costs = Costs { runner_push: 100_000.0, ..Costs::from_measurements(include_str!("../../benches/costs.json")) };
    let numbers = vec![("notificationBatchSize", 1)];
    let load = Load {
        clients: 50,
        edits_per_minute: 360.0,
        runners: 1,
        // A job for each client, or one trigger would serve these few alone.
        strategy: Strategy::Jobs,
        numbers,
        seconds: 60,
        warmup: 10,
        ..Load::default()
    };
    let growth = load::run(&load, costs, &[1.0]).falls_behind.expect("three of four deliveries wait for ever");
    assert!((30.0..60.0).contains(&growth), "lag grows by {growth} s a minute");
    let answer = load::run(&Load { runners: 8, ..load }, costs, &[1.0]);
    assert_eq!(answer.falls_behind, None);
    assert_eq!(answer.pace.outstanding, 0, "and then everything is waited for");
}
