//! The rollout as it is: the table `wb_changes_rollout`. Wikibase's own job goes by it, too.

use std::collections::BTreeMap;

use super::super::change::ChangeId;

/// `cro_site` of the row that is about Wikibase's own dispatching; no client has it.
pub const WIKIBASE: &str = "";

/// `cro_position` of a client whose position is not known yet.
pub const UNKNOWN: u64 = 4_294_967_295;

/// `cro_state` of Wikibase's row. (No row: Wikibase serves every client, and we have never been asked.)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WikibaseState {
    /// It dispatches to nobody.
    Idle,
    /// It dispatches to some again. Up to where it need not is not known for good.
    Starting,
    /// It dispatches to some.
    Serving,
}

impl WikibaseState {
    const ALL: [Self; 3] = [Self::Idle, Self::Starting, Self::Serving];

    /// The value of the column.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Starting => "starting",
            Self::Serving => "serving",
        }
    }
}

/// `cro_state` and `cro_position` of a client's row. (No row: Wikibase's, and not watched; or ours, if Wikibase is idle.)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientRollout {
    /// Ours alone.
    On,
    /// Wikibase's, and watched by us. Both were asked about changes after this one; `None`: not known yet.
    Shadow(Option<ChangeId>),
    /// Wikibase's. What was written up to this change is still delivered by us, too; `None`: not known yet.
    Leaving(Option<ChangeId>),
}

impl ClientRollout {
    /// The values of the columns.
    pub fn to_columns(self) -> (&'static str, u64) {
        let number = |position: Option<ChangeId>| position.map_or(UNKNOWN, |position| position.0);
        match self {
            Self::On => ("on", 0),
            Self::Shadow(since) => ("shadow", number(since)),
            Self::Leaving(upto) => ("leaving", number(upto)),
        }
    }

    /// The state that the columns hold; `None` if no version that we know of wrote it.
    pub fn from_columns(state: &str, position: u64) -> Option<Self> {
        let position = (position != UNKNOWN).then_some(ChangeId(position));
        match state {
            "on" => Some(Self::On),
            "shadow" => Some(Self::Shadow(position)),
            "leaving" => Some(Self::Leaving(position)),
            _ => None,
        }
    }

    pub(super) fn is_unknown(self) -> bool {
        matches!(self, Self::Shadow(None) | Self::Leaving(None))
    }
}

/// Who dispatches to which client right now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AppliedRollout {
    /// Wikibase's row: its state, and the **floor**. Every change up to the floor was handed over to all clients that are Wikibase's, or need
    /// not be.
    pub wikibase: Option<(WikibaseState, ChangeId)>,
    /// The clients' rows, by site id.
    pub clients: BTreeMap<String, ClientRollout>,
}

impl AppliedRollout {
    /// Adds a row. False if no version that we know of wrote it.
    #[must_use]
    pub fn add_row(&mut self, site: &str, state: &str, position: u64) -> bool {
        if site == WIKIBASE {
            let state = WikibaseState::ALL.into_iter().find(|known| known.name() == state);
            self.wikibase = state.map(|state| (state, ChangeId(position)));
            return state.is_some();
        }
        let Some(state) = ClientRollout::from_columns(state, position) else {
            return false;
        };
        self.clients.insert(site.to_owned(), state);
        true
    }

    /// The state of Wikibase's own dispatching.
    pub fn state(&self) -> Option<WikibaseState> {
        self.wikibase.map(|(state, _)| state)
    }

    /// Up to here Wikibase's own dispatching has nothing to do.
    pub fn floor(&self) -> ChangeId {
        self.wikibase.map_or(ChangeId::default(), |(_, floor)| floor)
    }

    /// A client's row.
    pub fn of(&self, site: &str) -> Option<ClientRollout> {
        self.clients.get(site).copied()
    }

    /// Clients that leave, with where; `None`: not known yet.
    pub fn leaving(&self) -> impl Iterator<Item = (&str, Option<ChangeId>)> {
        self.clients.iter().filter_map(|(site, state)| match state {
            ClientRollout::Leaving(upto) => Some((site.as_str(), *upto)),
            _ => None,
        })
    }

    /// Clients that are watched, with since when; `None`: not known yet.
    pub fn watched(&self) -> impl Iterator<Item = (&str, Option<ChangeId>)> {
        self.clients.iter().filter_map(|(site, state)| match state {
            ClientRollout::Shadow(since) => Some((site.as_str(), *since)),
            _ => None,
        })
    }

    /// Whether Wikibase's own job leaves this client out.
    pub fn is_ours_alone(&self, site: &str) -> bool {
        self.state() == Some(WikibaseState::Idle) || self.of(site) == Some(ClientRollout::On)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_as_they_were_written() {
        let states = [
            ClientRollout::On,
            ClientRollout::Shadow(None),
            ClientRollout::Shadow(Some(ChangeId(7))),
            ClientRollout::Leaving(None),
            ClientRollout::Leaving(Some(ChangeId(0))),
        ];
        for state in states {
            let (name, position) = state.to_columns();
            assert_eq!(ClientRollout::from_columns(name, position), Some(state));
            assert!(name.len() <= 16, "the column's width");
        }
        let mut applied = AppliedRollout::default();
        assert!(applied.add_row(WIKIBASE, "serving", 20) && applied.add_row("enwiki", "leaving", UNKNOWN));
        assert_eq!((applied.state(), applied.floor()), (Some(WikibaseState::Serving), ChangeId(20)));
        assert_eq!(applied.leaving().collect::<Vec<_>>(), [("enwiki", None)]);
    }

    #[test]
    fn a_state_that_nobody_knows_is_told_from_none() {
        let mut applied = AppliedRollout::default();
        assert!(!applied.add_row(WIKIBASE, "on", 0) && !applied.add_row("enwiki", "idle", 0));
    }

    #[test]
    fn no_client_can_have_the_name_of_wikibases_row() {
        assert_eq!(crate::domain::site::SiteId::parse(WIKIBASE), None);
    }
}
