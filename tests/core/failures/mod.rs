//! Whatever fails, wherever: crashes, lost answers, failovers, late replicas, runners that get in each other's way.

mod concurrency;
mod crash;
mod failover;
mod faults;
mod replication;
mod rollout_faults;
mod wakeups;
