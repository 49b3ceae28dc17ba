//! The connections of a server, by small numbers that are used again.

use std::net::SocketAddr;
use std::os::fd::OwnedFd;

/// One client.
pub struct Connection {
    pub socket: OwnedFd,
    pub peer: Option<SocketAddr>,
    /// Tells this connection from earlier ones of the same number.
    pub token: u64,
    /// Whether bytes are wanted.
    pub reads: bool,
    /// Whether somebody waits until the system takes bytes again.
    pub awaits_room: bool,
    /// What epoll was asked to watch; 0 where it was asked to forget the socket.
    pub watched: u32,
}

/// A table with holes.
#[derive(Default)]
pub struct Connections {
    slots: Vec<Option<Connection>>,
    free: Vec<u32>,
    /// Counts all connections that there were, so that no two have one token.
    counted: u32,
}

impl Connections {
    /// Adds a connection and gives its number.
    pub fn add(&mut self, socket: OwnedFd, peer: Option<SocketAddr>) -> u32 {
        let slot = self.free.pop().unwrap_or(self.slots.len() as u32);
        self.counted = self.counted.wrapping_add(1) & 0x7fff_ffff;
        let token = u64::from(self.counted) << 32 | u64::from(slot);
        let connection = Connection { socket, peer, token, reads: true, awaits_room: false, watched: 0 };
        if slot as usize == self.slots.len() {
            self.slots.push(Some(connection));
        } else {
            self.slots[slot as usize] = Some(connection);
        }
        slot
    }

    pub fn get(&self, slot: u32) -> Option<&Connection> {
        self.slots.get(slot as usize)?.as_ref()
    }

    pub fn get_mut(&mut self, slot: u32) -> Option<&mut Connection> {
        self.slots.get_mut(slot as usize)?.as_mut()
    }

    /// The connection that a token was made for, unless it is gone.
    pub fn of_token(&mut self, token: u64) -> Option<(u32, &mut Connection)> {
        let slot = token as u32;
        let connection = self.get_mut(slot)?;
        (connection.token == token).then_some((slot, connection))
    }

    /// Takes a connection out; where it is dropped its socket closes.
    pub fn remove(&mut self, slot: u32) -> Option<Connection> {
        let connection = self.slots.get_mut(slot as usize)?.take();
        if connection.is_some() {
            self.free.push(slot);
        }
        connection
    }

    pub fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }
}
