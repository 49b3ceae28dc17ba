//! Files that leave without anybody reading them, as far as that does not wait for a disk.

use std::io;
use std::os::fd::{BorrowedFd, RawFd};

use crate::sys;

/// Pieces up to so many bytes are read and leave with what stands in front of them in one write, which costs less than to tell
/// the kernel of the file.
pub const WHOLE_BYTES: u64 = 32 * 1024;

/// Where not all of a piece is in memory, so many bytes of its start may be: as much as is read when nothing is.
const PART_BYTES: u64 = 64 * 1024;

/// A piece of a file that is open for reading.
#[derive(Clone, Copy, Debug)]
pub struct Piece {
    /// The number of its descriptor, which its owner keeps open for the time of a call.
    pub file: RawFd,
    /// Where it begins.
    pub start: u64,
    /// Its bytes.
    pub length: u64,
}

/// What became of a piece and the bytes in front of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Bytes that the system took, those in front included.
    pub bytes: usize,
    /// Whether it takes no more for now. Where it is not set and bytes of the piece are left, these have to be read: they are not in
    /// memory, the file ends before them, or it cannot be sent like this.
    pub full: bool,
}

/// Sends what is in `front`, and then a piece of a file; `front` is changed.
///
/// # Errors
/// Where the connection is broken.
pub fn send(socket: BorrowedFd<'_>, front: &mut Vec<u8>, piece: Piece) -> io::Result<Sent> {
    if piece.length <= WHOLE_BYTES {
        read_whole(front, piece);
        return send_bytes(socket, front, false);
    }
    let resident = in_memory(piece);
    let first = send_bytes(socket, front, resident > 0)?;
    if first.full || resident == 0 {
        return Ok(first);
    }
    let rest = send_resident(socket, Piece { length: resident, ..piece })?;
    Ok(Sent { bytes: first.bytes + rest.bytes, full: rest.full })
}

/// Reads a piece behind what `front` holds, as far as it is in memory; the rest, and what is wrong with it, is left to whoever reads it.
fn read_whole(front: &mut Vec<u8>, Piece { file, start, length }: Piece) {
    let size = length as usize;
    match sys::read_at(file, front, size, start, true) {
        Ok(_) => {}
        Err(error) if sys::is_passing(&error) => {}
        // Some file systems, as those in memory, cannot read like this and can tell what is there.
        Err(_) if in_memory(Piece { file, start, length }) == length => {
            let _ = sys::read_at(file, front, size, start, false);
        }
        Err(_) => {}
    }
}

/// How many bytes of a piece, from its start, can be sent without waiting for a disk.
fn in_memory(piece: Piece) -> u64 {
    if is_in_memory(piece) {
        return piece.length;
    }
    let part = Piece { length: PART_BYTES, ..piece };
    if piece.length > PART_BYTES && is_in_memory(part) { PART_BYTES } else { 0 }
}

fn is_in_memory(Piece { file, start, length }: Piece) -> bool {
    let page = sys::page_bytes();
    let pages = (start + length).div_ceil(page) - start / page;
    match sys::cached_pages(file, start, length) {
        Ok(cached) => cached >= pages,
        // Without the call, and for files of others, each page is asked for.
        Err(_) => {
            let mut byte = Vec::with_capacity(1);
            let first = start / page * page;
            (0..pages).all(|at| {
                byte.clear();
                sys::read_at(file, &mut byte, 1, (first + at * page).max(start), true).is_ok()
            })
        }
    }
}

fn send_bytes(socket: BorrowedFd<'_>, bytes: &[u8], more: bool) -> io::Result<Sent> {
    if bytes.is_empty() {
        return Ok(Sent { bytes: 0, full: false });
    }
    let sent = match sys::send(socket, bytes, more) {
        Ok(sent) => sent,
        Err(error) if sys::is_passing(&error) => 0,
        Err(error) => return Err(error),
    };
    Ok(Sent { bytes: sent, full: sent < bytes.len() })
}

/// Sends a piece that is in memory, until it has left, ends, or the socket is full.
fn send_resident(socket: BorrowedFd<'_>, Piece { file, start, length }: Piece) -> io::Result<Sent> {
    let mut bytes = 0;
    while bytes < length as usize {
        match sys::send_file(socket, file, start + bytes as u64, length as usize - bytes) {
            Ok(0) => break,
            Ok(sent) => bytes += sent,
            Err(error) if sys::is_passing(&error) => return Ok(Sent { bytes, full: true }),
            Err(error) if sys::is_of_socket(&error) => return Err(error),
            // Whoever reads the file is told what is wrong with it.
            Err(_) => break,
        }
    }
    Ok(Sent { bytes, full: false })
}
