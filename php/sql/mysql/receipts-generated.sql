-- The tables of sql/receipts.json for MySQL and MariaDB; change that file first, then this one.
CREATE TABLE /*_*/wb_changes_sent (
  csn_site VARBINARY(64) NOT NULL,
  csn_passes BLOB NOT NULL,
  PRIMARY KEY(csn_site)
) /*$wgDBTableOptions*/;

CREATE TABLE /*_*/wb_changes_receipt (
  crc_site VARBINARY(64) NOT NULL,
  crc_receipts BLOB NOT NULL,
  crc_time VARBINARY(14) NOT NULL,
  PRIMARY KEY(crc_site)
) /*$wgDBTableOptions*/;

CREATE TABLE /*_*/wb_changes_aside (
  cas_site VARBINARY(64) NOT NULL,
  cas_change INT UNSIGNED NOT NULL,
  cas_entity VARBINARY(255) NOT NULL,
  cas_time VARBINARY(14) NOT NULL,
  PRIMARY KEY(cas_site, cas_change)
) /*$wgDBTableOptions*/;
