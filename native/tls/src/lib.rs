//! TLS for the sockets of the native engine, by rustls: bytes of a socket go in, and bytes of HTTP and for the socket come out.
//!
//! Nothing here reads or writes a socket. A [`Front`] holds the certificates of a listener. It looks at the first message of each client
//! ([`Greeting`]) and either begins a [`Session`], or says that the client is to be handed over, with what was read of it, to one who
//! speaks more than rustls: HTTP/2 above it, or the suites of older clients.

#![forbid(unsafe_code)]

mod front;
mod greeting;
mod identities;
mod session;
mod settings;

pub use front::{Front, Verdict};
pub use greeting::Greeting;
pub use session::{Broken, Progress, Session};
