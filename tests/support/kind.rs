//! Which server the tests have (see `sql-server`), and what has to be said to the two in different words.

use std::{env, fs, path::PathBuf};

/// The folder of a server other than this machine's MariaDB.
fn folder() -> Option<PathBuf> {
    env::var_os("TEST_SQL_SERVER").filter(|folder| !folder.is_empty()).map(PathBuf::from)
}

fn is_called(name: &str) -> bool {
    folder().is_some_and(|folder| fs::read_to_string(folder.join("name")).unwrap().trim() == name)
}

/// Whether it is MySQL, and not MariaDB.
pub fn is_mysql() -> bool {
    is_called("MySQL")
}

/// Whether it is a MariaDB that is a node of a Galera cluster.
pub fn is_galera() -> bool {
    is_called("Galera")
}

/// Of two wordings the one that the server understands.
pub fn either<'a>(mariadb: &'a str, mysql: &'a str) -> &'a str {
    if is_mysql() { mysql } else { mariadb }
}

/// A table of so many rows, up to 10,000, for what follows a FROM.
pub fn rows(count: u64) -> String {
    let digits: Vec<String> = (0..10).map(|digit| format!("SELECT {digit} AS digit")).collect();
    let digits = digits.join(" UNION ALL ");
    format!("(SELECT 1 FROM ({digits}) AS a, ({digits}) AS b, ({digits}) AS c, ({digits}) AS d LIMIT {count}) AS many")
}
