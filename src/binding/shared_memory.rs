//! Memory that all workers of a PHP-FPM pool share: mapped in MINIT, which the master runs before it forks them. A process on
//! the command line maps its own. A reload of the pool starts afresh, which costs a few triggers more and loses nothing.
//!
//! It holds a small open-addressed table of gates, one for each repo that the pool serves. Slots are taken and never
//! given back; nothing in it needs a lock, so a worker may die anywhere.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    ptr,
    sync::atomic::{AtomicPtr, AtomicU64, Ordering},
};

/// Each repo takes two: for its edits, and for its requests. More than that in one pool are announced on every change.
const SLOTS: usize = 4096;

/// The gate of one repo.
#[repr(C)]
struct Slot {
    /// Hash of what names the repo; 0: free.
    repo: AtomicU64,
    gate: AtomicU64,
}

static TABLE: AtomicPtr<Slot> = AtomicPtr::new(ptr::null_mut());

/// Maps the table. Without it (the mapping failed) there are no gates.
pub(super) fn map() {
    let bytes = SLOTS * size_of::<Slot>();
    // SAFETY: a new anonymous mapping; the kernel fills it with zeros, which are valid atomics.
    let table = unsafe {
        libc::mmap(
            ptr::null_mut(),
            bytes,
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_SHARED | libc::MAP_ANONYMOUS,
            -1,
            0,
        )
    };
    if table != libc::MAP_FAILED {
        TABLE.store(table.cast(), Ordering::Release);
    }
}

/// Whether the table is there.
pub(super) fn is_mapped() -> bool {
    !TABLE.load(Ordering::Acquire).is_null()
}

/// The word of the gate for `repo`; `None` if there is no memory or no free slot.
pub(super) fn gate(repo: &[u8]) -> Option<&'static AtomicU64> {
    let table = TABLE.load(Ordering::Acquire);
    if table.is_null() {
        return None;
    }
    // SAFETY: the mapping has SLOTS slots, is never unmapped, and is only touched through atomics.
    let slots = unsafe { std::slice::from_raw_parts(table, SLOTS) };
    let mut hasher = DefaultHasher::new();
    repo.hash(&mut hasher);
    let key = hasher.finish().max(1);
    let start = usize::try_from(key % SLOTS as u64).unwrap_or(0);
    slots[start..].iter().chain(&slots[..start]).find_map(|slot| {
        match slot.repo.compare_exchange(0, key, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => Some(&slot.gate),
            Err(owner) => (owner == key).then_some(&slot.gate),
        }
    })
}
