//! What PHP has to do that waits for our return: a signal handler, or the end of a time limit.

use ext_php_rs::{ffi::zend_interrupt_function, zend::ExecutorGlobals};

/// Whether there is something: PHP's own flag, which its signal and timer handlers set, and which it looks at between two
/// instructions.
pub(super) fn is_pending() -> bool {
    is_set(&raw const ExecutorGlobals::get().vm_interrupt)
}

/// In every version of PHP it is a bool, however wrapped, which a signal handler of this thread may set meanwhile.
fn is_set<T>(flag: *const T) -> bool {
    const { assert!(size_of::<T>() == 1) };
    // SAFETY: one byte of PHP's globals, which are there as long as the thread is.
    unsafe { flag.cast::<u8>().read_volatile() != 0 }
}

/// Has the signal handlers run that are due. To be called before an exception is thrown: PHP looks at its flag also on the
/// way from the throw to the catch, where it can call nobody, and so forgets the signal. What ends the script at the end of
/// its time limit is left to PHP.
pub(super) fn handle() {
    let frame = {
        let globals = ExecutorGlobals::get();
        if !is_set(&raw const globals.vm_interrupt)
            || is_set(&raw const globals.timed_out)
            || !globals.exception.is_null()
        {
            return;
        }
        globals.current_execute_data
    };
    // SAFETY: PHP calls it in the same way when a function ends that it called itself. No lock of ours is held.
    unsafe {
        if let Some(handle) = zend_interrupt_function {
            ExecutorGlobals::get_mut().cancel_interrupt();
            handle(frame);
        }
    }
}
