//! The name of a client's lock: the very one that Wikibase's own dispatcher used, so that it and this can run side by side.

use std::fmt;

use super::site::SiteId;

/// `Wikibase.{repo}.dispatchChanges.{client}`, spaces as `_`. Lock names are global on a server, so both sites are in it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LockName(String);

impl LockName {
    /// The lock of `client` among the clients of `repo`.
    pub fn new(repo: &SiteId, client: &SiteId) -> Self {
        Self(format!("Wikibase.{repo}.dispatchChanges.{client}").replace(' ', "_"))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LockName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_the_one_that_wikibase_used() {
        let site = |text| SiteId::parse(text).unwrap();
        let name = LockName::new(&site("my repo"), &site("en wiki"));
        assert_eq!(name.as_str(), "Wikibase.my_repo.dispatchChanges.en_wiki");
    }
}
