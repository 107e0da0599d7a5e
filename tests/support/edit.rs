//! An edit on MariaDB that is not over yet, for tests of what must not pass it.

use mysql_async::Params;

use super::{MariaRepo, PLAIN, mariadb::Sql};

/// SQL of an edit of Q1 that has no transaction yet.
pub fn edit_of_q1(repo: &MariaRepo) -> String {
    repo.fill(&format!(
        "INSERT INTO {{wb_changes}} VALUES (NULL, 'wikibase-item~update', '20260131235959', 'Q1', 8, 5, '{PLAIN}')"
    ))
}

/// An edit whose transaction stays open until it is told otherwise.
pub struct Edit {
    sql: Sql,
    pub id: u64,
}

impl Edit {
    pub fn begin(repo: &MariaRepo, entity: &str) -> Self {
        let mut sql = repo.editor();
        sql.run("BEGIN");
        let insert = repo.fill(
            "INSERT INTO {wb_changes} (change_type, change_time, change_object_id, change_revision_id, change_user_id,
                change_info) VALUES ('wikibase-item~update', '20260131235959', ?, 8, 5, ?)",
        );
        sql.try_run(&insert, Params::from((entity, PLAIN))).unwrap();
        let id = sql.last_id();
        Self { sql, id }
    }

    pub fn commit(mut self) -> u64 {
        self.sql.run("COMMIT");
        self.id
    }

    pub fn roll_back(mut self) -> u64 {
        self.sql.run("ROLLBACK");
        self.id
    }
}
