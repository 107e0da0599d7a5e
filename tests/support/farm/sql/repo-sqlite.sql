-- The two tables of a Wikibase repo that dispatching reads, on SQLite. The farm has no Wikibase to create them.

CREATE TABLE wb_changes (
	change_id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
	change_type BLOB NOT NULL,
	change_time BLOB NOT NULL,
	change_object_id BLOB NOT NULL,
	change_revision_id INTEGER UNSIGNED NOT NULL,
	change_user_id INTEGER UNSIGNED NOT NULL,
	change_info BLOB NOT NULL
);
CREATE INDEX wb_changes_change_time ON wb_changes (change_time);
CREATE INDEX wb_changes_change_object_id ON wb_changes (change_object_id);

CREATE TABLE wb_changes_subscription (
	cs_row_id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
	cs_entity_id BLOB NOT NULL,
	cs_subscriber_id BLOB NOT NULL
);
CREATE UNIQUE INDEX cs_entity_id ON wb_changes_subscription (cs_entity_id, cs_subscriber_id);
CREATE INDEX cs_subscriber_id ON wb_changes_subscription (cs_subscriber_id);
