//! What the fuzz targets share: a bound on memory, and the changes that an input stands for.

use std::collections::HashSet;

use wikibase_dispatch::domain::{aspect, client_update::ClientFacts, site::SiteId};

pub mod memory;
pub mod php;
pub mod rows;

/// A reason goes into a log line, whatever the input: of a hostile text it may repeat the beginning alone.
pub const LONGEST_MESSAGE: usize = 400;

/// The client as which changes are read; the real changes have links of it.
///
/// # Panics
/// Never: it is a site id.
pub fn local() -> SiteId {
    SiteId::parse("enwiki").expect("it is a site id")
}

/// What is known of it.
pub fn client(recent_changes_max_pages: usize) -> ClientFacts {
    ClientFacts {
        site: local(),
        aspects: HashSet::from([aspect::WITH_QUALIFIERS.to_owned()]),
        content_namespaces: HashSet::from([0]),
        recent_changes_max_pages,
    }
}
