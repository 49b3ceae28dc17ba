//! The sockets of the native engine: what one wake-up of an event loop brings, as a table of events.
//!
//! Nothing here knows JavaScript, nor more of HTTP than to have plain requests parsed as they are read. A [`Server`] owns a listening socket and its connections behind one epoll descriptor,
//! which the loop of the thread watches. [`Server::collect`] accepts and reads whatever is ready into memory that the caller
//! lends, and says so in the caller's table; writing, pausing and closing are calls in the other direction.
//!
//! System calls and all `unsafe` of this crate are in [`sys`].

#![deny(unsafe_code)]

mod connections;
mod constants;
pub mod faults;
mod files;
mod frames;
mod heads;
mod io;
mod reserve;
mod ring;
mod secure;
mod server;
#[allow(unsafe_code)]
pub mod sys;
mod table;

pub use armature_tls::Front;
pub use armature_wire::Limits;
pub use constants::{Constant, Totals};
pub use files::{Piece, Sent, WHOLE_BYTES};
pub use frames::FRAME_WORDS;
pub use heads::HEAD_WORDS;
pub use io::{IoKind, ring_fault};
pub use server::{Batch, Server};
pub use table::{ENTRY_WORDS, EventKind, GRAIN_BYTES, MAX_READ_BYTES, SEND_WORDS};
