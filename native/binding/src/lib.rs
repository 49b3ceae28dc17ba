//! The Node-API glue of the native engine, and the only crate beside the system calls of `armature-server` that is unsafe.
//!
//! The module exports the memory that reads go to, the table of events, and `open(fd, onBatch)`. What `open` gives are functions
//! that carry the number of their hub; a hub that is closed is found by nobody any more, so that a late call does nothing.

mod constant_methods;
mod hub;
mod loop_watch;
mod memory;
mod methods;
mod tls;
mod value;

use std::ptr;

use napi_sys::{napi_env, napi_value};

/// Called by Node when the module is loaded into an environment.
///
/// # Safety
/// Node calls it with a valid environment and object.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn napi_register_module_v1(env: napi_env, exports: napi_value) -> napi_value {
    #[cfg(feature = "faults")]
    plan_faults();
    // SAFETY: both are valid for the time of this call.
    unsafe { methods::define_module(env, exports) }.map_or(ptr::null_mut(), |()| exports)
}

/// Has system calls of this thread fail as the environment says.
#[cfg(feature = "faults")]
fn plan_faults() {
    let planned = armature_server::faults::plan(&std::env::var("ARMATURE_NATIVE_FAULTS").unwrap_or_default());
    if let Err(mistake) = planned {
        eprintln!("ARMATURE_NATIVE_FAULTS: {mistake}");
        std::process::abort();
    }
}
