//! A listening socket and its connections.

mod completions;
mod room;
mod secured;
mod sends;

use std::io;
use std::net::SocketAddr;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use armature_wire::{FrameReader, Limits};

use self::room::Room;
use crate::connections::{Connection, Connections};
use crate::constants::{Constant, Constants, Totals};
use crate::files::{self, Piece, Sent};
use crate::frames::Frames;
use crate::heads::Heads;
use crate::io::{Io, IoKind, LISTENER};
use crate::reserve::Reserve;
use crate::secure::{MAX_HANDSHAKES, SecurePlace};
use crate::sys::{self, BROKEN, READABLE, Ready, WRITABLE};
use crate::table::{EventKind, GRAIN_BYTES, SEND_WORDS, Table};

/// Clients that one wake-up accepts at most, so that those who are there have their turn.
const MAX_ACCEPTS: usize = 64;

/// Descriptors that one wake-up looks at.
const MAX_READY: usize = 256;

/// What was put into a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Batch {
    /// How many entries.
    pub entries: usize,
    /// Whether there was no room for the rest.
    pub more: bool,
}

/// A listening socket and its connections, behind one descriptor that is readable when there is something to do.
pub struct Server {
    io: Io,
    listener: Option<OwnedFd>,
    connections: Connections,
    ready: Vec<Ready>,
    /// The first of `ready` that was not looked at.
    next: usize,
    reserve: Reserve,
    limits: Limits,
    constants: Constants,
    /// `None` where connections are not encrypted.
    secure: Option<Box<SecurePlace>>,
    /// The connection that is worked on, for whoever has to clear up behind a panic.
    current: Option<u32>,
    /// The entries of the batch in front of what is worked on, and the words of their frames.
    told: usize,
    told_frames: usize,
}

/// What a batch has parsed: plain requests in one half of the lent records, frames in the other.
struct Records<'a> {
    heads: Heads<'a>,
    frames: Frames<'a>,
}

impl Server {
    /// Takes over a socket that listens.
    ///
    /// # Errors
    /// Where there are no descriptors left.
    pub fn new(listener: OwnedFd, limits: Limits) -> io::Result<Server> {
        Server::with_io(listener, limits, IoKind::Epoll)
    }

    /// The same, with a choice.
    ///
    /// # Errors
    /// Where there are no descriptors left, or the kernel has no ring that is asked for.
    pub fn with_io(listener: OwnedFd, limits: Limits, kind: IoKind) -> io::Result<Server> {
        Server::start(listener, limits, Io::new(kind)?)
    }

    fn start(listener: OwnedFd, limits: Limits, mut io: Io) -> io::Result<Server> {
        sys::set_non_blocking(listener.as_fd())?;
        // A socket that is not TCP has no such option, and does not need it.
        let _ = sys::set_no_delay(listener.as_fd());
        io.listen(listener.as_fd())?;
        Ok(Server {
            io,
            listener: Some(listener),
            connections: Connections::default(),
            ready: Vec::with_capacity(MAX_READY),
            next: 0,
            reserve: Reserve::new(),
            limits,
            constants: Constants::default(),
            secure: None,
            current: None,
            told: 0,
            told_frames: 0,
        })
    }

    /// The descriptor that is readable when [`Server::collect`] has something to do.
    pub fn as_watched(&self) -> BorrowedFd<'_> {
        self.io.as_fd()
    }

    /// Open connections.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.connections.len()
    }

    /// Does what is ready: accepts, and reads once from each connection into `memory`. What is plain of it is parsed into the first half
    /// of `records`, and frames into the second.
    ///
    /// Where `more` is set the caller uses what is there, and calls again.
    pub fn collect(&mut self, memory: &mut [u8], words: &mut [i32], records: &mut [u32]) -> Batch {
        (self.told, self.told_frames) = (0, 0);
        self.constants.begin_batch();
        let Io::Epoll(epoll) = &self.io else { return self.collect_completions(memory, words, records) };
        let mut table = Table::new(words);
        let mut room = Room::new(memory);
        let limits = self.limits;
        let mut records = Records::new(records, 0, &limits);
        if let Some(place) = &mut self.secure {
            place.handshakes = 0;
        }
        if self.next == self.ready.len() {
            self.ready.clear();
            self.next = 0;
            if epoll.take_ready(&mut self.ready, MAX_READY).is_err() {
                return Batch { entries: 0, more: false };
            }
        }
        while let Some(&ready) = self.ready.get(self.next) {
            if !room.fits_a_read() || table.room() < MAX_ACCEPTS || handshakes_of(&self.secure) >= MAX_HANDSHAKES {
                break;
            }
            self.next += 1;
            self.told = table.entries();
            self.told_frames = records.frames.used();
            if ready.token == LISTENER {
                self.accept_into(&mut table);
            } else {
                self.look_at(ready, &mut room, &mut records, &mut table);
            }
        }
        // Behind many handshakes others have their turn first; what is ready stays ready.
        let more = self.next < self.ready.len() && handshakes_of(&self.secure) < MAX_HANDSHAKES;
        Batch { entries: table.entries(), more }
    }

    /// Behind the last batch of a wake-up, when its user has done what it wants to do about it.
    pub fn settle(&mut self) {
        self.io.settle();
    }

    /// Accepts those who wait, as many as one wake-up does at most.
    pub fn accept(&mut self, words: &mut [i32]) -> usize {
        let mut table = Table::behind(self.take_accepted(words), words);
        self.accept_into(&mut table);
        table.entries()
    }

    /// Closes the listening socket; connections stay.
    pub fn stop_listening(&mut self) {
        if let Some(listener) = self.listener.take() {
            self.io.stop_listening(&listener);
        }
    }

    /// Sends what the system takes and gives the number of bytes; where that is not all, there will be an event when it takes more.
    ///
    /// # Errors
    /// Where the connection is broken or gone.
    pub fn send(&mut self, slot: u32, bytes: &[u8], more: bool) -> io::Result<usize> {
        let Some(connection) = self.connections.get_mut(slot) else {
            return Err(io::Error::from_raw_os_error(libc::EBADF));
        };
        if let Some(place) = &mut self.secure {
            return place.send(&mut self.io, connection, bytes, more);
        }
        let sent = match sys::send(connection.socket.as_fd(), bytes, more) {
            Ok(sent) => sent,
            Err(error) if sys::is_passing(&error) => 0,
            Err(error) => return Err(error),
        };
        if sent < bytes.len() {
            connection.awaits_room = true;
            self.io.watch(connection)?;
        }
        Ok(sent)
    }

    /// Sends what is in `front`, which is changed, and then a piece of a file; where the socket is full, there will be an event when it
    /// takes more.
    ///
    /// # Errors
    /// Where the connection is broken, gone or encrypted.
    pub fn send_file(&mut self, slot: u32, front: &mut Vec<u8>, piece: Piece) -> io::Result<Sent> {
        if self.secure.is_some() {
            return Err(io::Error::from_raw_os_error(libc::EOPNOTSUPP));
        }
        let Some(connection) = self.connections.get_mut(slot) else {
            return Err(io::Error::from_raw_os_error(libc::EBADF));
        };
        let sent = files::send(connection.socket.as_fd(), front, piece)?;
        if sent.full {
            connection.awaits_room = true;
            self.io.watch(connection)?;
        }
        Ok(sent)
    }

    /// Sends the pieces of `bytes` that `sends` names, in order, and writes into it what became of each: the bytes that the system took,
    /// or the number of an error below zero. Behind a piece that was not taken whole no other one of its connection is sent.
    ///
    /// Gives how many pieces were not taken whole.
    ///
    /// # Panics
    /// Where `sends` names more bytes than there are.
    pub fn send_batch(&mut self, mut bytes: &[u8], sends: &mut [i32]) -> usize {
        if self.io.ring().is_some() {
            return self.send_together(bytes, sends);
        }
        let mut held_up = 0;
        for send in sends.chunks_exact_mut(SEND_WORDS) {
            let (slot, length) = (send[0] as u32, send[1]);
            let (piece, rest) = bytes.split_at(length as usize);
            bytes = rest;
            let sent = match self.connections.get(slot) {
                Some(connection) if connection.awaits_room => Ok(0),
                _ => self.send(slot, piece, false),
            };
            send[2] = sent.map_or_else(|error| self.refuse_further(slot, &error), |sent| sent as i32);
            held_up += usize::from(send[2] != length);
        }
        held_up
    }

    /// Behind bytes that were not sent none of a connection are, though another try might not fail; gives the number of the error below zero.
    fn refuse_further(&mut self, slot: u32, error: &io::Error) -> i32 {
        if let Some(connection) = self.connections.get_mut(slot) {
            connection.awaits_room = true;
        }
        -sys::error_number(error)
    }

    /// Starts or stops reading from a connection.
    ///
    /// # Errors
    /// Where the system cannot watch it any more: nothing would be told of it.
    pub fn set_reading(&mut self, slot: u32, reads: bool) -> io::Result<()> {
        let Some(connection) = self.connections.get_mut(slot) else { return Ok(()) };
        connection.reads = reads;
        self.io.watch(connection)
    }

    /// Has what comes next of a connection read as frames; `false` where somebody has not had all that came, `received` bytes
    /// without the upper half of their number.
    pub fn follow_frames(&mut self, slot: u32, received: u32) -> bool {
        let Some(connection) = self.connections.get_mut(slot) else { return false };
        let is_here = connection.received == received;
        connection.frames = is_here.then(FrameReader::default);
        is_here
    }

    /// Ends our direction of a connection.
    pub fn end(&mut self, slot: u32) {
        if let Some(connection) = self.connections.get_mut(slot) {
            connection.rest.end();
            // What is broken is told by the next read.
            let _ = match &mut self.secure {
                Some(place) => place.end(&mut self.io, connection),
                None => sys::end(connection.socket.as_fd()),
            };
        }
    }

    /// Closes a connection, also one that broke; there are no further events of it, and its number is free.
    pub fn close(&mut self, slot: u32) {
        if let Some(connection) = self.connections.get(slot) {
            self.io.forget(connection);
        }
        self.connections.remove(slot);
    }

    /// Adds the answer that GET, or HEAD, of a target always gets.
    pub fn add_constant(&mut self, is_head: bool, target: &[u8], answer: Constant) {
        self.constants.add(is_head, target, answer);
    }

    /// Has constant answers given here, or nowhere.
    pub fn allow_constants(&mut self, allowed: bool) {
        self.constants.allow(allowed);
    }

    /// On a connection nothing is arriving, in work or leaving, as far as its user knows, and it may have so many requests more.
    pub fn rest(&mut self, slot: u32, left: u32) {
        if let Some(connection) = self.connections.get_mut(slot) {
            connection.rest.begin(left);
        }
    }

    /// What was answered since this was asked.
    pub fn take_totals(&mut self) -> Totals {
        self.constants.take_totals()
    }

    /// A connection with constant answers that its user was not told of, and how many they are.
    pub fn next_answered(&mut self) -> Option<(u32, u32)> {
        while let Some(slot) = self.constants.next_served() {
            let answered = self.connections.get_mut(slot).map_or(0, |connection| connection.rest.take_listed());
            if answered > 0 {
                return Some((slot, answered));
            }
        }
        None
    }

    /// What the system has not taken of the constant answers to a connection.
    pub fn take_unsent(&mut self, slot: u32) -> Vec<u8> {
        self.connections.get_mut(slot).map(|connection| connection.rest.take_unsent()).unwrap_or_default()
    }

    /// The address of a client, unless the connection is gone.
    #[must_use]
    pub fn peer(&self, slot: u32) -> Option<SocketAddr> {
        self.connections.get(slot)?.peer
    }

    /// The batch of a [`Server::collect`] that has panicked: what was told by then, and that the connection that was worked on is closed.
    pub fn recover(&mut self, words: &mut [i32], records: &mut [u32]) -> Batch {
        const EIO: i32 = 5;
        let mut table = Table::behind(self.told, words);
        if let Some(slot) = self.current.take() {
            self.break_off(slot, EIO, &mut table);
        }
        // The requests may end within one; without the records of frames their bytes are lost.
        Records::new(records, self.told_frames, &self.limits);
        Batch { entries: table.entries(), more: true }
    }

    fn accept_into(&mut self, table: &mut Table<'_>) {
        let most = MAX_ACCEPTS.min(table.room());
        for _ in 0..most {
            let Some(listener) = &self.listener else { return };
            match sys::accept(listener.as_fd()) {
                Ok((socket, peer)) => {
                    self.open(socket, peer, table);
                }
                Err(error) if sys::lost_before_accepted(&error) => {}
                Err(error) if sys::out_of_descriptors(&error) => {
                    // What is ready beside, or has just come, may be at its end, and its descriptor free when it was looked at.
                    if self.ready.len() == 1 && table.entries() == 0 {
                        self.reserve.send_one_away(listener.as_fd());
                    }
                    return;
                }
                Err(_) => return,
            }
        }
    }

    fn open(&mut self, socket: OwnedFd, peer: Option<SocketAddr>, table: &mut Table<'_>) -> Option<u32> {
        let slot = self.connections.add(socket, peer);
        let connection = self.connections.get_mut(slot)?;
        let kind = self.secure.as_ref().map_or(EventKind::Opened, |place| place.greet(connection));
        if self.io.watch(connection).is_err() {
            self.connections.remove(slot);
            return None;
        }
        table.push(slot, kind, 0, 0);
        Some(slot)
    }

    /// What came for a connection is next in `room`: answers what is constant, and tells of the rest.
    fn received(
        &mut self,
        (slot, length): (u32, usize),
        room: &mut Room<'_>,
        records: &mut Records<'_>,
        table: &mut Table<'_>,
    ) -> io::Result<()> {
        let Some(connection) = self.connections.get_mut(slot) else { return Ok(()) };
        let grain = room.take(length);
        let (start, end) = (grain * GRAIN_BYTES, grain * GRAIN_BYTES + length);
        if connection.awaits_room {
            connection.rest.end();
        }
        let from = if connection.frames.is_some() {
            records.add_frames(connection, room.memory, start, end)
        } else {
            self.constants.read(&mut connection.rest, &mut records.heads, room.memory, (start, end))
        };
        connection.received = connection.received.wrapping_add((end - from) as u32);
        if from > start {
            return self.give_constants(slot, (start, from, end), table);
        }
        let answered = connection.rest.take_answered();
        if answered > 0 {
            table.push(slot, EventKind::Answered, answered as i32, 0);
        }
        table.push(slot, EventKind::Data, grain as i32, length as i32);
        Ok(())
    }

    /// Closes the socket of a connection that is of no use any more, and tells of it.
    fn break_off(&mut self, slot: u32, error: i32, table: &mut Table<'_>) {
        if let Some(connection) = self.connections.get(slot) {
            self.io.forget(connection);
        }
        self.connections.break_off(slot);
        table.push(slot, EventKind::Closed, error, 0);
    }

    /// Sends the constant answers to what stands from `start` to `from`, and tells of what stands behind that, or does not leave.
    fn give_constants(&mut self, slot: u32, (start, from, end): (usize, usize, usize), table: &mut Table<'_>) -> io::Result<()> {
        let Some(connection) = self.connections.get_mut(slot) else { return Ok(()) };
        let out = self.constants.take_out(slot, &mut connection.rest, from - start);
        let sent = self.send(slot, &out, false)?;
        let Some(connection) = self.connections.get_mut(slot) else { return Ok(()) };
        let unsent = connection.rest.keep(&out[sent..]);
        self.constants.give_back(out);
        if unsent > 0 || from < end {
            table.push(slot, EventKind::Answered, connection.rest.take_answered() as i32, unsent as i32);
        }
        if from < end {
            table.push(slot, EventKind::DataBehind, from as i32, (end - from) as i32);
        }
        Ok(())
    }

    fn look_at(&mut self, ready: Ready, room: &mut Room<'_>, records: &mut Records<'_>, table: &mut Table<'_>) {
        let Some((slot, _)) = self.connections.of_token(ready.token) else { return };
        self.current = Some(slot);
        if let Err(error) = self.serve(ready, room, records, table) {
            self.break_off(slot, sys::error_number(&error), table);
        }
        self.current = None;
    }

    /// Does what a connection is ready for; an error is its end.
    fn serve(&mut self, ready: Ready, room: &mut Room<'_>, records: &mut Records<'_>, table: &mut Table<'_>) -> io::Result<()> {
        let Some((slot, connection)) = self.connections.of_token(ready.token) else { return Ok(()) };
        if self.secure.is_some() {
            return self.serve_secure((slot, ready), room, records, table);
        }
        let awaited_room = connection.awaits_room;
        if connection.reads && ready.flags & (READABLE | BROKEN) != 0 {
            match sys::receive(connection.socket.as_fd(), room.next()) {
                Ok(0) => {
                    connection.reads = false;
                    self.io.watch(connection)?;
                    table.push(slot, EventKind::Ended, 0, 0);
                }
                Ok(length) => self.received((slot, length), room, records, table)?,
                Err(error) if sys::is_passing(&error) => {}
                Err(error) => return Err(error),
            }
        }
        // Behind what came: a client that is answered is answered with all that it had sent by then.
        let Some(connection) = self.connections.get_mut(slot) else { return Ok(()) };
        if awaited_room && ready.flags & (WRITABLE | BROKEN) != 0 {
            connection.awaits_room = false;
            self.io.watch(connection)?;
            table.push(slot, EventKind::Writable, 0, 0);
        }
        Ok(())
    }
}

fn handshakes_of(secure: &Option<Box<SecurePlace>>) -> usize {
    secure.as_ref().map_or(0, |place| place.handshakes)
}

impl<'a> Records<'a> {
    /// Keeps so many words of the frames that are there.
    fn new(words: &'a mut [u32], frames: usize, limits: &'a Limits) -> Records<'a> {
        let half = words.len() / 2;
        let (for_heads, for_frames) = words.split_at_mut(half);
        Records { heads: Heads::new(for_heads, limits), frames: Frames::behind(frames, for_frames) }
    }

    /// Reads frames, up to what is left to the other parser; none of their bytes are answered here, so that all are told from `start` on.
    fn add_frames(&mut self, connection: &mut Connection, memory: &mut [u8], start: usize, end: usize) -> usize {
        let goes_on = connection.frames.as_mut().is_some_and(|reader| self.frames.add(reader, memory, start, end));
        if !goes_on {
            connection.frames = None;
        }
        start
    }
}

#[cfg(test)]
mod tests;
