//! What a server asks of io_uring for its connections.
//!
//! Receives stay armed, so that what a client sends costs no call. Sends are over when their call returns, as with `send(2)`: many in
//! one call, and none of them waits in the kernel, where nobody would see how slowly it leaves, or could take it back.

use std::collections::VecDeque;
use std::io;
use std::mem;
use std::os::fd::{AsFd, BorrowedFd};

use crate::connections::Connection;
use crate::sys::uring::{Completion, Sizes, Uring};

/// What is asked for a connection, in bits of its token that its number leaves free.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To be told what the client sends.
    Input,
    /// To be told when the system takes bytes again.
    Room,
    /// Nothing.
    Nothing,
}

/// Numbers of connections are below.
const PURPOSE_SHIFT: u32 = 28;
const PURPOSE_BITS: u64 = 0b11 << PURPOSE_SHIFT;

/// Nobody's token, as its number is none.
const NOBODY: u64 = (Purpose::Nothing as u64) << PURPOSE_SHIFT;

/// How much there is of everything: more requests than connections that one batch usually has to do with, and buffers for a batch.
const SIZES: Sizes = Sizes { requests: 512, completions: 4096, buffers: 64, buffer_bytes: 16 * 1024 };

/// The end of what a client sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Ended,
    /// The number of an error.
    Broken(i32),
}

/// What came while nobody wanted to read, until somebody does.
#[derive(Default)]
struct Held {
    bytes: Vec<u8>,
    /// How many of them were told.
    told: usize,
    end: Option<End>,
}

/// A connection's requests.
#[derive(Default)]
pub struct InRing {
    /// Whether a receive is in flight, which is the only one.
    receives: bool,
    /// Whether that was told to end.
    stops: bool,
    /// Whether the end has come, so that nothing more can.
    is_over: bool,
    /// Whether room is waited for.
    pub polls: bool,
    held: Option<Box<Held>>,
    /// Whether it is among those that are looked at for what is held.
    pub is_queued: bool,
    /// The last wake-up that told something of it.
    pub turn: u64,
    /// The last one that left something to the next.
    left: u64,
    /// The last sends that were made together and had one of it.
    pub round: u64,
}

impl InRing {
    /// Bytes that nobody was told of yet.
    #[cfg(test)]
    pub fn held_bytes(&self) -> usize {
        self.held.as_ref().map_or(0, |held| held.bytes.len() - held.told)
    }
}

/// The ring of a server.
pub struct Ring {
    pub uring: Uring,
    /// Connections that read again, for which something is held.
    queued: VecDeque<u64>,
    /// What came for those who were told of in this wake-up.
    later: Vec<Completion>,
    /// Counts wake-ups, each of which lasts until [`Ring::settle`].
    pub turn: u64,
    /// Counts the sends that are made together.
    round: u64,
    in_batch: bool,
    /// Whether something was cancelled that keeps a socket open until the ring runs.
    keeps_sockets: bool,
}

impl Ring {
    /// # Errors
    /// Where the kernel has no such ring, or does not allow it.
    pub fn new() -> io::Result<Ring> {
        Ring::of(SIZES)
    }

    /// # Errors
    /// As of [`Ring::new`].
    pub fn of(sizes: Sizes) -> io::Result<Ring> {
        let uring = Uring::new(sizes)?;
        Ok(Ring { uring, queued: VecDeque::new(), later: Vec::new(), turn: 0, round: 0, in_batch: false, keeps_sockets: false })
    }

    /// Accepts who comes.
    pub fn listen(&mut self, listener: BorrowedFd<'_>) {
        self.uring.accept(listener);
        self.hand_over();
    }

    /// Accepts nobody any more, from now on; who was accepted is told of.
    pub fn stop_listening(&mut self) {
        self.uring.stop_accepting(NOBODY);
        self.uring.run();
    }

    /// Asks for what is wanted of a connection.
    pub fn watch(&mut self, connection: &mut Connection) {
        let ring = &mut connection.ring;
        if connection.reads {
            if !ring.receives && !ring.is_over {
                ring.receives = true;
                self.uring.receive(connection.socket.as_fd(), token(connection.token, Purpose::Input));
            }
            if ring.held.is_some() && !ring.is_queued {
                ring.is_queued = true;
                self.queued.push_back(connection.token);
            }
        }
        if connection.awaits_room && !ring.polls {
            ring.polls = true;
            self.uring.await_room(connection.socket.as_fd(), token(connection.token, Purpose::Room));
        }
        self.hand_over();
    }

    /// Asks for nothing of a connection any more, which its socket would stay open for.
    pub fn forget(&mut self, connection: &Connection) {
        let ring = &connection.ring;
        for (is_asked, purpose) in [(ring.receives && !ring.stops, Purpose::Input), (ring.polls, Purpose::Room)] {
            if is_asked {
                self.uring.cancel(token(connection.token, purpose), NOBODY);
            }
        }
        // A receive that was told to end before may not have done so.
        self.keeps_sockets |= ring.receives || ring.polls;
        if self.keeps_sockets && !self.in_batch {
            self.run();
        }
    }

    /// Keeps what came for a connection that is not read, and lets nothing more come.
    pub fn hold(&mut self, connection: &mut Connection, done: &Completion, end: Option<End>) {
        if done.result() <= 0 && end.is_none() {
            return;
        }
        let ring = &mut connection.ring;
        let held = ring.held.get_or_insert_default();
        held.end = end;
        let from = held.bytes.len();
        held.bytes.resize(from + done.length(), 0);
        self.uring.take_bytes(done, &mut held.bytes[from..]);
        if ring.receives && !ring.stops {
            ring.stops = true;
            self.uring.cancel(token(connection.token, Purpose::Input), NOBODY);
        }
    }

    /// Copies what is held of a connection, as far as there is room, and gives its length; where it is 0 there is the end alone.
    pub fn take_held(&mut self, connection: &mut Connection, room: &mut [u8]) -> (usize, Option<End>) {
        let Some(held) = &mut connection.ring.held else { return (0, None) };
        connection.ring.turn = self.turn;
        let (rest, end) = (&held.bytes[held.told..], held.end);
        let length = rest.len().min(room.len());
        room[..length].copy_from_slice(&rest[..length]);
        held.told += length;
        // The end has a turn of its own.
        if held.told == held.bytes.len() && (end.is_none() || length == 0) {
            connection.ring.held = None;
        }
        self.watch(connection);
        (length, end)
    }

    /// Whether what comes of a connection has to wait for the next wake-up: something of it does, for which nothing may overtake it.
    pub fn has_left(&self, connection: &Connection) -> bool {
        connection.ring.left == self.turn
    }

    /// Whether a connection was told of in this wake-up, or what is held of it has to be told first; where not, it is now.
    pub fn has_told(&self, connection: &mut Connection) -> bool {
        let ring = &mut connection.ring;
        ring.held.is_some() || mem::replace(&mut ring.turn, self.turn) == self.turn
    }

    /// Leaves a completion to the next wake-up.
    pub fn leave(&mut self, connection: &mut Connection, done: Completion) {
        connection.ring.left = self.turn;
        self.later.push(done);
    }

    /// A receive is over, and all of them where the end has come.
    pub fn received_last(&mut self, connection: &mut Connection, is_over: bool) {
        connection.ring.receives = false;
        connection.ring.stops = false;
        connection.ring.is_over |= is_over;
        self.watch(connection);
    }

    /// A batch begins, the first of a wake-up or one behind it.
    pub fn begin(&mut self) {
        if mem::replace(&mut self.in_batch, true) {
            return;
        }
        self.turn += 1;
        self.uring.stop_waking();
        self.run();
    }

    /// Behind the last batch: what was asked for is handed over, and the loop wakes where something is left.
    pub fn settle(&mut self) {
        if !mem::take(&mut self.in_batch) {
            return;
        }
        for done in self.later.drain(..).rev() {
            self.uring.put_back(done);
        }
        if self.keeps_sockets {
            self.run();
        }
        self.hand_over();
        self.uring.start_waking();
    }

    /// The connections that have something held and may be read.
    pub fn take_queued(&mut self) -> VecDeque<u64> {
        mem::take(&mut self.queued)
    }

    /// The number of the sends that are made together next.
    pub fn next_round(&mut self) -> u64 {
        self.round += 1;
        self.round
    }

    /// Outside of batches nobody else hands requests over, or looks at what is queued.
    pub fn hand_over(&mut self) {
        if self.in_batch {
            return;
        }
        self.uring.submit();
        if !self.queued.is_empty() || self.uring.has_aside() {
            self.uring.wake();
        }
    }

    fn run(&mut self) {
        self.keeps_sockets = false;
        self.uring.run();
    }
}

impl AsFd for Ring {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.uring.as_fd()
    }
}

fn token(of_connection: u64, purpose: Purpose) -> u64 {
    of_connection | (purpose as u64) << PURPOSE_SHIFT
}

/// The token of a connection, and what was asked for it.
pub fn split(token: u64) -> (u64, Purpose) {
    let purpose = match (token & PURPOSE_BITS) >> PURPOSE_SHIFT {
        0 => Purpose::Input,
        1 => Purpose::Room,
        _ => Purpose::Nothing,
    };
    (token & !PURPOSE_BITS, purpose)
}
