//! The hubs of a thread: each a server, the handle that wakes it, and the function that is told.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

use armature_server::{Batch, Server};
use napi_sys::{Status, napi_async_cleanup_hook_handle, napi_async_context, napi_env, napi_ref, napi_value, uv_loop_s};

use crate::loop_watch::LoopWatch;
use crate::memory::Memory;
use crate::value::{number, ok};

/// What a hub tells JavaScript through.
#[derive(Clone, Copy)]
struct Teller {
    env: napi_env,
    on_batch: napi_ref,
    receiver: napi_ref,
    context: napi_async_context,
}

/// One listener.
struct Hub {
    server: Server,
    memory: Memory,
    watch: LoopWatch,
    teller: Teller,
    cleanup: napi_async_cleanup_hook_handle,
    /// Bytes of the string that is being sent.
    scratch: Vec<u8>,
}

#[derive(Default)]
struct Hubs {
    /// In the places of those that were closed there are none.
    places: Vec<Option<Hub>>,
    /// How many hubs each place has had.
    turns: Vec<u32>,
    memory: Option<Memory>,
}

thread_local! {
    static HUBS: RefCell<Hubs> = RefCell::default();
}

/// The memory that the next hubs of this thread use.
pub fn set_memory(memory: Memory) {
    HUBS.with_borrow_mut(|hubs| hubs.memory = Some(memory));
}

impl Hubs {
    fn get(&mut self, id: u64) -> Option<&mut Hub> {
        let place = id as u32 as usize;
        if *self.turns.get(place)? != (id >> 32) as u32 {
            return None;
        }
        self.places[place].as_mut()
    }

    /// The number of the next hub, whose place is free.
    fn next_id(&mut self) -> u64 {
        let place = self.places.iter().position(Option::is_none).unwrap_or(self.places.len());
        if place == self.places.len() {
            self.places.push(None);
            self.turns.push(0);
        }
        self.turns[place] = self.turns[place].wrapping_add(1);
        u64::from(self.turns[place]) << 32 | place as u64
    }
}

/// What a call on a hub gives where the hub is closed, or where something panicked.
fn guarded<R>(id: u64, otherwise: R, work: impl FnOnce(&mut Hub) -> R) -> R {
    caught(|| HUBS.with_borrow_mut(|hubs| hubs.get(id).map(work))).flatten().unwrap_or(otherwise)
}

/// `None` where something panics.
pub fn caught<R>(work: impl FnOnce() -> R) -> Option<R> {
    catch_unwind(AssertUnwindSafe(work)).ok()
}

/// Does something with the server of a hub; never with JavaScript, which could come back here.
pub fn with_server<R>(id: u64, otherwise: R, work: impl FnOnce(&mut Server) -> R) -> R {
    guarded(id, otherwise, |hub| work(&mut hub.server))
}

/// The same, with a place for the bytes of a string, which is empty.
pub fn with_scratch<R>(id: u64, otherwise: R, work: impl FnOnce(&mut Server, &mut Vec<u8>) -> R) -> R {
    /// More is given back to the system.
    const KEPT_BYTES: usize = 256 * 1024;
    guarded(id, otherwise, |hub| {
        hub.scratch.clear();
        let result = work(&mut hub.server, &mut hub.scratch);
        hub.scratch.clear();
        hub.scratch.shrink_to(KEPT_BYTES);
        result
    })
}

/// Accepts those who wait, into the table; gives the number of entries.
pub fn accept(id: u64) -> usize {
    guarded(id, 0, |hub| {
        // SAFETY: JavaScript waits for this call.
        hub.server.accept(unsafe { hub.memory.table.as_words() })
    })
}

/// Starts a hub of a server; `on_batch` is called with the number of entries of the table.
///
/// # Safety
/// All are valid, and belong to this thread.
pub unsafe fn open(env: napi_env, server: Server, on_batch: napi_value) -> Option<u64> {
    let (id, memory) = HUBS.with_borrow_mut(|hubs| Some((hubs.next_id(), hubs.memory.clone()?)))?;
    let mut uv_loop: *mut uv_loop_s = ptr::null_mut();
    // SAFETY: as the caller says.
    let (teller, watch) = unsafe {
        ok(napi_sys::napi_get_uv_event_loop(env, &raw mut uv_loop))?;
        let teller = Teller::new(env, on_batch)?;
        let watch = LoopWatch::start(uv_loop, server.as_watched(), id, wake);
        if watch.is_none() {
            teller.release();
        }
        (teller, watch?)
    };
    let mut cleanup = ptr::null_mut();
    // SAFETY: the number is never used as an address.
    unsafe { napi_sys::napi_add_async_cleanup_hook(env, Some(on_exit), id as usize as *mut _, &raw mut cleanup) };
    let hub = Hub { server, memory, watch, teller, cleanup, scratch: Vec::new() };
    HUBS.with_borrow_mut(|hubs| hubs.places[id as u32 as usize] = Some(hub));
    Some(id)
}

/// Closes a hub and all its connections; late calls find nothing.
pub fn close(id: u64) {
    let hub = HUBS.with_borrow_mut(|hubs| {
        hubs.get(id)?;
        hubs.places[id as u32 as usize].take()
    });
    let Some(Hub { server, watch, teller, cleanup, .. }) = hub else { return };
    // SAFETY: nobody tells JavaScript through it any more.
    unsafe { teller.release() };
    let cleanup = cleanup as usize;
    // The loop lets go of the descriptor before it is closed.
    watch.close(Some(Box::new(move || {
        if cleanup != 0 {
            // SAFETY: it was added by `open`, and is removed once.
            unsafe { napi_sys::napi_remove_async_cleanup_hook(cleanup as napi_async_cleanup_hook_handle) };
        }
    })));
    drop(server);
}

/// The environment ends: its worker is terminated, or the process exits.
unsafe extern "C" fn on_exit(_handle: napi_async_cleanup_hook_handle, id: *mut std::ffi::c_void) {
    close(id as usize as u64);
}

/// Something is ready on a hub.
fn wake(id: u64) {
    loop {
        let Some((batch, teller)) = collect(id) else { return };
        if batch.entries > 0 {
            // SAFETY: the hub was there a moment ago, and nothing is borrowed now.
            unsafe { teller.tell(batch.entries) };
        }
        if !batch.more {
            return with_server(id, (), Server::settle);
        }
    }
}

fn collect(id: u64) -> Option<(Batch, Teller)> {
    HUBS.with_borrow_mut(|hubs| {
        let Hub { server, memory, teller, .. } = hubs.get(id)?;
        // SAFETY: JavaScript does not run before all are gone, and there is one batch at a time.
        let (reads, table, records) = unsafe { (memory.reads.as_bytes(), memory.table.as_words(), memory.records.as_records()) };
        let batch = catch_unwind(AssertUnwindSafe(|| server.collect(reads, table, records)));
        // A mistake of ours costs the connection that was worked on, not the process; what it was stands on stderr.
        Some((batch.unwrap_or_else(|_| server.recover(table, records)), *teller))
    })
}

impl Teller {
    /// # Safety
    /// Both are valid.
    unsafe fn new(env: napi_env, on_batch: napi_value) -> Option<Teller> {
        let (mut object, mut name) = (ptr::null_mut(), ptr::null_mut());
        let mut teller = Teller { env, on_batch: ptr::null_mut(), receiver: ptr::null_mut(), context: ptr::null_mut() };
        // SAFETY: as the caller says.
        unsafe {
            ok(napi_sys::napi_create_object(env, &raw mut object))?;
            ok(napi_sys::napi_create_string_utf8(env, c"ARMATURE".as_ptr(), 8, &raw mut name))?;
            ok(napi_sys::napi_async_init(env, object, name, &raw mut teller.context))?;
            ok(napi_sys::napi_create_reference(env, object, 1, &raw mut teller.receiver))?;
            ok(napi_sys::napi_create_reference(env, on_batch, 1, &raw mut teller.on_batch))?;
        }
        Some(teller)
    }

    /// Calls JavaScript; when this returns, the promises and ticks behind it have run as well.
    ///
    /// # Safety
    /// Nothing of the hubs is borrowed.
    unsafe fn tell(self, entries: usize) {
        let Teller { env, on_batch, receiver, context } = self;
        let mut scope = ptr::null_mut();
        // SAFETY: the environment lives as long as its hubs.
        unsafe {
            if ok(napi_sys::napi_open_handle_scope(env, &raw mut scope)).is_none() {
                return;
            }
            let (mut function, mut object, mut result) = (ptr::null_mut(), ptr::null_mut(), ptr::null_mut());
            napi_sys::napi_get_reference_value(env, on_batch, &raw mut function);
            napi_sys::napi_get_reference_value(env, receiver, &raw mut object);
            let argument = number(env, entries as i32);
            let status = napi_sys::napi_make_callback(env, context, object, function, 1, &raw const argument, &raw mut result);
            if status == Status::napi_pending_exception {
                throw(env);
            }
            napi_sys::napi_close_handle_scope(env, scope);
        }
    }

    /// # Safety
    /// It is not used after this.
    unsafe fn release(self) {
        // SAFETY: each was made once and is given back once.
        unsafe {
            napi_sys::napi_delete_reference(self.env, self.on_batch);
            napi_sys::napi_delete_reference(self.env, self.receiver);
            napi_sys::napi_async_destroy(self.env, self.context);
        }
    }
}

/// An exception that nobody caught is one of the process, as where Node calls.
unsafe fn throw(env: napi_env) {
    let mut error = ptr::null_mut();
    // SAFETY: there is an exception, says the caller.
    unsafe {
        if ok(napi_sys::napi_get_and_clear_last_exception(env, &raw mut error)).is_some() {
            napi_sys::napi_fatal_exception(env, error);
        }
    }
}
