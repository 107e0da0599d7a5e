//! `WikibaseDispatch\Status` and `WikibaseDispatch\ClientStatus`.

use ext_php_rs::{convert::IntoZval, prelude::*, types::ZendHashTable};

use super::{
    from_php::{number, text},
    receipts::pass_to_php,
    to_php::{Array, id, integer, list, strings},
};
use crate::{
    domain::{
        client_status::{self, Failure, Step, Trouble},
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

    pub fn troubled(&self) -> PhpResult<Array> {
        let troubled = self.0.troubled();
        let mut counts = ZendHashTable::with_capacity(3);
        counts.insert("stuck", integer(troubled.stuck as u64))?;
        counts.insert("failing", integer(troubled.failing as u64))?;
        counts.insert("lagging", integer(troubled.lagging as u64))?;
        Ok(counts)
    }

    pub fn clients(&self) -> Vec<ClientStatus> {
        let clients = self.0.clients.iter().cloned();
        clients.map(|status| ClientStatus { trouble: status.trouble(&self.0.view), status }).collect()
    }
}

/// Where one client stands, and what it waits for.
#[php_class]
#[php(name = "WikibaseDispatch\\ClientStatus")]
pub struct ClientStatus {
    status: client_status::ClientStatus,
    trouble: Option<Trouble>,
}

#[php_impl]
impl ClientStatus {
    #[php(vis = "private")]
    pub fn __construct() -> PhpResult<Self> {
        Err("only the module makes a ClientStatus".into())
    }

    pub fn site_id(&self) -> &str {
        self.status.client.site.as_str()
    }

    pub fn domain(&self) -> &str {
        self.status.client.domain.as_str()
    }

    pub fn seen(&self) -> i64 {
        id(self.status.seen)
    }

    pub fn pending(&self) -> i64 {
        integer(self.status.pending)
    }

    pub fn receipts(&self) -> PhpResult<Option<Array>> {
        let Some(reported) = &self.status.reported else {
            return Ok(None);
        };
        let mut receipts = ZendHashTable::with_capacity(5);
        receipts.insert("handled", id(self.status.handled))?;
        receipts.insert("reported", reported.at.unix())?;
        receipts.insert("isIdle", reported.receipts.is_idle())?;
        receipts.insert("failure", reported.receipts.failure().map(str::to_owned))?;
        let unhandled = list(&self.status.unhandled, |pass| pass_to_php(pass)?.into_zval(false))?;
        receipts.insert("unhandled", unhandled)?;
        Ok(Some(receipts))
    }

    pub fn seconds(&self) -> i64 {
        integer(self.status.age.as_secs())
    }

    pub fn last_pass(&self) -> Option<i64> {
        self.status.touched.map(Timestamp::unix)
    }

    pub fn claimed_until(&self) -> Option<i64> {
        self.status.claimed_until.map(Timestamp::unix)
    }

    pub fn resting_until(&self) -> Option<i64> {
        self.status.resting_until.map(Timestamp::unix)
    }

    pub fn due_at(&self) -> Option<i64> {
        self.status.due_at.map(Timestamp::unix)
    }

    pub fn failures(&self) -> i64 {
        i64::from(self.status.failures)
    }

    pub fn is_stalled(&self) -> bool {
        self.status.is_stalled
    }

    pub fn trouble(&self) -> Option<&str> {
        self.trouble.map(Trouble::code)
    }

    pub fn condition(&self) -> &str {
        self.status.condition.code()
    }

    pub fn format(&self) -> &str {
        self.status.format.format.name()
    }

    pub fn wanted_format(&self) -> &str {
        self.status.format.wanted.name()
    }

    pub fn why_not_wanted(&self) -> Option<&str> {
        self.status.format.why.map(|why| why.code())
    }

    pub fn version(&self) -> Option<&str> {
        self.status.mark.as_ref().map(|mark| mark.version.as_str())
    }

    pub fn marked(&self) -> Option<i64> {
        self.status.mark.as_ref().map(|mark| mark.made.unix())
    }
}
