-- The table of sql/handled.json for SQLite; change that file first, then this one.
CREATE TABLE /*_*/wbc_dispatch_handled (
  wdh_stream BIGINT UNSIGNED NOT NULL,
  wdh_after INTEGER UNSIGNED NOT NULL,
  wdh_upto INTEGER UNSIGNED NOT NULL,
  PRIMARY KEY(wdh_stream, wdh_after, wdh_upto)
);
