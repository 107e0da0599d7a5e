//! No subscription is lost whichever pages begin and cease to use an entity, in whatever order their statements come and whoever
//! dies at whichever of them: every order there is, tried on a model of the two databases.
//!
//! The model knows what the order of statements in the extension relies on (`php/src/Client/Subscription/SubscriptionKeeper.php`): each
//! statement is atomic, and what is written to a subscription that somebody else holds waits. The last test takes away the
//! holding, and a subscription is lost: so the others could fail.

use std::collections::{BTreeSet, HashSet};

use wikibase_dispatch::domain::subscription_diff::SubscriptionDiff;

const ENTITY: &str = "Q1";

/// One statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Act {
    /// Inserts the subscription if there is none.
    Subscribe,
    /// Page n uses the entity, or does not any more.
    Write(usize, bool),
    /// Begins a transaction and holds the subscription, if there is one.
    Hold,
    /// Looks whether a page uses the entity.
    Look,
    /// Changes the subscription by what was seen, and ends the transaction.
    Decide,
}

/// A page that begins to use the entity: `UsageTracker::pageUses()`.
fn begins(page: usize) -> Vec<Act> {
    vec![Act::Subscribe, Act::Write(page, true), Act::Subscribe]
}

/// A page that ceases to, and the job that follows: `SubscriptionKeeper::settle()`.
fn ceases(page: usize) -> Vec<Act> {
    vec![Act::Write(page, false), Act::Hold, Act::Look, Act::Decide]
}

/// What a rebuild does where it found the entity unused: the same as the job.
fn settles() -> Vec<Act> {
    vec![Act::Hold, Act::Look, Act::Decide]
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct World {
    subscribed: bool,
    uses: Vec<bool>,
    /// Who holds the subscription.
    holder: Option<usize>,
    /// Of each process: how far it is, and whether it saw that the entity is used.
    at: Vec<usize>,
    saw: Vec<bool>,
    /// Of each process that has held: whether there was a subscription to hold.
    knows_subscription: Vec<Option<bool>>,
}

impl World {
    fn is_used(&self) -> bool {
        self.uses.iter().any(|uses| *uses)
    }

    /// The world after the process's next statement; `None` if that has to wait.
    fn after(&self, process: usize, act: Act) -> Option<Self> {
        let mut next = self.clone();
        next.at[process] += 1;
        let is_held = self.holder.is_some_and(|holder| holder != process);
        match act {
            Act::Subscribe if is_held => return None,
            Act::Subscribe => next.subscribed = true,
            Act::Write(page, uses) => next.uses[page] = uses,
            Act::Hold if is_held => return None,
            // Where there is no row there is nothing to hold: others may insert it meanwhile.
            Act::Hold => {
                next.holder = self.subscribed.then_some(process);
                next.knows_subscription[process] = Some(self.subscribed);
            }
            Act::Look => next.saw[process] = self.is_used(),
            Act::Decide if is_held => return None,
            Act::Decide => {
                let set = |is_in: bool| if is_in { BTreeSet::from([ENTITY.to_owned()]) } else { BTreeSet::new() };
                let known = self.knows_subscription[process].unwrap_or(self.subscribed);
                let diff = SubscriptionDiff::of(&set(true), &set(self.saw[process]), &set(known));
                next.subscribed = (self.subscribed || !diff.missing.is_empty()) && diff.needless.is_empty();
                next.holder = None;
            }
        }
        Some(next)
    }

    /// The process has died: the database ends its transaction.
    fn without(&self, process: usize, length: usize) -> Self {
        let mut next = self.clone();
        next.at[process] = length;
        if next.holder == Some(process) {
            next.holder = None;
        }
        next
    }
}

/// Tries every order of the processes' statements, and the death of each at most `deaths` of them at every one; calls `end` when
/// nothing is left to do.
fn every_order(start: World, processes: &[Vec<Act>], deaths: usize, end: &mut impl FnMut(&World)) {
    let mut known = HashSet::new();
    let mut open = vec![(start, deaths)];
    while let Some((world, deaths)) = open.pop() {
        if !known.insert((world.clone(), deaths)) {
            continue;
        }
        let mut is_over = true;
        for (process, acts) in processes.iter().enumerate() {
            let Some(act) = acts.get(world.at[process]) else {
                continue;
            };
            is_over = false;
            open.extend(world.after(process, *act).map(|next| (next, deaths)));
            if deaths > 0 {
                open.push((world.without(process, acts.len()), deaths - 1));
            }
        }
        if is_over {
            end(&world);
        }
    }
}

fn world(subscribed: bool, uses: &[bool], processes: &[Vec<Act>]) -> World {
    let count = processes.len();
    World {
        subscribed,
        uses: uses.to_vec(),
        holder: None,
        at: vec![0; count],
        saw: vec![false; count],
        knows_subscription: vec![None; count],
    }
}

/// How many of all orders end with an entity that is used and not subscribed to, and how many there are.
fn lost(start: World, processes: &[Vec<Act>], deaths: usize) -> (usize, usize) {
    let (mut lost, mut all) = (0, 0);
    every_order(start, processes, deaths, &mut |world| {
        all += 1;
        lost += usize::from(world.is_used() && !world.subscribed);
    });
    assert!(all > 0);
    (lost, all)
}

/// G1: what is not subscribed to is not delivered.
#[test]
fn no_order_of_two_pages_loses_a_subscription() {
    let processes = [ceases(0), begins(1)];
    assert_eq!(lost(world(true, &[true, false], &processes), &processes, 0).0, 0);
}

/// G1
#[test]
fn no_order_of_pages_that_come_and_go_and_a_rebuild_loses_a_subscription() {
    for subscribed in [true, false] {
        let processes = [ceases(0), begins(1), [begins(2), ceases(2)].concat(), settles()];
        assert_eq!(lost(world(subscribed, &[true, false, false], &processes), &processes, 0).0, 0);
    }
}

/// G1: a page subscribes before it writes its usage and after it, so one death is not enough.
#[test]
fn a_process_that_dies_anywhere_loses_no_subscription() {
    for processes in [vec![begins(0)], vec![ceases(0), settles()], vec![begins(0), begins(1)]] {
        let uses = [processes[0] == ceases(0), false];
        assert_eq!(lost(world(processes[0] == ceases(0), &uses, &processes), &processes, 1).0, 0);
    }
}

#[test]
fn in_the_end_what_no_page_uses_is_not_subscribed_to() {
    let processes = [ceases(0), [begins(1), ceases(1)].concat()];
    let mut needless = 0;
    every_order(world(true, &[true, false], &processes), &processes, 0, &mut |world| {
        needless += usize::from(world.subscribed);
    });
    assert_eq!(needless, 0);
}

#[test]
fn without_holding_or_without_subscribing_after_the_usage_a_subscription_would_be_lost() {
    let hasty = vec![Act::Write(0, false), Act::Look, Act::Decide];
    let processes = [hasty, begins(1)];
    assert!(lost(world(true, &[true, false], &processes), &processes, 0).0 > 0);

    let early = vec![Act::Subscribe, Act::Write(1, true)];
    let processes = [ceases(0), early];
    assert!(lost(world(true, &[true, false], &processes), &processes, 0).0 > 0);

    let late = vec![vec![Act::Write(0, true), Act::Subscribe]];
    assert!(lost(world(false, &[false], &late), &late, 1).0 > 0);
}
