-- The tables of sql/ledger.json for MySQL and MariaDB; change that file first, then this one.
CREATE TABLE /*_*/wb_changes_ledger (
  chl_first INT UNSIGNED NOT NULL,
  chl_last INT UNSIGNED NOT NULL,
  chl_step INT UNSIGNED NOT NULL,
  chl_noted BINARY(14) NOT NULL,
  PRIMARY KEY(chl_first, chl_last)
) /*$wgDBTableOptions*/;

CREATE TABLE /*_*/wb_changes_late (
  cla_site VARBINARY(64) NOT NULL,
  cla_change INT UNSIGNED NOT NULL,
  cla_found BINARY(14) NOT NULL,
  PRIMARY KEY(cla_site, cla_change)
) /*$wgDBTableOptions*/;
