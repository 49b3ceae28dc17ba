//! What a server does for connections that are encrypted.

use std::io;
use std::os::fd::OwnedFd;

use armature_tls::{Front, Progress};

use super::{Records, Room, Server};
use crate::secure::{Came, SecurePlace, flush};
use crate::sys::{BROKEN, READABLE, Ready, WRITABLE};
use crate::table::{EventKind, Table};

impl Server {
    /// Encrypts the connections that are accepted from now on, by what `front` says; those that are encrypted go on as they are. A ring
    /// does not do that: the server must have been made with epoll.
    pub fn secure(&mut self, front: Front) {
        match &mut self.secure {
            Some(place) => place.use_front(front),
            None => self.secure = Some(Box::new(SecurePlace::new(front))),
        }
    }

    /// Gives away the socket of a connection that was handed over; its number is free.
    pub fn take_socket(&mut self, slot: u32) -> Option<OwnedFd> {
        self.connections.take_socket(slot)
    }

    /// Protocol, cipher suite and asked name of an encrypted connection, unless it is gone.
    #[must_use]
    pub fn describe(&self, slot: u32) -> Option<String> {
        Some(self.connections.get(slot)?.secure.as_deref()?.open_session()?.describe())
    }

    /// Does what an encrypted connection is ready for; an error is its end.
    pub(super) fn serve_secure(
        &mut self,
        (slot, ready): (u32, Ready),
        room: &mut Room<'_>,
        records: &mut Records<'_>,
        table: &mut Table<'_>,
    ) -> io::Result<()> {
        let (Some(place), Some(connection)) = (&mut self.secure, self.connections.get_mut(slot)) else { return Ok(()) };
        let awaited_room = connection.awaits_room;
        if connection.reads && ready.flags & (READABLE | BROKEN) != 0 {
            match place.read(&mut self.io, connection, room.next())? {
                Came::HandOver(bytes) => {
                    room.next()[..bytes.len()].copy_from_slice(&bytes);
                    let grain = room.take(bytes.len());
                    table.push(slot, EventKind::HandedOver, grain as i32, bytes.len() as i32);
                    return Ok(());
                }
                Came::Progress(Progress { opened, text, ended }) => {
                    if opened {
                        table.push(slot, EventKind::Opened, 0, 0);
                    }
                    if text > 0 {
                        self.received((slot, text), room, records, table)?;
                    }
                    if ended {
                        table.push(slot, EventKind::Ended, 0, 0);
                    }
                }
            }
        }
        let Some(connection) = self.connections.get_mut(slot) else { return Ok(()) };
        if awaited_room && ready.flags & (WRITABLE | BROKEN) != 0 {
            flush(&mut self.io, connection)?;
            table.push(slot, EventKind::Writable, 0, 0);
        }
        Ok(())
    }
}
