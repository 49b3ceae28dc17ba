//! io_uring, as safe functions: requests of which no memory is asked but the ring's own, and sends that are over when their call returns.

mod buffers;

use std::collections::VecDeque;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::net::UnixStream;
use std::ptr;
use std::sync::atomic::{Ordering, fence};

use io_uring::squeue::Entry;
use io_uring::types::{CancelBuilder, Fd};
use io_uring::{EnterFlags, IoUring, cqueue, opcode, squeue};
use libc::{c_int, c_long, c_void};

use self::buffers::Buffers;
use super::{check, check_size};

/// The only group of buffers.
const GROUP: u16 = 0;

/// `IORING_REGISTER_RING_FDS` and `IORING_UNREGISTER_RING_FDS` of io_uring.h.
const REGISTER_RING_FDS: c_int = 20;
const UNREGISTER_RING_FDS: c_int = 21;

/// `IORING_ENTER_REGISTERED_RING` of io_uring.h.
const ENTER_REGISTERED_RING: u32 = 1 << 4;

/// Tokens of sends have this bit, and their place among those that are sent together.
const SEND: u64 = 1 << 63;

/// The token of a listening socket.
const ACCEPT: u64 = 1 << 62;

/// The token of reads of the counter.
const COUNTER: u64 = 1 << 61;

/// What users of a ring may have as their tokens.
const TOKENS: u64 = COUNTER - 1;

/// A kernel that refuses so often, one time behind the other, has broken the ring.
const MOST_REFUSALS: u32 = 1000;

/// How large a ring is.
#[derive(Clone, Copy)]
pub struct Sizes {
    /// Requests that are handed over in one call at most.
    pub requests: u32,
    /// Completions that may wait, before the kernel keeps them aside.
    pub completions: u32,
    /// Buffers for receives; a power of two.
    pub buffers: u16,
    /// How large each of them is.
    pub buffer_bytes: u32,
}

/// What became of a request, or of a part of it.
#[derive(Debug)]
pub struct Completion {
    token: u64,
    result: i32,
    flags: u32,
    /// Where in its buffer the bytes begin.
    start: u32,
}

impl Completion {
    /// What the request was made with; `None` for that of a listening socket.
    #[must_use]
    pub fn token(&self) -> Option<u64> {
        (self.token != ACCEPT).then_some(self.token)
    }

    /// As of the system call; below zero the number of an error.
    #[must_use]
    pub fn result(&self) -> i32 {
        self.result
    }

    /// Bytes that a receive has brought.
    #[must_use]
    pub fn length(&self) -> usize {
        usize::try_from(self.result).unwrap_or(0)
    }

    /// Whether it was told to end.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.error() == libc::ECANCELED
    }

    /// The number of the error; 0 where there is none.
    #[must_use]
    pub fn error(&self) -> i32 {
        (-self.result).max(0)
    }

    /// The socket of a client that a listening one has accepted.
    #[must_use]
    pub fn into_socket(self) -> Option<OwnedFd> {
        if self.token != ACCEPT || self.result < 0 {
            return None;
        }
        // SAFETY: the kernel has made it for us, and there is one completion of it, which is used up.
        Some(unsafe { OwnedFd::from_raw_fd(self.result) })
    }

    /// Whether there will be more of this request.
    #[must_use]
    pub fn goes_on(&self) -> bool {
        cqueue::more(self.flags)
    }
}

/// A ring of requests and their completions, for one thread.
///
/// The descriptor of a ring whose work is done where it is asked for does not wake who waits for it, so there is a counter that does.
pub struct Uring {
    // Is closed before the memory that the kernel knows is given back.
    ring: IoUring,
    buffers: Buffers,
    /// Readable when there is something to do (eventfd(2)).
    counter: OwnedFd,
    /// Where the counter is read to.
    count: Box<u64>,
    /// The number under which this thread has registered the ring, which makes every call cheaper.
    registered: Option<u32>,
    /// Completions that were found on the way to others, which came later.
    aside: VecDeque<Completion>,
    /// Of the sends of one call: what became of each.
    results: Vec<i32>,
    /// How many of them are not over.
    sending: usize,
    /// How often the kernel has refused in a row.
    refusals: u32,
    /// Whether the kernel refuses the ring itself, and nothing will complete any more.
    failed: bool,
}

impl Uring {
    /// Makes a ring for the thread that calls, and tries whether it does what is needed.
    ///
    /// # Errors
    /// Where the kernel has no such ring (Linux 6.1 has), or does not allow it.
    pub fn new(sizes: Sizes) -> io::Result<Uring> {
        let ring = build(sizes)?;
        let buffers = Buffers::new(sizes)?;
        let aside = VecDeque::new();
        let (counter, count) = (new_counter()?, Box::default());
        let (results, sending, refusals, failed) = (Vec::new(), 0, 0, false);
        let mut uring = Uring { ring, buffers, counter, count, registered: None, aside, results, sending, refusals, failed };
        uring.buffers.register(&uring.ring)?;
        uring.ring.submitter().register_eventfd(uring.counter.as_raw_fd())?;
        uring.registered = uring.register().ok();
        uring.try_out()?;
        Ok(uring)
    }

    /// Receives a byte, by a request that goes on, and looks whether a loop would have been woken.
    fn try_out(&mut self) -> io::Result<()> {
        let (ours, other) = UnixStream::pair()?;
        self.receive(ours.as_fd(), 1);
        self.run();
        // SAFETY: the byte lives until the call returns.
        check_size(unsafe { libc::send(other.as_raw_fd(), (&raw const *b"a").cast(), 1, 0) })?;
        let wakes = is_readable(self.as_fd())?;
        self.stop_waking();
        self.run();
        let Some(done) = self.take_next() else { return Err(unsupported()) };
        let mut byte = [0];
        if done.result != 1 || !done.goes_on() || !wakes {
            return Err(if done.result < 0 { io::Error::from_raw_os_error(-done.result) } else { unsupported() });
        }
        self.take_bytes(&done, &mut byte);
        self.cancel(1, 2);
        self.run();
        while self.take_next().is_some() {}
        self.start_waking();
        if byte == *b"a" && !self.failed { Ok(()) } else { Err(unsupported()) }
    }

    fn register(&mut self) -> io::Result<u32> {
        let mut update = RingUpdate { offset: u32::MAX, resv: 0, data: self.ring.as_raw_fd() as u64 };
        self.update(REGISTER_RING_FDS, &mut update)?;
        Ok(update.offset)
    }

    fn update(&self, operation: c_int, update: &mut RingUpdate) -> io::Result<()> {
        let fd = self.ring.as_raw_fd();
        // SAFETY: one update, which the kernel reads and writes until the call returns.
        let result = unsafe { libc::syscall(libc::SYS_io_uring_register, fd, operation, &raw mut *update, 1) };
        check_long(result).map(drop)
    }

    /// Whether nothing will complete any more.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.failed
    }

    /// Has it look as if the kernel had refused.
    #[cfg(test)]
    pub fn fail(&mut self) {
        self.failed = true;
    }

    /// Accepts connections until it fails or is told to stop; they do not block.
    pub fn accept(&mut self, listener: BorrowedFd<'_>) {
        let flags = libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC;
        self.push(&opcode::AcceptMulti::new(Fd(listener.as_raw_fd())).flags(flags).build().user_data(ACCEPT));
    }

    /// Accepts no more.
    pub fn stop_accepting(&mut self, token: u64) {
        self.cancel(ACCEPT, token);
    }

    /// Receives into buffers of the ring until it is cancelled, fails or comes to the end; see [`Uring::take_bytes`].
    pub fn receive(&mut self, socket: BorrowedFd<'_>, token: u64) {
        self.push(&opcode::RecvMulti::new(Fd(socket.as_raw_fd()), GROUP).build().user_data(token & TOKENS));
    }

    /// Completes when the system takes bytes again, or the connection is broken.
    pub fn await_room(&mut self, socket: BorrowedFd<'_>, token: u64) {
        let events = (libc::POLLOUT as u16).into();
        self.push(&opcode::PollAdd::new(Fd(socket.as_raw_fd()), events).build().user_data(token & TOKENS));
    }

    /// Ends the request of a token, which completes, as this one does.
    pub fn cancel(&mut self, of: u64, token: u64) {
        self.push(&opcode::AsyncCancel2::new(CancelBuilder::user_data(of)).build().user_data(token & TOKENS));
    }

    /// Ends all requests.
    pub fn cancel_all(&mut self, token: u64) {
        self.push(&opcode::AsyncCancel2::new(CancelBuilder::any()).build().user_data(token & TOKENS));
    }

    /// Whether there are requests that were not handed over.
    #[must_use]
    pub fn has_requests(&mut self) -> bool {
        !self.ring.submission().is_empty()
    }

    /// Hands requests over; those that can be done at once are.
    pub fn submit(&mut self) {
        if self.has_requests() {
            self.enter(0, EnterFlags::empty());
        }
    }

    /// Hands requests over, and does what has become possible of all, as far as there is room for completions.
    pub fn run(&mut self) {
        /// The kernel does some in one call; what comes meanwhile may wait.
        const MOST_CALLS: usize = 16;
        for _ in 0..MOST_CALLS {
            self.enter(0, EnterFlags::GETEVENTS);
            if self.failed || !self.ring.submission().taskrun() || self.ring.completion().is_full() {
                return;
            }
        }
    }

    /// Does not wake the loop from the next [`Uring::run`] on, as what comes will be looked at anyway.
    pub fn stop_waking(&mut self) {
        self.ring.completion().disable_eventfd();
        let place = (&raw mut *self.count).cast::<u8>();
        // What it counts is of no interest, nor is the completion where all is well.
        let read = opcode::Read::new(Fd(self.counter.as_raw_fd()), place, 8).build();
        self.push(&read.flags(squeue::Flags::SKIP_SUCCESS).user_data(COUNTER));
    }

    /// Wakes the loop for what comes from now on, and for what is there.
    pub fn start_waking(&mut self) {
        self.ring.completion().enable_eventfd();
        fence(Ordering::SeqCst);
        if self.has_next() || self.ring.submission().taskrun() {
            self.wake();
        }
    }

    /// Wakes the loop.
    pub fn wake(&mut self) {
        let one = 1u64.to_ne_bytes();
        // SAFETY: eight bytes, which live until the call returns. A counter that is full wakes as well.
        unsafe { libc::write(self.counter.as_raw_fd(), one.as_ptr().cast(), one.len()) };
    }

    /// The next completion, in the order in which they came.
    pub fn take_next(&mut self) -> Option<Completion> {
        self.aside.pop_front().or_else(|| self.next_of_queue())
    }

    /// Whether there is one.
    #[must_use]
    pub fn has_next(&mut self) -> bool {
        !self.aside.is_empty() || !self.ring.completion().is_empty()
    }

    /// Has a completion come again, in front of all others.
    pub fn put_back(&mut self, done: Completion) {
        self.aside.push_front(done);
    }

    /// Whether there are completions of which the loop is not told, as they are out of the queue.
    #[must_use]
    pub fn has_aside(&self) -> bool {
        !self.aside.is_empty()
    }

    /// Copies what a receive brought, and gives its buffer back.
    ///
    /// # Panics
    /// Where there is no room for it.
    pub fn take_bytes(&mut self, done: &Completion, room: &mut [u8]) -> usize {
        let length = done.length();
        let Some(buffer) = cqueue::buffer_select(done.flags) else { return 0 };
        room[..length].copy_from_slice(self.buffers.bytes(buffer, done.start as usize, length));
        self.buffers.give_back(buffer);
        length
    }

    /// Gives the buffer of a receive back of which nobody wants the bytes.
    pub fn give_back(&mut self, done: &Completion) {
        if let Some(buffer) = cqueue::buffer_select(done.flags) {
            self.buffers.give_back(buffer);
        }
    }

    /// Sends each piece on its socket, all in one call, without waiting for room, and gives what single calls would have given, with
    /// errors below zero. No two pieces are for one socket.
    pub fn send_all(&mut self, pieces: &[(BorrowedFd<'_>, &[u8])]) -> &[i32] {
        self.results.clear();
        self.results.resize(pieces.len(), -libc::EIO);
        self.sending = pieces.len();
        for (at, (socket, bytes)) in pieces.iter().enumerate() {
            let length = bytes.len().min(i32::MAX as usize) as u32;
            let flags = libc::MSG_NOSIGNAL | libc::MSG_DONTWAIT;
            let send = opcode::Send::new(Fd(socket.as_raw_fd()), bytes.as_ptr(), length).flags(flags);
            // The bytes are there until this returns, and it does not before all sends are over.
            self.push(&send.build().user_data(SEND | at as u64));
        }
        self.submit();
        self.drain();
        while self.sending > 0 && !self.failed {
            self.enter(1, EnterFlags::GETEVENTS);
            self.drain();
        }
        &self.results
    }

    /// Takes all completions out of the queue.
    fn drain(&mut self) {
        while let Some(done) = self.next_of_queue() {
            if done.token & SEND == 0 {
                self.aside.push_back(done);
            } else {
                self.results[(done.token & TOKENS) as usize] = done.result;
                self.sending -= 1;
            }
        }
    }

    fn next_of_queue(&mut self) -> Option<Completion> {
        loop {
            let entry = self.ring.completion().next()?;
            if entry.user_data() == COUNTER {
                continue;
            }
            let (token, result, flags) = (entry.user_data(), entry.result(), entry.flags());
            // The kernel fills buffers in the order of completions, whatever becomes of these.
            let start = cqueue::buffer_select(flags)
                .map_or(0, |buffer| self.buffers.use_up(buffer, result.max(0) as u32, cqueue::buffer_more(flags)));
            return Some(Completion { token, result, flags, start });
        }
    }

    fn push(&mut self, entry: &Entry) {
        if self.ring.submission().is_full() {
            self.enter(0, EnterFlags::empty());
        }
        // SAFETY: the requests of this module refer to no memory, but sends, which are waited for, and reads of the counter, whose place
        // lives longer than the ring.
        if unsafe { self.ring.submission().push(entry) }.is_err() {
            // The kernel has refused to take what is in front.
            self.failed = true;
        }
    }

    fn enter(&mut self, wait: u32, flags: EnterFlags) {
        while !self.failed {
            let count = self.ring.submission().len();
            match self.enter_once(count as c_int, wait, flags.bits()) {
                Ok(taken) if taken >= count => {
                    self.refusals = 0;
                    return;
                }
                Ok(_) => {}
                Err(error) => self.refused(&error),
            }
        }
    }

    fn refused(&mut self, error: &io::Error) {
        self.refusals += 1;
        match error.raw_os_error() {
            Some(libc::EINTR) => self.refusals -= 1,
            // There is no memory now, or there are more completions than the queue has room for.
            Some(libc::EAGAIN | libc::EBUSY | libc::ENOMEM) if self.refusals < MOST_REFUSALS => self.drain(),
            _ => self.failed = true,
        }
    }

    fn enter_once(&self, count: c_int, wait: u32, flags: u32) -> io::Result<usize> {
        let (fd, flags) = match self.registered {
            Some(number) => (number as RawFd, flags | ENTER_REGISTERED_RING),
            None => (self.ring.as_raw_fd(), flags),
        };
        let (mask, size) = (ptr::null::<c_void>(), 0usize);
        // SAFETY: what was pushed is valid, as `push` says.
        let result = unsafe { libc::syscall(libc::SYS_io_uring_enter, fd, count, wait, flags, mask, size) };
        check_long(result)
    }
}

impl AsFd for Uring {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.counter.as_fd()
    }
}

impl Drop for Uring {
    fn drop(&mut self) {
        // What is in flight has sockets open, those of clients and the listening one, which would be closed by the kernel at some time.
        self.cancel_all(0);
        self.run();
        while let Some(done) = self.take_next() {
            drop(done.into_socket());
        }
        // The kernel would keep the ring otherwise, and what it has open, as long as the thread lives.
        if let Some(offset) = self.registered.take() {
            let _ = self.update(UNREGISTER_RING_FDS, &mut RingUpdate { offset, resv: 0, data: 0 });
        }
    }
}

/// `io_uring_rsrc_update` of io_uring.h.
#[repr(C)]
struct RingUpdate {
    offset: u32,
    resv: u32,
    data: u64,
}

fn check_long(result: c_long) -> io::Result<usize> {
    usize::try_from(result).map_err(|_| io::Error::last_os_error())
}

fn new_counter() -> io::Result<OwnedFd> {
    // SAFETY: takes numbers alone.
    let fd = check(unsafe { libc::eventfd(0, libc::EFD_CLOEXEC | libc::EFD_NONBLOCK) })?;
    // SAFETY: the kernel has just made it for us.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

fn unsupported() -> io::Error {
    io::Error::from_raw_os_error(libc::EOPNOTSUPP)
}

fn is_readable(fd: BorrowedFd<'_>) -> io::Result<bool> {
    let mut poll = libc::pollfd { fd: fd.as_raw_fd(), events: libc::POLLIN, revents: 0 };
    // SAFETY: one descriptor, which lives until the call returns.
    Ok(check(unsafe { libc::poll(&raw mut poll, 1, 0) })? == 1)
}

/// All work of the ring is done where it is asked for, by the thread that asks.
fn build(sizes: Sizes) -> io::Result<IoUring> {
    let mut builder = IoUring::builder();
    builder
        .setup_cqsize(sizes.completions)
        .setup_submit_all()
        .setup_single_issuer()
        .setup_defer_taskrun()
        .setup_taskrun_flag()
        .dontfork();
    let plain = builder.clone();
    // Linux 6.6 has this.
    builder.setup_no_sqarray().build(sizes.requests).or_else(|_| plain.build(sizes.requests))
}

#[cfg(test)]
mod tests;
