//! Who must hear of one change, and why: asked by a human being, answered by the rule of the passes.

use crate::support::{PLAIN, SqliteRepo as Repo, TestRepo, linking, settings};
use wikibase_dispatch::{
    domain::{change::ChangeId, settings::Settings},
    ops::{self, ChangeAudience},
};

const CLIENTS: [&str; 3] = ["dewiki", "enwiki", "frwiki"];

fn farm() -> (Repo, Settings) {
    let (repo, settings) = (Repo::new(), settings(&CLIENTS, &[]));
    ops::initialise(&mut repo.store(), &settings).unwrap();
    repo.subscribe("enwiki", &["Q1"]);
    (repo, settings)
}

fn audience(repo: &Repo, settings: &Settings, id: u64) -> Option<ChangeAudience> {
    ops::audience(&mut repo.store(), settings, ChangeId(id)).unwrap()
}

/// Site id, whether it is subscribed, whether it is linked.
fn listeners(audience: &ChangeAudience) -> Vec<(&str, bool, bool)> {
    audience.listeners.iter().map(|who| (who.site.as_str(), who.is_subscribed, who.is_linked)).collect()
}

#[test]
fn affected_clients_are_named_with_the_reason() {
    let (repo, settings) = farm();
    let linked = repo.change("Q1", &linking("dewiki"));
    let found = audience(&repo, &settings, linked).unwrap();
    assert_eq!(listeners(&found), [("dewiki", false, true), ("enwiki", true, false)]);
    let both = repo.change("Q1", &linking("enwiki"));
    assert_eq!(listeners(&audience(&repo, &settings, both).unwrap()), [("enwiki", true, true)]);
    let nobody = repo.change("Q2", PLAIN);
    assert_eq!(listeners(&audience(&repo, &settings, nobody).unwrap()), []);
}

#[test]
fn it_is_told_where_the_listeners_stand() {
    let (repo, settings) = farm();
    repo.subscribe("frwiki", &["Q1"]);
    repo.execute("DELETE FROM {wb_changes_dispatch} WHERE chd_site = 'frwiki'");
    repo.set("enwiki", "chd_seen = 1");
    let id = repo.change("Q1", PLAIN);
    let found = audience(&repo, &settings, id).unwrap();
    let seen: Vec<_> = found.listeners.iter().map(|who| who.state.as_ref().map(|state| state.seen.0)).collect();
    assert_eq!(seen, [Some(1), None]);
}

#[test]
fn sites_that_are_no_clients_of_ours_are_named_apart() {
    let (repo, settings) = farm();
    repo.subscribe("nowiki", &["Q1"]);
    let id = repo.change("Q1", &linking("commonswiki"));
    let found = audience(&repo, &settings, id).unwrap();
    assert_eq!(found.strangers, ["commonswiki", "nowiki"]);
    assert_eq!(listeners(&found), [("enwiki", true, false)]);
}

#[test]
fn g9_a_change_that_cannot_be_read_says_why_and_is_for_its_subscribers() {
    let (repo, settings) = farm();
    let id = repo.change("Q1", "rubbish");
    let found = audience(&repo, &settings, id).unwrap();
    assert!(found.bad.is_some());
    assert_eq!(listeners(&found), [("enwiki", true, false)]);
}

#[test]
fn a_change_that_is_not_in_the_buffer_is_nobodys() {
    let (repo, settings) = farm();
    repo.change_as(Some(5), "Q1", PLAIN.as_bytes());
    assert!(audience(&repo, &settings, 4).is_none());
    assert!(audience(&repo, &settings, 6).is_none());
    assert!(audience(&repo, &settings, 0).is_none());
}
