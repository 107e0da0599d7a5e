-- The tables of sql/receipts.json for SQLite; change that file first, then this one.
CREATE TABLE /*_*/wb_changes_sent (
  csn_site BLOB NOT NULL,
  csn_passes BLOB NOT NULL,
  PRIMARY KEY(csn_site)
);

CREATE TABLE /*_*/wb_changes_receipt (
  crc_site BLOB NOT NULL,
  crc_receipts BLOB NOT NULL,
  crc_time BLOB NOT NULL,
  PRIMARY KEY(crc_site)
);

CREATE TABLE /*_*/wb_changes_aside (
  cas_site BLOB NOT NULL,
  cas_change INTEGER UNSIGNED NOT NULL,
  cas_entity BLOB NOT NULL,
  cas_time BLOB NOT NULL,
  PRIMARY KEY(cas_site, cas_change)
);
