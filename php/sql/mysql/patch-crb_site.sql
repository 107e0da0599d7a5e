-- Site ids have up to 64 bytes in MediaWiki. Tables that were made before had room for 32.
ALTER TABLE /*_*/wb_changes_rebuild
  CHANGE crb_site crb_site VARBINARY(64) NOT NULL;
