//! `WikibaseDispatch\Status` and `WikibaseDispatch\ClientStatus`.

use ext_php_rs::{convert::IntoZval, prelude::*, types::ZendHashTable};

use super::{
    from_php::{number, text},
    receipts::pass_to_php,
    to_php::{Array, id, integer, list, strings},
};
use crate::{
    domain::{
        client_status::{self, Failure, Step},
        health::FarmStatus,
        horizon::{GapKind, Moment},
        sent::AsideChange,
        time::Timestamp,
    },
    ops::Failures,
};

pub(super) fn aside_to_php(aside: &[AsideChange]) -> PhpResult<Array> {
    Ok(list(aside, |aside| {
        let mut entry = ZendHashTable::with_capacity(4);
        entry.insert("client", aside.client.as_str())?;
        entry.insert("id", id(aside.change))?;
        entry.insert("entity", aside.entity.as_str())?;
        entry.insert("time", aside.at.unix())?;
        entry.into_zval(false)
    })?)
}

/// What the host calls a failure to push.
const PUSH: &str = "push";
const CONFIGURATION: &str = "configuration";

/// Reads `array<string,array{time:int,step:string}>`; the entry of nobody is the trigger's.
pub(super) fn failures(array: &ZendHashTable) -> Failures {
    let mut failures = Failures::default();
    for (site, entry) in array {
        let Some(entry) = entry.dereference().array() else {
            continue;
        };
        let Some(at) = number(entry, "time").and_then(|seconds| i64::try_from(seconds).ok()) else {
            continue;
        };
        let step = match text(entry, "step").as_str() {
            PUSH => Step::Push,
            CONFIGURATION => Step::Configuration,
            _ => Step::Other,
        };
        let failure = Failure { at: Timestamp::from_unix(at), step };
        match site.to_string() {
            nobody if nobody.is_empty() => failures.of_trigger = Some(failure),
            site => drop(failures.of_clients.insert(site, failure)),
        }
    }
    failures
}

/// How dispatching is.
#[php_class]
#[php(name = "WikibaseDispatch\\Status")]
pub struct Status(FarmStatus);

impl Status {
    pub(super) fn new(status: FarmStatus) -> Self {
        Self(status)
    }
}

#[php_impl]
impl Status {
    #[php(vis = "private")]
    pub fn __construct() -> PhpResult<Self> {
        Err("only the module makes a Status".into())
    }

    pub fn health(&self) -> &str {
        self.0.verdict().0.code()
    }

    pub fn reason(&self) -> &str {
        self.0.verdict().1.code()
    }

    pub fn reason_client(&self) -> Option<String> {
        self.0.verdict().2.map(ToString::to_string)
    }

    pub fn taken_at(&self) -> i64 {
        self.0.view.now.unix()
    }

    pub fn horizon(&self) -> i64 {
        id(self.0.view.horizon.upto)
    }

    pub fn newest(&self) -> i64 {
        id(self.0.view.horizon.last)
    }

    pub fn gap_first(&self) -> Option<i64> {
        self.0.view.horizon.waits_for.map(|gap| id(gap.ids.first))
    }

    pub fn gap_last(&self) -> Option<i64> {
        self.0.view.horizon.waits_for.map(|gap| id(gap.ids.last))
    }

    pub fn gap_since(&self) -> Option<i64> {
        let Moment(milliseconds) = self.0.view.horizon.waits_for?.since?;
        Some(integer(milliseconds / 1000))
    }

    pub fn gap_is_held(&self) -> bool {
        self.0.view.horizon.waits_for.is_some_and(|gap| gap.kind == GapKind::InFlight)
    }

    pub fn gap_holder(&self) -> &str {
        self.0.gap_holder.code()
    }

    pub fn waiting(&self) -> i64 {
        integer(self.0.waiting())
    }

    pub fn median_lag(&self) -> Option<i64> {
        self.0.median_lag().map(|lag| integer(lag.as_secs()))
    }

    pub fn active_at(&self) -> Option<i64> {
        self.0.active.map(Timestamp::unix)
    }

    pub fn warnings(&self) -> PhpResult<Array> {
        Ok(strings(self.0.warnings.iter().map(|warning| warning.code()))?)
    }

    pub fn late_changes(&self) -> PhpResult<Array> {
        Ok(list(&self.0.late, |late| {
            let mut entry = ZendHashTable::with_capacity(2);
            entry.insert("id", id(late.id))?;
            entry.insert("found", late.found.unix())?;
            entry.into_zval(false)
        })?)
    }

    pub fn set_aside(&self) -> PhpResult<Array> {
        aside_to_php(&self.0.aside)
    }

    pub fn clients(&self) -> Vec<ClientStatus> {
        self.0.clients.iter().cloned().map(ClientStatus).collect()
    }
}

/// Where one client stands, and what it waits for.
#[php_class]
#[php(name = "WikibaseDispatch\\ClientStatus")]
pub struct ClientStatus(client_status::ClientStatus);

#[php_impl]
impl ClientStatus {
    #[php(vis = "private")]
    pub fn __construct() -> PhpResult<Self> {
        Err("only the module makes a ClientStatus".into())
    }

    pub fn site_id(&self) -> &str {
        self.0.client.site.as_str()
    }

    pub fn domain(&self) -> &str {
        self.0.client.domain.as_str()
    }

    pub fn seen(&self) -> i64 {
        id(self.0.seen)
    }

    pub fn pending(&self) -> i64 {
        integer(self.0.pending)
    }

    pub fn receipts(&self) -> PhpResult<Option<Array>> {
        let Some(reported) = &self.0.reported else {
            return Ok(None);
        };
        let mut receipts = ZendHashTable::with_capacity(5);
        receipts.insert("handled", id(self.0.handled))?;
        receipts.insert("reported", reported.at.unix())?;
        receipts.insert("isIdle", reported.receipts.is_idle())?;
        receipts.insert("failure", reported.receipts.failure().map(str::to_owned))?;
        let unhandled = list(&self.0.unhandled, |pass| pass_to_php(pass)?.into_zval(false))?;
        receipts.insert("unhandled", unhandled)?;
        Ok(Some(receipts))
    }

    pub fn seconds(&self) -> i64 {
        integer(self.0.age.as_secs())
    }

    pub fn last_pass(&self) -> Option<i64> {
        self.0.touched.map(Timestamp::unix)
    }

    pub fn claimed_until(&self) -> Option<i64> {
        self.0.claimed_until.map(Timestamp::unix)
    }

    pub fn resting_until(&self) -> Option<i64> {
        self.0.resting_until.map(Timestamp::unix)
    }

    pub fn due_at(&self) -> Option<i64> {
        self.0.due_at.map(Timestamp::unix)
    }

    pub fn failures(&self) -> i64 {
        i64::from(self.0.failures)
    }

    pub fn is_stalled(&self) -> bool {
        self.0.is_stalled
    }

    pub fn condition(&self) -> &str {
        self.0.condition.code()
    }

    pub fn format(&self) -> &str {
        self.0.format.format.name()
    }

    pub fn wanted_format(&self) -> &str {
        self.0.format.wanted.name()
    }

    pub fn why_not_wanted(&self) -> Option<&str> {
        self.0.format.why.map(|why| why.code())
    }

    pub fn version(&self) -> Option<&str> {
        self.0.mark.as_ref().map(|mark| mark.version.as_str())
    }

    pub fn marked(&self) -> Option<i64> {
        self.0.mark.as_ref().map(|mark| mark.made.unix())
    }
}
