//! Which job looks at a client that an admin has acted on.

use wikibase_dispatch::{
    domain::{change::ChangeId, site::SiteId},
    jobs::{self, Answer, Event, Machine, Managed},
};

use super::farm::Farm;
use crate::support::host::{Run, run};

fn follow_up(managed: Managed) -> Run {
    let enwiki = SiteId::parse("enwiki").unwrap();
    let farm = Farm::new(&["dewiki", "enwiki"], &[]);
    run(Machine::new(|host| async move { jobs::follow_up(managed, enwiki, &host).await }), &farm.core(), |_| {
        Answer::Done
    })
}

fn set(from: u64, to: u64) -> Managed {
    Managed::Set { from: ChangeId(from), to: ChangeId(to) }
}

#[test]
fn g1_a_client_that_has_something_to_get_is_looked_at_at_once() {
    for managed in [Managed::Enabled, Managed::TakenUp, set(9, 3)] {
        assert_eq!(follow_up(managed).asked(), ["push trigger", "commit"], "{managed:?}");
    }
    assert_eq!(
        follow_up(Managed::Woken).asked(),
        ["push client enwiki", "commit"],
        "its rest is over, and it alone waits"
    );
}

#[test]
fn a_client_that_gets_nothing_more_is_not_looked_at() {
    for managed in [Managed::Disabled, Managed::Rebuilt, set(3, 9), set(3, 3)] {
        assert!(follow_up(managed).asked().is_empty(), "{managed:?}");
    }
}

#[test]
fn the_last_failure_of_a_client_that_was_moved_is_forgotten() {
    let is_told = |managed| follow_up(managed).events.iter().any(|event| matches!(event, Event::ClientMoved(_)));
    for managed in [Managed::Enabled, set(3, 9), set(9, 3)] {
        assert!(is_told(managed), "{managed:?}");
    }
    for managed in [Managed::Disabled, Managed::Woken, Managed::TakenUp, Managed::Rebuilt] {
        assert!(!is_told(managed), "{managed:?}");
    }
}
