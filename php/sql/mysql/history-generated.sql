-- The table of sql/history.json for MySQL and MariaDB; change that file first, then this one.
CREATE TABLE /*_*/wb_changes_history (
  chh_minute INT UNSIGNED NOT NULL,
  chh_second TINYINT UNSIGNED NOT NULL,
  chh_newest INT UNSIGNED NOT NULL,
  chh_seen INT UNSIGNED NOT NULL,
  chh_median_lag INT UNSIGNED NOT NULL,
  chh_health VARBINARY(16) NOT NULL,
  chh_worst BLOB NOT NULL,
  PRIMARY KEY(chh_minute)
) /*$wgDBTableOptions*/;
