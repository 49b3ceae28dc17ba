//! How a server learns what its sockets bring.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use crate::connections::Connection;
use crate::ring::Ring;
use crate::sys::{Epoll, READABLE, WRITABLE};

/// The token of the listening socket; those of connections have 29 bits in their upper half.
pub const LISTENER: u64 = u64::MAX;

/// What a server can be made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IoKind {
    /// Says what is ready, for which there is a call each.
    Epoll,
    /// io_uring: does it by itself.
    Ring,
}

/// Why there can be no ring here; `None` where there can.
#[must_use]
pub fn ring_fault() -> Option<io::Error> {
    Ring::new().err()
}

pub enum Io {
    Epoll(Epoll),
    Ring(Box<Ring>),
}

impl Io {
    pub fn new(kind: IoKind) -> io::Result<Io> {
        Ok(match kind {
            IoKind::Epoll => Io::Epoll(Epoll::new()?),
            IoKind::Ring => Io::Ring(Box::new(Ring::new()?)),
        })
    }

    /// The ring, where there is one.
    pub fn ring(&mut self) -> Option<&mut Ring> {
        match self {
            Io::Epoll(_) => None,
            Io::Ring(ring) => Some(ring),
        }
    }

    pub fn listen(&mut self, listener: BorrowedFd<'_>) -> io::Result<()> {
        match self {
            Io::Epoll(epoll) => epoll.add(listener, LISTENER, READABLE),
            Io::Ring(ring) => {
                ring.listen(listener);
                Ok(())
            }
        }
    }

    pub fn stop_listening(&mut self, listener: &OwnedFd) {
        match self {
            Io::Epoll(epoll) => {
                // Where another process has the socket open too, closing it here does not make epoll forget it.
                let _ = epoll.remove(listener.as_fd());
            }
            Io::Ring(ring) => ring.stop_listening(),
        }
    }

    /// Looks after what is wanted of a connection.
    ///
    /// # Errors
    /// Where that is not possible: the connection has to be closed, because nobody is told of it any more.
    pub fn watch(&mut self, connection: &mut Connection) -> io::Result<()> {
        match self {
            Io::Epoll(epoll) => watch(epoll, connection),
            Io::Ring(ring) => {
                ring.watch(connection);
                Ok(())
            }
        }
    }

    /// Looks after a connection no more, whose socket is closed next.
    pub fn forget(&mut self, connection: &Connection) {
        // The end of a socket takes it out of epoll.
        if let Io::Ring(ring) = self {
            ring.forget(connection);
        }
    }

    /// Behind the last batch of a wake-up.
    pub fn settle(&mut self) {
        if let Io::Ring(ring) = self {
            ring.settle();
        }
    }
}

impl AsFd for Io {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match self {
            Io::Epoll(epoll) => epoll.as_fd(),
            Io::Ring(ring) => ring.as_fd(),
        }
    }
}

/// Has epoll watch what is wanted of a connection, and forget a socket of which nothing is: it would report that it is broken
/// again and again.
///
/// # Errors
/// Where that is not possible: the connection has to be closed, because nobody is told of it any more.
fn watch(epoll: &Epoll, connection: &mut Connection) -> io::Result<()> {
    let wanted = (if connection.reads { READABLE } else { 0 }) | (if connection.awaits_room { WRITABLE } else { 0 });
    let socket = connection.socket.as_fd();
    match (connection.watched, wanted) {
        (before, wanted) if before == wanted => {}
        (0, _) => epoll.add(socket, connection.token, wanted)?,
        (_, 0) => epoll.remove(socket)?,
        _ => epoll.change(socket, connection.token, wanted)?,
    }
    connection.watched = wanted;
    Ok(())
}
