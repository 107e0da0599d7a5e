//! Who lives on the farm: job runners, people who edit, visitors, and admins.

use std::{collections::BTreeSet, sync::Arc};

use wikibase_dispatch::domain::{change::Change, settings::Settings};

use super::{
    configuration::{by_chance, said},
    extension::Extension,
    load,
    process::Process,
    queue::Job,
    scenario::Trouble,
    troubles,
    world::{SECOND, World},
};

/// A process of PHP that runs jobs; where there are none it waits, and after some jobs another one takes its place.
pub fn runner(me: &Process<'_>) {
    let mut extension = Extension::new(me);
    let jobs = me.world.with(|world| world.chance.usize(1..30));
    for _ in 0..jobs {
        let (job, arrival) = loop {
            // Servers with an older configuration do not stay for ever.
            if me.world.with(|world| !world.is_stormy && world.configuration != extension.configuration) {
                return;
            }
            match me.world.with(|world| world.take_job(me.id).ok_or_else(|| until_next_job(world))) {
                Ok(job) => break job,
                Err(wait) => me.nap_for_job(wait),
            }
        };
        let began = me.world.with(|world| world.now);
        let start = me.world.with(|world| world.pace.as_ref().map_or(0, |pace| pace.start));
        if start > 0 {
            me.nap(start);
        }
        match &job {
            Job::Wikibase(entity) if me.world.with(|world| world.pace.is_some()) => {
                load::run_wikibase(me, entity);
                me.world.with(|world| world.end_job(me.id));
            }
            _ => extension.run_job(&job, arrival),
        }
        me.world.with(|world| {
            let now = world.now;
            if let Some(pace) = world.pace.as_mut().filter(|pace| pace.counts_at(began)) {
                pace.runners_busy += now - began;
            }
        });
        me.nap(me.world.with(World::latency));
    }
}

fn until_next_job(world: &World) -> u64 {
    if let Some(pace) = &world.pace {
        return pace.poll;
    }
    let next = world.queue.next_release().unwrap_or(u64::MAX);
    next.saturating_sub(world.now).clamp(1000, 3600 * SECOND)
}

/// Edits one after the other until there have been enough.
pub fn editor(me: &Process<'_>) {
    while me.world.with(|world| world.edits_left > 0) {
        me.nap(me.world.with(|world| match world.chance.u8(..) {
            0..=200 => world.chance.u64(..2 * SECOND),
            201..=240 => world.chance.u64(..20 * SECOND),
            _ => world.chance.u64(..500 * SECOND),
        }));
        if me.world.with(|world| world.take_edit()) {
            let may_fail = true;
            edit(me, may_fail);
        }
    }
}

/// An edit that writes a change, and announces it; or is rolled back, if it may fail.
pub fn edit(me: &Process<'_>, may_fail: bool) {
    edit_on(me, may_fail, None);
}

/// The same, on a server that has a configuration.
pub fn edit_on(me: &Process<'_>, may_fail: bool, configuration: Option<Arc<Settings>>) {
    let has_one_writer = me.world.with(|world| world.scenario.has_one_writer);
    let mut ids = Vec::new();
    let count = me.world.with(|world| if world.chance.u8(..6) == 0 { 2 } else { 1 });
    for _ in 0..count {
        let id = me.world.with(|world| allocate(world, me.id));
        ids.push(id);
        if me.world.with(|world| troubles::waits_for_lock(world, id)) {
            me.nap(me.world.with(|world| world.chance.u64(..50 * SECOND)));
            me.world.with(|world| troubles::is_granted(world, id));
        }
        if !has_one_writer {
            // A moment in which nothing tells of it, and always shorter than `gapGrace`.
            me.nap(me.world.with(|world| match world.chance.u8(..10) {
                0 => world.chance.u64(..900_000),
                _ => world.chance.u64(..20_000),
            }));
        }
        me.world.with(|world| {
            if let Some(pending) = world.database.open.get_mut(&id) {
                pending.is_inserted = true;
            }
        });
    }
    if !has_one_writer {
        me.nap(me.world.with(|world| match world.chance.u8(..20) {
            0 => world.chance.u64(..40 * SECOND),
            1..=4 => world.chance.u64(..3 * SECOND),
            _ => world.chance.u64(..20_000),
        }));
    }
    let configuration = configuration.unwrap_or_else(|| me.world.with(World::some_configuration));
    let mut extension = Extension::configured(me, configuration);
    let is_for_wikibase = extension.is_for_wikibase();
    ids.retain(|id| me.world.with(|world| world.database.open.get(id).is_some_and(|pending| pending.owner == me.id)));
    let is_committed = me.world.with(|world| {
        let commits = !may_fail || world.chance.u8(..8) > 0;
        for id in &ids {
            match commits {
                true => commit(world, *id, is_for_wikibase),
                false => drop(world.database.open.remove(id)),
            }
        }
        commits
    });
    if !is_committed {
        return;
    }
    extension.is_sheltered = me.world.with(|world| !world.scenario.has_visitors);
    let server = me.id % 2;
    me.nap(me.world.with(World::latency));
    // A failure is logged, and that is all: see `Edits` of the extension.
    let _ = extension.announce_changes(u32::try_from(ids.len()).unwrap(), server);
}

/// A change by which a page of the client gets a site link.
fn linking(client: &str) -> String {
    let diff = format!(r#"{{\"siteLinkChanges\":{{\"{client}\":[null,\"Berlin\",false]}}}}"#);
    format!(r#"{{"compactDiff":"{diff}"}}"#)
}

fn allocate(world: &mut World, owner: usize) -> u64 {
    let entity = format!("Q{}", world.chance.usize(..world.scenario.entities));
    let info = match world.chance.u8(..8) {
        0 | 1 => {
            let client = &world.scenario.clients[world.chance.usize(..world.scenario.clients.len())];
            linking(client)
        }
        2 => "rubbish".to_owned(),
        _ => r#"{"compactDiff":"{\"siteLinkChanges\":[]}"}"#.to_owned(),
    };
    let info = world.is_to_prove.as_deref().map_or(info, linking);
    let time = world.database_time().to_mw();
    world.database.last_revision += 1;
    let revision = world.database.last_revision;
    world.database.allocate(world.scenario.increment, owner, |id| Change {
        id,
        kind: "wikibase-item~update".to_owned(),
        time,
        entity,
        revision,
        user: 1,
        info: info.into_bytes(),
    })
}

/// With it goes Wikibase's job, where the server that edits is to push one.
fn commit(world: &mut World, id: u64, is_for_wikibase: bool) {
    let Some(pending) = world.database.open.remove(&id) else {
        return;
    };
    let change = pending.change;
    let info = String::from_utf8_lossy(&change.info).into_owned();
    let subscribers = world.database.subscriptions.get(&change.entity);
    let is_told = |client: &String| {
        subscribers.is_some_and(|subscribers| subscribers.contains(client)) || info.contains(client.as_str())
    };
    let clients: BTreeSet<String> = world.scenario.clients.iter().filter(|client| is_told(client)).cloned().collect();
    world.count("commit");
    world.note(|| format!("change {id} of {} is committed, for {clients:?}", change.entity));
    world.judge.revisions.insert(id, change.revision);
    world.judge.committed(&world.database, id, &clients, world.now);
    if is_for_wikibase {
        world.push_job(Job::Wikibase(change.entity.clone()), 0);
    }
    world.database.committed_at.insert(id, world.now);
    world.database.changes.insert(id, change);
}

/// Requests come in, and one a minute looks out.
pub fn visitor(me: &Process<'_>) {
    loop {
        me.nap(me.world.with(|world| world.chance.u64(30 * SECOND..70 * SECOND)));
        let _ = Extension::new(me).look_out();
    }
}

/// Does at random what admins do, and what happens to servers.
pub fn admin(me: &Process<'_>) {
    while me.world.with(|world| world.is_stormy) {
        me.nap(me.world.with(|world| {
            let most = if world.scenario.has_rollout { 30 } else { 120 };
            world.chance.u64(..most * SECOND)
        }));
        let act = me.world.with(|world| {
            if !world.is_stormy {
                return false;
            }
            let (has_admins, clock_steps) = (world.scenario.has_admins, world.scenario.clock_steps);
            let has_rollout = world.scenario.has_rollout;
            match world.chance.u8(..8) {
                0 | 1 if !world.scenario.is_calm => reach_or_not(world),
                7 if world.scenario.has_receipts && !world.scenario.is_calm => {
                    let client = some_client(world);
                    world.strike(&client);
                }
                // In the moment in which nothing tells of an id, there is only the clock to go by.
                2 if clock_steps && troubles::clock_may_step(world) => step_clock(world),
                7 if world.scenario.trouble != Trouble::None => troubles::happen(world),
                3 if has_admins || has_rollout => subscribe_or_not(world),
                4..=6 if has_rollout => roll_out(world),
                4 if has_admins => disable_one(world),
                5 if has_admins => return true,
                6 if has_admins => configure(world),
                _ => {}
            }
            false
        });
        if act {
            enable_one(me);
        }
    }
}

fn some_client(world: &mut World) -> String {
    world.scenario.clients[world.chance.usize(..world.scenario.clients.len())].clone()
}

fn reach_or_not(world: &mut World) {
    let client = some_client(world);
    world.note(|| format!("the queue of {client} is there, or not"));
    if !world.unreachable.remove(&client) {
        world.unreachable.insert(client);
    }
}

fn step_clock(world: &mut World) {
    let step = world.chance.i64(-400_000..400_000);
    world.note(|| format!("the clock of the database is set by {step} ms"));
    world.database.clock_ahead_ms += step;
}

fn subscribe_or_not(world: &mut World) {
    let client = some_client(world);
    let entity = format!("Q{}", world.chance.usize(..world.scenario.entities));
    world.note(|| format!("{client} subscribes to {entity}, or ends it"));
    let subscribers = world.database.subscriptions.entry(entity.clone()).or_default();
    let is_over = subscribers.remove(&client);
    if !is_over {
        subscribers.insert(client.clone());
    }
    let changes = &world.database.changes;
    world.judge.resubscribed(&client, world.now, |id| {
        is_over
            && changes.get(&id).is_some_and(|change| {
                change.entity == entity && !String::from_utf8_lossy(&change.info).contains(&client)
            })
    });
}

fn disable_one(world: &mut World) {
    let client = some_client(world);
    world.note(|| format!("{client} is disabled"));
    if let Some(row) = world.database.states.get_mut(&client) {
        row.disabled = true;
    }
}

/// Enables a client after the horizon, or after a change from before.
fn enable_one(me: &Process<'_>) {
    let (client, back) =
        me.world.with(|world| (some_client(world), if world.chance.bool() { world.chance.u64(..5) } else { 0 }));
    if me.world.with(|world| world.database.states.get(&client).is_some_and(|row| row.disabled)) {
        // What it throws is for the admin to see.
        let _ = Extension::new(me).enable(&client, back);
    }
}

/// A client is taken from the configuration, or put there again. Processes that run go by what they have read.
fn configure(world: &mut World) {
    let client = some_client(world);
    let mut clients: Vec<String> = world.settings.clients().iter().map(|client| client.site.to_string()).collect();
    if clients.contains(&client) {
        // With one there would be no triggers: another farm altogether.
        let stays = clients.len() < 3;
        clients.retain(|other| stays || *other != client);
    } else {
        clients.push(client);
    }
    world.note(|| format!("the clients are {clients:?}"));
    world.settings = Arc::new(world.scenario.settings(&clients));
    world.configuration = Arc::clone(&world.settings);
}

/// Clients go from Wikibase to us, or back. For a while some servers have the older configuration, also those that begin.
fn roll_out(world: &mut World) {
    let configuration = Arc::new(by_chance(&world.scenario, &mut world.chance));
    world.note(|| format!("wanted is {}", said(&configuration)));
    let until = world.now + world.chance.u64(..60 * SECOND);
    let before = std::mem::replace(&mut world.configuration, configuration);
    world.outdated = Some((before, until));
}
