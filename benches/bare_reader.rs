//! The floor under the benchmarks: a client that reads the rows which dispatching needs, once, and decodes nothing.
//!
//! Usage: `bare_reader FARM REPO RESULT`. Changes are read in chunks, and for each chunk the subscriptions of its entities, by two
//! statements: whoever dispatches cannot read all subscriptions of a Wikidata instead.

use std::{error::Error, fs, time::Instant};

use mysql_async::{Conn, OptsBuilder, Row, Value, prelude::Queryable};
use serde_json::json;

/// Changes a statement.
const CHUNK: usize = 3000;

#[derive(Default)]
struct Seen {
    changes: usize,
    subscriptions: usize,
    bytes: usize,
}

fn main() -> Result<(), Box<dyn Error>> {
    let [farm, repo, result]: [String; 3] =
        std::env::args().skip(1).collect::<Vec<_>>().try_into().map_err(|_| "usage: bare_reader FARM REPO RESULT")?;
    let farm: serde_json::Value = serde_json::from_slice(&fs::read(farm)?)?;
    let database = &farm["database"];
    let options = OptsBuilder::default()
        .socket(database["socket"].as_str())
        .user(database["user"].as_str())
        .pass(database["password"].as_str())
        .db_name(Some(repo));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (cpu, start) = (cpu_seconds(), Instant::now());
    let seen = runtime.block_on(read(options))?;
    let part = json!({
        "partSeconds": start.elapsed().as_secs_f64(),
        "partCpu": cpu_seconds() - cpu,
        "changesRead": seen.changes,
        "subscriptionsRead": seen.subscriptions,
        "bytesRead": seen.bytes,
    });
    fs::write(result, part.to_string())?;
    Ok(())
}

async fn read(options: OptsBuilder) -> mysql_async::Result<Seen> {
    let mut connection = Conn::new(options).await?;
    let mut seen = Seen::default();
    let mut position = 0u64;
    loop {
        let statement =
            format!("SELECT * FROM wb_changes WHERE change_id > {position} ORDER BY change_id LIMIT {CHUNK}");
        let mut rows = connection.query_iter(statement).await?;
        let mut entities = Vec::new();
        while let Some(row) = rows.next().await? {
            seen.changes += 1;
            seen.bytes += bytes(&row);
            position = row.get(0).expect("change_id");
            entities.extend(row.get::<String, _>("change_object_id"));
        }
        drop(rows);
        if entities.is_empty() {
            return Ok(seen);
        }
        entities.sort_unstable();
        entities.dedup();
        let statement = format!(
            "SELECT cs_entity_id, cs_subscriber_id FROM wb_changes_subscription WHERE cs_entity_id IN ('{}')",
            entities.join("','")
        );
        let mut rows = connection.query_iter(statement).await?;
        while let Some(row) = rows.next().await? {
            seen.subscriptions += 1;
            seen.bytes += bytes(&row);
        }
    }
}

fn bytes(row: &Row) -> usize {
    (0..row.len()).map(|i| if let Some(Value::Bytes(bytes)) = row.as_ref(i) { bytes.len() } else { 0 }).sum()
}

/// Processor time of this process.
fn cpu_seconds() -> f64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the clock exists on every Linux, and the time is ours to write to.
    unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &raw mut time) };
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}
