//! What it costs to find out how far the clients are behind, on a MariaDB server of its own.

use crate::support::{TestRepo, kind, mariadb::Server, settings};
use wikibase_dispatch::{ops, store::Clock};

fn status(server: &Server, name: &str) -> u64 {
    server.root().run(&format!("SHOW GLOBAL STATUS LIKE '{name}'"))[0].get::<String, _>(1).unwrap().parse().unwrap()
}

/// A subquery for each client would read the buffer from its beginning for each.
#[test]
fn the_lag_of_many_clients_at_different_places_costs_few_statements_and_about_a_row_for_each() {
    const CLIENTS: u64 = 300;
    const CHANGES: u64 = 6000;
    let server = Server::start(&[]);
    let repo = server.repo("");
    let names: Vec<String> = (1..=CLIENTS).map(|n| format!("wiki{n}")).collect();
    let settings = settings(&names.iter().map(String::as_str).collect::<Vec<_>>(), &[]);
    let mut store = repo.store();
    ops::initialise(&mut store, &settings).unwrap();
    repo.execute(&format!(
        "INSERT INTO {{wb_changes}} (change_type, change_time, change_object_id, change_revision_id, change_user_id,
        change_info) SELECT 'wikibase-item~update', '20260131235959', 'Q1', 8, 5, '{{}}' FROM {}",
        kind::rows(CHANGES)
    ));
    repo.execute("UPDATE {wb_changes_dispatch} SET chd_seen = CAST(SUBSTR(chd_site, 5) AS UNSIGNED) * 10");
    // The horizon counts every row once, until it is written down how far all is settled.
    store.now().unwrap();
    let rows_read = kind::either("Rows_read", "Innodb_rows_read");
    let before = (status(&server, "Questions"), status(&server, rows_read));
    let report = ops::report_lag(&mut store, &settings).unwrap();
    let after = (status(&server, "Questions"), status(&server, rows_read));
    assert_eq!(report.clients.len() as u64, CLIENTS);
    assert_eq!((report.stalest().unwrap().pending, report.freshest().unwrap().pending), (5990, 3000));
    assert!(report.clients.iter().all(|client| !client.age.is_zero()));
    let (statements, rows) = (after.0 - before.0, after.1 - before.1);
    assert!(statements < 15, "{statements} statements");
    assert!(rows < CHANGES + 5 * CLIENTS, "{rows} rows");
}
