//! The functions of encrypted listeners that JavaScript calls.

use std::os::fd::IntoRawFd;
use std::ptr;

use armature_server::Front;
use napi_sys::{napi_callback_info, napi_env, napi_value};

use crate::hub;
use crate::value::{Call, number, text};

/// `tlsFault(settings)`: what rustls cannot do of them, or `undefined`.
pub unsafe extern "C" fn tls_fault(env: napi_env, info: napi_callback_info) -> napi_value {
    // SAFETY: Node calls this with what is valid.
    unsafe { with_front(env, info, |_, _| {}) }
}

/// `secure(settings)`: clients that come from now on are encrypted so; gives what rustls cannot do of it, or `undefined`.
pub unsafe extern "C" fn secure(env: napi_env, info: napi_callback_info) -> napi_value {
    // SAFETY: Node calls this with what is valid.
    unsafe { with_front(env, info, |id, front| hub::with_server(id, (), |server| server.secure(front))) }
}

unsafe fn with_front(env: napi_env, info: napi_callback_info, work: fn(u64, Front)) -> napi_value {
    // SAFETY: as the caller says, and JavaScript waits for this call.
    let made = unsafe {
        Call::<1>::of(env, info).and_then(|call| {
            let settings = call.bytes(0)?;
            Some((call.id, hub::caught(|| Front::new(settings))?))
        })
    };
    let fault = match made {
        Some((id, Ok(front))) => {
            work(id, front);
            return ptr::null_mut();
        }
        Some((_, Err(fault))) => fault,
        None => "the settings cannot be read".to_owned(),
    };
    // SAFETY: as the caller says.
    unsafe { text(env, &fault) }.unwrap_or(ptr::null_mut())
}

/// `describe(slot)`: protocol, cipher suite and asked name with spaces between them; `undefined` where the connection is gone.
pub unsafe extern "C" fn describe(env: napi_env, info: napi_callback_info) -> napi_value {
    // SAFETY: Node calls this with what is valid.
    let value = unsafe { Call::<1>::of(env, info) }.and_then(|call| {
        let slot = call.slot()?;
        let told = hub::with_server(call.id, None, |server| server.describe(slot))?;
        // SAFETY: as above.
        unsafe { text(env, &told) }
    });
    value.unwrap_or(ptr::null_mut())
}

/// `takeSocket(slot)`: the descriptor of a connection that was handed over, which is the caller's to close; below zero where it is gone.
pub unsafe extern "C" fn take_socket(env: napi_env, info: napi_callback_info) -> napi_value {
    // SAFETY: Node calls this with what is valid.
    let taken = unsafe { Call::<1>::of(env, info) }.and_then(|call| {
        let slot = call.slot()?;
        hub::with_server(call.id, None, |server| server.take_socket(slot))
    });
    // SAFETY: as above.
    unsafe { number(env, taken.map_or(-1, IntoRawFd::into_raw_fd)) }
}
