//! What a ring brings, as the events of a batch.
//!
//! A connection is told of once in a wake-up, as with epoll: its user may not want to read any more behind that, and has a turn of the
//! loop before it learns of what comes next.

use std::io;
use std::mem;
use std::os::fd::{AsFd, OwnedFd};

use super::{Batch, Records, Room, Server};
use crate::ring::{End, Purpose, split};
use crate::sys;
use crate::sys::uring::Completion;
use crate::table::{EventKind, MAX_READ_BYTES, Table};

/// Entries that an input may become.
const MOST_ENTRIES: usize = 4;

/// Bytes of one connection that follow each other in memory, which the next receive may go on with.
struct Run {
    slot: u32,
    length: usize,
}

/// A batch that is filled.
struct Filling<'m> {
    table: Table<'m>,
    room: Room<'m>,
    records: Records<'m>,
    run: Option<Run>,
    /// Connections that may send again.
    rooms: Vec<u64>,
    is_out_of_descriptors: bool,
}

impl Filling<'_> {
    /// Whether there is room behind what was begun: for an input, a read, and everybody who may send again.
    fn has_room(&self) -> bool {
        let begun = self.run.as_ref().map_or(0, |run| run.length);
        self.room.fits_a_read_behind(begun) && self.table.room() > self.rooms.len() + 2 * MOST_ENTRIES
    }

    /// Whether bytes belong behind those that came last.
    fn goes_on_with(&self, slot: u32, done: &Completion) -> bool {
        self.run.as_ref().is_some_and(|run| run.slot == slot && run.length + done.length() <= MAX_READ_BYTES)
    }
}

impl Server {
    /// As [`Server::collect`], of a ring.
    pub(super) fn collect_completions(&mut self, memory: &mut [u8], words: &mut [i32], records: &mut [u32]) -> Batch {
        let limits = self.limits;
        let mut batch = Filling {
            table: Table::new(words),
            room: Room::new(memory),
            records: Records::new(records, 0, &limits),
            run: None,
            rooms: Vec::new(),
            is_out_of_descriptors: false,
        };
        let is_alive = self.io.ring().is_some_and(|ring| {
            ring.begin();
            !ring.uring.has_failed()
        });
        let more = if is_alive { self.fill(&mut batch) } else { self.break_all(&mut batch) };
        Batch { entries: batch.table.entries(), more }
    }

    /// Tells of those whom the ring has accepted by now.
    pub(super) fn take_accepted(&mut self, words: &mut [i32]) -> usize {
        let mut table = Table::new(words);
        let mut others = Vec::new();
        if let Some(ring) = self.io.ring() {
            ring.uring.run();
        }
        while table.room() > 1
            && let Some(done) = self.next_completion()
        {
            if done.token().is_some() {
                others.push(done);
            } else if let Some(socket) = done.into_socket() {
                self.open_accepted(socket, &mut table);
            }
        }
        if let Some(ring) = self.io.ring() {
            for done in others.into_iter().rev() {
                ring.uring.put_back(done);
            }
            ring.hand_over();
        }
        table.entries()
    }

    fn next_completion(&mut self) -> Option<Completion> {
        self.io.ring()?.uring.take_next()
    }

    /// Gives whether something is left.
    fn fill(&mut self, batch: &mut Filling<'_>) -> bool {
        self.tell_held(batch);
        let more = self.take_completions(batch);
        self.finish_run(batch);
        self.tell_rooms(batch);
        self.listen_again(batch);
        more
    }

    fn take_completions(&mut self, batch: &mut Filling<'_>) -> bool {
        while batch.has_room() {
            let Some(done) = self.next_completion() else { return false };
            self.mark_told(batch);
            let Some((token, purpose)) = done.token().map(split) else {
                self.accepted(done, batch);
                continue;
            };
            match purpose {
                Purpose::Input => self.input(token, done, batch),
                Purpose::Room => self.may_send_again(token, batch),
                Purpose::Nothing => {}
            }
        }
        self.io.ring().is_some_and(|ring| ring.uring.has_next())
    }

    fn accepted(&mut self, done: Completion, batch: &mut Filling<'_>) {
        let (goes_on, error) = (done.goes_on(), io::Error::from_raw_os_error(done.error()));
        if let Some(socket) = done.into_socket() {
            self.finish_run(batch);
            self.open_accepted(socket, &mut batch.table);
        } else if sys::out_of_descriptors(&error) {
            batch.is_out_of_descriptors = true;
            return;
        } else if !sys::lost_before_accepted(&error) && !sys::is_passing(&error) {
            return;
        }
        if !goes_on {
            self.listen();
        }
    }

    fn open_accepted(&mut self, socket: OwnedFd, table: &mut Table<'_>) {
        // Who has reset the connection by now has no address, by which a request may have to be judged, and gets no answer.
        let Ok(peer) = sys::peer_address(socket.as_fd()) else { return };
        if let Some(slot) = self.open(socket, peer, table)
            && let (Some(connection), Some(ring)) = (self.connections.get_mut(slot), self.io.ring())
        {
            connection.ring.turn = ring.turn;
        }
    }

    fn listen(&mut self) {
        if let (Some(listener), Some(ring)) = (&self.listener, self.io.ring()) {
            ring.listen(listener.as_fd());
        }
    }

    /// Where there were no descriptors for a client.
    fn listen_again(&mut self, batch: &Filling<'_>) {
        if !batch.is_out_of_descriptors {
            return;
        }
        // What came beside may be at its end, and its descriptor free when it was looked at.
        if let Some(listener) = self.listener.as_ref().filter(|_| batch.table.entries() == 0) {
            self.reserve.send_one_away(listener.as_fd());
        }
        self.listen();
    }

    fn input(&mut self, token: u64, done: Completion, batch: &mut Filling<'_>) {
        let Some(ring) = self.io.ring() else { return };
        let Some((slot, connection)) = self.connections.of_token(token) else { return ring.uring.give_back(&done) };
        let (end, brings) = (end_of(&done), done.result() > 0);
        if ring.has_left(connection) {
            return ring.leave(connection, done);
        }
        if !connection.reads {
            ring.hold(connection, &done, end);
        } else if brings && batch.goes_on_with(slot, &done) {
            self.extend(&done, batch);
        } else if brings || end.is_some() {
            if ring.has_told(connection) {
                return ring.leave(connection, done);
            }
            self.finish_run(batch);
            if brings {
                batch.run = Some(Run { slot, length: 0 });
                self.extend(&done, batch);
            }
            if let Some(end) = end {
                self.tell_end(slot, end, batch);
            }
        }
        if !done.goes_on() {
            self.received_last(slot, end);
        }
    }

    fn received_last(&mut self, slot: u32, end: Option<End>) {
        if let (Some(connection), Some(ring)) = (self.connections.get_mut(slot), self.io.ring()) {
            ring.received_last(connection, end.is_some());
        }
    }

    fn extend(&mut self, done: &Completion, batch: &mut Filling<'_>) {
        if let (Some(run), Some(ring)) = (&mut batch.run, self.io.ring()) {
            run.length += ring.uring.take_bytes(done, &mut batch.room.next()[run.length..]);
        }
    }

    /// What is there by now is told even where something panics behind it.
    fn mark_told(&mut self, batch: &Filling<'_>) {
        self.told = batch.table.entries();
        self.told_frames = batch.records.frames.used();
    }

    fn finish_run(&mut self, batch: &mut Filling<'_>) {
        let Some(Run { slot, length }) = batch.run.take() else { return };
        self.mark_told(batch);
        self.current = Some(slot);
        if let Err(error) = self.received((slot, length), &mut batch.room, &mut batch.records, &mut batch.table) {
            self.break_off(slot, sys::error_number(&error), &mut batch.table);
        }
        self.current = None;
    }

    fn tell_end(&mut self, slot: u32, end: End, batch: &mut Filling<'_>) {
        match end {
            End::Ended => {
                if let Some(connection) = self.connections.get_mut(slot) {
                    connection.reads = false;
                }
                batch.table.push(slot, EventKind::Ended, 0, 0);
            }
            End::Broken(error) => self.break_off(slot, error, &mut batch.table),
        }
    }

    /// What was held for those who read again.
    fn tell_held(&mut self, batch: &mut Filling<'_>) {
        let queued = self.io.ring().map(|ring| ring.take_queued()).unwrap_or_default();
        for token in queued {
            let Some((slot, connection)) = self.connections.of_token(token) else { continue };
            connection.ring.is_queued = false;
            if !connection.reads {
                continue;
            }
            match self.io.ring() {
                Some(ring) if batch.has_room() && connection.ring.turn != ring.turn => self.tell_held_of(slot, batch),
                Some(ring) => ring.watch(connection),
                None => {}
            }
        }
    }

    fn tell_held_of(&mut self, slot: u32, batch: &mut Filling<'_>) {
        let (Some(connection), Some(ring)) = (self.connections.get_mut(slot), self.io.ring()) else { return };
        let (length, end) = ring.take_held(connection, batch.room.next());
        if length > 0 {
            batch.run = Some(Run { slot, length });
            self.finish_run(batch);
        } else if let Some(end) = end {
            self.tell_end(slot, end, batch);
        }
    }

    fn may_send_again(&mut self, token: u64, batch: &mut Filling<'_>) {
        if let Some((_, connection)) = self.connections.of_token(token) {
            connection.ring.polls = false;
            batch.rooms.push(token);
        }
    }

    /// Behind what came: a client that is answered is answered with all that it had sent by then.
    fn tell_rooms(&mut self, batch: &mut Filling<'_>) {
        for token in mem::take(&mut batch.rooms) {
            let Some((slot, connection)) = self.connections.of_token(token) else { continue };
            if mem::take(&mut connection.awaits_room) {
                batch.table.push(slot, EventKind::Writable, 0, 0);
            }
        }
    }

    /// The kernel refuses the ring, from which nothing comes any more.
    fn break_all(&mut self, batch: &mut Filling<'_>) -> bool {
        while batch.table.room() > 0
            && let Some(slot) = self.connections.first_open()
        {
            self.break_off(slot, sys::BROKEN_RING, &mut batch.table);
        }
        batch.table.room() == 0
    }
}

/// What a completion says of the end of what the client sends.
fn end_of(done: &Completion) -> Option<End> {
    if done.result() == 0 {
        return Some(End::Ended);
    }
    let error = io::Error::from_raw_os_error(done.error());
    // All buffers are full, or it was told to stop: it is asked for again.
    let goes_on = done.result() > 0 || done.is_cancelled() || sys::is_passing(&error);
    (!goes_on).then(|| End::Broken(done.error()))
}

#[cfg(test)]
mod tests;
