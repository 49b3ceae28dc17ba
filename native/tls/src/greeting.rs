//! The first message of a client.

use rustls::server::{Accepted, Acceptor};

/// More than these without a whole message are somebody else's to judge.
const MAX_BYTES: usize = 16 * 1024;

/// What a client has sent before it is known who serves it.
#[derive(Default)]
pub struct Greeting {
    acceptor: Acceptor,
    bytes: Vec<u8>,
}

/// What is known of a greeting.
pub enum Heard {
    /// Not all of it is here.
    Part,
    /// It says what the client speaks.
    Whole(Box<Accepted>),
    /// It is not TLS, or breaks its rules.
    Strange,
}

impl Greeting {
    /// All that came, for whoever serves the client.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Hears what came next.
    pub fn hear(&mut self, mut bytes: &[u8]) -> Heard {
        self.bytes.extend_from_slice(bytes);
        while !bytes.is_empty() {
            match self.acceptor.read_tls(&mut bytes) {
                Ok(count) if count > 0 => {}
                Ok(_) | Err(_) => return Heard::Strange,
            }
            match self.acceptor.accept() {
                Ok(Some(accepted)) => return Heard::Whole(Box::new(accepted)),
                Ok(None) => {}
                Err(_) => return Heard::Strange,
            }
        }
        if self.bytes.len() > MAX_BYTES { Heard::Strange } else { Heard::Part }
    }
}
