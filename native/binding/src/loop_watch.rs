//! A descriptor that is watched by the thread's own libuv loop.

use std::ffi::{c_int, c_void};
use std::os::fd::{AsRawFd, BorrowedFd};

use napi_sys::uv_loop_s;

/// `UV_POLL` of uv.h, which is part of libuv's stable interface.
const UV_POLL: c_int = 8;
/// `UV_READABLE` of uv.h.
const UV_READABLE: c_int = 1;

/// A handle of libuv, whose first member is the user's `data`.
#[repr(C)]
struct UvHandle {
    data: *mut c_void,
}

type PollCallback = unsafe extern "C" fn(*mut UvHandle, c_int, c_int);
type CloseCallback = unsafe extern "C" fn(*mut UvHandle);

unsafe extern "C" {
    fn uv_handle_size(kind: c_int) -> usize;
    fn uv_poll_init(uv_loop: *mut uv_loop_s, handle: *mut UvHandle, fd: c_int) -> c_int;
    fn uv_poll_start(handle: *mut UvHandle, events: c_int, callback: PollCallback) -> c_int;
    fn uv_close(handle: *mut UvHandle, callback: CloseCallback);
}

/// Calls `wake` in every turn of the loop in which a descriptor is readable, until it is closed.
pub struct LoopWatch {
    handle: *mut UvHandle,
}

/// What the handle's `data` points to.
struct Told {
    wake: fn(u64),
    id: u64,
    /// Called when the loop has let go of the handle.
    gone: Option<Box<dyn FnOnce()>>,
}

impl LoopWatch {
    /// Watches a descriptor, which stays open until [`LoopWatch::close`] has been called.
    ///
    /// # Safety
    /// `uv_loop` is the running loop of this thread.
    pub unsafe fn start(uv_loop: *mut uv_loop_s, fd: BorrowedFd<'_>, id: u64, wake: fn(u64)) -> Option<LoopWatch> {
        // SAFETY: asks for a number.
        let bytes = unsafe { uv_handle_size(UV_POLL) };
        let memory = vec![0u64; bytes.div_ceil(8)].into_boxed_slice();
        let handle = Box::into_raw(memory).cast::<UvHandle>();
        // SAFETY: `handle` has the size that libuv asks for, zeroed, and is freed by the close callback alone.
        unsafe {
            if uv_poll_init(uv_loop, handle, fd.as_raw_fd()) != 0 {
                free(handle);
                return None;
            }
            (*handle).data = Box::into_raw(Box::new(Told { wake, id, gone: None })).cast();
            if uv_poll_start(handle, UV_READABLE, on_readable) != 0 {
                uv_close(handle, on_closed);
                return None;
            }
        }
        Some(LoopWatch { handle })
    }

    /// Stops watching; `gone` is called when the loop has let go of the handle.
    pub fn close(self, gone: Option<Box<dyn FnOnce()>>) {
        // SAFETY: the handle was started and is closed here once, as `self` is used up.
        unsafe {
            (*(*self.handle).data.cast::<Told>()).gone = gone;
            uv_close(self.handle, on_closed);
        }
    }
}

unsafe fn free(handle: *mut UvHandle) {
    // SAFETY: it was made as a boxed slice of this many words.
    unsafe {
        let words = uv_handle_size(UV_POLL).div_ceil(8);
        drop(Box::from_raw(std::ptr::slice_from_raw_parts_mut(handle.cast::<u64>(), words)));
    }
}

unsafe extern "C" fn on_readable(handle: *mut UvHandle, _status: c_int, _events: c_int) {
    // SAFETY: `start` put it there, and `on_closed` alone frees it.
    let (wake, id) = unsafe {
        let told = (*handle).data.cast::<Told>();
        ((*told).wake, (*told).id)
    };
    wake(id);
}

unsafe extern "C" fn on_closed(handle: *mut UvHandle) {
    // SAFETY: the last call with this handle.
    let told = unsafe { Box::from_raw((*handle).data.cast::<Told>()) };
    // SAFETY: as above.
    unsafe { free(handle) };
    if let Some(gone) = told.gone {
        gone();
    }
}
