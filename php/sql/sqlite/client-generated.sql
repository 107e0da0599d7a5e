-- The table of sql/client.json for SQLite; change that file first, then this one.
CREATE TABLE /*_*/wb_changes_client (
  cc_site BLOB NOT NULL,
  cc_version BLOB NOT NULL,
  cc_formats BLOB NOT NULL,
  cc_time BLOB NOT NULL,
  PRIMARY KEY(cc_site)
);
