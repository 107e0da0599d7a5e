-- The table of sql/failure.json for SQLite; change that file first, then this one.
CREATE TABLE /*_*/wb_changes_failure (
  cf_site BLOB NOT NULL,
  cf_time BLOB NOT NULL,
  cf_step BLOB NOT NULL,
  cf_error BLOB NOT NULL,
  PRIMARY KEY(cf_site)
);
