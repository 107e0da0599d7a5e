-- The table of sql/tables.json for MySQL and MariaDB; change that file first, then this one.
CREATE TABLE /*_*/wb_changes_dispatch (
  chd_site VARBINARY(64) NOT NULL,
  chd_db VARBINARY(32) NOT NULL,
  chd_seen INT UNSIGNED DEFAULT 0 NOT NULL,
  chd_touched VARBINARY(14) DEFAULT '00000000000000' NOT NULL,
  chd_lock VARBINARY(64) DEFAULT NULL,
  chd_disabled TINYINT UNSIGNED DEFAULT 0 NOT NULL,
  INDEX wb_changes_dispatch_chd_seen (chd_seen),
  INDEX wb_changes_dispatch_chd_touched (chd_touched),
  PRIMARY KEY(chd_site)
) /*$wgDBTableOptions*/;
