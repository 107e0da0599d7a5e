-- The tables of a Wikibase repo that dispatching reads, on MariaDB, for tests without a Wikibase to create them.

CREATE TABLE /*_*/wb_changes (
	change_id INT UNSIGNED AUTO_INCREMENT NOT NULL,
	change_type VARCHAR(25) NOT NULL,
	change_time BINARY(14) NOT NULL,
	change_object_id VARBINARY(14) NOT NULL,
	change_revision_id INT UNSIGNED NOT NULL,
	change_user_id INT UNSIGNED NOT NULL,
	change_info MEDIUMBLOB NOT NULL,
	PRIMARY KEY (change_id),
	INDEX wb_changes_change_time (change_time),
	INDEX change_object_id (change_object_id)
) /*$wgDBTableOptions*/;

CREATE TABLE /*_*/wb_changes_subscription (
	cs_row_id BIGINT AUTO_INCREMENT NOT NULL,
	cs_entity_id VARBINARY(255) NOT NULL,
	cs_subscriber_id VARBINARY(255) NOT NULL,
	PRIMARY KEY (cs_row_id),
	UNIQUE INDEX cs_entity_id (cs_entity_id, cs_subscriber_id),
	INDEX cs_subscriber_id (cs_subscriber_id)
) /*$wgDBTableOptions*/;

CREATE TABLE /*_*/wb_items_per_site (
	ips_row_id BIGINT UNSIGNED AUTO_INCREMENT NOT NULL,
	ips_item_id INT UNSIGNED NOT NULL,
	ips_site_id VARBINARY(32) NOT NULL,
	ips_site_page VARCHAR(310) NOT NULL,
	PRIMARY KEY (ips_row_id),
	UNIQUE INDEX wb_ips_item_site_page (ips_site_id, ips_site_page),
	INDEX wb_ips_item_id (ips_item_id)
) /*$wgDBTableOptions*/;
