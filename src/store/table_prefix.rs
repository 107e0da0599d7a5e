//! The names of the tables, with MediaWiki's prefix before each.

/// MediaWiki's table prefix, checked: it becomes part of SQL.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TablePrefix(String);

/// Tables without which nothing can be dispatched.
pub(super) const NEEDED: [&str; 3] = ["wb_changes", "wb_changes_dispatch", "wb_changes_subscription"];

/// Tables that an update of the schema may have yet to make.
pub(super) const LEDGER: [&str; 2] = ["wb_changes_ledger", "wb_changes_late"];

/// Tables of the rollout. Without them nothing is dispatched either, and a schema from before them has to be updated.
pub(super) const ROLLOUT: [&str; 3] = ["wb_changes_rollout", "wb_changes_handed", "wb_changes_shadow"];

/// Where clients say what they are. Without it none has said anything.
pub(super) const CLIENT: [&str; 1] = ["wb_changes_client"];

/// What clients were sent, and what they have handled. Without them nobody gives receipts.
pub(super) const RECEIPTS: [&str; 3] = ["wb_changes_receipt", "wb_changes_sent", "wb_changes_aside"];

impl TablePrefix {
    /// Accepts up to 32 ASCII letters, digits, `_` and `-`; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let is_safe =
            text.len() <= 32 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
        is_safe.then(|| Self(text.to_owned()))
    }

    /// The prefix as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// SQL in which each `{name}` stands for a table, with its prefix, between `quote`s.
    pub(super) fn fill(&self, template: &str, quote: char) -> String {
        let mut sql = template.to_owned();
        for table in NEEDED.iter().chain(&LEDGER).chain(&ROLLOUT).chain(&CLIENT).chain(&RECEIPTS) {
            sql = sql.replace(&format!("{{{table}}}"), &format!("{quote}{}{table}{quote}", self.0));
        }
        sql
    }
}
