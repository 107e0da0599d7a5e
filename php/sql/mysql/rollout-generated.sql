-- The tables of sql/rollout.json for MySQL and MariaDB; change that file first, then this one.
CREATE TABLE /*_*/wb_changes_rollout (
  cro_site VARBINARY(64) NOT NULL,
  cro_state VARBINARY(16) NOT NULL,
  cro_position INT UNSIGNED DEFAULT 0 NOT NULL,
  PRIMARY KEY(cro_site)
) /*$wgDBTableOptions*/;

CREATE TABLE /*_*/wb_changes_handed (
  ch_change_id INT UNSIGNED NOT NULL,
  PRIMARY KEY(ch_change_id)
) /*$wgDBTableOptions*/;

CREATE TABLE /*_*/wb_changes_shadow (
  csh_site VARBINARY(64) NOT NULL,
  csh_change_id INT UNSIGNED NOT NULL,
  csh_by TINYINT UNSIGNED NOT NULL,
  PRIMARY KEY(csh_site, csh_change_id, csh_by)
) /*$wgDBTableOptions*/;
