//! The functions that JavaScript calls.

use std::net::SocketAddr;
use std::ptr;

use armature_server::{IoKind, Limits, Piece, Sent, Server, ring_fault, sys};
use napi_sys::{napi_callback_info, napi_env, napi_value};

use crate::constant_methods;
use crate::hub;
use crate::memory::Memory;
use crate::tls;
use crate::value::{Call, function, number, ok, set, text};

/// A connection that is gone, as an error of a write.
const EBADF: i32 = 9;

/// What is shared with JavaScript, and the calls, have a form that both sides know by this number.
const LAYOUT: i32 = 13;

/// Fills the module: `layout`, `memory`, `table`, `records`, `allowedCpus`, `allowCpus`, `ringFault`, `tlsFault`, `open`.
///
/// # Safety
/// Both are valid.
pub unsafe fn define_module(env: napi_env, exports: napi_value) -> Option<()> {
    let memory = Memory::new();
    // SAFETY: as the caller says; each buffer is made once.
    unsafe {
        set(env, exports, c"memory", memory.reads.to_array_buffer(env)?)?;
        set(env, exports, c"table", memory.table.to_array_buffer(env)?)?;
        set(env, exports, c"records", memory.records.to_array_buffer(env)?)?;
        set(env, exports, c"layout", number(env, LAYOUT))?;
        set(env, exports, c"allowedCpus", function(env, Some(allowed_cpus), 0)?)?;
        set(env, exports, c"allowCpus", function(env, Some(allow_cpus), 0)?)?;
        set(env, exports, c"ringFault", function(env, Some(fault_of_ring), 0)?)?;
        set(env, exports, c"tlsFault", function(env, Some(tls::tls_fault), 0)?)?;
        set(env, exports, c"open", function(env, Some(open), 0)?)?;
    }
    hub::set_memory(memory);
    Some(())
}

/// `allowedCpus()`: the processors of this thread with commas between them, or `undefined`.
unsafe extern "C" fn allowed_cpus(env: napi_env, _info: napi_callback_info) -> napi_value {
    let Ok(cpus) = sys::allowed_cpus() else { return ptr::null_mut() };
    let list: Vec<String> = cpus.iter().map(usize::to_string).collect();
    // SAFETY: Node calls this with what is valid.
    unsafe { text(env, &list.join(",")) }.unwrap_or(ptr::null_mut())
}

/// `allowCpus(cpus)`, a `Uint8Array` in which a byte that is not 0 stands for a processor: 0, or the number of an error.
unsafe extern "C" fn allow_cpus(env: napi_env, info: napi_callback_info) -> napi_value {
    const EINVAL: i32 = 22;
    // SAFETY: Node calls this with what is valid, and JavaScript waits for it.
    let fault = unsafe { Call::<1>::of(env, info) }.and_then(|call| {
        // SAFETY: as above.
        let bytes = unsafe { call.bytes(0) }?;
        let cpus: Vec<usize> = (0..bytes.len()).filter(|&cpu| bytes[cpu] != 0).collect();
        Some(failed(sys::allow_cpus(&cpus)))
    });
    // SAFETY: as above.
    unsafe { number(env, fault.unwrap_or(EINVAL)) }
}

/// `ringFault()`: 0 where there can be a ring, or the number of the error of the try.
unsafe extern "C" fn fault_of_ring(env: napi_env, _info: napi_callback_info) -> napi_value {
    // SAFETY: Node calls this with what is valid.
    unsafe { number(env, ring_fault().map_or(0, |error| sys::error_number(&error))) }
}

/// `open(fd, onBatch, requestLineBytes, headerBytes, headerFields, bodyBytes, hasRing)`: an object of functions, or `undefined` where that is not possible.
unsafe extern "C" fn open(env: napi_env, info: napi_callback_info) -> napi_value {
    // SAFETY: Node calls this with what is valid.
    unsafe { start(env, info) }.unwrap_or(ptr::null_mut())
}

unsafe fn start(env: napi_env, info: napi_callback_info) -> Option<napi_value> {
    let mut object = ptr::null_mut();
    // SAFETY: as the caller says.
    unsafe {
        let call = Call::<7>::of(env, info)?;
        let limits = Limits {
            request_line_bytes: call.limit(2)?,
            header_bytes: call.limit(3)?,
            header_fields: call.limit(4)?,
            body_bytes: call.limit(5)?,
        };
        let listener = sys::duplicate(call.int(0)?).ok()?;
        let kind = if call.int(6)? == 1 { IoKind::Ring } else { IoKind::Epoll };
        let server = Server::with_io(listener, limits, kind).ok()?;
        ok(napi_sys::napi_create_object(env, &raw mut object))?;
        let id = hub::open(env, server, call.arguments[1])?;
        set(env, object, c"sendText", function(env, Some(send_text), id)?)?;
        set(env, object, c"sendBytes", function(env, Some(send_bytes), id)?)?;
        set(env, object, c"sendFile", function(env, Some(send_file), id)?)?;
        set(env, object, c"sendBatch", function(env, Some(send_batch), id)?)?;
        set(env, object, c"setReading", function(env, Some(set_reading), id)?)?;
        set(env, object, c"followFrames", function(env, Some(follow_frames), id)?)?;
        set(env, object, c"end", function(env, Some(end), id)?)?;
        set(env, object, c"closeConnection", function(env, Some(close_connection), id)?)?;
        set(env, object, c"peer", function(env, Some(peer), id)?)?;
        set(env, object, c"secure", function(env, Some(tls::secure), id)?)?;
        set(env, object, c"describe", function(env, Some(tls::describe), id)?)?;
        set(env, object, c"takeSocket", function(env, Some(tls::take_socket), id)?)?;
        set(env, object, c"accept", function(env, Some(accept), id)?)?;
        set(env, object, c"stopListening", function(env, Some(stop_listening), id)?)?;
        set(env, object, c"close", function(env, Some(close), id)?)?;
        constant_methods::define(env, object, id)?;
    }
    Some(object)
}

/// 0, or the number of an error.
fn failed(done: std::io::Result<()>) -> i32 {
    done.map_or_else(|error| sys::error_number(&error), |()| 0)
}

/// Bytes that were sent, or the number of an error below zero.
fn told(sent: std::io::Result<usize>) -> i32 {
    sent.map_or_else(|error| -sys::error_number(&error), |bytes| bytes as i32)
}

/// `sendText(slot, text, length, more)`
unsafe extern "C" fn send_text(env: napi_env, info: napi_callback_info) -> napi_value {
    // SAFETY: Node calls this with what is valid.
    let call = unsafe { Call::<4>::of(env, info) };
    let sent = call.and_then(|call| {
        let (slot, length, more) = (call.slot()?, usize::try_from(call.int(2)?).ok()?, call.flag(3)?);
        hub::with_scratch(call.id, Some(-EBADF), |server, scratch| {
            call.latin1(1, length, scratch)?;
            Some(told(server.send(slot, scratch, more)))
        })
    });
    // SAFETY: as above.
    unsafe { number(env, sent.unwrap_or(-EBADF)) }
}

/// `sendBytes(slot, bytes, more)`
unsafe extern "C" fn send_bytes(env: napi_env, info: napi_callback_info) -> napi_value {
    // SAFETY: Node calls this with what is valid.
    let call = unsafe { Call::<3>::of(env, info) };
    let sent = call.and_then(|call| {
        let (slot, more) = (call.slot()?, call.flag(2)?);
        // SAFETY: JavaScript waits for this call.
        let bytes = unsafe { call.bytes(1) }?;
        Some(hub::with_server(call.id, -EBADF, |server| told(server.send(slot, bytes, more))))
    });
    // SAFETY: as above.
    unsafe { number(env, sent.unwrap_or(-EBADF)) }
}

/// `sendFile(slot, front, frontLength, file, start, length)`: twice the bytes that the system took, and one more where it takes no
/// more for now; or the number of an error below zero.
unsafe extern "C" fn send_file(env: napi_env, info: napi_callback_info) -> napi_value {
    // SAFETY: Node calls this with what is valid.
    let call = unsafe { Call::<6>::of(env, info) };
    let sent = call.and_then(|call| {
        let (slot, front_length) = (call.slot()?, usize::try_from(call.int(2)?).ok()?);
        let piece = Piece { file: call.int(3)?, start: call.size(4)?, length: call.size(5)? };
        hub::with_scratch(call.id, Some(-EBADF), |server, scratch| {
            call.latin1(1, front_length, scratch)?;
            Some(server.send_file(slot, scratch, piece).map_or_else(|error| -sys::error_number(&error), to_number))
        })
    });
    // SAFETY: as above.
    unsafe { number(env, sent.unwrap_or(-EBADF)) }
}

fn to_number(Sent { bytes, full }: Sent) -> i32 {
    (bytes << 1) as i32 | i32::from(full)
}

/// `sendBatch(text, length, sends, words)`: how many pieces were not taken whole; below zero where that is not known.
unsafe extern "C" fn send_batch(env: napi_env, info: napi_callback_info) -> napi_value {
    // SAFETY: Node calls this with what is valid.
    let held_up = unsafe { Call::<4>::of(env, info) }.and_then(|call| {
        let (length, words) = (usize::try_from(call.int(1)?).ok()?, usize::try_from(call.int(3)?).ok()?);
        // SAFETY: JavaScript waits for this call.
        let sends = unsafe { call.words(2) }?;
        hub::with_scratch(call.id, None, |server, scratch| {
            call.latin1(0, length, scratch)?;
            Some(server.send_batch(scratch, &mut sends[..words]))
        })
    });
    // SAFETY: as above.
    unsafe { number(env, held_up.map_or(-1, |count| count as i32)) }
}

/// A call about one connection that gives nothing.
unsafe fn on_connection(env: napi_env, info: napi_callback_info, work: fn(&mut Server, u32)) -> napi_value {
    // SAFETY: as the caller says.
    if let Some(call) = unsafe { Call::<1>::of(env, info) }
        && let Some(slot) = call.slot()
    {
        hub::with_server(call.id, (), |server| work(server, slot));
    }
    ptr::null_mut()
}

/// `setReading(slot, reads)`: 0, or the number of the error that the connection has to be closed for
unsafe extern "C" fn set_reading(env: napi_env, info: napi_callback_info) -> napi_value {
    // SAFETY: Node calls this with what is valid.
    let fault = unsafe { Call::<2>::of(env, info) }.and_then(|call| {
        let (slot, reads) = (call.slot()?, call.flag(1)?);
        Some(hub::with_server(call.id, EBADF, |server| failed(server.set_reading(slot, reads))))
    });
    // SAFETY: as above.
    unsafe { number(env, fault.unwrap_or(EBADF)) }
}

/// `followFrames(slot, received)`: whether what comes next is read as frames.
unsafe extern "C" fn follow_frames(env: napi_env, info: napi_callback_info) -> napi_value {
    // SAFETY: Node calls this with what is valid.
    let call = unsafe { Call::<2>::of(env, info) };
    let follows = call.and_then(|call| {
        let (slot, received) = (call.slot()?, call.int(1)? as u32);
        Some(hub::with_server(call.id, false, |server| server.follow_frames(slot, received)))
    });
    // SAFETY: as above.
    unsafe { number(env, i32::from(follows.unwrap_or(false))) }
}

/// `end(slot)`
unsafe extern "C" fn end(env: napi_env, info: napi_callback_info) -> napi_value {
    // SAFETY: Node calls this with what is valid.
    unsafe { on_connection(env, info, Server::end) }
}

/// `closeConnection(slot)`
unsafe extern "C" fn close_connection(env: napi_env, info: napi_callback_info) -> napi_value {
    // SAFETY: Node calls this with what is valid.
    unsafe { on_connection(env, info, Server::close) }
}

/// `peer(slot)`: the port, a space and the address; `undefined` where the connection is gone.
unsafe extern "C" fn peer(env: napi_env, info: napi_callback_info) -> napi_value {
    // SAFETY: Node calls this with what is valid.
    let value = unsafe { Call::<1>::of(env, info) }.and_then(|call| {
        let slot = call.slot()?;
        let address = hub::with_server(call.id, None, |server| server.peer(slot))?;
        // SAFETY: as above.
        unsafe { text(env, &describe(address)) }
    });
    value.unwrap_or(ptr::null_mut())
}

fn describe(address: SocketAddr) -> String {
    let (port, ip) = (address.port(), address.ip());
    match address {
        SocketAddr::V6(v6) if v6.scope_id() != 0 && v6.ip().is_unicast_link_local() => {
            let name = sys::interface_name(v6.scope_id()).unwrap_or_else(|| v6.scope_id().to_string());
            format!("{port} {ip}%{name}")
        }
        _ => format!("{port} {ip}"),
    }
}

/// `accept()`: how many entries of the table say that a client has connected.
unsafe extern "C" fn accept(env: napi_env, info: napi_callback_info) -> napi_value {
    // SAFETY: Node calls this with what is valid.
    unsafe {
        let entries = Call::<0>::of(env, info).map_or(0, |call| hub::accept(call.id));
        number(env, entries as i32)
    }
}

/// `stopListening()`
unsafe extern "C" fn stop_listening(env: napi_env, info: napi_callback_info) -> napi_value {
    // SAFETY: Node calls this with what is valid.
    if let Some(call) = unsafe { Call::<0>::of(env, info) } {
        hub::with_server(call.id, (), Server::stop_listening);
    }
    ptr::null_mut()
}

/// `close()`
unsafe extern "C" fn close(env: napi_env, info: napi_callback_info) -> napi_value {
    // SAFETY: Node calls this with what is valid.
    if let Some(call) = unsafe { Call::<0>::of(env, info) } {
        hub::close(call.id);
    }
    ptr::null_mut()
}
