//! Up to which change all is settled: edits in flight, ids that begin anew, other servers behind the same address (G1, G7).

mod clock_jumps;
mod gaps;
mod ids_anew;
mod lives;
mod lock_waits;
mod open_gaps;
mod prepared;
mod seen_repair;
mod splitting_proxy;
