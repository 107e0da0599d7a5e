//! The module's section of `phpinfo()`.

use ext_php_rs::{info_table_end, info_table_row, info_table_start, zend::ModuleEntry};

use super::shared_memory;
use crate::store::sqlite::SqliteStore;

/// Prints it.
pub(super) extern "C" fn print(_module: *mut ModuleEntry) {
    info_table_start!();
    info_table_row!("Wikibase Dispatch", "enabled");
    info_table_row!("Version", env!("CARGO_PKG_VERSION"));
    info_table_row!("SQLite library", SqliteStore::library_version());
    info_table_row!("Built with", env!("WIKIBASE_DISPATCH_RUSTC"));
    info_table_row!(
        "Trigger gate",
        if shared_memory::is_mapped() { "shared by all workers" } else { "off: no shared memory" }
    );
    info_table_end!();
}
