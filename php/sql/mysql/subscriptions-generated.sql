-- The table of sql/subscriptions.json for MySQL and MariaDB; change that file first, then this one.
CREATE TABLE /*_*/wb_changes_rebuild (
  crb_site VARBINARY(64) NOT NULL,
  crb_phase VARBINARY(16) NOT NULL,
  crb_after VARBINARY(1300) NOT NULL,
  crb_seen INT UNSIGNED DEFAULT 0 NOT NULL,
  crb_added INT UNSIGNED DEFAULT 0 NOT NULL,
  crb_removed INT UNSIGNED DEFAULT 0 NOT NULL,
  crb_started VARBINARY(14) NOT NULL,
  crb_touched VARBINARY(14) NOT NULL,
  PRIMARY KEY(crb_site)
) /*$wgDBTableOptions*/;
