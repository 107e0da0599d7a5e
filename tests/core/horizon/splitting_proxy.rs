//! G7 behind a proxy that splits reads from writes: rows from a replica and locks from the primary make no horizon. An edit that is open
//! for a moment would be lost whenever the replica is late.

use std::{
    collections::HashMap,
    thread,
    time::{Duration, Instant},
};

use crate::support::{
    MariaRepo, PLAIN, TestRepo,
    dispatching::{dispatch, dispatch_client, farm},
    edit::Edit,
    fresh,
    replication::Pair,
    statement_proxy::StatementProxy,
};
use wikibase_dispatch::{
    domain::{claim::Token, settings::Settings},
    error::{ErrorKind, Result},
    ops,
    store::mysql::{MysqlServer, MysqlStore},
};

/// What else may fail behind such a proxy, because the replica has clients' states late.
const OTHER_KINDS: [ErrorKind; 8] = [
    ErrorKind::ClaimLost,
    ErrorKind::ClientClaimed,
    ErrorKind::StoreFailed,
    ErrorKind::StoreUnavailable,
    ErrorKind::StoreReadOnly,
    ErrorKind::StoreBusy,
    ErrorKind::SchemaMissing,
    ErrorKind::InvalidConnection,
];

fn store_behind(proxy: &StatementProxy, repo: &MariaRepo) -> MysqlStore {
    repo.store_with(|to| to.server = MysqlServer::Socket(proxy.socket()))
}

/// A trigger and the passes after it. Adds the ids that were delivered, also those before an error.
fn try_to_dispatch(store: &mut MysqlStore, settings: &Settings, delivered: &mut Vec<u64>) -> Result<()> {
    fresh::trigger(store, settings, &mut fastrand::Rng::with_seed(1))?;
    while let Some(pass) = fresh::begin(store, settings, "enwiki", Token(7))? {
        delivered.extend(pass.batch.changes().iter().map(|change| change.id.0));
        ops::finish(store, settings, &pass)?;
    }
    Ok(())
}

#[test]
fn g7_a_proxy_that_splits_reads_from_writes_is_refused_and_loses_no_change() {
    let pair = Pair::start();
    let repo = pair.repo();
    let settings = farm(&repo);
    pair.wait_for_replica();
    let proxy = StatementProxy::splitting(&pair.primary, &pair.replica);
    let mut store = store_behind(&proxy, &repo);
    // The replica has the edit that commits first, and is late with the one that is open for 0.4 s.
    let slow = Edit::begin(&repo, "Q1");
    let fast = repo.change("Q1", PLAIN);
    pair.wait_for_replica();
    pair.follow("STOP", "");
    thread::sleep(Duration::from_millis(400));
    let committed = [slow.commit(), fast];
    let (mut delivered, mut errors) = (Vec::new(), HashMap::new());
    let start = Instant::now();
    while start.elapsed() < settings.gap_grace * 3 {
        errors.extend(try_to_dispatch(&mut store, &settings, &mut delivered).err().map(|error| (error.kind(), error)));
    }
    assert!(proxy.reads_led_away() > 0, "this proxy splits nothing");
    pair.follow("START", "");
    pair.wait_for_replica();
    errors.extend(try_to_dispatch(&mut store, &settings, &mut delivered).err().map(|error| (error.kind(), error)));
    // Without the proxy the repo goes on where it was, as soon as the claim of a failed pass has expired.
    repo.set("enwiki", "chd_lock = NULL");
    delivered.extend(dispatch_client(&mut repo.store(), &settings));
    assert_eq!(delivered, committed, "{errors:?}");

    let refusal = errors.values().find(|error| !OTHER_KINDS.contains(&error.kind()));
    let text = refusal.unwrap_or_else(|| panic!("an error of its own: {errors:?}")).to_string();
    for server in [&pair.primary, &pair.replica] {
        assert!(text.contains(&server.port.to_string()), "names both servers: {text}");
    }
    assert!(text.contains("proxy"), "says what a splitting proxy must be told: {text}");
}

/// The control: it is not the proxy itself that is refused.
#[test]
fn a_proxy_that_leads_everything_to_one_server_is_not_refused() {
    let pair = Pair::start();
    let repo = pair.repo();
    let settings = farm(&repo);
    let proxy = StatementProxy::before(&pair.primary);
    let mut store = store_behind(&proxy, &repo);
    let ids = [repo.change("Q1", PLAIN), repo.change("Q1", PLAIN)];
    assert_eq!(dispatch(&mut store, &settings), ids);
}
