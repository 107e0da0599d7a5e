//! Passes, as the extension does them: the part of [`extension`](super::extension) that is `Dispatch/` in PHP.

use wikibase_dispatch::{
    domain::{change::ChangeId, claim::Token, state::Due},
    error::{Error, ErrorKind},
    ops::{self, LockedPass, Plan},
};

use super::{
    extension::{Extension, Php, Thrown},
    mutant::Mutant,
    pushes::Push,
    queue::Job,
    world::{SECOND, World},
};

/// `Dispatch/Served`
#[derive(Default)]
pub(super) struct Served {
    pub passes: usize,
    pub failed: Vec<String>,
    pub are_some_left: bool,
}

impl Extension<'_> {
    // GroupRunner

    pub(super) fn run_groups(&mut self, plan: &mut Plan, end: u64, mut asks_for_help: bool) -> Php<Served> {
        let mut served = Served::default();
        while self.clock() < end {
            let half_a_claim = self.settings.claim_ttl.as_secs() * SECOND / 2;
            let group_end = end.min(self.clock() + half_a_claim);
            self.commit()?;
            let token = self.token();
            let (store, locks) = (&mut self.store, &mut self.locks);
            let mut group = ops::begin_group(store, &mut self.window, locks, &self.settings, plan, token)?;
            if group.is_empty() {
                break;
            }
            let begun = group.iter().map(|locked| self.began(&locked.pass, token)).collect::<Vec<_>>();
            let asked = (|| {
                if asks_for_help && plan.waiting().next().is_some() {
                    self.schedule_trigger(0)?;
                    asks_for_help = false;
                }
                self.look_again()
            })();
            if let Err(thrown) = asked {
                self.drop_passes(group.iter_mut());
                return Err(thrown);
            }
            self.run_group(&mut group, begun, token, group_end, plan, &mut served)?;
        }
        Ok(served)
    }

    fn run_group(
        &mut self,
        group: &mut [LockedPass],
        begun: Vec<Vec<Vec<u64>>>,
        token: Token,
        end: u64,
        plan: &mut Plan,
        served: &mut Served,
    ) -> Php<()> {
        let (mut pushed, mut left): (Vec<&mut LockedPass>, Vec<&mut LockedPass>) = (Vec::new(), Vec::new());
        for (at, (locked, notifications)) in group.iter_mut().zip(begun).enumerate() {
            if !left.is_empty() || (at > 0 && self.clock() >= end) {
                served.are_some_left = true;
                left.push(locked);
                continue;
            }
            let client = locked.pass.client.site.to_string();
            let done = self.push_notifications(&client, token, notifications).and_then(|()| self.commit());
            if done.is_ok() || self.is(Mutant::FailedPushCountsAsDone) {
                pushed.push(locked);
            } else {
                self.transaction.clear();
                served.failed.push(client);
                // What it throws is only reported.
                let _ = locked.abandon(&mut self.store, &mut self.locks);
            }
        }
        served.passes += pushed.len();
        let finished = ops::finish_group(&mut self.store, &mut self.locks, &self.settings, plan, &mut pushed);
        if let Err(error) = finished {
            self.drop_passes(pushed.into_iter().chain(left));
            return Err(error.into());
        }
        for at in 0..left.len() {
            if let Err(error) = left[at].release(&mut self.store, &mut self.locks) {
                self.drop_passes(left.into_iter().skip(at + 1));
                return Err(error.into());
            }
        }
        Ok(())
    }

    /// PHP's objects are gone, and native code gives their claims back as after a failure.
    fn drop_passes<'p>(&mut self, passes: impl Iterator<Item = &'p mut LockedPass>) {
        passes.for_each(|locked| drop(locked.abandon(&mut self.store, &mut self.locks)));
    }

    fn began(&self, pass: &ops::Pass, token: Token) -> Vec<Vec<u64>> {
        let cut = pass.batch.notifications(self.settings.notification_limits());
        let cut: Vec<Vec<u64>> = cut.iter().map(|run| run.iter().map(|change| change.id.0).collect()).collect();
        self.me.world.with(|world| {
            let is_another = |id: ChangeId, revision: u64| {
                let there = world.database.changes.get(&id.0);
                there.is_some_and(|there| there.revision != revision)
            };
            let mut changes = pass.batch.changes().iter();
            let found = changes.find(|change| is_another(change.id, change.revision));
            // Who has not noticed yet that the server is another one will not be able to record it.
            let found = found.filter(|_| self.store.life == world.database.life);
            if let Some(change) = found {
                world.judge.fail(format!(
                    "G1: {} is to get what change {} was on another server",
                    pass.client.site, change.id
                ));
            }
            let span = (pass.seen.0, pass.end().0, self.store.horizon_found.0);
            let World { judge, database, now, .. } = world;
            judge.began(database, pass.client.site.as_str(), token, span, cut.clone(), *now);
        });
        cut
    }

    // PassRunner

    pub(super) fn client(&mut self, site: &str) -> Php<()> {
        let done = self.passes(site);
        match done {
            Err(Thrown::Native(error))
                if [ErrorKind::ClientClaimed, ErrorKind::ClientResting].contains(&error.kind()) =>
            {
                self.come_back(site, error)
            }
            Err(Thrown::Native(error)) if error.kind() == ErrorKind::UnknownClient => {
                self.schedule_trigger(0)?;
                self.commit()?;
                Err(error.into())
            }
            other => other,
        }
    }

    fn passes(&mut self, site: &str) -> Php<()> {
        self.begin()?;
        self.learn_who_leaves()?;
        let end = self.clock() + self.max_time;
        self.native()?;
        let due = loop {
            let due = self.run_pass(site)?;
            if due != Due::Now || self.clock() >= end {
                break due;
            }
        };
        if due == Due::Now {
            self.leave_client(site)?;
        } else if due == Due::Never && ops::needs_successor(&mut self.store, &self.settings, site)? {
            if self.can_delay {
                self.look_again()?;
            } else {
                self.leave_client(site)?;
            }
        }
        if self.rolls_out && self.leaving_clients()?.iter().any(|leaving| leaving == site) {
            self.schedule_trigger(0)?;
            self.commit()?;
        }
        if self.only_client().is_some() && ops::prune_is_due(&mut self.store)? {
            self.push(vec![Push::Job(Job::Prune, 0)])?;
            self.commit()?;
        }
        Ok(())
    }

    fn run_pass(&mut self, site: &str) -> Php<Due> {
        self.commit()?;
        let token = self.token();
        let (store, locks) = (&mut self.store, &mut self.locks);
        let Some(mut locked) = ops::begin_locked(store, &mut self.window, locks, &self.settings, site, token)? else {
            return Ok(Due::Never);
        };
        let notifications = self.began(&locked.pass, token);
        let done = (|| {
            self.look_again()?;
            if self.is(Mutant::RecordBeforePush) {
                let due = locked.finish(&mut self.store, &mut self.locks, &self.settings)?;
                self.push_notifications(site, token, notifications)?;
                return Ok(due);
            }
            let pushed = self.push_notifications(site, token, notifications).and_then(|()| self.commit());
            if !self.is(Mutant::FailedPushCountsAsDone) {
                pushed?;
            }
            Ok(locked.finish(&mut self.store, &mut self.locks, &self.settings)?)
        })();
        if done.is_err() {
            self.transaction.clear();
            let _ = locked.abandon(&mut self.store, &mut self.locks);
        }
        done
    }

    fn come_back(&mut self, site: &str, reason: Error) -> Php<()> {
        if self.can_delay {
            self.look_again()
        } else if reason.kind() == ErrorKind::ClientClaimed {
            self.me.nap(SECOND);
            self.leave_client(site)
        } else {
            Err(reason.into())
        }
    }

    fn leave_client(&mut self, site: &str) -> Php<()> {
        self.push(vec![Push::Job(Job::Client(site.to_owned()), 0)])?;
        self.commit()
    }
}
