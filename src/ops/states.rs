//! Reads where the clients stand.

use crate::{
    domain::{
        change::ChangeId,
        excerpt::quoted,
        selection::{Selection, select},
        settings::Settings,
        site::{Client, DatabaseDomain, SiteId},
        state::DispatchState,
        time::Timestamp,
    },
    error::{Error, ErrorKind, Result},
    store::{StateRow, Store},
};

/// The dispatch state of every configured client that has one, ordered by site id. Rows of others are left alone.
pub fn dispatch_states<S: Store + ?Sized>(store: &mut S, settings: &Settings) -> Result<Vec<DispatchState>> {
    Ok(states_of(settings, store.all_states()?))
}

/// What `rows` say of the configured clients, ordered by site id.
pub(super) fn states_of(settings: &Settings, rows: Vec<StateRow>) -> Vec<DispatchState> {
    let mut states: Vec<_> =
        rows.into_iter().filter_map(|row| settings.client(&row.site).map(|client| state_of(client, row))).collect();
    states.sort_by(|a, b| a.client.site.cmp(&b.client.site));
    states
}

/// Whether somebody must look at this client again, although its passes have come to an end: a change is visible that it
/// has not seen, since a gap held the horizon back. When the gap is rolled back, nobody announces it.
///
/// Only where it is the only client: else the triggers look after all. Asked after the passes, so it is no matter if the gap
/// has just gone: what is visible and not seen is left for a successor all the same.
///
/// # Errors
/// [`ErrorKind::UnknownClient`] if the client is not configured.
pub fn needs_successor<S: Store + ?Sized>(store: &mut S, settings: &Settings, site: &str) -> Result<bool> {
    if settings.clients().len() > 1 {
        return Ok(false);
    }
    let state = state_of_client(store, settings, site)?;
    Ok(!state.disabled && store.horizon(state.seen, settings.gap_rules())?.last > state.seen)
}

/// Clients that are due now: the `randomness` most lagged, in random order.
pub fn select_lagged<S: Store + ?Sized>(
    store: &mut S,
    settings: &Settings,
    chance: &mut fastrand::Rng,
) -> Result<Vec<SiteId>> {
    let states = dispatch_states(store, settings)?;
    let horizon = store.horizon(settled(&states), settings.gap_rules())?.upto;
    let mut selection = select_among(settings, &states, horizon, store.now()?, chance);
    selection.due.truncate(settings.randomness as usize);
    Ok(selection.due)
}

/// Selects among `states`.
pub(super) fn select_among(
    settings: &Settings,
    states: &[DispatchState],
    horizon: ChangeId,
    now: Timestamp,
    chance: &mut fastrand::Rng,
) -> Selection {
    select(states, horizon, now, settings.due_rules(), settings.randomness as usize, chance)
}

/// The client that `site` names.
///
/// # Errors
/// [`ErrorKind::UnknownClient`] if it is not configured.
pub(super) fn client_named<'s>(settings: &'s Settings, site: &str) -> Result<&'s Client> {
    settings.client(site).ok_or_else(|| {
        Error::new(
            ErrorKind::UnknownClient,
            format!("{} is not among the configured clients (localClientDatabases)", quoted(site)),
        )
    })
}

/// The dispatch state of the client that `site` names; made if it has none, since a farm with one client has no triggers
/// that would make it.
///
/// # Errors
/// [`ErrorKind::UnknownClient`] if it is not configured.
pub(super) fn state_of_client<S: Store + ?Sized>(
    store: &mut S,
    settings: &Settings,
    site: &str,
) -> Result<DispatchState> {
    let client = client_named(settings, site)?;
    if let Some(row) = store.state(&client.site)? {
        return Ok(state_of(client, row));
    }
    store.insert_states(&[client])?;
    let row = store.state(&client.site)?.ok_or_else(|| {
        Error::new(
            ErrorKind::SchemaMissing,
            format!(
                "there is no dispatch state of {site}, and none could be made: the column chd_site of wb_changes_dispatch may \
                 be too short for it; run maintenance/update.php"
            ),
        )
    })?;
    Ok(state_of(client, row))
}

/// What a row says, whether its client is configured or not; `None` if it cannot be one's.
pub(super) fn state_of_row(row: StateRow) -> Option<DispatchState> {
    let domain = DatabaseDomain::parse(&row.domain).or_else(|| DatabaseDomain::parse(&row.site))?;
    Some(state_of(&Client { site: SiteId::parse(&row.site)?, domain }, row))
}

pub(super) fn state_of(client: &Client, row: StateRow) -> DispatchState {
    DispatchState {
        client: client.clone(),
        seen: row.seen,
        touched: row.touched,
        lock_value: row.lock,
        disabled: row.disabled,
        mark: row.mark,
        reported: row.reported,
        sent: row.sent,
    }
}

/// An id up to which no transaction can still commit a row: nobody was moved past one that could, so any seen will do. The
/// lowest says the most about what lies above it.
pub(super) fn settled(states: &[DispatchState]) -> ChangeId {
    states.iter().filter(|state| !state.disabled).map(|state| state.seen).min().unwrap_or_default()
}
