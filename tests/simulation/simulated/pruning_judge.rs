//! The part of [`judge`](super::judge) that is about pruning: no change goes that somebody needs, or too early (G8).

use std::collections::BTreeSet;

use wikibase_dispatch::domain::{settings::Settings, time::Timestamp};

use super::{database::Database, judge::Judge};

impl Judge {
    /// Takes note since when everybody has seen what.
    pub fn look_at_all(&mut self, database: &Database, settings: &Settings, now_ms: u64) {
        if self.is_off {
            return;
        }
        let seen = |client: &str| database.states.get(client).map_or(0, |row| row.seen.0);
        let least = settings.clients().iter().map(|client| seen(client.site.as_str())).min().unwrap_or(0);
        if self.seen_by_all.last().is_none_or(|(id, _)| *id < least) {
            self.seen_by_all.push((least, now_ms));
        }
    }

    /// Changes are deleted by somebody who goes by `settings`, and read where the clients stand at `read`.
    pub fn deleted(&mut self, database: &Database, ids: &[u64], settings: &Settings, read: u64, now: Timestamp) {
        if self.is_off {
            return;
        }
        const DAYS: i64 = 3 * 86_400;
        self.vanished(ids);
        for (client, row) in &database.states {
            let is_held = if settings.client(client).is_some() {
                !row.disabled
            } else {
                // A client that is not in the pruning process's configuration counts for a while after it was served.
                !row.disabled && row.touched.is_some_and(|touched| now.unix() - touched.unix() < DAYS)
            };
            let gives_receipts = self.givers.contains(client);
            let record = self.clients.entry(client.clone()).or_default();
            let unhandled = |id: &&u64| record.unhandled.contains(id) && !record.forgotten.contains(id);
            if !is_held || record.set_at >= read || self.distrusts_clock {
                record.give_up(ids);
            } else if let Some(id) = ids.iter().find(unhandled).filter(|_| gives_receipts) {
                self.failure.get_or_insert(format!("G8: change {id} was deleted, and {client} has not handled it"));
            } else if let Some(id) = ids.iter().find(|id| **id > row.seen.0) {
                self.failure.get_or_insert(format!("G8: change {id} was deleted, and {client} has seen {}", row.seen));
            }
        }
        for client in settings.clients().iter().map(|client| client.site.as_str()) {
            if !database.states.contains_key(client) {
                self.fail(format!("G8: change {} was deleted, and {client} has not begun", ids[0]));
            }
        }
        let known: BTreeSet<&String> = database.states.keys().collect();
        for (_, record) in self.clients.iter_mut().filter(|(client, _)| !known.contains(client)) {
            record.give_up(ids);
        }
        self.check_ages(database, ids, settings, now);
    }

    fn check_ages(&mut self, database: &Database, ids: &[u64], settings: &Settings, now: Timestamp) {
        if self.distrusts_clock {
            return;
        }
        for id in ids {
            let made = database.changes.get(id).and_then(|change| Timestamp::parse_mw(&change.time));
            if made.is_some_and(|made| made.until(now) <= settings.prune_keep) {
                self.fail(format!("G8: change {id} was deleted, and is not old enough"));
            }
            let since = self.seen_by_all.iter().find(|(upto, _)| upto >= id).map(|(_, since)| *since);
            let now_ms = u64::try_from(now.unix()).unwrap() * 1000;
            // The times are cut to seconds.
            let is_early = since.is_none_or(|since| now_ms + 1000 < since + settings.prune_grace.as_secs() * 1000);
            if is_early && !self.has_admins {
                self.fail(format!("G8: change {id} was deleted within the grace time"));
            }
        }
    }
}
