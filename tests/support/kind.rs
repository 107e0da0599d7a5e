//! Which server the tests have (see `sql-server`), and what has to be said to the two in different words.

use std::env;

/// Whether it is MySQL, and not MariaDB.
pub fn is_mysql() -> bool {
    env::var_os("TEST_MYSQLD").is_some_and(|program| !program.is_empty())
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
