//! Where tests have system calls fail. Without the feature `faults` each call passes, and nothing of this is left in what is compiled.

#[cfg(test)]
mod files;
#[cfg(any(test, feature = "faults"))]
mod plan;
#[cfg(test)]
mod served;

use std::io;

#[cfg(any(test, feature = "faults"))]
pub use plan::{clear, plan};

/// A system call that can be made to fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    Accept,
    Receive,
    Send,
    /// Of `epoll_ctl`: watches one descriptor more.
    Add,
    /// Of `epoll_ctl`: watches one for something else.
    Change,
    /// Of `epoll_ctl`: watches one no more.
    Remove,
    /// `epoll_wait`.
    Ready,
    /// `cachestat`.
    Cached,
    /// `preadv2`.
    ReadAt,
    SendFile,
}

/// How many bytes of so many a call may take now.
///
/// # Errors
/// Where it is to fail before it is made.
#[inline(always)]
pub(crate) fn pass(call: Call, bytes: usize) -> io::Result<usize> {
    #[cfg(any(test, feature = "faults"))]
    return plan::pass(call, bytes);
    #[cfg(not(any(test, feature = "faults")))]
    {
        let _ = call;
        Ok(bytes)
    }
}
