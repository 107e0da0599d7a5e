-- The table of a Wikibase client that says which page uses what of which entity, on MariaDB.

CREATE TABLE /*_*/wbc_entity_usage (
	eu_row_id BIGINT AUTO_INCREMENT NOT NULL,
	eu_entity_id VARBINARY(255) NOT NULL,
	eu_aspect VARBINARY(37) NOT NULL,
	eu_page_id INT NOT NULL,
	PRIMARY KEY (eu_row_id),
	UNIQUE INDEX eu_entity_id (eu_entity_id, eu_aspect, eu_page_id),
	INDEX eu_page_id (eu_page_id, eu_entity_id)
) /*$wgDBTableOptions*/;
