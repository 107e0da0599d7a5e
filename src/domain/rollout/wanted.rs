//! The rollout as it is configured.

use super::super::site::Client;

/// The configured dispatcher of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RolloutState {
    /// Wikibase's own dispatching, as if this extension were not there.
    Off,
    /// Wikibase's own dispatching; we compute what we would have sent, and the two are compared.
    Shadow,
    /// We alone.
    On,
}

impl RolloutState {
    const ALL: [Self; 3] = [Self::Off, Self::Shadow, Self::On];

    /// The value of the setting.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Shadow => "shadow",
            Self::On => "on",
        }
    }

    /// The state with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// Every configured client, with its configured dispatcher.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WantedRollout {
    /// Ordered by site id.
    clients: Vec<(Client, RolloutState)>,
    /// Names of clients that are refused for their configuration.
    refused: Vec<String>,
}

impl WantedRollout {
    /// A rollout of these clients, each of which is named once.
    pub fn new(clients: impl IntoIterator<Item = (Client, RolloutState)>) -> Self {
        let mut clients: Vec<_> = clients.into_iter().collect();
        clients.sort_by(|(a, _), (b, _)| a.site.cmp(&b.site));
        Self { clients, refused: Vec::new() }
    }

    /// The same, with clients that are refused for their configuration: they go on where they are when that is corrected.
    pub fn with_refused(self, refused: &[String]) -> Self {
        Self { refused: refused.to_vec(), ..self }
    }

    /// Whether a client is not to be forgotten, although it is none at the moment.
    pub fn keeps(&self, site: &str) -> bool {
        self.find(site).is_some() || self.refused.iter().any(|name| name == site)
    }

    /// What is wanted for a client. A wiki that is no client is not ours.
    pub fn of(&self, site: &str) -> RolloutState {
        self.find(site).map_or(RolloutState::Off, |(_, state)| *state)
    }

    /// The client with this site id.
    pub fn client(&self, site: &str) -> Option<&Client> {
        self.find(site).map(|(client, _)| client)
    }

    /// Every client and its state, ordered by site id.
    pub fn clients(&self) -> impl Iterator<Item = (&Client, RolloutState)> {
        self.clients.iter().map(|(client, state)| (client, *state))
    }

    /// The clients that are wanted in one state.
    pub fn in_state(&self, state: RolloutState) -> impl Iterator<Item = &Client> {
        self.clients().filter(move |(_, of_client)| *of_client == state).map(|(client, _)| client)
    }

    /// Whether all clients are wanted in this state.
    pub fn is_everywhere(&self, state: RolloutState) -> bool {
        self.clients.iter().all(|(_, of_client)| *of_client == state)
    }

    fn find(&self, site: &str) -> Option<&(Client, RolloutState)> {
        let at = self.clients.binary_search_by(|(client, _)| client.site.as_str().cmp(site)).ok()?;
        self.clients.get(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::site::{DatabaseDomain, SiteId};

    fn wanted(states: &[(&str, RolloutState)]) -> WantedRollout {
        let client =
            |site: &str| Client { site: SiteId::parse(site).unwrap(), domain: DatabaseDomain::parse(site).unwrap() };
        WantedRollout::new(states.iter().map(|(site, state)| (client(site), *state)))
    }

    #[test]
    fn clients_can_be_in_different_states() {
        use RolloutState::{Off, On, Shadow};
        let wanted = wanted(&[("frwiki", Off), ("enwiki", Shadow), ("dewiki", On)]);
        assert_eq!(["dewiki", "enwiki", "frwiki"].map(|site| wanted.of(site)), [On, Shadow, Off]);
        assert_eq!(wanted.in_state(Shadow).map(|client| client.site.as_str()).collect::<Vec<_>>(), ["enwiki"]);
        assert!(!wanted.is_everywhere(On));
    }

    #[test]
    fn a_wiki_that_is_no_client_is_not_ours() {
        let wanted = wanted(&[("enwiki", RolloutState::On)]);
        assert_eq!((wanted.of("nowiki"), wanted.client("nowiki")), (RolloutState::Off, None));
        assert!(wanted.is_everywhere(RolloutState::On));
    }

    #[test]
    fn states_are_known_by_their_names_alone() {
        for state in RolloutState::ALL {
            assert_eq!(RolloutState::parse(state.name()), Some(state));
        }
        assert_eq!(RolloutState::parse("maybe"), None);
    }
}
