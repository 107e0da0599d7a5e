//! The real operations on a simulated farm, in virtual time, with everything that can go wrong: see docs/simulation.md. A seed stands for
//! a farm and all that happens to it.

mod database;
mod extension;
mod farm;
mod gaps;
mod judge;
mod locks;
mod mutant;
mod process;
mod queue;
mod scenario;
mod simulation;
mod store;
mod world;

use mutant::Mutant;
use scenario::Scenario;
use simulation::{Outcome, run};

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

#[test]
fn g1_to_g8_hold_whatever_fails_and_in_whatever_order_things_happen() {
    if let Some(seed) = number(SEED) {
        println!("{:#?}", Scenario::of(seed));
        let outcome = replay(seed, true);
        outcome.log.iter().for_each(|line| println!("{line}"));
        assert_eq!(outcome.failure, None);
        return;
    }
    let mut failures = Vec::new();
    for seed in 0..number(SEEDS).unwrap_or(2000) {
        if let Some(failure) = replay(seed, false).failure {
            failures.push(format!(
                "{failure}\n    {SEED}={seed} cargo test --no-default-features --test simulation -- --nocapture g1_to_g8"
            ));
        }
    }
    let shown = failures.iter().take(10).map(String::as_str).collect::<Vec<_>>().join("\n");
    assert!(failures.is_empty(), "{} seeds failed; the first are\n{shown}", failures.len());
}
