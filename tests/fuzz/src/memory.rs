//! Counts the bytes of memory that Rust code holds, so that a target can say how many an input may cost. A fuzzer's own limit is
//! one for all inputs, and no input of a few kilobytes comes near it.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
};

struct Counting;

static HELD: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

// SAFETY: the system's allocator does the work; beside it, numbers are added up.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        MOST.fetch_max(HELD.fetch_add(layout.size(), Relaxed) + layout.size(), Relaxed);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// What a few small things may take, whatever the input.
const FREE: usize = 64 << 10;

/// Does `work` on an input of `input` bytes.
///
/// # Panics
/// If that holds more than `times` bytes for each byte of the input, at any moment.
pub fn bounded<T>(input: usize, times: usize, work: impl FnOnce() -> T) -> T {
    let before = HELD.load(Relaxed);
    MOST.store(before, Relaxed);
    let answer = work();
    let most = MOST.load(Relaxed) - before;
    assert!(most <= FREE + times * input, "{input} bytes of input took {most} bytes of memory");
    answer
}
