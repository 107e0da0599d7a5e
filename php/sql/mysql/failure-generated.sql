-- The table of sql/failure.json for MySQL and MariaDB; change that file first, then this one.
CREATE TABLE /*_*/wb_changes_failure (
  cf_site VARBINARY(64) NOT NULL,
  cf_time VARBINARY(14) NOT NULL,
  cf_step VARBINARY(16) NOT NULL,
  cf_error VARBINARY(255) NOT NULL,
  PRIMARY KEY(cf_site)
) /*$wgDBTableOptions*/;
