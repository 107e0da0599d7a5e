//! Whether PHP has something to do that waits for our return: a signal handler, or the end of a time limit.

use ext_php_rs::zend::ExecutorGlobals;

/// PHP's own flag, which its signal and timer handlers set, and which it looks at between two instructions.
pub(super) fn is_pending() -> bool {
    let globals = ExecutorGlobals::get();
    // SAFETY: in every version of PHP it is a bool, however wrapped; a signal handler of this thread may set it meanwhile.
    unsafe { (&raw const globals.vm_interrupt).cast::<u8>().read_volatile() != 0 }
}
