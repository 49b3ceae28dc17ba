//! The memory that is shared with JavaScript: one piece for what is read and one for the table of events.

use std::ffi::c_void;
use std::ptr;
use std::sync::Arc;

use armature_server::{ENTRY_WORDS, MAX_READ_BYTES};
use napi_sys::{Status, napi_env, napi_value};

/// Where faults are tested there is so little room that it is always short.
const IS_SHORT: bool = cfg!(feature = "faults");

/// Bytes that the reads of one batch have together, beside the last one.
const READ_BYTES: usize = if IS_SHORT { 2048 } else { 512 * 1024 };

/// Events of one batch at most.
const ENTRIES: usize = if IS_SHORT { 66 } else { 1024 };

/// Words for the requests that a batch has parsed, and for the frames, half of them each.
const RECORD_WORDS: usize = if IS_SHORT { 128 } else { 128 * 1024 };

/// A piece of memory that lives as long as JavaScript or a hub looks into it.
///
/// It is used by one thread, and by Rust and JavaScript in turns: JavaScript runs only where no reference to it is alive here.
pub struct Shared {
    words: *mut u64,
    bytes: usize,
}

// SAFETY: only the address is used on other threads, and only to free the memory when nobody looks into it any more.
unsafe impl Send for Shared {}
// SAFETY: as above.
unsafe impl Sync for Shared {}

impl Shared {
    fn new(bytes: usize) -> Arc<Shared> {
        let words = Box::into_raw(vec![0u64; bytes / 8].into_boxed_slice()).cast::<u64>();
        Arc::new(Shared { words, bytes })
    }

    /// The memory as bytes.
    ///
    /// # Safety
    /// No other reference to it is alive, and JavaScript does not run before this one is gone.
    #[allow(clippy::mut_from_ref)]
    pub unsafe fn as_bytes(&self) -> &mut [u8] {
        // SAFETY: the memory has `bytes` bytes, which were zeroed, and lives as long as `self`.
        unsafe { std::slice::from_raw_parts_mut(self.words.cast(), self.bytes) }
    }

    /// The memory as words of 32 bits.
    ///
    /// # Safety
    /// As of [`Shared::as_bytes`].
    #[allow(clippy::mut_from_ref)]
    pub unsafe fn as_words(&self) -> &mut [i32] {
        // SAFETY: as above; it is aligned for words of 64 bits.
        unsafe { std::slice::from_raw_parts_mut(self.words.cast(), self.bytes / 4) }
    }

    /// The memory as words of 32 bits that are never negative.
    ///
    /// # Safety
    /// As of [`Shared::as_bytes`].
    #[allow(clippy::mut_from_ref)]
    pub unsafe fn as_records(&self) -> &mut [u32] {
        // SAFETY: as above.
        unsafe { std::slice::from_raw_parts_mut(self.words.cast(), self.bytes / 4) }
    }

    /// An `ArrayBuffer` over the memory; there may be one alone.
    ///
    /// # Safety
    /// `env` is the environment of this thread.
    pub unsafe fn to_array_buffer(self: &Arc<Shared>, env: napi_env) -> Option<napi_value> {
        let hint = Arc::into_raw(Arc::clone(self)).cast_mut().cast::<c_void>();
        let mut buffer = ptr::null_mut();
        // SAFETY: the memory lives until `release` gives back the count that `hint` stands for.
        let status = unsafe {
            napi_sys::napi_create_external_arraybuffer(env, self.words.cast(), self.bytes, Some(release), hint, &raw mut buffer)
        };
        if status == Status::napi_ok {
            return Some(buffer);
        }
        // SAFETY: nobody else gives it back.
        drop(unsafe { Arc::from_raw(hint.cast::<Shared>()) });
        None
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        let words = ptr::slice_from_raw_parts_mut(self.words, self.bytes / 8);
        // SAFETY: it was made by `Box::into_raw` with this length, and nobody looks into it any more.
        drop(unsafe { Box::from_raw(words) });
    }
}

unsafe extern "C" fn release(_env: napi_env, _data: *mut c_void, hint: *mut c_void) {
    // SAFETY: `to_array_buffer` made it, and this is called once.
    drop(unsafe { Arc::from_raw(hint.cast::<Shared>()) });
}

/// What all hubs of a thread use in turns.
#[derive(Clone)]
pub struct Memory {
    pub reads: Arc<Shared>,
    pub table: Arc<Shared>,
    pub records: Arc<Shared>,
}

impl Memory {
    pub fn new() -> Memory {
        Memory {
            reads: Shared::new(READ_BYTES + MAX_READ_BYTES),
            table: Shared::new(ENTRIES * ENTRY_WORDS * 4),
            records: Shared::new(RECORD_WORDS * 4),
        }
    }
}
