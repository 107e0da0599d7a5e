//! A simulated process: code that runs until it has to wait, and goes on when the scheduler says so. Each is a coroutine, so the
//! real operations run as they are, and can be stopped, for ever if need be, between any two statements.

use corosensei::{Coroutine, Yielder, stack::DefaultStack};

use super::world::Shared;

/// What a process waits for.
#[derive(Clone, Copy, Debug)]
pub enum Nap {
    /// For a span, in microseconds.
    For(u64),
    /// For a job that may be run, but no longer than this.
    ForJob(u64),
}

pub type Body = Box<dyn FnOnce(Process<'_>)>;
pub type Running = Coroutine<(), Nap, (), DefaultStack>;

/// Begins a process; it does nothing until it is resumed.
pub fn begin(world: &Shared, id: usize, stack: DefaultStack, body: Body) -> Running {
    let world = world.clone();
    Coroutine::with_stack(stack, move |yielder, ()| body(Process { yielder, world, id }))
}

/// What a process has to hand.
#[derive(Clone)]
pub struct Process<'y> {
    yielder: &'y Yielder<(), Nap>,
    pub world: Shared,
    /// Tells it from every other, before and after it.
    pub id: usize,
}

impl Process<'_> {
    /// Lets time pass. It may be the last that was heard of this process.
    pub fn nap(&self, micros: u64) {
        self.yielder.suspend(Nap::For(micros));
    }

    pub fn nap_for_job(&self, micros: u64) {
        self.yielder.suspend(Nap::ForJob(micros));
    }
}
