//! One encrypted connection.

use std::fmt;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::server::UnbufferedServerConnection;
use rustls::unbuffered::{ConnectionState, EncodeError, EncryptError, UnbufferedStatus};

/// What a record adds to its text at most, and what may stand in front of all of them.
const OVERHEAD_BYTES: usize = 64;

/// The longest text of a record.
const RECORD_BYTES: usize = 16 * 1024;

/// Bytes that may wait for the rest of a record or message. A message may be cut into records of a byte each, which take many times its
/// length, and no message of a client without a certificate is nearly as long.
const MAX_PARTIAL_BYTES: usize = 64 * 1024;

/// Why a connection cannot go on, in a few words.
#[derive(Debug, PartialEq, Eq)]
pub struct Broken(pub String);

impl fmt::Display for Broken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl From<rustls::Error> for Broken {
    fn from(error: rustls::Error) -> Broken {
        Broken(error.to_string())
    }
}

/// What became of bytes that were received.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Bytes of text that they brought.
    pub text: usize,
    /// Whether they completed the handshake.
    pub opened: bool,
    /// Whether they say that nothing more comes (`close_notify`).
    pub ended: bool,
}

/// An encrypted connection, from the greeting to its end.
pub struct Session {
    connection: UnbufferedServerConnection,
    /// The beginning of what is not complete.
    partial: Vec<u8>,
    server_name: Option<String>,
    is_open: bool,
}

impl Session {
    pub(crate) fn new(config: Arc<ServerConfig>, server_name: Option<String>) -> Result<Session, rustls::Error> {
        let connection = UnbufferedServerConnection::new(config)?;
        Ok(Session { connection, partial: Vec::new(), server_name, is_open: false })
    }

    /// Whether the handshake is done.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.is_open
    }

    /// Protocol, name of the cipher suite, and the name that the client asked for, with spaces between them.
    #[must_use]
    pub fn describe(&self) -> String {
        let version = self.connection.protocol_version().and_then(|version| version.as_str());
        let suite = self.connection.negotiated_cipher_suite().and_then(|suite| suite.suite().as_str());
        let version = version.unwrap_or_default().replace("v1_", "v1.");
        let suite = suite.unwrap_or_default().replace("TLS13_", "TLS_");
        format!("{version} {suite} {}", self.server_name.as_deref().unwrap_or_default())
    }

    /// Takes bytes of the socket, which it may change; puts the text that they bring into `text`, and adds what is to be sent to `out`.
    ///
    /// # Errors
    /// Where the client breaks the rules; what is to be sent tells it so.
    pub fn receive(&mut self, bytes: &mut [u8], text: &mut [u8], out: &mut Vec<u8>) -> Result<Progress, Broken> {
        let mut progress = Progress::default();
        if self.partial.is_empty() {
            let used = self.process(bytes, text, out, &mut progress)?;
            self.partial.extend_from_slice(&bytes[used..]);
        } else {
            let mut all = std::mem::take(&mut self.partial);
            all.extend_from_slice(bytes);
            let used = self.process(&mut all, text, out, &mut progress)?;
            if used < all.len() {
                all.drain(..used);
                self.partial = all;
            }
        }
        if self.partial.len() > MAX_PARTIAL_BYTES {
            return Err(Broken("a message without an end".to_owned()));
        }
        if !self.is_open && !self.connection.is_handshaking() {
            self.is_open = true;
            progress.opened = true;
        }
        Ok(progress)
    }

    /// Encrypts text, and adds it to `out`.
    ///
    /// # Errors
    /// Where no key may be used any more.
    pub fn seal(&mut self, text: &[u8], out: &mut Vec<u8>) -> Result<(), Broken> {
        let room = text.len() + (text.len() / RECORD_BYTES + 2) * OVERHEAD_BYTES;
        self.write(out, room, &|traffic, room| traffic.encrypt(text, room))
    }

    /// Adds to `out` that nothing more is sent (`close_notify`).
    ///
    /// # Errors
    /// As of [`Session::seal`].
    pub fn seal_end(&mut self, out: &mut Vec<u8>) -> Result<(), Broken> {
        self.write(out, 2 * OVERHEAD_BYTES, &|traffic, room| traffic.queue_close_notify(room))
    }

    fn write(&mut self, out: &mut Vec<u8>, mut room: usize, write: &Write) -> Result<(), Broken> {
        loop {
            // What is in it was looked at before.
            let UnbufferedStatus { state, .. } = self.connection.process_tls_records(&mut self.partial);
            match state? {
                ConnectionState::WriteTraffic(mut traffic) => {
                    let start = out.len();
                    out.resize(start + room, 0);
                    let written = write(&mut traffic, &mut out[start..]);
                    out.truncate(start + *written.as_ref().unwrap_or(&0));
                    match written {
                        Ok(_) => return Ok(()),
                        Err(EncryptError::InsufficientSize(size)) if size.required_size > room => room = size.required_size,
                        Err(error) => return Err(Broken(error.to_string())),
                    }
                }
                ConnectionState::EncodeTlsData(mut data) => encode(out, |room| data.encode(room))?,
                ConnectionState::TransmitTlsData(data) => data.done(),
                ConnectionState::PeerClosed => {}
                _ => return Err(Broken("nothing may be sent now".to_owned())),
            }
        }
    }

    /// Gives how many of the bytes are done with.
    fn process(
        &mut self,
        bytes: &mut [u8],
        text: &mut [u8],
        out: &mut Vec<u8>,
        progress: &mut Progress,
    ) -> Result<usize, Broken> {
        let mut used = 0;
        loop {
            let UnbufferedStatus { mut discard, state } = self.connection.process_tls_records(&mut bytes[used..]);
            match state {
                Ok(ConnectionState::ReadTraffic(mut traffic)) => {
                    while let Some(record) = traffic.next_record() {
                        let record = record?;
                        discard += record.discard;
                        let end = progress.text + record.payload.len();
                        let place = text.get_mut(progress.text..end);
                        place.ok_or_else(|| Broken("more text than bytes".to_owned()))?.copy_from_slice(record.payload);
                        progress.text = end;
                    }
                }
                Ok(ConnectionState::EncodeTlsData(mut data)) => encode(out, |room| data.encode(room))?,
                Ok(ConnectionState::TransmitTlsData(data)) => data.done(),
                Ok(ConnectionState::PeerClosed) => progress.ended = true,
                Ok(_) => return Ok(used + discard),
                Err(error) => {
                    self.alert(&mut bytes[used + discard..], out);
                    return Err(error.into());
                }
            }
            used += discard;
        }
    }

    /// Adds what tells the client that its connection is broken; `rest` may not be looked at once more.
    fn alert(&mut self, rest: &mut [u8], out: &mut Vec<u8>) {
        while self.connection.wants_write() {
            let Ok(ConnectionState::EncodeTlsData(mut data)) = self.connection.process_tls_records(rest).state else { return };
            if encode(out, |room| data.encode(room)).is_err() {
                return;
            }
        }
    }
}

type Traffic<'a> = rustls::unbuffered::WriteTraffic<'a, rustls::server::ServerConnectionData>;
type Write<'a> = dyn Fn(&mut Traffic<'_>, &mut [u8]) -> Result<usize, EncryptError> + 'a;

/// Adds what `encode` writes, once it knows how much that is.
fn encode(out: &mut Vec<u8>, mut encode: impl FnMut(&mut [u8]) -> Result<usize, EncodeError>) -> Result<(), Broken> {
    let start = out.len();
    if let Err(EncodeError::InsufficientSize(size)) = encode(&mut []) {
        out.resize(start + size.required_size, 0);
        encode(&mut out[start..]).map_err(|error| Broken(error.to_string()))?;
    }
    Ok(())
}
