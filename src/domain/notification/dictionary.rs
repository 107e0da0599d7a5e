//! What the phrases of a notification consist of, as far as is known beforehand.

/// Texts that occur in the `change_info` of Wikibase 1.38 and later, with the marks of templates. **A part of the format**: what was
/// compressed with one text cannot be read with another, so another text is another version.
pub const DICTIONARY: &[u8] = concat!(
    // Summaries.
    r#"\/* wbmergeitems-from:0||Q"#,
    r#"\/* wbmergeitems-to:0||Q"#,
    r#"\/* wbcreateredirect:0||Q"#,
    "\u{3}|Q\u{1} *\\/",
    r#"\/* wbeditentity-create-item:0| *\/"#,
    r#"\/* wbeditentity-override:0| *\/"#,
    r#"\/* wbeditentity-update-languages-and-other-short:0||"#,
    r#"\/* wbeditentity-update-languages-short:0||"#,
    r#"\/* special-create-item:"#,
    r#"\/* clientsitelink-remove:1||"#,
    r#"\/* clientsitelink-update:0|"#,
    r#"\/* wbsetsitelink-remove:1|"#,
    r#"\/* wbsetsitelink-set:1|"#,
    r#"\/* wbsetsitelink-add:1|"#,
    r#"\/* wbsetaliases-update:1|"#,
    r#"\/* wbsetaliases-set:2|"#,
    r#"\/* wbsetaliases-add:1|"#,
    r#"\/* wbsetdescription-remove:1|"#,
    r#"\/* wbsetdescription-set:1|"#,
    r#"\/* wbsetdescription-add:1|"#,
    r#"\/* wbsetlabel-set:1|"#,
    r#"\/* wbsetlabel-add:1|en *\/ "#,
    r#"\/* wbsetlabeldescriptionaliases:"#,
    r#"\/* undo:0||"#,
    r#"\/* restore:0||"#,
    "\u{1}|Special:Contributions\\/",
    r#"\/* wbremovereferences-remove:1| *\/ "#,
    r#"\/* wbremovequalifiers-remove:1| *\/ "#,
    r#"\/* wbremoveclaims-update:"#,
    r#"\/* wbremoveclaims-remove:1| *\/ "#,
    r#"\/* wbsetqualifier-add:1| *\/ "#,
    r#"\/* wbsetreference-set:"#,
    r#"\/* wbsetreference-add:2| *\/ "#,
    r#"\/* wbcreateclaim-value:"#,
    r#"\/* wbsetclaimvalue:1| *\/ "#,
    r#"\/* wbsetclaim-update-qualifiers:1||1|"#,
    r#"\/* wbsetclaim-update-references:1||1|"#,
    r#"\/* wbsetclaim-update-rank:1||1|"#,
    r#"\/* wbsetclaim-update:2||1|1 *\/ "#,
    r#"\/* wbsetclaim-create:2||1 *\/ "#,
    r#""\/* wbeditentity-update:0| *\/ "#,
    "\"\\/* wbcreateclaim-create:1| *\\/ [[Property:P\u{1}]]: [[Q\u{1}]], #quickstatements",
    "[[:toollabs:quickstatements\\/#\\/batch\\/\u{1}|batch #\u{1}]]",
    r#"[[Wikidata:"#,
    // Diffs.
    r#"\"siteLinkChanges\":{\"enwiki\":[null,\""#,
    r#"\",false],\"dewiki\":[\""#,
    r#"\",null,false]},\"otherChanges\":true,\"detailsLeftOut\":true}","metadata":{}}"#,
    "\",false]},\"otherChanges\":false}\",\"metadata\":{\"page_id\":\u{1},\"parent_id\":\u{4},\"comment\":",
    "\\\"aliasChanges\\\":[\\\"en\\\"],\\\"statementChangesExcludingQualOrRefOnlyChanges\\\":[\\\"P\u{1}\\\"],\
     \\\"statementChangesQualOrRefOnly\\\":[\\\"P\u{1}\\\"],\\\"siteLinkChanges\\\":[],\\\"otherChanges\\\":false}\",\
     \"metadata\":{\"page_id\":\u{1},\"rev_id\":\u{2},\"parent_id\":\u{1},\"comment\":",
    r#"\"aliasChanges\":[],\"statementChangesExcludingQualOrRefOnlyChanges\":[],\"statementChangesQualOrRefOnly\":[],"#,
    "\"{\\\"arrayFormatVersion\\\":1,\\\"labelChanges\\\":[\\\"en\\\"],\\\"descriptionChanges\\\":[],\
     \\\"statementChanges\\\":[\\\"P\u{1}\\\",\\\"P\u{1}\\\"],\\\"siteLinkChanges\\\":[],\\\"otherChanges\\\":true}\",\
     \"metadata\":{\"page_id\":\u{1},\"rev_id\":\u{2},\"parent_id\":\u{1},\"comment\":",
    "\"{\\\"arrayFormatVersion\\\":1,\\\"labelChanges\\\":[],\\\"descriptionChanges\\\":[\\\"en\\\"],\
     \\\"statementChanges\\\":[],\\\"siteLinkChanges\\\":[],\\\"otherChanges\\\":false}\",\
     \"metadata\":{\"page_id\":\u{1},\"rev_id\":\u{2},\"parent_id\":\u{4},\"comment\":",
    // What begins and ends a document, and kinds of changes.
    r#"{"compactDiff":"#,
    "wikibase-lexeme~\u{1}L",
    "wikibase-property~\u{1}P",
    "wikibase-item~restore",
    "wikibase-item~remove",
    "wikibase-item~add",
    "\u{14}wikibase-item~update\u{1}Q",
    "\",\"rev_id\":\u{2},\"user_text\":",
    r#"","central_user_id":"#,
    r#","central_user_id":0,"bot":1}}"#,
    r#"","user_text":"#,
    r#","central_user_id":0,"bot":0}}"#,
)
.as_bytes();
