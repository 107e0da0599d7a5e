-- The tables of sql/client_history.json for SQLite; change that file first, then this one.
CREATE TABLE /*_*/wb_changes_client_history (
  cch_site BLOB NOT NULL,
  cch_slot INTEGER UNSIGNED NOT NULL,
  cch_second SMALLINT UNSIGNED NOT NULL,
  cch_seen INTEGER UNSIGNED NOT NULL,
  cch_lag INTEGER UNSIGNED NOT NULL,
  cch_failures INTEGER UNSIGNED NOT NULL,
  PRIMARY KEY(cch_site, cch_slot)
);
CREATE INDEX wb_changes_client_history_slot ON /*_*/wb_changes_client_history (cch_slot);

CREATE TABLE /*_*/wb_changes_error (
  ce_id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  ce_site BLOB NOT NULL,
  ce_time BLOB NOT NULL,
  ce_step BLOB NOT NULL,
  ce_error BLOB NOT NULL
);
CREATE INDEX wb_changes_error_site ON /*_*/wb_changes_error (ce_site, ce_id);
