-- The tables of a Wikibase repo that dispatching reads, on SQLite, for tests without a Wikibase to create them.

CREATE TABLE /*_*/wb_changes (
	change_id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
	change_type BLOB NOT NULL,
	change_time BLOB NOT NULL,
	change_object_id BLOB NOT NULL,
	change_revision_id INTEGER UNSIGNED NOT NULL,
	change_user_id INTEGER UNSIGNED NOT NULL,
	change_info BLOB NOT NULL
);
CREATE INDEX wb_changes_change_time ON /*_*/wb_changes (change_time);
CREATE INDEX wb_changes_change_object_id ON /*_*/wb_changes (change_object_id);

CREATE TABLE /*_*/wb_changes_subscription (
	cs_row_id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
	cs_entity_id BLOB NOT NULL,
	cs_subscriber_id BLOB NOT NULL
);
CREATE UNIQUE INDEX cs_entity_id ON /*_*/wb_changes_subscription (cs_entity_id, cs_subscriber_id);
CREATE INDEX cs_subscriber_id ON /*_*/wb_changes_subscription (cs_subscriber_id);

CREATE TABLE /*_*/wb_items_per_site (
	ips_row_id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
	ips_item_id INTEGER UNSIGNED NOT NULL,
	ips_site_id BLOB NOT NULL,
	ips_site_page VARCHAR(310) NOT NULL
);
CREATE UNIQUE INDEX wb_ips_item_site_page ON /*_*/wb_items_per_site (ips_site_id, ips_site_page);
CREATE INDEX wb_ips_item_id ON /*_*/wb_items_per_site (ips_item_id);
