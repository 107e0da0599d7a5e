//! `WikibaseDispatch\Receipts`.

#![allow(non_snake_case, reason = "callers in PHP may name an argument, so arguments have PHP's names")]

use ext_php_rs::{
    convert::IntoZval,
    prelude::*,
    types::{ZendHashTable, Zval},
};

use super::{
    from_php::number,
    to_php::{Array, id, integer, list},
};
use crate::domain::{
    change::ChangeId,
    receipts::{self, Range, Receipts as DomainReceipts, Stream},
    sent::{Sent, SentPass},
};

/// What a client has to report of the notifications that it has handled.
#[php_class]
#[php(name = "WikibaseDispatch\\Receipts")]
pub struct Receipts;

#[php_impl]
impl Receipts {
    #[php(vis = "private")]
    pub fn __construct() -> PhpResult<Self> {
        Err("use Receipts::report()".into())
    }

    pub fn report(
        kept: &ZendHashTable,
        sent: Option<String>,
        said: Option<String>,
        isIdle: Option<bool>,
        failure: Option<String>,
    ) -> PhpResult<Array> {
        let kept = kept.values().filter_map(|range| range_of(range.dereference().array()?));
        let sent = sent.and_then(|sent| Sent::parse(&sent));
        let said = said.and_then(|said| DomainReceipts::parse(&said).ok());
        let report = receipts::report(kept, sent.as_ref(), said.as_ref(), isIdle);
        let receipts = match failure {
            Some(class) => report.receipts.failing_with(&class),
            None => report.receipts,
        };
        let mut array = ZendHashTable::with_capacity(2);
        array.insert("receipts", receipts.to_text())?;
        array.insert("kept", list(&report.kept, range_to_php)?)?;
        Ok(array)
    }
}

fn range_of(range: &ZendHashTable) -> Option<Range> {
    let number = |name| number(range, name);
    Range::new(Stream(number("stream")?), ChangeId(number("after")?), ChangeId(number("upto")?))
}

/// `array{stream:int,after:int,upto:int}`
pub(super) fn range_to_php(range: &Range) -> ext_php_rs::error::Result<Zval> {
    let mut array = ZendHashTable::with_capacity(3);
    array.insert("stream", integer(range.stream.0))?;
    array.insert("after", id(range.after))?;
    array.insert("upto", id(range.upto))?;
    array.into_zval(false)
}

/// `array{first:int,upto:int,since:int,sent:int,tries:int}`
pub(super) fn pass_to_php(pass: &SentPass) -> ext_php_rs::error::Result<Array> {
    let mut array = ZendHashTable::with_capacity(5);
    array.insert("first", id(pass.first))?;
    array.insert("upto", id(pass.upto))?;
    array.insert("since", pass.since.unix())?;
    array.insert("sent", pass.sent.unix())?;
    array.insert("tries", integer(u64::from(pass.tries)))?;
    Ok(array)
}
