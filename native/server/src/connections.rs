//! The connections of a server, by small numbers that are used again.

use std::mem;
use std::net::SocketAddr;
use std::os::fd::OwnedFd;

use crate::constants::Rest;
use crate::ring::InRing;
use crate::secure::Secure;
use armature_wire::FrameReader;

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
    /// What is known of it for the sake of constant answers.
    pub rest: Rest,
    /// Bytes that came, without the upper half of their number.
    pub received: u32,
    /// Reads what comes as frames of WebSockets, where somebody wants that.
    pub frames: Option<FrameReader>,
    /// What a ring does for it, where there is one.
    pub ring: InRing,
    /// `None` where it is not encrypted.
    pub secure: Option<Box<Secure>>,
}

/// What a number stands for.
enum Slot {
    Free,
    Open(Connection),
    /// For a connection that broke, until its user closes it: what that does meanwhile must not reach another one.
    Broken,
}

/// A table with holes.
#[derive(Default)]
pub struct Connections {
    slots: Vec<Slot>,
    free: Vec<u32>,
    /// Counts all connections that there were, so that no two have one token.
    counted: u32,
}

/// Bits of that count in tokens; a ring has those above them for itself.
const COUNT_BITS: u32 = 29;

impl Connections {
    /// Adds a connection and gives its number.
    pub fn add(&mut self, socket: OwnedFd, peer: Option<SocketAddr>) -> u32 {
        let slot = self.free.pop().unwrap_or(self.slots.len() as u32);
        self.counted = self.counted.wrapping_add(1) & ((1 << COUNT_BITS) - 1);
        let token = u64::from(self.counted) << 32 | u64::from(slot);
        let connection = Connection {
            socket,
            peer,
            token,
            reads: true,
            awaits_room: false,
            watched: 0,
            rest: Rest::default(),
            received: 0,
            frames: None,
            ring: InRing::default(),
            secure: None,
        };
        if slot as usize == self.slots.len() {
            self.slots.push(Slot::Open(connection));
        } else {
            self.slots[slot as usize] = Slot::Open(connection);
        }
        slot
    }

    pub fn get(&self, slot: u32) -> Option<&Connection> {
        match self.slots.get(slot as usize)? {
            Slot::Open(connection) => Some(connection),
            Slot::Free | Slot::Broken => None,
        }
    }

    pub fn get_mut(&mut self, slot: u32) -> Option<&mut Connection> {
        match self.slots.get_mut(slot as usize)? {
            Slot::Open(connection) => Some(connection),
            Slot::Free | Slot::Broken => None,
        }
    }

    /// The connection that a token was made for, unless it is gone.
    pub fn of_token(&mut self, token: u64) -> Option<(u32, &mut Connection)> {
        let slot = token as u32;
        let connection = self.get_mut(slot)?;
        (connection.token == token).then_some((slot, connection))
    }

    /// Closes the socket of a connection, if it is open, and makes its number free.
    pub fn remove(&mut self, slot: u32) {
        let Some(place) = self.slots.get_mut(slot as usize) else { return };
        if !matches!(mem::replace(place, Slot::Free), Slot::Free) {
            self.free.push(slot);
        }
    }

    /// Gives away the socket of a connection, and makes its number free.
    pub fn take_socket(&mut self, slot: u32) -> Option<OwnedFd> {
        let place = self.slots.get_mut(slot as usize)?;
        if !matches!(place, Slot::Open(_)) {
            return None;
        }
        let Slot::Open(connection) = mem::replace(place, Slot::Free) else { return None };
        self.free.push(slot);
        Some(connection.socket)
    }

    /// Closes the socket of a connection that broke, and keeps its number until it is removed.
    pub fn break_off(&mut self, slot: u32) {
        if let Some(place) = self.slots.get_mut(slot as usize)
            && matches!(place, Slot::Open(_))
        {
            *place = Slot::Broken;
        }
    }

    /// Has the tokens look as if there had been so many connections.
    #[cfg(test)]
    pub fn count_from(&mut self, counted: u32) {
        self.counted = counted;
    }

    /// An open one.
    pub fn first_open(&self) -> Option<u32> {
        self.slots.iter().position(|slot| matches!(slot, Slot::Open(_))).map(|slot| slot as u32)
    }

    /// How many are open.
    pub fn len(&self) -> usize {
        self.slots.iter().filter(|slot| matches!(slot, Slot::Open(_))).count()
    }
}
