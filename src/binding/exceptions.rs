//! The exceptions of the module: one class for each [`ErrorKind`], below one base class, told apart by class and by code.
//!
//! They are registered by hand: a class made by the macro cannot extend `RuntimeException` without losing its line and its trace.

use std::{
    ptr,
    sync::atomic::{AtomicPtr, Ordering},
};

use ext_php_rs::{
    args::ArgInfoTables,
    builders::{ClassBuilder, FunctionBuilder},
    error::Result as PhpApiResult,
    exception::PhpException,
    flags::{DataType, MethodFlags},
    types::Zval,
    zend::{ClassEntry, ExecuteData},
};

use super::{interrupt, traces};
use crate::error::{Error, ErrorKind};

const BASE: &str = "WikibaseDispatch\\DispatchException";

static BASE_ENTRY: AtomicPtr<ClassEntry> = AtomicPtr::new(ptr::null_mut());
static STORE_ENTRY: AtomicPtr<ClassEntry> = AtomicPtr::new(ptr::null_mut());

unsafe extern "C" {
    /// PHP's own `RuntimeException`.
    static spl_ce_RuntimeException: *mut ClassEntry;
}

fn runtime_exception() -> &'static ClassEntry {
    // SAFETY: PHP sets it when SPL starts, before any loaded module does, and keeps it.
    unsafe { spl_ce_RuntimeException.as_ref() }.expect("SPL starts before this module")
}

const fn class_of(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::InvalidSetting => "WikibaseDispatch\\InvalidSettingException",
        ErrorKind::InvalidConnection => "WikibaseDispatch\\InvalidConnectionException",
        ErrorKind::InvalidNotification => "WikibaseDispatch\\InvalidNotificationException",
        ErrorKind::UnsupportedNotification => "WikibaseDispatch\\UnsupportedNotificationException",
        ErrorKind::UnknownClient => "WikibaseDispatch\\UnknownClientException",
        ErrorKind::ClaimLost => "WikibaseDispatch\\ClaimLostException",
        ErrorKind::ClientClaimed => "WikibaseDispatch\\ClientClaimedException",
        ErrorKind::ClientResting => "WikibaseDispatch\\ClientRestingException",
        ErrorKind::BeyondHorizon => "WikibaseDispatch\\BeyondHorizonException",
        ErrorKind::StoreFailed => "WikibaseDispatch\\StoreException",
        ErrorKind::StoreUnavailable => "WikibaseDispatch\\StoreUnavailableException",
        ErrorKind::StoreReadOnly => "WikibaseDispatch\\StoreReadOnlyException",
        ErrorKind::StoreBusy => "WikibaseDispatch\\StoreBusyException",
        ErrorKind::SchemaMissing => "WikibaseDispatch\\SchemaMissingException",
        ErrorKind::StoreMissing => "WikibaseDispatch\\StoreMissingException",
        ErrorKind::StoreDenied => "WikibaseDispatch\\StoreDeniedException",
        ErrorKind::SplitConnection => "WikibaseDispatch\\SplitConnectionException",
        ErrorKind::LockUnavailable => "WikibaseDispatch\\LockUnavailableException",
    }
}

/// Whether the class of `kind` extends that of [`ErrorKind::StoreFailed`].
const fn is_kind_of_store_failure(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::StoreUnavailable
            | ErrorKind::StoreReadOnly
            | ErrorKind::StoreBusy
            | ErrorKind::SchemaMissing
            | ErrorKind::StoreMissing
            | ErrorKind::StoreDenied
            | ErrorKind::SplitConnection
    )
}

impl From<Error> for PhpException {
    fn from(error: Error) -> Self {
        Self::from(&error)
    }
}

impl From<&Error> for PhpException {
    fn from(error: &Error) -> Self {
        interrupt::handle();
        let class = ClassEntry::try_find(class_of(error.kind())).unwrap_or_else(runtime_exception);
        Self::new(error.to_string(), error.kind().code(), class)
    }
}

/// Registers all exception classes. Only from MINIT.
pub(super) fn register() -> PhpApiResult<()> {
    let is_retryable = FunctionBuilder::new("isRetryable", is_retryable).returns(DataType::Bool, false, false);
    ClassBuilder::new(BASE)
        .extends((runtime_exception, "\\RuntimeException"))
        .method(is_retryable, MethodFlags::Public)
        .registration(|entry, arguments| {
            traces::without_arguments(entry);
            BASE_ENTRY.store(entry, Ordering::Release);
            keep(arguments);
        })
        .register()?;
    ClassBuilder::new(class_of(ErrorKind::StoreFailed))
        .extends((|| entry(&BASE_ENTRY), "\\WikibaseDispatch\\DispatchException"))
        .registration(|entry, arguments| {
            STORE_ENTRY.store(entry, Ordering::Release);
            keep(arguments);
        })
        .register()?;
    for kind in ErrorKind::ALL {
        let parent: fn() -> &'static ClassEntry = match kind {
            ErrorKind::StoreFailed => continue,
            kind if is_kind_of_store_failure(kind) => || entry(&STORE_ENTRY),
            _ => || entry(&BASE_ENTRY),
        };
        ClassBuilder::new(class_of(kind))
            .extends((parent, "\\WikibaseDispatch\\DispatchException"))
            .registration(|_, arguments| keep(arguments))
            .register()?;
    }
    Ok(())
}

/// PHP points into these for as long as the process lives.
fn keep(arguments: ArgInfoTables) {
    std::mem::forget(arguments);
}

fn entry(class: &AtomicPtr<ClassEntry>) -> &'static ClassEntry {
    // SAFETY: used while the classes are registered, after the parent was; PHP keeps class entries until the module ends.
    unsafe { class.load(Ordering::Acquire).as_ref() }.expect("the parent class is registered first")
}

/// `DispatchException::isRetryable(): bool`. The code tells, so that an exception made in PHP answers, too.
extern "C" fn is_retryable(call: &mut ExecuteData, answer: &mut Zval) {
    let code = call.get_self().and_then(|this| this.get_property::<i64>("code").ok());
    let kind = ErrorKind::ALL.into_iter().find(|kind| code == Some(i64::from(kind.code())));
    answer.set_bool(kind.is_some_and(ErrorKind::is_retryable));
}
