-- The table of sql/history.json for SQLite; change that file first, then this one.
CREATE TABLE /*_*/wb_changes_history (
  chh_minute INTEGER UNSIGNED NOT NULL,
  chh_second SMALLINT UNSIGNED NOT NULL,
  chh_newest INTEGER UNSIGNED NOT NULL,
  chh_seen INTEGER UNSIGNED NOT NULL,
  chh_median_lag INTEGER UNSIGNED NOT NULL,
  chh_health BLOB NOT NULL,
  chh_worst BLOB NOT NULL,
  PRIMARY KEY(chh_minute)
);
