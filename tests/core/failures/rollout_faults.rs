//! G14 for the transactions of the rollout, on a real server: whatever is lost on the way, either all of it was written or nothing, and what
//! passes is done again.

use crate::support::{MariaRepo, TestRepo, domain, mariadb::SHARED, proxy::Proxy, site};
use wikibase_dispatch::{
    domain::{
        change::ChangeId,
        rollout::{AppliedRollout, ClientRollout, RolloutState, Step, WantedRollout, WikibaseState},
        site::Client,
    },
    ops::rollout::begin,
    store::{
        Rollouts,
        mysql::{MysqlServer, MysqlStore},
    },
};

/// A repo, and a store that reaches it through a proxy.
fn behind_a_proxy() -> (MariaRepo, Proxy, MysqlStore) {
    let (repo, proxy) = (MariaRepo::new(), Proxy::before(&SHARED.socket()));
    let store = repo.store_with(|connection| connection.server = MysqlServer::Socket(proxy.socket()));
    (repo, proxy, store)
}

fn one_of_two() -> WantedRollout {
    let client = |name| Client { site: site(name), domain: domain(name) };
    WantedRollout::new([(client("awiki"), RolloutState::On), (client("bwiki"), RolloutState::Off)])
}

fn is_brought_about(repo: &MariaRepo) {
    let expected = AppliedRollout {
        wikibase: Some((WikibaseState::Serving, ChangeId(0))),
        clients: [("awiki".to_owned(), ClientRollout::On)].into(),
    };
    assert_eq!(repo.store().rollout().unwrap(), expected);
    assert_eq!(repo.seen("awiki"), 0);
}

#[test]
fn g14_a_connection_that_is_lost_before_any_statement_takes_the_transaction_along_and_it_is_done_again() {
    let statements = ["START TRANSACTION", "FOR UPDATE", "EXISTS", "INSERT IGNORE", "INSERT INTO", "COMMIT"];
    for statement in statements {
        let (repo, proxy, mut store) = behind_a_proxy();
        let socket = proxy.socket();
        let proxy = std::sync::Arc::new(proxy);
        let breaking = std::sync::Arc::clone(&proxy);
        proxy.before_statement(statement, move || breaking.lead_to(&SHARED.socket()));
        let begun = begin(&mut store, &one_of_two()).unwrap();
        assert!(proxy.has_happened(), "{statement} on {}", socket.display());
        // A lost commit may have taken effect; then there was nothing left to do.
        assert!(begun.changed.is_some() || statement == "COMMIT", "{statement}");
        is_brought_about(&repo);
    }
}

#[test]
fn g14_a_transaction_whose_last_answer_is_lost_is_known_to_have_taken_effect() {
    let (repo, proxy, mut store) = behind_a_proxy();
    proxy.lose_answer_to("COMMIT");
    begin(&mut store, &one_of_two()).unwrap();
    assert!(proxy.has_happened());
    is_brought_about(&repo);
}

#[test]
fn g14_a_plan_is_asked_again_when_its_transaction_is_done_again() {
    let (repo, proxy, mut store) = behind_a_proxy();
    let mut asked = 0;
    let done = store.roll_out(&mut |facts| {
        asked += 1;
        assert_eq!(facts.applied, AppliedRollout::default());
        if asked == 1 {
            proxy.lead_to(&SHARED.socket());
        }
        vec![Step::PutWikibase(WikibaseState::Serving, ChangeId(asked))]
    });
    assert_eq!(done.unwrap().steps.len(), 1);
    assert_eq!((asked, repo.store().rollout().unwrap().floor()), (2, ChangeId(2)));
}

#[test]
fn a_connection_that_is_kept_for_no_time_is_kept_for_a_transaction() {
    let (repo, _proxy, mut store) = behind_a_proxy();
    store.keep_idle_for(std::time::Duration::ZERO);
    begin(&mut store, &one_of_two()).unwrap();
    is_brought_about(&repo);
}
