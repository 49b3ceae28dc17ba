//! The functions for answers that are always the same.

use std::ptr;

use armature_server::Constant;
use napi_sys::{napi_callback_info, napi_env, napi_value};

use crate::hub;
use crate::value::{Call, function, number, set};

/// Bytes in front of the pairs that `takeAnswered` writes: three numbers of 64 bits.
const TOTALS_BYTES: usize = 24;

/// Bytes of a pair: a connection and its requests.
const PAIR_BYTES: usize = 8;

/// Adds them to the object of a hub.
///
/// # Safety
/// All are valid.
pub unsafe fn define(env: napi_env, object: napi_value, id: u64) -> Option<()> {
    // SAFETY: as the caller says.
    unsafe {
        set(env, object, c"addConstant", function(env, Some(add_constant), id)?)?;
        set(env, object, c"allowConstants", function(env, Some(allow_constants), id)?)?;
        set(env, object, c"rest", function(env, Some(rest), id)?)?;
        set(env, object, c"takeAnswered", function(env, Some(take_answered), id)?)?;
        set(env, object, c"takeUnsent", function(env, Some(take_unsent), id)?)
    }
}

/// `addConstant(isHead, target, before, dated, after)`; all but the flags are bytes.
unsafe extern "C" fn add_constant(env: napi_env, info: napi_callback_info) -> napi_value {
    // SAFETY: Node calls this with what is valid, and JavaScript waits for it.
    if let Some(call) = unsafe { Call::<5>::of(env, info) } {
        // SAFETY: as above.
        let parts = unsafe { (call.bytes(1), call.bytes(2), call.bytes(4)) };
        if let ((Some(target), Some(before), Some(after)), Some(is_head), Some(dated)) = (parts, call.flag(0), call.flag(3)) {
            let constant = Constant { before: before.to_vec(), dated, after: after.to_vec() };
            hub::with_server(call.id, (), |server| server.add_constant(is_head, target, constant));
        }
    }
    ptr::null_mut()
}

/// `allowConstants(allowed)`
unsafe extern "C" fn allow_constants(env: napi_env, info: napi_callback_info) -> napi_value {
    // SAFETY: Node calls this with what is valid.
    if let Some(call) = unsafe { Call::<1>::of(env, info) }
        && let Some(allowed) = call.flag(0)
    {
        hub::with_server(call.id, (), |server| server.allow_constants(allowed));
    }
    ptr::null_mut()
}

/// `rest(pairs, count)`: a `Uint8Array` of so many pairs of 32-bit numbers, a connection and the requests that it may still have.
unsafe extern "C" fn rest(env: napi_env, info: napi_callback_info) -> napi_value {
    // SAFETY: Node calls this with what is valid, and JavaScript waits for it.
    if let Some(call) = unsafe { Call::<2>::of(env, info) } {
        // SAFETY: as above.
        let pairs = unsafe { call.bytes(0) };
        if let (Some(pairs), Some(count)) = (pairs, call.int(1).and_then(|count| usize::try_from(count).ok())) {
            hub::with_server(call.id, (), |server| {
                let (pairs, _) = pairs.as_chunks::<PAIR_BYTES>();
                for &[a, b, c, d, e, f, g, h] in pairs.iter().take(count) {
                    server.rest(u32::from_ne_bytes([a, b, c, d]), u32::from_ne_bytes([e, f, g, h]));
                }
            });
        }
    }
    ptr::null_mut()
}

/// `takeAnswered(bytes)`: writes what was answered since it was called last - requests, their bytes, and those of the answers - and behind it a
/// pair for each connection, as many as fit; gives how many they are.
unsafe extern "C" fn take_answered(env: napi_env, info: napi_callback_info) -> napi_value {
    // SAFETY: Node calls this with what is valid, and JavaScript waits for it.
    let pairs = unsafe { Call::<1>::of(env, info) }.and_then(|call| {
        // SAFETY: as above.
        let (totals, pairs) = unsafe { call.bytes_mut(0) }?.split_at_mut_checked(TOTALS_BYTES)?;
        Some(hub::with_server(call.id, 0, |server| {
            let taken = server.take_totals();
            for (place, total) in totals.chunks_exact_mut(8).zip([taken.requests, taken.bytes_in, taken.bytes_out]) {
                place.copy_from_slice(&(total as f64).to_ne_bytes());
            }
            let mut count = 0;
            for place in pairs.chunks_exact_mut(PAIR_BYTES) {
                let Some((slot, requests)) = server.next_answered() else { break };
                place[..4].copy_from_slice(&slot.to_ne_bytes());
                place[4..].copy_from_slice(&requests.to_ne_bytes());
                count += 1;
            }
            count
        }))
    });
    // SAFETY: as above.
    unsafe { number(env, pairs.unwrap_or(0)) }
}

/// `takeUnsent(slot, bytes)`: writes what the system has not taken of constant answers, of which the caller knows the length.
unsafe extern "C" fn take_unsent(env: napi_env, info: napi_callback_info) -> napi_value {
    // SAFETY: Node calls this with what is valid, and JavaScript waits for it.
    if let Some(call) = unsafe { Call::<2>::of(env, info) } {
        // SAFETY: as above.
        let place = unsafe { call.bytes_mut(1) };
        if let (Some(slot), Some(place)) = (call.slot(), place) {
            let unsent = hub::with_server(call.id, Vec::new(), |server| server.take_unsent(slot));
            let length = unsent.len().min(place.len());
            place[..length].copy_from_slice(&unsent[..length]);
        }
    }
    ptr::null_mut()
}
