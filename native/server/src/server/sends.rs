//! What leaves through a ring: the answers of a batch, in one call.

use std::mem;
use std::os::fd::{AsFd, BorrowedFd};

use super::Server;
use crate::sys;
use crate::table::SEND_WORDS;

/// Pieces of one connection that follow each other, which are sent as one.
struct Run {
    slot: u32,
    entries: usize,
    bytes: usize,
}

impl Server {
    /// As [`Server::send_batch`], of a ring.
    pub(super) fn send_together(&mut self, mut bytes: &[u8], sends: &mut [i32]) -> usize {
        let mut rest = &mut *sends;
        while rest.len() >= SEND_WORDS {
            let runs = self.next_runs(rest);
            let (entries, length) = runs.iter().fold((0, 0), |(entries, bytes), run| (entries + run.entries, bytes + run.bytes));
            let (now, later) = mem::take(&mut rest).split_at_mut(entries * SEND_WORDS);
            let (piece, behind) = bytes.split_at(length);
            self.send_runs(&runs, piece, now);
            (rest, bytes) = (later, behind);
        }
        sends.chunks_exact(SEND_WORDS).filter(|send| send[1] != send[2]).count()
    }

    /// The runs in front of the first connection that comes again: what it wants to send waits for what becomes of the first one.
    fn next_runs(&mut self, sends: &[i32]) -> Vec<Run> {
        let mut runs: Vec<Run> = Vec::with_capacity(sends.len() / SEND_WORDS);
        let round = self.io.ring().map_or(0, |ring| ring.next_round());
        for send in sends.chunks_exact(SEND_WORDS) {
            let (slot, bytes) = (send[0] as u32, send[1] as usize);
            if let Some(run) = runs.last_mut().filter(|run| run.slot == slot) {
                run.entries += 1;
                run.bytes += bytes;
                continue;
            }
            if let Some(connection) = self.connections.get_mut(slot)
                && mem::replace(&mut connection.ring.round, round) == round
            {
                break;
            }
            runs.push(Run { slot, entries: 1, bytes });
        }
        runs
    }

    fn send_runs(&mut self, runs: &[Run], mut bytes: &[u8], mut sends: &mut [i32]) {
        let mut pieces: Vec<(BorrowedFd<'_>, &[u8])> = Vec::with_capacity(runs.len());
        for run in runs {
            let (piece, rest) = bytes.split_at(run.bytes);
            bytes = rest;
            if let Some(connection) = self.connections.get(run.slot).filter(|connection| !connection.awaits_room) {
                pieces.push((connection.socket.as_fd(), piece));
            }
        }
        let results = match self.io.ring() {
            Some(ring) => ring.uring.send_all(&pieces).to_vec(),
            None => Vec::new(),
        };
        let mut results = results.into_iter();
        for run in runs {
            let (entries, rest) = mem::take(&mut sends).split_at_mut(run.entries * SEND_WORDS);
            sends = rest;
            let result = match self.connections.get(run.slot) {
                None => -libc::EBADF,
                Some(connection) if connection.awaits_room => 0,
                Some(_) => results.next().unwrap_or(-libc::EIO),
            };
            self.tell_sent(run, result, entries);
        }
    }

    /// Says what of a result belongs to each of the pieces that were sent as one.
    fn tell_sent(&mut self, run: &Run, result: i32, entries: &mut [i32]) {
        let result = if sys::is_passing(&std::io::Error::from_raw_os_error(-result)) { 0 } else { result };
        let mut left = result;
        for entry in entries.chunks_exact_mut(SEND_WORDS) {
            entry[2] = left.min(entry[1]);
            left -= entry[2].max(0);
        }
        if let Some(connection) = self.connections.get_mut(run.slot)
            && usize::try_from(result).is_ok_and(|sent| sent < run.bytes)
        {
            connection.awaits_room = true;
            // A ring is always asked.
            let _ = self.io.watch(connection);
        } else if result < 0 {
            self.refuse_further(run.slot, &std::io::Error::from_raw_os_error(-result));
        }
    }
}
