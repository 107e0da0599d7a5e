-- The tables of sql/ledger.json for SQLite; change that file first, then this one.
CREATE TABLE /*_*/wb_changes_ledger (
  chl_first INTEGER UNSIGNED NOT NULL,
  chl_last INTEGER UNSIGNED NOT NULL,
  chl_step INTEGER UNSIGNED NOT NULL,
  chl_noted BLOB NOT NULL,
  PRIMARY KEY(chl_first, chl_last)
);

CREATE TABLE /*_*/wb_changes_late (
  cla_site BLOB NOT NULL,
  cla_change INTEGER UNSIGNED NOT NULL,
  cla_found BLOB NOT NULL,
  PRIMARY KEY(cla_site, cla_change)
);
