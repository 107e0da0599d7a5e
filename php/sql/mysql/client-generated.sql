-- The table of sql/client.json for MySQL and MariaDB; change that file first, then this one.
CREATE TABLE /*_*/wb_changes_client (
  cc_site VARBINARY(64) NOT NULL,
  cc_version VARBINARY(32) NOT NULL,
  cc_formats VARBINARY(255) NOT NULL,
  cc_time VARBINARY(14) NOT NULL,
  PRIMARY KEY(cc_site)
) /*$wgDBTableOptions*/;
