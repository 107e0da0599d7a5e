//! What dispatching means, without doing any of it: facts in, decisions out. No I/O, no clock, no randomness of its own, no async.

pub mod affected_pages;
pub mod aspect;
pub mod batch;
pub mod change;
pub mod change_info;
pub mod claim;
pub mod client_update;
pub mod coalesce;
pub mod edit_comment;
pub mod horizon;
pub mod lag;
pub mod lock_name;
pub mod notification;
pub mod notification_format;
mod php_json;
pub mod php_serialize;
pub mod prune;
pub mod received_change;
pub mod recent_changes;
pub mod selection;
pub mod settings;
pub mod site;
pub mod state;
pub mod stretch;
pub mod subscription_diff;
pub mod time;
pub mod trigger_gate;
