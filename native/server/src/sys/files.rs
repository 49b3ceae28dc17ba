//! Files: what is in memory of them, and the way to a socket.

use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsRawFd, BorrowedFd, RawFd};

use libc::{c_void, off64_t};

use super::check_size;
use crate::faults::{Call, pass};

/// The number of `cachestat(2)`, which is the same on all architectures that Node has (Linux 6.5).
const SYS_CACHESTAT: libc::c_long = 451;

/// `struct cachestat_range` of the kernel.
#[repr(C)]
struct Range {
    start: u64,
    length: u64,
}

/// `struct cachestat` of the kernel.
#[repr(C)]
#[derive(Default)]
struct CacheStat {
    cached: u64,
    dirty: u64,
    writeback: u64,
    evicted: u64,
    recently_evicted: u64,
}

/// Whether an error of `send_file` is one of its socket, and not of its file.
#[must_use]
pub fn is_of_socket(error: &io::Error) -> bool {
    matches!(
        error.raw_os_error(),
        Some(
            libc::EPIPE
                | libc::ECONNRESET
                | libc::ENOTCONN
                | libc::ECONNABORTED
                | libc::ETIMEDOUT
                | libc::ENETDOWN
                | libc::ENETUNREACH
                | libc::EHOSTUNREACH
        )
    )
}

/// How many pages of a piece of a file are in memory.
///
/// # Errors
/// Where the kernel has no such call, or does not tell this process of this file.
pub fn cached_pages(file: RawFd, start: u64, length: u64) -> io::Result<u64> {
    pass(Call::Cached, 0)?;
    let range = Range { start, length };
    let mut stat = CacheStat::default();
    // SAFETY: both have the form that the kernel says, and live until the call returns; a number that is no descriptor is an error.
    let result = unsafe { libc::syscall(SYS_CACHESTAT, file, &raw const range, &raw mut stat, 0) };
    if result == 0 { Ok(stat.cached) } else { Err(io::Error::last_os_error()) }
}

/// Reads `length` bytes of a file behind what `out` holds, as far as they are in memory where `in_memory` is set; gives how many
/// were there, 0 at the end of the file.
///
/// # Errors
/// Where the first of them is not in memory, the file system cannot tell, or the file cannot be read.
pub fn read_at(file: RawFd, out: &mut Vec<u8>, length: usize, start: u64, in_memory: bool) -> io::Result<usize> {
    let length = pass(Call::ReadAt, length)?;
    out.reserve(length);
    let room: &mut [MaybeUninit<u8>] = &mut out.spare_capacity_mut()[..length];
    let vector = libc::iovec { iov_base: room.as_mut_ptr().cast::<c_void>(), iov_len: length };
    let flags = if in_memory { libc::RWF_NOWAIT } else { 0 };
    // SAFETY: the kernel writes into `room` and not beyond its length; a number that is no descriptor is an error.
    let read = check_size(unsafe { libc::preadv2(file, &raw const vector, 1, start as off64_t, flags) })?;
    // SAFETY: the kernel has written so many bytes.
    unsafe { out.set_len(out.len() + read) };
    Ok(read)
}

/// Has the kernel send a piece of a file; gives how many bytes the socket took, 0 at the end of the file.
///
/// # Errors
/// Where the socket takes nothing now, either of them is broken, or the file system has no such way.
pub fn send_file(socket: BorrowedFd<'_>, file: RawFd, start: u64, length: usize) -> io::Result<usize> {
    let length = pass(Call::SendFile, length)?;
    let mut offset = start as off64_t;
    // SAFETY: `offset` lives until the call returns; a number that is no descriptor is an error.
    check_size(unsafe { libc::sendfile64(socket.as_raw_fd(), file, &raw mut offset, length) })
}

/// Has the kernel forget what it has in memory of a file that is on its disk.
#[cfg(test)]
pub fn forget(file: RawFd) {
    // SAFETY: takes numbers alone.
    unsafe { libc::posix_fadvise(file, 0, 0, libc::POSIX_FADV_DONTNEED) };
}

/// Bytes of a page of memory.
#[must_use]
pub fn page_bytes() -> u64 {
    // SAFETY: takes and gives numbers alone.
    u64::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).unwrap_or(4096)
}
