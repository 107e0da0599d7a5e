//! Small helpers that make PHP arrays.

use ext_php_rs::{
    boxed::ZBox,
    convert::IntoZval,
    error::Result,
    types::{ZendHashTable, Zval},
};

use crate::{
    domain::{
        change::{BadChange, ChangeId},
        unknown_forms::UnknownForms,
    },
    ops::FoundLate,
};

/// A PHP array.
pub(super) type Array = ZBox<ZendHashTable>;

/// A PHP list of what `items` make.
pub(super) fn list<T>(items: impl IntoIterator<Item = T>, mut make: impl FnMut(T) -> Result<Zval>) -> Result<Array> {
    let mut array = ZendHashTable::new();
    for item in items {
        array.push(make(item)?)?;
    }
    Ok(array)
}

/// A PHP list of strings.
pub(super) fn strings<T: AsRef<str>>(items: impl IntoIterator<Item = T>) -> Result<Array> {
    list(items, |item| item.as_ref().into_zval(false))
}

/// A PHP integer. Ids are 32 bits wide in the tables; what does not fit PHP's 64 becomes the largest that does.
pub(super) fn integer(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A change id as a PHP integer.
pub(super) fn id(change: ChangeId) -> i64 {
    integer(change.0)
}

/// `list<array{id:int,lateBy:int|null,clients:list<string>}>`
pub(super) fn late_changes(late: &[FoundLate]) -> Result<Array> {
    list(late, |late| {
        let mut entry = ZendHashTable::with_capacity(3);
        entry.insert("id", id(late.change))?;
        entry.insert("lateBy", late.late_by.map(|late_by| integer(late_by.as_secs())))?;
        entry.insert("clients", strings(late.clients.iter().map(|site| site.as_str()))?)?;
        entry.into_zval(false)
    })
}

/// `list<array{id:int,reason:string}>`
pub(super) fn bad_changes(bad: &[BadChange]) -> Result<Array> {
    list(bad, |bad| {
        let mut entry = ZendHashTable::with_capacity(2);
        entry.insert("id", id(bad.id))?;
        entry.insert("reason", bad.reason.as_str())?;
        entry.into_zval(false)
    })
}

/// `list<array{form:string,count:int,change:int|null}>`
pub(super) fn unknown_forms(forms: &UnknownForms) -> Result<Array> {
    list(forms.iter(), |(name, form)| {
        let mut entry = ZendHashTable::with_capacity(3);
        entry.insert("form", name)?;
        entry.insert("count", integer(form.count))?;
        entry.insert("change", form.example.map(id))?;
        entry.into_zval(false)
    })
}
