//! How long things take where that is known: what was measured of each statement, row and push, and a database that does one thing at a
//! time on each of its cores. Without it, how long something takes is chance.

use std::collections::HashMap;

use serde_json::Value;

use super::world::World;

/// What one thing costs, in microseconds of CPU.
#[derive(Clone, Copy, Debug)]
pub struct Costs {
    /// Of the repo's database: a statement, and a row that it reads.
    pub statement: f64,
    pub row: f64,
    /// Of the runner: the same.
    pub runner_statement: f64,
    pub runner_row: f64,
    /// Of the database of a client's queue: a notification, and a change in it.
    pub push: f64,
    pub pushed_change: f64,
    /// Of the runner: the same.
    pub runner_push: f64,
    pub runner_pushed_change: f64,
    /// Of Wikibase's own dispatching, for each client that it tells of an edit: how long it takes, and CPU and statements of databases.
    pub wikibase: f64,
    pub wikibase_database: f64,
    pub wikibase_statements: f64,
    /// Until a job has begun that is a request of its own.
    pub start: u64,
}

impl Costs {
    /// From rows of the tables in docs/performance.md, as `benches/costs.json` quotes them.
    pub fn from_measurements(document: &str) -> Self {
        let measured: Value = serde_json::from_str(document).expect("the measured costs are JSON");
        let of = |row: &str, what: &str| measured[row][what].as_f64().unwrap_or_else(|| panic!("no {what} of {row}"));
        let micros = 1e6;
        let row = of("bareReader", "databaseSeconds") * micros / of("bareReader", "rows");
        let runner_row = of("bareReader", "phpSeconds") * micros / of("bareReader", "rows");
        // What the native part does on top of reading is statements that look, claim and record.
        let statements = of("nativePart", "statements");
        let per_statement = |seconds: &str, row: f64| {
            (of("nativePart", seconds) * micros - row * of("nativePart", "rows")).max(0.0) / statements
        };
        let (statement, runner_statement) =
            (per_statement("databaseSeconds", row), per_statement("phpSeconds", runner_row));
        // About as many jobs, once with few changes in each and once with many: that tells the one from the other.
        let per_change = of("clients816", "megabytes") / of("nativePart", "deliveries");
        let (few, many) = ("clients8160", "changes200k");
        let pushes = |seconds: &str, row: f64| {
            let spent = |of_row: &str| of(of_row, seconds) * micros - row * of(of_row, "rows");
            let (jobs, more_jobs) = (of(few, "jobs"), of(many, "jobs"));
            let (bytes, more_bytes) = (of(few, "megabytes"), of(many, "megabytes"));
            let by_byte = (spent(many) - spent(few) * more_jobs / jobs) / (more_bytes - bytes * more_jobs / jobs);
            let by_job = (spent(few) - by_byte * bytes) / jobs;
            (by_job, by_byte * per_change)
        };
        let (push, pushed_change) = pushes("databaseSeconds", row);
        let (runner_push, runner_pushed_change) = pushes("phpSeconds", runner_row);
        let of_wikibase = |what: &str| of("wikibase", what) / of("wikibase", "jobs");
        Self {
            statement,
            row,
            runner_statement,
            runner_row,
            push,
            pushed_change,
            runner_push,
            runner_pushed_change,
            wikibase: of_wikibase("seconds") * micros,
            wikibase_database: of_wikibase("databaseSeconds") * micros,
            wikibase_statements: of_wikibase("statements"),
            start: micros_of_start(of("eventBus", "startSeconds")),
        }
    }
}

fn micros_of_start(seconds: f64) -> u64 {
    micros(seconds * 1e6)
}

/// What a load came to so far.
pub struct Pace {
    pub costs: Costs,
    /// On the way to the database and back, in microseconds.
    pub round_trip: u64,
    /// How often a runner that waits looks for jobs, in microseconds.
    pub poll: u64,
    /// Until a job has begun, in microseconds.
    pub start: u64,
    /// When each core of the database is free.
    cores: Vec<u64>,
    rows: u64,
    /// From when on things count, and until when.
    pub from: u64,
    pub until: u64,
    pub statements: f64,
    pub database_busy: f64,
    pub queues_busy: f64,
    pub runners_busy: u64,
    pub notifications: u64,
    committed: HashMap<u64, u64>,
    /// Deliveries that are due, count, and have not been made.
    pub outstanding: usize,
    /// The same of all, whether they count or not.
    pub waiting: u64,
    /// Of each client, of each change: when it was committed, and after what time it arrived; in milliseconds.
    pub lags: HashMap<String, Vec<(u32, u32)>>,
}

impl Pace {
    pub fn counts_at(&self, now: u64) -> bool {
        self.from <= now && now < self.until
    }

    pub fn new(costs: Costs, cores: usize, from: u64, until: u64) -> Self {
        Self {
            costs,
            round_trip: 300,
            poll: 1_000_000,
            start: 0,
            cores: vec![0; cores],
            rows: 0,
            from,
            until,
            statements: 0.0,
            database_busy: 0.0,
            queues_busy: 0.0,
            runners_busy: 0,
            notifications: 0,
            committed: HashMap::new(),
            outstanding: 0,
            waiting: 0,
            lags: HashMap::new(),
        }
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "they are spans of seconds")]
fn micros(cost: f64) -> u64 {
    cost.round() as u64
}

#[allow(clippy::cast_precision_loss, reason = "they are counts, not ids")]
fn float(count: u64) -> f64 {
    count as f64
}

impl World {
    /// The statement that is being run reads or writes rows.
    pub fn touch(&mut self, rows: usize) {
        if let Some(pace) = &mut self.pace {
            pace.rows += rows as u64;
        }
    }

    /// How long the statement that has just taken effect goes on, for its process.
    pub fn rest_of_statement(&mut self) -> u64 {
        let now = self.now;
        let Some(pace) = &mut self.pace else {
            return 0;
        };
        let rows = float(std::mem::take(&mut pace.rows));
        let work = pace.costs.statement + pace.costs.row * rows;
        let core = pace.cores.iter_mut().min().expect("a database has a core");
        *core = (*core).max(now) + micros(work);
        let waits = *core - now;
        if pace.counts_at(now) {
            pace.statements += 1.0;
            pace.database_busy += work;
        }
        waits + micros(pace.costs.runner_statement + pace.costs.runner_row * rows)
    }

    /// How long a push of so many notifications goes on, with so many changes in all.
    pub fn rest_of_push(&mut self, notifications: usize, changes: usize) -> u64 {
        let now = self.now;
        let Some(pace) = &mut self.pace else {
            return 0;
        };
        let (notifications, changes) = (notifications as u64, float(changes as u64));
        let work = pace.costs.push * float(notifications) + pace.costs.pushed_change * changes;
        if pace.counts_at(now) {
            pace.queues_busy += work;
            pace.notifications += notifications;
        }
        // The databases of the clients' queues are many, and not what is scarce here.
        let runner = pace.costs.runner_push * float(notifications) + pace.costs.runner_pushed_change * changes;
        micros(work + runner)
    }

    /// How long Wikibase's job takes to tell one client.
    pub fn push_of_wikibase(&mut self) -> u64 {
        let now = self.now;
        let Some(pace) = &mut self.pace else {
            return 0;
        };
        if pace.counts_at(now) {
            pace.database_busy += pace.costs.wikibase_database;
            pace.statements += pace.costs.wikibase_statements;
            pace.notifications += 1;
        }
        micros(pace.costs.wikibase)
    }

    /// A change can be seen from now on, and is for so many clients.
    pub fn begin_to_measure(&mut self, id: u64, clients: usize) {
        let now = self.now;
        let Some(pace) = &mut self.pace else {
            return;
        };
        pace.waiting += clients as u64;
        if pace.counts_at(now) {
            pace.committed.insert(id, now);
            pace.outstanding += clients;
        }
    }

    /// A client has these changes.
    pub fn measure(&mut self, client: &str, ids: &[u64]) {
        let now = self.now;
        let Some(pace) = &mut self.pace else {
            return;
        };
        let found = ids.iter().filter_map(|id| pace.committed.get(id));
        let milliseconds = |micros: u64| u32::try_from(micros / 1000).unwrap_or(u32::MAX);
        let lags: Vec<_> = found.map(|at| (milliseconds(*at), milliseconds(now - at))).collect();
        pace.outstanding -= lags.len();
        pace.waiting -= ids.len() as u64;
        match pace.lags.get_mut(client) {
            Some(known) => known.extend(lags),
            None => drop(pace.lags.insert(client.to_owned(), lags)),
        }
    }
}
