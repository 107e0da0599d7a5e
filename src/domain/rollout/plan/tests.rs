//! Where a client begins, and up to where it is still ours. What the steps are for is shown by the simulation.

use std::collections::BTreeSet;

use super::*;
use crate::domain::site::{DatabaseDomain, SiteId};

const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);

/// The tables in memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Tables {
    applied: AppliedRollout,
    states: BTreeMap<String, State>,
    changes: BTreeSet<u64>,
    handed: BTreeSet<u64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct State {
    seen: u64,
    disabled: u8,
    is_claimed: bool,
}

impl State {
    fn at(seen: u64) -> Self {
        Self { seen, disabled: 0, is_claimed: false }
    }
}

impl Tables {
    fn serving(floor: u64, clients: &[(&str, ClientRollout)]) -> Self {
        let clients = clients.iter().map(|(site, state)| ((*site).to_owned(), *state)).collect();
        let applied = AppliedRollout { wikibase: Some((WikibaseState::Serving, ChangeId(floor))), clients };
        Self { applied, ..Self::default() }
    }

    fn idle() -> Self {
        let wikibase = Some((WikibaseState::Idle, ChangeId(0)));
        Self { applied: AppliedRollout { wikibase, ..AppliedRollout::default() }, ..Self::default() }
    }

    fn facts(&self) -> Facts {
        let floor = self.applied.floor().0;
        let enabled = self.states.iter().filter(|(_, state)| state.disabled == 0);
        Facts {
            applied: self.applied.clone(),
            last: ChangeId(self.changes.last().copied().unwrap_or_default()),
            seen: enabled.map(|(site, state)| (site.clone(), ChangeId(state.seen))).collect(),
            has_handed_changes: !self.handed.is_empty() || self.changes.iter().any(|id| *id <= floor),
        }
    }

    fn write(&mut self, steps: &[Step]) {
        for step in steps {
            match step {
                Step::Start { clients, after } => self.start(clients, after.0),
                Step::StartAgain { clients, after } => {
                    self.start(clients, after.0);
                    for client in clients {
                        let state = self.states.get_mut(client.site.as_str()).unwrap();
                        (state.seen, state.is_claimed) = (after.0, false);
                    }
                }
                Step::Stop(clients) => {
                    for site in clients {
                        if let Some(state) = self.states.get_mut(site).filter(|state| state.disabled == 0) {
                            state.disabled = 2;
                        }
                    }
                }
                Step::ForgetShadow(_) => {}
                Step::Put(clients) => self.applied.clients.extend(clients.iter().cloned()),
                Step::Remove(clients) => self.applied.clients.retain(|site, _| !clients.contains(site)),
                Step::PutWikibase(state, floor) => self.applied.wikibase = Some((*state, *floor)),
                Step::RemoveWikibase => self.applied.wikibase = None,
                Step::RaiseFloor(floor) => {
                    self.applied.wikibase = Some((WikibaseState::Serving, *floor));
                    self.handed.retain(|id| *id > floor.0);
                }
                Step::DeleteHanded { upto } => {
                    let handed = std::mem::take(&mut self.handed);
                    self.changes.retain(|id| *id > upto.0 && !handed.contains(id));
                }
            }
        }
    }

    fn start(&mut self, clients: &[Client], after: u64) {
        for client in clients {
            let state = self.states.entry(client.site.to_string()).or_insert_with(|| State::at(after));
            state.seen = state.seen.max(after);
            if state.disabled == 2 {
                state.disabled = 0;
            }
        }
    }

    /// One transaction. Whether it wrote anything.
    fn step(&mut self, wanted: &WantedRollout) -> bool {
        let steps = bring_about(wanted, &self.facts());
        self.write(&steps);
        !steps.is_empty()
    }

    fn bring_about(&mut self, wanted: &WantedRollout) {
        let count = (0..10).take_while(|_| self.step(wanted)).count();
        assert!(count < 10, "it comes to an end: {self:?}");
        assert!(!is_to_be_changed(wanted, &self.applied));
    }

    fn let_go(&mut self) {
        let leaving: Vec<String> = self.applied.leaving().map(|(site, _)| site.to_owned()).collect();
        let steps = let_go(&self.facts(), &leaving);
        self.write(&steps);
    }

    fn leaving(&self) -> Vec<(&str, Option<ChangeId>)> {
        self.applied.leaving().collect()
    }

    fn seen(&self, site: &str) -> Option<u64> {
        self.states.get(site).map(|state| state.seen)
    }
}

fn wanted(a: RolloutState, b: RolloutState) -> WantedRollout {
    let client = |name| Client { site: SiteId::parse(name).unwrap(), domain: DatabaseDomain::parse(name).unwrap() };
    WantedRollout::new([(client("a"), a), (client("b"), b)])
}

fn everywhere(state: RolloutState) -> WantedRollout {
    wanted(state, state)
}

use ClientRollout::{Leaving, On as Ours, Shadow as Watched};
use RolloutState::{Off, On, Shadow};

#[test]
fn nothing_is_written_while_all_clients_are_wikibases() {
    let mut tables = Tables::default();
    tables.bring_about(&everywhere(Off));
    assert_eq!(tables, Tables::default());
}

#[test]
fn when_all_clients_become_ours_wikibase_is_idle_and_they_begin_with_the_buffer() {
    let mut tables = Tables { changes: BTreeSet::from([8]), ..Tables::default() };
    tables.bring_about(&everywhere(On));
    assert_eq!(tables.applied, Tables::idle().applied);
    assert_eq!((tables.seen("a"), tables.seen("b")), (Some(0), Some(0)));
}

#[test]
fn a_client_begins_where_wikibase_has_handed_over_everything() {
    let mut tables = Tables::serving(20, &[]);
    tables.bring_about(&wanted(On, Off));
    assert_eq!(tables.applied.of("a"), Some(Ours));
    assert_eq!((tables.seen("a"), tables.seen("b")), (Some(20), None));
}

#[test]
fn a_client_that_was_only_watched_begins_there_too_although_it_has_looked_further() {
    let mut tables = Tables::serving(20, &[("a", Watched(Some(ChangeId(15))))]);
    tables.states.insert("a".to_owned(), State { is_claimed: true, ..State::at(30) });
    tables.bring_about(&wanted(On, Off));
    assert_eq!(tables.states["a"], State::at(20));
}

#[test]
fn a_client_leaves_when_it_has_got_what_was_written_before_it_was_wikibases() {
    let mut tables = Tables::serving(20, &[("a", Ours)]);
    tables.states.insert("a".to_owned(), State::at(25));
    tables.changes.extend([26, 30]);
    tables.bring_about(&everywhere(Off));
    tables.let_go();
    assert_eq!(tables.leaving(), [("a", Some(ChangeId(30)))], "it has seen 25");
    tables.states.get_mut("a").unwrap().seen = 30;
    tables.let_go();
    assert_eq!((tables.applied.of("a"), tables.states["a"].disabled), (None, 2));
}

#[test]
fn a_client_that_an_admin_has_disabled_does_not_leave_for_ever() {
    let mut tables = Tables::serving(20, &[("a", Ours)]);
    tables.states.insert("a".to_owned(), State { disabled: 1, ..State::at(3) });
    tables.changes.insert(30);
    tables.bring_about(&everywhere(Off));
    tables.let_go();
    assert_eq!((tables.applied.of("a"), tables.states["a"].disabled), (None, 1), "by the admin still");
}

#[test]
fn a_client_whose_position_is_unknown_has_not_left() {
    let mut tables = Tables::serving(20, &[("a", Leaving(None))]);
    tables.states.insert("a".to_owned(), State::at(30));
    tables.let_go();
    assert_eq!(tables.leaving(), [("a", None)]);
}

#[test]
fn a_client_that_is_to_be_watched_leaves_first() {
    let mut tables = Tables::serving(20, &[("a", Ours)]);
    tables.states.insert("a".to_owned(), State::at(10));
    tables.changes.insert(30);
    tables.bring_about(&wanted(Shadow, Off));
    assert_eq!(tables.leaving(), [("a", Some(ChangeId(30)))]);
    tables.states.get_mut("a").unwrap().seen = 30;
    tables.let_go();
    tables.bring_about(&wanted(Shadow, Off));
    assert_eq!(tables.applied.of("a"), Some(Watched(Some(ChangeId(30)))));
    assert_eq!(tables.states["a"], State::at(30));
}

#[test]
fn what_a_client_has_only_looked_at_does_not_count_when_it_comes_back() {
    let mut tables = Tables::serving(20, &[("a", Watched(Some(ChangeId(15)))), ("b", Ours)]);
    tables.states.insert("a".to_owned(), State::at(30));
    tables.bring_about(&wanted(Off, On));
    assert_eq!(tables.states["a"], State { disabled: 2, ..State::at(20) });
    tables.bring_about(&everywhere(On));
    assert_eq!(tables.states["a"], State::at(20));
}

#[test]
fn g1_a_position_is_asked_for_when_the_table_says_that_it_is_unknown_and_no_sooner() {
    let mut tables = Tables::serving(20, &[("a", Ours)]);
    tables.changes.insert(30);
    assert!(tables.step(&everywhere(Off)));
    assert_eq!(tables.leaving(), [("a", None)]);
    tables.changes.insert(31);
    assert!(tables.step(&everywhere(Off)));
    assert_eq!(tables.leaving(), [("a", Some(ChangeId(31)))]);
}

#[test]
fn g1_of_clients_that_leave_together_either_all_positions_are_known_or_none() {
    let mut tables = Tables { changes: BTreeSet::from([9]), ..Tables::idle() };
    assert!(tables.step(&everywhere(Off)));
    assert_eq!(tables.applied.wikibase, Some((WikibaseState::Starting, ChangeId(9))));
    assert_eq!(tables.leaving(), [("a", None), ("b", None)]);
    tables.changes.insert(11);
    assert!(tables.step(&everywhere(Off)));
    assert_eq!(tables.applied.wikibase, Some((WikibaseState::Serving, ChangeId(11))));
    assert_eq!(tables.leaving(), [("a", Some(ChangeId(11))), ("b", Some(ChangeId(11)))]);
}

#[test]
fn a_process_that_died_in_a_step_is_replaced() {
    let mut tables = Tables::serving(5, &[("a", Leaving(None)), ("b", Ours)]);
    tables.applied.wikibase = Some((WikibaseState::Starting, ChangeId(5)));
    tables.changes.insert(9);
    tables.bring_about(&wanted(Off, On));
    assert_eq!(tables.applied.wikibase, Some((WikibaseState::Serving, ChangeId(9))));
    assert_eq!(tables.leaving(), [("a", Some(ChangeId(9)))]);
}

#[test]
fn the_configuration_may_have_changed_again_when_a_process_is_replaced() {
    let mut tables = Tables { changes: BTreeSet::from([9]), ..Tables::idle() };
    assert!(tables.step(&everywhere(Off)));
    tables.bring_about(&everywhere(On));
    assert_eq!(tables.applied, Tables::idle().applied);
}

#[test]
fn a_client_that_is_configured_no_longer_is_forgotten() {
    let mut tables = Tables::serving(20, &[("a", Ours), ("gone", Leaving(Some(ChangeId(30))))]);
    tables.bring_about(&wanted(On, Off));
    assert_eq!(tables.applied.of("gone"), None);
}

#[test]
fn g1_a_client_that_is_refused_for_its_configuration_goes_on_where_it_is_when_that_is_corrected() {
    let mut tables = Tables::serving(20, &[("a", Ours)]);
    tables.states.insert("a".to_owned(), State::at(12));
    let b = wanted(On, Off).clients().nth(1).map(|(client, state)| (client.clone(), state)).unwrap();
    tables.bring_about(&WantedRollout::new([b]).with_refused(&["a".to_owned()]));
    assert_eq!(tables.applied.of("a"), Some(Ours));
    tables.bring_about(&wanted(On, Off));
    assert_eq!(tables.seen("a"), Some(12));
}

#[test]
fn when_all_are_wikibases_again_it_finds_the_tables_as_it_left_them() {
    let mut tables = Tables::serving(20, &[]);
    tables.changes.extend([19, 21, 22]);
    tables.handed.insert(21);
    tables.bring_about(&everywhere(Off));
    assert_eq!(tables, Tables { changes: BTreeSet::from([22]), ..Tables::default() }, "what it would not have deleted");
}

#[test]
fn a_note_that_a_job_of_wikibases_left_after_the_rollout_goes_with_its_change() {
    let mut tables = Tables { changes: BTreeSet::from([21]), handed: BTreeSet::from([21]), ..Tables::default() };
    let steps = tidy_up(&tables.facts());
    tables.write(&steps);
    assert_eq!(tables, Tables::default());
    let serving = Tables { handed: BTreeSet::from([21]), ..Tables::serving(20, &[]) };
    assert_eq!(tidy_up(&serving.facts()), [], "ours may need it");
}

#[test]
fn the_floor_rises_and_never_sinks() {
    assert_eq!(raise_floor(&Tables::serving(20, &[]).facts(), ChangeId(22)), [Step::RaiseFloor(ChangeId(22))]);
    assert_eq!(raise_floor(&Tables::serving(20, &[]).facts(), ChangeId(20)), []);
    assert_eq!(raise_floor(&Tables::idle().facts(), ChangeId(22)), [], "there is none");
    assert_eq!(raise_floor(&Tables::default().facts(), ChangeId(22)), []);
}

fn unhanded(id: u64, age: i64) -> Unhanded {
    let time = Timestamp::from_unix(NOW.unix() - age).to_mw();
    Unhanded::new(ChangeId(id), format!("Q{id}"), &time, NOW)
}

#[test]
fn the_floor_stays_below_what_wikibase_has_not_handed_over() {
    let look = Look::at(&[unhanded(23, 5)], ChangeId(30));
    assert_eq!(look, Look { floor: ChangeId(22), forgotten: vec![], are_some_young: true });
}

#[test]
fn the_floor_never_passes_the_horizon() {
    assert_eq!(Look::at(&[], ChangeId(27)), Look { floor: ChangeId(27), forgotten: vec![], are_some_young: false });
}

#[test]
fn g1_until_wikibase_can_be_reminded_of_a_change_somebody_has_to_look_again() {
    let look = Look::at(&[unhanded(22, 300), unhanded(23, 301), unhanded(23, 302)], ChangeId(30));
    assert_eq!((look.forgotten, look.are_some_young), (vec!["Q23".to_owned()], true));
    let look = Look::at(&[unhanded(22, 301)], ChangeId(30));
    assert!(!look.are_some_young, "the job that it is reminded by asks for a trigger");
}

#[test]
fn a_change_from_the_future_or_without_a_time_is_not_waited_for() {
    let never = Unhanded::new(ChangeId(22), "Q22".to_owned(), "soon", NOW);
    let look = Look::at(&[never, unhanded(23, -3600)], ChangeId(30));
    assert_eq!((look.forgotten.len(), look.are_some_young), (2, false));
}

#[test]
fn g8_nothing_is_pruned_that_wikibase_has_not_handed_over() {
    assert_eq!(prune_limit(&everywhere(Off), &AppliedRollout::default()), Some(ChangeId(0)));
    assert_eq!(prune_limit(&wanted(On, Off), &Tables::serving(20, &[("a", Ours)]).applied), Some(ChangeId(20)));
    assert_eq!(prune_limit(&everywhere(On), &Tables::idle().applied), None);
}

#[test]
fn g8_nothing_is_pruned_where_other_clients_are_configured_to_be_ours_than_are() {
    assert_eq!(prune_limit(&everywhere(On), &AppliedRollout::default()), Some(ChangeId(0)), "they hold back nothing");
    let both = Tables::serving(20, &[("a", Ours), ("b", Ours)]);
    assert_eq!(prune_limit(&wanted(On, Off), &both.applied), Some(ChangeId(0)));
    assert_eq!(prune_limit(&everywhere(Off), &Tables::idle().applied), Some(ChangeId(0)));
}

/// Servers with any configurations take turns after each transaction; clients see more, and leave.
#[test]
fn any_process_may_go_on_from_any_state() {
    const STATES: [RolloutState; 3] = [Off, Shadow, On];
    for seed in 0..2000 {
        let mut chance = fastrand::Rng::with_seed(seed);
        let mut tables = Tables::default();
        for id in 1..60 {
            tables.changes.insert(id);
            let (floor, before) = (tables.applied.floor(), tables.applied.state());
            let mut any = || STATES[chance.usize(..3)];
            tables.step(&wanted(any(), any()));
            let is_same = before.is_some() && before == tables.applied.state();
            assert!(!is_same || tables.applied.floor() >= floor, "seed {seed}: the floor does not sink: {tables:?}");
            for state in tables.states.values_mut() {
                state.seen = state.seen.max(chance.u64(..=id));
            }
            if chance.bool() {
                tables.let_go();
            }
            let is_idle = tables.applied.state() == Some(WikibaseState::Idle);
            assert!(!is_idle || tables.applied.clients.is_empty(), "seed {seed}: {tables:?}");
            assert!(tables.applied.state().is_some() || tables.applied.clients.is_empty(), "seed {seed}: {tables:?}");
        }
        let last = wanted(STATES[chance.usize(..3)], STATES[chance.usize(..3)]);
        tables.bring_about(&last);
        tables.states.values_mut().for_each(|state| state.seen = 60);
        tables.let_go();
        tables.bring_about(&last);
        assert_eq!(tables.leaving(), [], "seed {seed}");
    }
}
