//! What the fuzz targets share: a bound on memory, and the changes that an input stands for.

pub mod memory;
pub mod php;
pub mod rows;

/// A reason goes into a log line, whatever the input: of a hostile text it may repeat the beginning alone.
pub const LONGEST_MESSAGE: usize = 400;

/// The client as which changes are read; the real changes have links of it.
///
/// # Panics
/// Never: it is a site id.
pub fn local() -> wikibase_dispatch::domain::site::SiteId {
    wikibase_dispatch::domain::site::SiteId::parse("enwiki").expect("it is a site id")
}
