//! The descriptors of our connections, which a forked child closes.
//!
//! A child inherits them all. As long as it lives, the server believes that the connection does, and whatever it holds
//! stays held: a named lock of a dead parent, for one. So a handler runs in each child and closes its copies; the parent's
//! stay as they are. It only closes: what is in memory belongs to drivers, which would say goodbye on the parent's
//! behalf, and is for its owner to forget.
//!
//! The drivers do not tell their descriptors, nor that of the poll they wait with, so those that appear while a connection is
//! opened are taken for its own. The descriptors of SQLite are not among them: they are of files, and a child may close or keep
//! those without disturbing anybody; the library that it shares with PHP relies on them.

use std::{
    fs,
    mem::MaybeUninit,
    os::fd::RawFd,
    sync::{
        Once,
        atomic::{AtomicI32, AtomicU64, Ordering},
    },
};

/// Connections beyond that are inherited as if there was no handler: nobody uses them, but a child keeps them alive.
const SLOTS: usize = 512;

const FREE: RawFd = -1;
const TAKEN: RawFd = -2;

/// Fixed, and without locks: the handler may neither allocate nor wait.
static TABLE: [Slot; SLOTS] = [const { Slot::new() }; SLOTS];

struct Slot {
    descriptor: AtomicI32,
    device: AtomicU64,
    inode: AtomicU64,
}

impl Slot {
    const fn new() -> Self {
        Self { descriptor: AtomicI32::new(FREE), device: AtomicU64::new(0), inode: AtomicU64::new(0) }
    }

    fn take(&self, mark: Mark) -> bool {
        if self.descriptor.compare_exchange(FREE, TAKEN, Ordering::AcqRel, Ordering::Relaxed).is_err() {
            return false;
        }
        self.device.store(mark.device, Ordering::Relaxed);
        self.inode.store(mark.inode, Ordering::Relaxed);
        self.descriptor.store(mark.descriptor, Ordering::Release);
        true
    }

    fn holds(&self, mark: Mark) -> bool {
        self.descriptor.load(Ordering::Acquire) == mark.descriptor
            && self.device.load(Ordering::Relaxed) == mark.device
            && self.inode.load(Ordering::Relaxed) == mark.inode
    }
}

/// A descriptor and what it stands for, since numbers are given away again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Mark {
    descriptor: RawFd,
    device: u64,
    inode: u64,
    is_of_connection: bool,
}

impl Mark {
    /// Async-signal-safe.
    fn of(descriptor: RawFd) -> Option<Self> {
        let mut status = MaybeUninit::<libc::stat>::uninit();
        // SAFETY: it fills the status, or says that it did not.
        let status = unsafe {
            if libc::fstat(descriptor, status.as_mut_ptr()) != 0 {
                return None;
            }
            status.assume_init()
        };
        // A poll, and what wakes it, have no type at all.
        let is_of_connection = matches!(status.st_mode & libc::S_IFMT, libc::S_IFSOCK | 0);
        Some(Self { descriptor, device: status.st_dev, inode: status.st_ino, is_of_connection })
    }
}

/// Descriptors that a child closes, for as long as this is kept.
#[derive(Debug, Default)]
pub struct Descriptors(Vec<Mark>);

impl Descriptors {
    /// Opens something, and keeps in mind the sockets and polls that appeared meanwhile.
    pub fn of<T>(open: impl FnOnce() -> T) -> (T, Self) {
        handle_forks();
        let before = all();
        let opened = open();
        let marks = all().into_iter().filter(|mark| mark.is_of_connection && !before.contains(mark));
        let marks = marks.filter(|mark| TABLE.iter().any(|slot| slot.take(*mark))).collect();
        (opened, Self(marks))
    }
}

impl Drop for Descriptors {
    fn drop(&mut self) {
        for mark in &self.0 {
            if let Some(slot) = TABLE.iter().find(|slot| slot.holds(*mark)) {
                slot.descriptor.store(FREE, Ordering::Release);
            }
        }
    }
}

/// Every descriptor of this process; none where the system does not tell.
fn all() -> Vec<Mark> {
    let Ok(entries) = fs::read_dir("/proc/self/fd") else {
        return Vec::new();
    };
    // Collected first: the folder's own descriptor is among them, and is closed when they are looked at.
    let numbers: Vec<RawFd> =
        entries.flatten().filter_map(|entry| entry.file_name().to_str().and_then(|name| name.parse().ok())).collect();
    numbers.into_iter().filter_map(Mark::of).collect()
}

fn handle_forks() {
    static HANDLED: Once = Once::new();
    // It fails only for want of memory; then a child is no worse off than without.
    HANDLED.call_once(|| {
        // SAFETY: the handler does what a handler may; the system forgets it if this library is unloaded.
        let _ = unsafe { libc::pthread_atfork(None, None, Some(close_inherited)) };
    });
}

/// Runs in the child, before `fork` returns there. Only what is async-signal-safe.
unsafe extern "C" fn close_inherited() {
    for slot in &TABLE {
        let descriptor = slot.descriptor.swap(FREE, Ordering::Acquire);
        if descriptor < 0 {
            continue;
        }
        let (device, inode) = (slot.device.load(Ordering::Relaxed), slot.inode.load(Ordering::Relaxed));
        if Mark::of(descriptor).is_some_and(|mark| mark.device == device && mark.inode == inode) {
            // SAFETY: it is the child's copy of a descriptor whose owner is in the parent.
            unsafe { libc::close(descriptor) };
        }
    }
}
