//! How far behind clients are on a farm of a given size: `bin/simulate`, which tells what can be asked. The simulation is the one that
//! tests/simulation checks the guarantees with; here nothing fails, and everything takes as long as was measured.

mod chart;
mod options;

// Only a part of it is for loads.
#[allow(dead_code, reason = "the tests use the rest")]
#[path = "../../tests/simulation/simulated/mod.rs"]
mod simulated;

use std::{fs, process::ExitCode, time::Instant};

use options::Options;
use simulated::{
    load::{self, Answer, Lags, Load},
    pace::Costs,
};

const COSTS: &str = include_str!("../costs.json");
/// How often each client of a real farm is concerned.
const POPULARITY: &str = include_str!("../data/wikidata-20k/expected_deliveries.tsv");
const POPULARITY_OF: usize = 816;

fn main() -> ExitCode {
    let options = match Options::parse(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(message) => {
            eprintln!("simulate: {message}");
            return ExitCode::from(2);
        }
    };
    let start = Instant::now();
    let answer = load::run(&options.load, Costs::from_measurements(COSTS), &popularity());
    print_answer(&options.load, &answer);
    println!("simulated in                      {:.1} s", start.elapsed().as_secs_f64());
    if let Some(file) = &options.svg {
        let title = format!(
            "{} clients, {} edits a minute, {} runners",
            options.load.clients, options.load.edits_per_minute, options.load.runners
        );
        if let Err(error) = fs::write(file, chart::svg(&title, &answer, &options.load)) {
            eprintln!("simulate: cannot write {}: {error}", file.display());
            return ExitCode::FAILURE;
        }
        println!("chart                             {}", file.display());
    }
    ExitCode::SUCCESS
}

fn popularity() -> Vec<f64> {
    let of_line = |line: &str| line.split('\t').nth(1).and_then(|count| count.parse().ok());
    let mut popularity: Vec<f64> = POPULARITY.lines().skip(1).filter_map(of_line).collect();
    popularity.resize(POPULARITY_OF, 0.0);
    popularity
}

fn print_answer(load: &Load, answer: &Answer) {
    let pace = &answer.pace;
    let seconds = f64::from(u32::try_from(load.seconds).unwrap_or(u32::MAX));
    let line = |name: &str, value: String| println!("{name:<33} {value}");
    let percentiles = |lags: &Lags| {
        let at = |share| format!("{:.2}", lags.percentile(share));
        format!("p50 {} s, p95 {} s, p99 {} s, max {} s", at(0.5), at(0.95), at(0.99), at(1.0))
    };
    let counted = match answer.falls_behind {
        Some(growth) => {
            println!("the runners do not keep up: lag grows by {growth:.1} s a minute");
            "lag of what has arrived"
        }
        None => "lag of all deliveries",
    };
    line(counted, percentiles(&answer.lags()));
    let mut clients: Vec<(f64, &String, Lags)> = pace
        .lags
        .iter()
        .map(|(client, lags)| (client, Lags::of(lags.iter().map(|(_, lag)| *lag))))
        .map(|(client, lags)| (lags.percentile(0.99), client, lags))
        .collect();
    clients.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(b.1)));
    if let (Some((_, _, median)), Some((_, worst_client, worst))) = (clients.get(clients.len() / 2), clients.last()) {
        line("the client in the middle, by p99", percentiles(median));
        line("the worst client, by p99", format!("{}; {worst_client}", percentiles(worst)));
    }
    line("in the end the last is behind by", format!("{} changes", answer.behind));
    line("deliveries", format!("{}, to {} clients", answer.lags().count(), clients.len()));
    let share = |busy: f64, of: f64| format!("{:.2} %", 100.0 * busy / (of * seconds * 1e6));
    let float = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    #[allow(clippy::cast_precision_loss, reason = "it is a span of minutes")]
    let runners_busy = pace.runners_busy as f64;
    line("runners are busy for", format!("{} of their time", share(runners_busy, float(load.runners))));
    line(
        "repo database",
        format!(
            "{} of one core, {} of {}",
            share(pace.database_busy, 1.0),
            share(pace.database_busy, float(load.cores)),
            load.cores
        ),
    );
    line("its statements", format!("{:.1} a second", pace.statements / seconds));
    line("databases of the queues, in all", format!("{} of one core", share(pace.queues_busy, 1.0)));
    line(
        "notifications",
        format!("{:.1} a second", f64::from(u32::try_from(pace.notifications).unwrap_or(u32::MAX)) / seconds),
    );
}
