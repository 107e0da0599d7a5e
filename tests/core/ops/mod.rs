//! What each operation of `src/ops` does, on real databases.

mod audience;
mod client_marks;
mod groups;
mod lag;
mod operations;
mod pruning;
mod receipts;
mod rollout;
mod rollout_race;
mod seek;
mod status;
mod too_large;
mod wake;
