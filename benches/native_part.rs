//! What native code does to bring a backlog to all clients, without MediaWiki and without pushing: looks, reads, sorts out, claims,
//! makes the parameters of the jobs, records.
//!
//! Usage: `native_part FARM REPO RESULT`, as for `bare_reader`, which is the floor under it.

use std::{error::Error, fs, time::Instant};

use serde_json::json;
use wikibase_dispatch::{
    domain::{
        claim::Token,
        notification::{self, Version},
        settings::Settings,
        value::Value,
    },
    lock::NamedLocks,
    ops::{self, LockedPass, Window},
    store::{
        TablePrefix,
        mysql::{MysqlConnection, MysqlServer, MysqlStore, Password},
    },
};

fn main() -> Result<(), Box<dyn Error>> {
    let [farm, repo, result]: [String; 3] =
        std::env::args().skip(1).collect::<Vec<_>>().try_into().map_err(|_| "usage: native_part FARM REPO RESULT")?;
    let farm: serde_json::Value = serde_json::from_slice(&fs::read(farm)?)?;
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let database = &farm["database"];
    let connection = MysqlConnection {
        server: MysqlServer::Socket(text(&database["socket"]).into()),
        user: text(&database["user"]),
        password: Password::new(text(&database["password"])),
        database: repo.clone(),
        prefix: TablePrefix::default(),
        tls: None,
        connect_timeout: std::time::Duration::from_secs(10),
        timeout: std::time::Duration::from_secs(60),
    };
    let clients = farm["clients"].as_array().ok_or("the farm has no clients")?;
    let settings = Settings::from_values([
        ("repoSiteId".to_owned(), Value::Text(repo)),
        ("localClientDatabases".to_owned(), Value::List(clients.iter().map(|name| Value::Text(text(name))).collect())),
    ])?;
    let (cpu, start) = (cpu_seconds(), Instant::now());
    let done = dispatch(&connection, &settings)?;
    let part = json!({
        "partSeconds": start.elapsed().as_secs_f64(),
        "partCpu": cpu_seconds() - cpu,
        "deliveries": done.deliveries,
        "notifications": done.notifications,
        "bytes": done.bytes,
    });
    fs::write(result, part.to_string())?;
    Ok(())
}

#[derive(Default)]
struct Done {
    deliveries: usize,
    notifications: usize,
    bytes: usize,
}

fn dispatch(connection: &MysqlConnection, settings: &Settings) -> Result<Done, Box<dyn Error>> {
    let mut store = MysqlStore::new(connection.clone());
    let mut locks = NamedLocks::new(connection.clone());
    let mut window = Window::new(settings);
    let mut chance = fastrand::Rng::new();
    let mut done = Done::default();
    loop {
        let mut plan = ops::trigger(&mut store, &mut window, settings, &mut chance)?.plan;
        if plan.waiting().next().is_none() {
            return Ok(done);
        }
        loop {
            let token = Token(chance.u64(..));
            let mut group = ops::begin_group(&mut store, &mut window, &mut locks, settings, &mut plan, token)?;
            if group.is_empty() {
                break;
            }
            for pass in &group {
                for changes in pass.pass.batch.notifications(settings.notification_limits()) {
                    done.deliveries += changes.len();
                    done.notifications += 1;
                    done.bytes += notification::encode(Version::Packed, &settings.repo, changes, None).len();
                }
            }
            let mut passes: Vec<&mut LockedPass> = group.iter_mut().collect();
            ops::finish_group(&mut store, &mut locks, settings, &mut plan, &mut passes)?;
        }
    }
}

/// Of this process, user and system.
fn cpu_seconds() -> f64 {
    // SAFETY: `usage` is valid for writing, and all-zero is a value of it.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        libc::getrusage(libc::RUSAGE_SELF, &raw mut usage);
        usage
    };
    [usage.ru_utime, usage.ru_stime].iter().map(|time| time.tv_sec as f64 + time.tv_usec as f64 / 1e6).sum()
}
