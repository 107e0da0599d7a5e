//! The rest of the store that operations see: [`store`](super::store) has what it is for. Dispatch states, which tell where each client stands
//! and which process works on it.

use std::sync::Arc;

use wikibase_dispatch::{
    domain::{
        change::ChangeId,
        claim::{Lock, Rest},
        horizon::Life,
        sent::{AsideChange, Sent},
        site::{Client, SiteId},
        time::Timestamp,
    },
    error::Result,
    store::{Advance, DispatchStates, NewClaim, SentPasses, StateRow},
};

use super::{mutant::Mutant, store::Store};

impl DispatchStates for Store<'_> {
    fn all_states(&mut self) -> Result<Vec<StateRow>> {
        let mutant = self.me.world.with(|world| world.mutant);
        let prunes = self.prunes;
        let (rows, now) = self.statement(|world| {
            let mut rows: Vec<StateRow> = world.database.states.values().cloned().collect();
            for row in &mut rows {
                (row.mark, row.reported) = (world.mark_of(&row.site), world.reported_by(&row.site));
            }
            world.touch(rows.len());
            match mutant {
                Some(Mutant::PruneEarly) if prunes => {
                    let most = rows.iter().map(|row| row.seen).max().unwrap_or_default();
                    rows.iter_mut().for_each(|row| row.seen = most);
                }
                Some(Mutant::PrunesUnhandled) if prunes => rows.iter_mut().for_each(|row| row.sent = None),
                Some(Mutant::NeverSentAgain) if !prunes => rows.iter_mut().for_each(|row| row.sent = None),
                Some(Mutant::DisabledHoldBack) if prunes => rows.iter_mut().for_each(|row| row.disabled = false),
                Some(Mutant::EndOfPassForgotten) => rows.iter_mut().for_each(forget_end),
                Some(Mutant::MostLaggedOnly) if !prunes => only_most_lagged(&mut rows),
                _ => {}
            }
            (rows, world.now)
        })?;
        self.read = now;
        Ok(rows)
    }

    fn state(&mut self, client: &SiteId) -> Result<Option<StateRow>> {
        let forgets_end = self.is(Mutant::EndOfPassForgotten);
        let mut row = self.statement(|world| {
            let row = world.database.states.get(client.as_str()).cloned()?;
            Some(StateRow { mark: world.mark_of(&row.site), reported: world.reported_by(&row.site), ..row })
        })?;
        if forgets_end {
            row.iter_mut().for_each(forget_end);
        }
        Ok(row)
    }

    fn insert_states(&mut self, clients: &[&Client]) -> Result<usize> {
        self.statement(|world| {
            let mut made = 0;
            for client in clients {
                let site = client.site.to_string();
                if world.database.states.contains_key(&site) {
                    continue;
                }
                let row = StateRow {
                    site: site.clone(),
                    domain: client.domain.in_state().to_owned(),
                    seen: ChangeId(0),
                    touched: None,
                    lock: None,
                    disabled: false,
                    has_left: false,
                    mark: None,
                    reported: None,
                    sent: None,
                };
                world.judge.was_set(&site, 0, world.now);
                world.database.states.insert(site, row);
                made += 1;
            }
            made
        })
    }

    fn update_domain(&mut self, client: &Client) -> Result<()> {
        self.statement(|world| {
            if let Some(row) = world.database.states.get_mut(client.site.as_str()) {
                row.domain = client.domain.in_state().to_owned();
            }
        })
    }

    fn claim_all(&mut self, claims: &[NewClaim<'_>]) -> Result<Vec<bool>> {
        let mutant = self.me.world.with(|world| world.mutant);
        let settings = Arc::clone(&self.settings);
        let life = claims.first().map(|claim| claim.life).unwrap_or_default();
        let horizon = self.horizon_found.0;
        let made = self.resting_on(life, |world| {
            let now = world.database_time();
            world.touch(claims.len());
            claims
                .iter()
                .map(|claim| {
                    let row = world.database.states.get(claim.client.as_str()).cloned();
                    let before = row.as_ref().and_then(|row| row.lock.clone());
                    let mut claim = *claim;
                    match (mutant, &row) {
                        (Some(Mutant::ClaimWithoutComparing), Some(row)) => {
                            (claim.seen, claim.expected) = (row.seen, row.lock.as_deref());
                        }
                        (Some(Mutant::EndOfPassForgotten), Some(row)) => {
                            let mut forgotten = row.clone();
                            forget_end(&mut forgotten);
                            if forgotten.lock.as_deref() == claim.expected {
                                claim.expected = row.lock.as_deref();
                            }
                        }
                        _ => {}
                    }
                    let is_made = world.database.claim(&claim);
                    if is_made {
                        world.count("claim");
                        world.note(|| format!("claim {} from {}: {}", claim.client, claim.seen, claim.lock));
                        let client = claim.client.as_str();
                        let now = (now, world.now);
                        world.judge.claimed(client, before.as_deref(), claim.lock, now, &settings);
                        if let Lock::Claimed(pass) = Lock::parse(Some(claim.lock)) {
                            world.judge.began(client, pass.token, (claim.seen.0, pass.end.0, horizon), now.1);
                        }
                    }
                    is_made
                })
                .collect::<Vec<_>>()
        })?;
        for (claim, _) in claims.iter().zip(&made).filter(|(_, is_made)| **is_made) {
            if let Lock::Claimed(pass) = Lock::parse(Some(claim.lock)) {
                self.claims.insert(claim.client.to_string(), (pass.token, self.life));
            }
        }
        Ok(made)
    }

    fn advance_all(&mut self, advances: &[Advance<'_>], touched: Timestamp) -> Result<Vec<bool>> {
        let mutant = self.me.world.with(|world| world.mutant);
        self.statement(|world| {
            world.touch(advances.len());
            let moved = advances.iter().map(|advance| {
                let row = world.database.states.get(advance.client.as_str()).cloned();
                let mut believed = *advance;
                if let (Some(Mutant::AdvanceWithoutFence), Some(row)) = (mutant, &row) {
                    (believed.seen, believed.lock) = (row.seen, row.lock.as_deref().unwrap_or_default());
                    if let Some(row) = world.database.states.get_mut(advance.client.as_str()) {
                        row.lock.get_or_insert_default();
                    }
                }
                let is_moved = world.database.advance(&believed, touched);
                if is_moved {
                    world.count("advance");
                    world.note(|| format!("advance {} to {}", advance.client, advance.to));
                    let (client, from) = (advance.client.as_str(), row.map_or(advance.seen, |row| row.seen));
                    world.judge.moved(&world.database, client, from, advance.to, Some(advance.lock));
                }
                is_moved
            });
            moved.collect()
        })
        .inspect(|_| self.look_at_all())
        // Nobody heard of it, and it is done.
        .inspect_err(|_| self.look_at_all())
    }

    fn unlock(&mut self, client: &SiteId, lock: &str, by: Option<&str>) -> Result<bool> {
        let mutant = self.me.world.with(|world| world.mutant);
        self.statement(|world| {
            let Some(row) = world.database.states.get_mut(client.as_str()) else {
                return false;
            };
            let is_ours = row.lock.as_deref() == Some(lock);
            if is_ours {
                let from = row.seen;
                row.lock = by.map(ToOwned::to_owned);
                match mutant {
                    Some(Mutant::NoRest) => row.lock = by.map(end_rest),
                    Some(Mutant::SeenGoesBack) => row.seen = from.back(1),
                    _ => {}
                }
                let to = row.seen;
                world.note(|| format!("unlock {client}: {by:?}"));
                match Lock::parse(by) {
                    // A rest can be over when it is written, so its time does not tell.
                    Lock::Resting(rest) if !world.judge.is_given_back(client.as_str(), lock, by) => {
                        world.judge.abandoned(client.as_str(), rest);
                    }
                    _ => world.judge.released(client.as_str(), lock),
                }
                if to != from {
                    world.judge.moved(&world.database, client.as_str(), from, to, None);
                }
            }
            is_ours
        })
    }

    fn disable(&mut self, client: &SiteId) -> Result<bool> {
        self.statement(|world| {
            world.note(|| format!("{client} is disabled"));
            let row = world.database.states.get_mut(client.as_str()).filter(|row| !row.disabled);
            row.map(|row| row.disabled = true).is_some()
        })
    }

    fn enable(&mut self, client: &SiteId, after: ChangeId) -> Result<bool> {
        self.statement(|world| {
            let row = world.database.states.get_mut(client.as_str()).filter(|row| row.disabled && !row.has_left);
            let Some(row) = row else {
                return false;
            };
            (row.disabled, row.seen, row.lock, row.sent) = (false, after, None, None);
            world.note(|| format!("{client} is enabled after {after}"));
            world.judge.was_set(client.as_str(), after.0, world.now);
            true
        })
    }

    fn fast_forward(
        &mut self,
        clients: &[(SiteId, ChangeId)],
        to: ChangeId,
        touched: Timestamp,
        life: Life,
    ) -> Result<usize> {
        let takes_all = self.is(Mutant::EverybodyFastForwarded);
        self.resting_on(life, |world| {
            world.touch(clients.len());
            world.count("fast-forward");
            world.note(|| format!("fast-forward {clients:?} to {to}"));
            let everybody: Vec<(SiteId, ChangeId)>;
            let clients = if takes_all {
                let rows = world.database.states.values();
                everybody = rows.filter_map(|row| Some((SiteId::parse(&row.site)?, row.seen))).collect();
                &everybody
            } else {
                clients
            };
            let mut moved = 0;
            for (site, from) in clients {
                let Some(row) = world.database.states.get_mut(site.as_str()) else {
                    continue;
                };
                if row.lock.is_none() && !row.disabled && row.seen < to && row.seen == *from {
                    (row.seen, row.touched) = (to, Some(touched));
                    moved += 1;
                    world.judge.moved(&world.database, site.as_str(), *from, to, None);
                }
            }
            moved
        })
        .inspect(|_| self.look_at_all())
        // Nobody heard of it, and it is done.
        .inspect_err(|_| self.look_at_all())
    }

    fn seek(&mut self, client: &SiteId, seen: ChangeId, lock: Option<&str>, to: ChangeId, life: Life) -> Result<bool> {
        self.resting_on(life, |world| {
            let Some(row) = world.database.states.get_mut(client.as_str()) else {
                return false;
            };
            let is_same = row.seen == seen && row.lock.as_deref() == lock;
            if is_same {
                (row.seen, row.lock) = (to, None);
                if world.judge.has_begun_anew {
                    world.note(|| format!("{client} is set back from {seen}"));
                    world.judge.was_set(client.as_str(), to.0, world.now);
                } else {
                    world.judge.fail(format!("G2: {client} was set back from {seen}, and the ids have not begun anew"));
                }
            }
            is_same
        })
    }
}

impl SentPasses for Store<'_> {
    fn note_sent(&mut self, notes: &[(&Advance<'_>, &Sent)]) -> Result<()> {
        if notes.is_empty() {
            return Ok(());
        }
        self.statement(|world| {
            for (advance, sent) in notes {
                let row = world.database.states.get_mut(advance.client.as_str());
                let holds = |row: &&mut StateRow| row.seen == advance.seen && row.lock.as_deref() == Some(advance.lock);
                if let Some(row) = row.filter(holds) {
                    row.sent = Some((*sent).clone());
                    world.note(|| format!("sent to {}: {}", advance.client, sent.to_text()));
                }
            }
        })
    }

    fn forget_sent(&mut self, client: &SiteId, seen: ChangeId, lock: Option<&str>) -> Result<()> {
        self.statement(|world| {
            let row = world.database.states.get_mut(client.as_str());
            if let Some(row) = row.filter(|row| row.seen == seen && row.lock.as_deref() == lock) {
                row.sent = None;
            }
        })
    }

    fn set_aside(&mut self, client: &SiteId, change: ChangeId, _entity: &str, _now: Timestamp) -> Result<()> {
        self.statement(|world| {
            world.note(|| format!("{change} is set aside for {client}"));
            world.judge.was_set_aside(client.as_str(), change.0);
        })
    }

    fn aside(&mut self, _most: usize) -> Result<Vec<AsideChange>> {
        Ok(Vec::new())
    }

    fn aside_for(&mut self, _client: &SiteId) -> Result<Vec<AsideChange>> {
        Ok(Vec::new())
    }

    fn take_up(&mut self, _client: &SiteId, _change: ChangeId, _now: Timestamp) -> Result<bool> {
        Ok(false)
    }
}

impl Store<'_> {
    fn look_at_all(&self) {
        self.me.world.with(|world| {
            let now = world.database_ms();
            world.judge.look_at_all(&world.database, &self.settings, now);
        });
    }
}

/// A rest that is over already.
fn end_rest(text: &str) -> String {
    match Lock::parse(Some(text)) {
        Lock::Resting(rest) => Rest { until: Timestamp::from_unix(0), ..rest }.to_string(),
        _ => text.to_owned(),
    }
}

/// Has a claim that is taken over say that it was to end nowhere.
fn forget_end(row: &mut StateRow) {
    let text = match Lock::parse(row.lock.as_deref()) {
        Lock::Claimed(mut claim) => {
            claim.end = ChangeId(0);
            claim.to_string()
        }
        Lock::Resting(mut rest) => {
            rest.end = ChangeId(0);
            rest.to_string()
        }
        Lock::Free => return,
    };
    row.lock = Some(text);
}

/// Of all that are enabled but one.
fn only_most_lagged(rows: &mut [StateRow]) {
    let most = rows.iter().filter(|row| !row.disabled).min_by_key(|row| row.seen).map(|row| row.site.clone());
    rows.iter_mut().for_each(|row| row.disabled |= Some(&row.site) != most.as_ref());
}
