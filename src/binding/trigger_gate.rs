//! `WikibaseDispatch\TriggerGate`.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use ext_php_rs::{binary_slice::BinarySlice, prelude::*};

use super::{job::Job, settings::Settings, shared_memory};
use crate::{
    domain::trigger_gate::{GateRules, GateWord},
    jobs::{self, Announcement, Asked},
};

/// Decides whether an edit shall have somebody look at the change buffer.
#[php_class]
#[php(name = "WikibaseDispatch\\TriggerGate")]
pub struct TriggerGate {
    word: Option<&'static AtomicU64>,
    rules: GateRules,
    announcement: Announcement,
}

#[php_impl]
impl TriggerGate {
    pub fn __construct(settings: &Settings, repo: BinarySlice<u8>) -> Self {
        let settings = settings.shared();
        let (rules, announcement) = (settings.gate_rules(), Announcement::new(&settings));
        Self { word: shared_memory::gate(&repo), rules, announcement }
    }

    #[php(defaults(changes = 1))]
    pub fn changes_written(&self, changes: i64) -> Option<Job> {
        let changes = u32::try_from(changes.max(1)).unwrap_or(u32::MAX);
        let asked = match self.word {
            None => Some(Asked { delay: Duration::ZERO, pause: None }),
            Some(word) => ask(word, changes, self.rules),
        };
        let (word, announcement) = (self.word, self.announcement.clone());
        let reopen = move || word.into_iter().for_each(|word| word.store(GateWord::default().0, Ordering::Release));
        asked.map(|asked| Job::homeless(|host| async move { jobs::announce(announcement, asked, reopen, &host).await }))
    }
}

fn ask(word: &AtomicU64, changes: u32, rules: GateRules) -> Option<Asked> {
    let now = monotonic_ms();
    let mut seen = word.load(Ordering::Acquire);
    loop {
        let (next, asked) = GateWord(seen).after_changes(changes, now, rules);
        match word.compare_exchange_weak(seen, next.0, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => return asked.map(|delay| Asked { delay, pause: GateWord(seen).age(now) }),
            Err(changed) => seen = changed,
        }
    }
}

/// Milliseconds of a clock that all processes of the machine share and that never goes back; never 0.
fn monotonic_ms() -> u64 {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `now` is valid for writing; the clock exists on every system that PHP runs on.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &raw mut now) };
    let milliseconds = i128::from(now.tv_sec) * 1000 + i128::from(now.tv_nsec) / 1_000_000;
    u64::try_from(milliseconds).unwrap_or(0) + 1
}
