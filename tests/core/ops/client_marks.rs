//! A client is told in our own format only when its extension has said, in the repo's database, that it takes it.

use std::cell::Cell;

use crate::support::{
    MariaRepo, OneClient, PLAIN, SqliteRepo, TestRepo,
    dispatching::farm,
    each_store::on_each_store,
    host::{TestCore, run_job},
    mark, settings, site,
};
use wikibase_dispatch::{
    domain::{
        notification_format::{NotificationFormat, Unfit},
        settings::Settings,
    },
    jobs::{Action, Answer, RepoJob},
    lock::ClaimOnly,
    ops::{self, Failures},
    store::{Clock, DispatchStates},
};

on_each_store! {
    a_client_without_a_mark_is_told_in_the_format_of_wikibase,
    a_client_that_has_left_a_mark_is_told_in_our_own_format,
    a_mark_that_was_not_renewed_counts_no_more,
    each_client_has_its_own_mark,
    a_trigger_that_does_the_passes_itself_goes_by_the_marks_too,
    where_the_table_has_yet_to_be_made_no_client_has_a_mark_and_all_are_told,
    the_status_says_in_which_format_a_client_is_told_and_why,
}

fn job_of(client: &str) -> RepoJob {
    RepoJob::Client(site(client))
}

/// The format of the one delivery that a job makes.
fn format(repo: &impl TestRepo, settings: &Settings, job: &RepoJob) -> NotificationFormat {
    let found = Cell::new(None);
    let run = run_job(job, &TestCore::new(repo.store(), settings), |action| {
        if let Action::Notify(delivery) = action {
            found.set(Some(delivery.format));
        }
        Answer::Done
    });
    assert!(run.failed.is_none(), "{:?}", run.failed);
    found.get().expect("nobody was told")
}

/// A repo with a change that its one client wants.
fn repo_with_change<R: TestRepo>() -> (R, Settings) {
    let repo = R::new();
    let settings = farm(&repo);
    repo.change("Q1", PLAIN);
    (repo, settings)
}

fn a_client_without_a_mark_is_told_in_the_format_of_wikibase<R: TestRepo>() {
    let (repo, settings) = repo_with_change::<R>();
    assert_eq!(format(&repo, &settings, &job_of("enwiki")), NotificationFormat::EntityChange);
    assert_eq!(repo.seen("enwiki"), 1);
}

fn a_client_that_has_left_a_mark_is_told_in_our_own_format<R: TestRepo>() {
    let (repo, settings) = repo_with_change::<R>();
    mark(&repo, "enwiki", "native,entity-change,change-ids", 1);
    assert_eq!(format(&repo, &settings, &job_of("enwiki")), NotificationFormat::Native);
}

fn a_mark_that_was_not_renewed_counts_no_more<R: TestRepo>() {
    let (repo, settings) = repo_with_change::<R>();
    mark(&repo, "enwiki", "native,entity-change,change-ids", 4 * 86_400);
    assert_eq!(format(&repo, &settings, &job_of("enwiki")), NotificationFormat::EntityChange);
}

fn each_client_has_its_own_mark<R: TestRepo>() {
    let repo = R::new();
    let settings = settings(&["dewiki", "enwiki"], &[]);
    let mut store = repo.store();
    ops::initialise(&mut store, &settings).unwrap();
    mark(&repo, "dewiki", "native", 1);
    mark(&repo, "frwiki", "native", 1);
    let mut rows = store.all_states().unwrap();
    rows.sort_by(|a, b| a.site.cmp(&b.site));
    let versions: Vec<_> = rows.iter().map(|row| row.mark.as_ref().map(|mark| mark.version.as_str())).collect();
    assert_eq!(versions, [Some("0.1.0"), None], "the mark of a wiki that is no client does not count");
    assert_eq!(store.state(&site("dewiki")).unwrap().as_ref(), rows.first());
    assert_eq!(store.state(&site("enwiki")).unwrap().as_ref(), rows.last());
    assert!(store.claim_one("dewiki", 0, None, "wd1c").unwrap(), "a mark is no part of what is compared");
}

fn a_trigger_that_does_the_passes_itself_goes_by_the_marks_too<R: TestRepo>() {
    let (repo, settings) = repo_with_change::<R>();
    mark(&repo, "enwiki", "native", 1);
    assert_eq!(format(&repo, &settings, &RepoJob::Trigger), NotificationFormat::Native);
    repo.execute("DELETE FROM {wb_changes_client}");
    repo.change("Q1", PLAIN);
    assert_eq!(format(&repo, &settings, &RepoJob::Trigger), NotificationFormat::EntityChange);
}

fn where_the_table_has_yet_to_be_made_no_client_has_a_mark_and_all_are_told<R: TestRepo>() {
    let (repo, settings) = repo_with_change::<R>();
    repo.execute("DROP TABLE {wb_changes_client}");
    assert_eq!(format(&repo, &settings, &RepoJob::Trigger), NotificationFormat::EntityChange);
    assert_eq!(repo.seen("enwiki"), 1);
    repo.change("Q1", PLAIN);
    assert_eq!(format(&repo, &settings, &job_of("enwiki")), NotificationFormat::EntityChange);
}

fn the_status_says_in_which_format_a_client_is_told_and_why<R: TestRepo>() {
    let (repo, settings) = repo_with_change::<R>();
    let mut store = repo.store();
    let mut status = || ops::read_status(&mut store, &mut ClaimOnly, &settings, &Failures::default()).unwrap();
    let choice = status().clients[0].format;
    assert_eq!((choice.format, choice.wanted), (NotificationFormat::EntityChange, NotificationFormat::Native));
    assert_eq!(choice.why, Some(Unfit::NoMark));
    mark(&repo, "enwiki", "native", 4 * 86_400);
    assert_eq!(status().clients[0].format.why, Some(Unfit::OldMark));
    mark(&repo, "enwiki", "entity-change", 60);
    assert_eq!(status().clients[0].format.why, Some(Unfit::NotTaken));
    mark(&repo, "enwiki", "native", 60);
    let status = status();
    let client = &status.clients[0];
    assert_eq!((client.format.format, client.format.why), (NotificationFormat::Native, None));
    let mark = client.mark.as_ref().unwrap();
    assert!(mark.version == "0.1.0" && mark.made < repo.store().now().unwrap());
}
