//! The PHP classes: conversion, exceptions, what a process holds. The only place that names `ext_php_rs`. Thin on purpose: a method
//! converts, calls one operation, converts back.

use ext_php_rs::prelude::*;

use crate::store::interruption;

mod chance;
mod change_audience;
mod client_update;
mod connection;
mod dispatch_state;
mod dispatcher;
mod events_to_php;
mod exceptions;
mod from_php;
mod info;
mod interrupt;
mod job;
mod lag_report;
mod lock_manager;
mod notification;
mod panic_line;
mod process;
mod provoked_panic;
mod receipts;
mod relevance;
mod settings;
mod shared_memory;
mod status;
mod steps_to_php;
mod subscription_diff;
mod to_php;
mod traces;
mod trigger_gate;
mod usage_diff;

/// MINIT, which runs before workers fork: maps what they share, and registers what the class macros cannot.
///
/// # Safety
/// Called by PHP alone, once a process, at module start-up.
unsafe extern "C" fn start(_type: i32, _module: i32) -> i32 {
    const SUCCESS: i32 = 0;
    const FAILURE: i32 = -1;
    // A panic here would abort the server.
    match std::panic::catch_unwind(|| {
        panic_line::announce();
        provoked_panic::at(&provoked_panic::Place::Start);
        shared_memory::map();
        interruption::ask_with(interrupt::is_pending);
        exceptions::register()
    }) {
        Ok(Ok(())) => SUCCESS,
        _ => FAILURE,
    }
}

/// What PHP asks a module for when it loads it.
#[php_module]
#[php(startup = start)]
pub fn get_module(module: ModuleBuilder) -> ModuleBuilder {
    module
        .name("wikibase_dispatch")
        .version(env!("CARGO_PKG_VERSION"))
        .class::<settings::Settings>()
        .class::<trigger_gate::TriggerGate>()
        .class::<dispatcher::Dispatcher>()
        .class::<job::Job>()
        .class::<dispatch_state::DispatchState>()
        .class::<lag_report::LagReport>()
        .class::<lag_report::ClientLag>()
        .class::<change_audience::ChangeAudience>()
        .class::<change_audience::Listener>()
        .class::<relevance::Relevance>()
        .class::<status::Status>()
        .class::<status::ClientStatus>()
        .class::<notification::Notification>()
        .class::<receipts::Receipts>()
        .class::<client_update::ClientUpdate>()
        .class::<usage_diff::UsageDiff>()
        .class::<subscription_diff::SubscriptionDiff>()
        .info_function(info::print)
}
