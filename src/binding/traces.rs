//! Keeps arguments out of the traces of our exceptions. The description of a connection is an argument and holds a password; an exception
//! is logged, and shown, with its trace, and that with its arguments where `zend.exception_ignore_args` is off. PHP 8.1 has no way to
//! mark a parameter, and later ones none that compiled code can use while its classes are made. So the objects are made without.

use std::{
    ptr,
    sync::atomic::{AtomicPtr, Ordering},
};

use ext_php_rs::{
    ffi::{ext_php_rs_executor_globals, zend_object},
    zend::ClassEntry,
};

type Create = unsafe extern "C" fn(class: *mut ClassEntry) -> *mut zend_object;

/// How an exception of PHP's own is made, its trace included: a [`Create`].
static CREATE: AtomicPtr<()> = AtomicPtr::new(ptr::null_mut());

/// From now on the exceptions of this class, and of those that will extend it, carry no arguments. Only from MINIT.
pub(super) fn without_arguments(base: &mut ClassEntry) {
    // SAFETY: the class is one of ours, no interface, and PHP has initialised it.
    let create = unsafe { &mut base.__bindgen_anon_2.create_object };
    if let Some(parents) = create.replace(create_exception) {
        CREATE.store(parents as *mut (), Ordering::Release);
    }
}

unsafe extern "C" fn create_exception(class: *mut ClassEntry) -> *mut zend_object {
    let create = CREATE.load(Ordering::Acquire);
    // SAFETY: it was stored before a class could have this function, and is a `Create`.
    let create: Create = unsafe { std::mem::transmute(create) };
    // SAFETY: PHP's globals of this thread, which nobody else looks at while we run. Making an exception runs no PHP code.
    unsafe {
        let globals = ext_php_rs_executor_globals();
        let before = (*globals).exception_ignore_args;
        (*globals).exception_ignore_args = true;
        let exception = create(class);
        (*globals).exception_ignore_args = before;
        exception
    }
}
