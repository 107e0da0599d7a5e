//! What one process has read of the change buffer lately, sorted out for every client: read once, served to many.
//!
//! Stretches lie where they were asked for, so clients that stand at different places share what they have in common. What lies
//! up to a horizon does not change any more, but subscriptions do: a stretch is used for a few seconds only, as long as a
//! pass may take between reading and recording.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
    time::Duration,
};

use crate::{
    domain::{
        change::{BadChange, ChangeId},
        horizon::{Horizon, Life},
        settings::Settings,
        stretch::{ClientNumber, Sorting, Stretch},
        time::Timestamp,
        unknown_forms::UnknownForms,
    },
    error::Result,
    store::{ReadLimit, Store},
};

/// For how long subscriptions are believed.
const FRESH: Duration = Duration::from_secs(10);

/// Stretches that are kept, at most: when changes come one by one, each makes a stretch.
const MOST: usize = 64;

/// Stretches by the id after which they begin; they do not overlap.
#[derive(Debug)]
pub struct Window {
    numbers: HashMap<String, ClientNumber>,
    kept: BTreeMap<ChangeId, Kept>,
    bytes: usize,
    /// In which life of the buffer they were read, and in which epoch of it.
    life: Life,
    epoch: u16,
    /// In which life of the buffer the horizon was found up to which is read.
    horizon_life: Life,
    now: Timestamp,
    uses: u64,
    unheard: Vec<BadChange>,
    unknown: UnknownForms,
}

#[derive(Debug)]
struct Kept {
    stretch: Arc<Stretch>,
    read: Timestamp,
    used: u64,
}

impl Window {
    /// An empty one, for the clients of `settings`.
    pub fn new(settings: &Settings) -> Self {
        let numbers = settings.clients().iter().map(|client| client.site.to_string()).zip(0..).collect();
        Self {
            numbers,
            kept: BTreeMap::new(),
            bytes: 0,
            life: Life::default(),
            epoch: 0,
            horizon_life: Life::default(),
            now: Timestamp::from_unix(0),
            uses: 0,
            unheard: Vec::new(),
            unknown: UnknownForms::default(),
        }
    }

    /// Forgets everything: the buffer's ids began anew.
    pub fn forget(&mut self) {
        self.kept.clear();
        self.bytes = 0;
    }

    /// To be called before a look at the window: forgets what is too old at `now`, and everything if it may be another
    /// buffer's.
    pub(super) fn refresh<S: Store + ?Sized>(&mut self, store: &S, horizon: &Horizon, now: Timestamp) {
        self.now = now;
        let is_ahead = self.kept.values().any(|kept| kept.stretch.reached() > horizon.upto);
        if is_ahead || self.life != store.life() || self.epoch != horizon.findings.epoch {
            self.forget();
        }
        (self.epoch, self.horizon_life) = (horizon.findings.epoch, horizon.life);
        let is_fresh = |kept: &Kept| now >= kept.read && kept.read.until(now) <= FRESH;
        let stale: Vec<ChangeId> =
            self.kept.iter().filter(|(_, kept)| !is_fresh(kept)).map(|(after, _)| *after).collect();
        for after in stale {
            self.drop_stretch(after);
        }
    }

    /// The stretch that begins at `position` or reaches over it; read if it is not here, as far as `upto` at most. `position`
    /// is before `upto`, and `upto` not behind the horizon.
    pub(super) fn stretch<S: Store + ?Sized>(
        &mut self,
        store: &mut S,
        settings: &Settings,
        position: ChangeId,
        upto: ChangeId,
    ) -> Result<Arc<Stretch>> {
        self.uses += 1;
        if let Some((_, kept)) = self.kept.range_mut(..=position).next_back()
            && kept.stretch.reached() > position
        {
            kept.used = self.uses;
            return Ok(Arc::clone(&kept.stretch));
        }
        let next = self.kept.range(position..).next().map_or(upto, |(after, _)| upto.min(*after));
        let stretch = Arc::new(self.read(store, settings, position, next)?);
        if self.life != store.life() {
            self.forget();
            self.life = store.life();
        }
        if self.horizon_life != self.life {
            // What is read now is another server's than the horizon up to which it is read: no claim can rest on it, and nobody else
            // may use it.
            return Ok(stretch);
        }
        self.unheard.extend_from_slice(stretch.unheard());
        self.unknown.met_also(stretch.unknown_forms());
        let kept = Kept { stretch: Arc::clone(&stretch), read: self.now, used: self.uses };
        self.bytes += stretch.bytes();
        self.kept.insert(position, kept);
        self.make_room(settings.window_max_bytes as usize);
        Ok(stretch)
    }

    /// Changes that could not be read and that nobody must hear of, since they were last taken.
    pub(super) fn take_unheard(&mut self) -> Vec<BadChange> {
        std::mem::take(&mut self.unheard)
    }

    /// Forms of changes that are not known and were read since they were last taken.
    pub(super) fn take_unknown(&mut self) -> UnknownForms {
        std::mem::take(&mut self.unknown)
    }

    fn read<S: Store + ?Sized>(
        &self,
        store: &mut S,
        settings: &Settings,
        after: ChangeId,
        upto: ChangeId,
    ) -> Result<Stretch> {
        let limit = ReadLimit { rows: settings.chunk_size(), bytes: settings.batch_max_bytes as usize };
        let number_of = |site: &str| self.numbers.get(site).copied();
        let mut sorting = Sorting::new(&number_of);
        let reached = store.read_stretch(after, upto, limit, &mut sorting)?;
        Ok(sorting.finish(after, reached))
    }

    /// Drops what was not used for longest. What was just read stays.
    fn make_room(&mut self, most: usize) {
        while self.kept.len() > MOST || (self.bytes > most && self.kept.len() > 1) {
            let Some(after) = self.kept.iter().min_by_key(|(_, kept)| kept.used).map(|(after, _)| *after) else {
                return;
            };
            self.drop_stretch(after);
        }
    }

    fn drop_stretch(&mut self, after: ChangeId) {
        self.bytes -= self.kept.remove(&after).map_or(0, |kept| kept.stretch.bytes());
    }
}

/// What passes that are assembled together read, at most as much as one of them may: this bounds their memory, since
/// they hold what they read.
pub(super) struct Run {
    upto: ChangeId,
    is_repeat: bool,
    touched: BTreeMap<ChangeId, Arc<Stretch>>,
    rows: u64,
    bytes: usize,
}

impl Run {
    pub fn new(upto: ChangeId) -> Self {
        Self { upto, is_repeat: false, touched: BTreeMap::new(), rows: 0, bytes: 0 }
    }

    /// For a pass that keeps to an end which another one had: that one was bounded. Reads as much as that one can have read, from
    /// wherever stretches lie now, and no more: the end may be none that a pass from here can have had.
    pub fn all_up_to(upto: ChangeId) -> Self {
        Self { is_repeat: true, ..Self::new(upto) }
    }

    pub fn upto(&self) -> ChangeId {
        self.upto
    }

    /// The stretch that begins at `position` or reaches over it; `None` if nothing lies behind, or enough has been read.
    pub fn at<S: Store + ?Sized>(
        &mut self,
        window: &mut Window,
        store: &mut S,
        settings: &Settings,
        position: ChangeId,
    ) -> Result<Option<Arc<Stretch>>> {
        if position >= self.upto {
            return Ok(None);
        }
        if let Some((_, stretch)) = self.touched.range(..=position).next_back()
            && stretch.reached() > position
        {
            return Ok(Some(Arc::clone(stretch)));
        }
        let is_enough = if self.is_repeat {
            // What was begun was read to its end, and the first stretch may begin earlier now.
            self.rows >= settings.pass_reach().saturating_add(2 * settings.chunk_size() as u64)
        } else {
            self.rows >= settings.pass_reach() || self.bytes >= settings.window_max_bytes as usize
        };
        if is_enough {
            return Ok(None);
        }
        let stretch = window.stretch(store, settings, position, self.upto)?;
        self.rows += u64::try_from(stretch.rows()).unwrap_or(u64::MAX);
        self.bytes += stretch.bytes();
        self.touched.insert(stretch.after(), Arc::clone(&stretch));
        Ok(Some(stretch))
    }
}
