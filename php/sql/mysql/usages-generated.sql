-- The table of sql/usages.json for MySQL and MariaDB; change that file first, then this one.
CREATE TABLE /*_*/wbc_entity_usage (
  eu_row_id BIGINT AUTO_INCREMENT NOT NULL,
  eu_entity_id VARBINARY(255) NOT NULL,
  eu_aspect VARBINARY(37) NOT NULL,
  eu_page_id INT NOT NULL,
  UNIQUE INDEX eu_entity_id (eu_entity_id, eu_aspect, eu_page_id),
  INDEX eu_page_id (eu_page_id, eu_entity_id),
  PRIMARY KEY(eu_row_id)
) /*$wgDBTableOptions*/;
