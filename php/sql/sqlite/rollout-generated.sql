-- The tables of sql/rollout.json for SQLite; change that file first, then this one.
CREATE TABLE /*_*/wb_changes_rollout (
  cro_site BLOB NOT NULL,
  cro_state BLOB NOT NULL,
  cro_position INTEGER UNSIGNED DEFAULT 0 NOT NULL,
  PRIMARY KEY(cro_site)
);

CREATE TABLE /*_*/wb_changes_handed (
  ch_change_id INTEGER UNSIGNED NOT NULL,
  PRIMARY KEY(ch_change_id)
);

CREATE TABLE /*_*/wb_changes_shadow (
  csh_site BLOB NOT NULL,
  csh_change_id INTEGER UNSIGNED NOT NULL,
  csh_by SMALLINT UNSIGNED NOT NULL,
  PRIMARY KEY(csh_site, csh_change_id, csh_by)
);
