//! Being in a hurry: what is done while something ends must not hold the end up.

/// Waits for as long as it was made to, or for a moment.
pub trait Patience {
    /// From now on nothing waits for longer than a moment, or, with `false`, again for as long as the store was made to.
    fn hurry(&mut self, is_hurried: bool);
}

/// Does something without waiting for longer than a moment.
pub fn impatiently<S: Patience + ?Sized, T>(store: &mut S, work: impl FnOnce(&mut S) -> T) -> T {
    store.hurry(true);
    let done = work(store);
    store.hurry(false);
    done
}
