-- Site ids have up to 64 bytes in MediaWiki. Tables that were made before had room for 32.
ALTER TABLE /*_*/wb_changes_shadow
  CHANGE csh_site csh_site VARBINARY(64) NOT NULL;
