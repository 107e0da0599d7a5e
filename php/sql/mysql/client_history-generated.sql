-- The tables of sql/client_history.json for MySQL and MariaDB; change that file first, then this one.
CREATE TABLE /*_*/wb_changes_client_history (
  cch_site VARBINARY(64) NOT NULL,
  cch_slot INT UNSIGNED NOT NULL,
  cch_second SMALLINT UNSIGNED NOT NULL,
  cch_seen INT UNSIGNED NOT NULL,
  cch_lag INT UNSIGNED NOT NULL,
  cch_failures INT UNSIGNED NOT NULL,
  INDEX wb_changes_client_history_slot (cch_slot),
  PRIMARY KEY(cch_site, cch_slot)
) /*$wgDBTableOptions*/;

CREATE TABLE /*_*/wb_changes_error (
  ce_id INT UNSIGNED AUTO_INCREMENT NOT NULL,
  ce_site VARBINARY(64) NOT NULL,
  ce_time VARBINARY(14) NOT NULL,
  ce_step VARBINARY(16) NOT NULL,
  ce_error VARBINARY(255) NOT NULL,
  INDEX wb_changes_error_site (ce_site, ce_id),
  PRIMARY KEY(ce_id)
) /*$wgDBTableOptions*/;
