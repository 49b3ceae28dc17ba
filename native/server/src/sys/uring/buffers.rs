//! The buffers that receives of a ring go to.

use std::io;
use std::mem::size_of;
use std::ptr;
use std::sync::atomic::{AtomicU16, Ordering};

use io_uring::IoUring;
use io_uring::types::BufRingEntry;

use super::{GROUP, Sizes};

/// `IOU_PBUF_RING_INC` of io_uring.h: a receive takes what it needs of a buffer, and the next one goes on behind it.
const INCREMENTAL: u16 = 2;

/// The memory that receives go to, in buffers that the kernel takes from a ring of their own.
pub struct Buffers {
    /// The ring, and the bytes of all buffers behind it.
    memory: *mut u8,
    bytes: usize,
    count: u16,
    buffer_bytes: usize,
    /// How many buffers were given to the kernel.
    given: u16,
    states: Vec<BufferState>,
}

/// What the kernel has made of a buffer.
#[derive(Clone, Copy, Default)]
struct BufferState {
    /// Bytes of it that are used.
    used: u32,
    /// Completions that have some of them, and whose user has not copied them.
    pieces: u32,
    /// Whether the kernel uses no more of it.
    is_full: bool,
}

impl Buffers {
    pub fn new(sizes: Sizes) -> io::Result<Buffers> {
        let (count, buffer_bytes) = (sizes.buffers, sizes.buffer_bytes as usize);
        let bytes = Buffers::ring_bytes(count) + usize::from(count) * buffer_bytes;
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
        // SAFETY: new memory, at no address that is asked for.
        let memory = unsafe { libc::mmap(ptr::null_mut(), bytes, libc::PROT_READ | libc::PROT_WRITE, flags, -1, 0) };
        if memory == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        Ok(Buffers {
            memory: memory.cast(),
            bytes,
            count,
            buffer_bytes,
            given: 0,
            states: vec![BufferState::default(); usize::from(count)],
        })
    }

    /// Whole pages.
    fn ring_bytes(count: u16) -> usize {
        (usize::from(count) * size_of::<BufRingEntry>()).next_multiple_of(4096)
    }

    pub fn register(&mut self, ring: &IoUring) -> io::Result<()> {
        let (address, count) = (self.memory as u64, self.count);
        // SAFETY: the memory begins with a ring of so many entries, and lives longer than `ring`.
        let register = |flags| unsafe { ring.submitter().register_buf_ring_with_flags(address, count, GROUP, flags) };
        // Linux 6.12 takes parts of buffers.
        register(INCREMENTAL).or_else(|_| register(0))?;
        for buffer in 0..self.count {
            self.offer(buffer);
        }
        Ok(())
    }

    fn start_of(&self, buffer: u16) -> usize {
        Buffers::ring_bytes(self.count) + usize::from(buffer) * self.buffer_bytes
    }

    /// What a receive has brought into a buffer.
    pub fn bytes(&self, buffer: u16, start: usize, length: usize) -> &[u8] {
        assert!(start + length <= self.buffer_bytes);
        // SAFETY: the place is within the buffer, as was just looked at, and in memory of ours; the kernel has written there, and does
        // not again before all pieces of the buffer are given back, which needs `self` alone.
        unsafe { std::slice::from_raw_parts(self.memory.add(self.start_of(buffer) + start), length) }
    }

    /// A completion has the next bytes of a buffer; gives where they begin.
    pub fn use_up(&mut self, buffer: u16, bytes: u32, goes_on: bool) -> u32 {
        let state = &mut self.states[usize::from(buffer)];
        let start = state.used;
        state.used += bytes;
        state.pieces += 1;
        state.is_full = !goes_on;
        start
    }

    /// A piece of a buffer is not needed any more.
    pub fn give_back(&mut self, buffer: u16) {
        let state = &mut self.states[usize::from(buffer)];
        state.pieces -= 1;
        if state.pieces == 0 && state.is_full {
            *state = BufferState::default();
            self.offer(buffer);
        }
    }

    /// Lets the kernel use a buffer.
    fn offer(&mut self, buffer: u16) {
        let at = usize::from(self.given & (self.count - 1));
        let ring = self.memory.cast::<BufRingEntry>();
        let (address, length, tail) =
            (self.memory as u64 + self.start_of(buffer) as u64, self.buffer_bytes as u32, self.given.wrapping_add(1));
        self.given = tail;
        // SAFETY: the ring has `count` entries, a power of two. The kernel reads those in front of the tail alone, which is written last,
        // and has read the entry that stood here before: there are no more buffers than entries.
        unsafe {
            let entry = &mut *ring.add(at);
            entry.set_addr(address);
            entry.set_len(length);
            entry.set_bid(buffer);
            let end = BufRingEntry::tail(ring).cast_mut();
            AtomicU16::from_ptr(end).store(tail, Ordering::Release);
        }
    }
}

impl Drop for Buffers {
    fn drop(&mut self) {
        // SAFETY: it was made by `mmap` with this length, and the ring that knew it is closed.
        unsafe { libc::munmap(self.memory.cast(), self.bytes) };
    }
}
