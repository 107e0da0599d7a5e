-- The table of sql/subscriptions.json for SQLite; change that file first, then this one.
CREATE TABLE /*_*/wb_changes_rebuild (
  crb_site BLOB NOT NULL,
  crb_phase BLOB NOT NULL,
  crb_after BLOB NOT NULL,
  crb_seen INTEGER UNSIGNED DEFAULT 0 NOT NULL,
  crb_added INTEGER UNSIGNED DEFAULT 0 NOT NULL,
  crb_removed INTEGER UNSIGNED DEFAULT 0 NOT NULL,
  crb_started BLOB NOT NULL,
  crb_touched BLOB NOT NULL,
  PRIMARY KEY(crb_site)
);
