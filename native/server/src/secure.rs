//! Encrypted connections: what `armature-tls` makes of bytes, read from sockets and written to them.

use std::io;
use std::os::fd::AsFd;

use armature_tls::{Broken, Front, Greeting, Progress, Session, Verdict};

use crate::connections::Connection;
use crate::io::Io;
use crate::sys;
use crate::table::{EventKind, MAX_READ_BYTES};

/// Bytes that one read brings at most: with a record that was not complete before, their text fits where a plain read does.
const READ_BYTES: usize = MAX_READ_BYTES - 24 * 1024;

/// Text that is encrypted for one write of the system.
const PIECE_BYTES: usize = 64 * 1024;

/// Text that may wait for what comes behind it, to leave in one record with that.
const GATHERED_BYTES: usize = 16 * 1024;

/// Handshakes that one batch begins or completes at most, so that others have their turn between them: each takes as long as many requests,
/// and most of that when it begins, with the signature.
pub const MAX_HANDSHAKES: usize = 16;

/// What the encrypted connections of a server use in turns.
pub struct SecurePlace {
    front: Front,
    incoming: Box<[u8]>,
    outgoing: Vec<u8>,
    /// Handshakes that this batch has begun or completed.
    pub handshakes: usize,
}

/// What a connection has beside its socket where it is encrypted.
pub struct Secure {
    stage: Stage,
    /// Encrypted bytes that the system has not taken.
    unsent: Vec<u8>,
    /// Bytes of text among them of which the caller was not told that they have left.
    uncounted: usize,
    /// Text that leaves with what comes behind it.
    gathered: Vec<u8>,
    /// Whether our side ends behind what is not sent.
    ends: bool,
}

enum Stage {
    Greeting(Box<Greeting>),
    Session(Box<Session>),
    HandedOver,
}

/// What received bytes have brought about.
pub enum Came {
    Progress(Progress),
    /// The client is somebody else's, with these bytes.
    HandOver(Vec<u8>),
}

impl SecurePlace {
    pub fn new(front: Front) -> SecurePlace {
        SecurePlace { front, incoming: vec![0; READ_BYTES].into(), outgoing: Vec::new(), handshakes: 0 }
    }

    /// Clients that come from now on find this one; those who are there keep what they have found.
    pub fn use_front(&mut self, front: Front) {
        self.front = front;
    }

    /// Readies a connection that was accepted, and gives what is told of it.
    pub fn greet(&self, connection: &mut Connection) -> EventKind {
        let (stage, kind) = if self.front.serves() {
            (Stage::Greeting(Box::default()), EventKind::Accepted)
        } else {
            (Stage::HandedOver, EventKind::HandedOver)
        };
        connection.reads = kind == EventKind::Accepted;
        connection.secure = Some(Box::new(Secure { stage, unsent: Vec::new(), uncounted: 0, gathered: Vec::new(), ends: false }));
        kind
    }

    /// Reads what is there; puts the text that it brings into `text`.
    ///
    /// # Errors
    /// Where the connection is broken, or its client breaks the rules.
    pub fn read(&mut self, io: &mut Io, connection: &mut Connection, text: &mut [u8]) -> io::Result<Came> {
        let received = match sys::receive(connection.socket.as_fd(), &mut self.incoming) {
            Ok(received) => received,
            Err(error) if sys::is_passing(&error) => return Ok(Came::Progress(Progress::default())),
            Err(error) => return Err(error),
        };
        self.outgoing.clear();
        let came = match connection.secure.as_deref_mut() {
            Some(secure) if received > 0 => {
                let has_begun = secure.has_begun();
                let came = secure.receive(&self.front, &mut self.incoming[..received], text, &mut self.outgoing);
                self.handshakes += usize::from(secure.has_begun() && !has_begun);
                came
            }
            Some(secure) if secure.open_session().is_some() => {
                Ok(Came::Progress(Progress { ended: true, ..Progress::default() }))
            }
            _ => return Err(io::Error::from_raw_os_error(libc::ECONNRESET)),
        };
        // Also where the connection breaks: the client is told why.
        let sent = self.pass_on(io, connection);
        let came = came.map_err(|_| io::Error::from_raw_os_error(libc::EPROTO))?;
        sent?;
        match came {
            Came::Progress(Progress { opened, ended, .. }) => {
                self.handshakes += usize::from(opened);
                connection.reads = !ended;
            }
            // What comes there is not ours any more.
            Came::HandOver(_) => (connection.reads, connection.awaits_room) = (false, false),
        }
        io.watch(connection)?;
        Ok(came)
    }

    /// Encrypts and sends text; gives how much of it has left. Where that is not all, the caller offers the rest again when there is room:
    /// what of it is encrypted by then is counted there, and not encrypted once more.
    pub fn send(&mut self, io: &mut Io, connection: &mut Connection, text: &[u8], more: bool) -> io::Result<usize> {
        let Some(secure) = connection.secure.as_deref_mut() else { return Err(io::Error::from_raw_os_error(libc::EBADF)) };
        let mut counted = secure.count(text.len());
        let mut rest = &text[counted..];
        if secure.unsent.is_empty() && more && secure.gathered.len() + rest.len() <= GATHERED_BYTES {
            secure.gathered.extend_from_slice(rest);
            return Ok(text.len());
        }
        while secure.unsent.is_empty() && !rest.is_empty() {
            let (piece, behind) = rest.split_at(rest.len().min(PIECE_BYTES));
            rest = behind;
            self.outgoing.clear();
            secure.seal(piece, &mut self.outgoing).map_err(|_| io::Error::from_raw_os_error(libc::EPROTO))?;
            secure.uncounted = piece.len();
            let sent = send_some(connection.socket.as_fd(), &self.outgoing)?;
            secure.unsent.extend_from_slice(&self.outgoing[sent..]);
            counted += secure.count(piece.len());
        }
        if counted < text.len() {
            connection.awaits_room = true;
            io.watch(connection)?;
        }
        Ok(counted)
    }

    /// Says that nothing more is sent, and ends our direction behind it.
    pub fn end(&mut self, io: &mut Io, connection: &mut Connection) -> io::Result<()> {
        let Some(secure) = connection.secure.as_deref_mut() else { return Ok(()) };
        self.outgoing.clear();
        // What cannot be said any more is seen by the end itself.
        let _ = secure.seal_end(&mut self.outgoing);
        secure.ends = true;
        self.pass_on(io, connection)?;
        end_if_sent(connection);
        Ok(())
    }

    /// Sends what is to be sent, or keeps it behind what waits.
    fn pass_on(&mut self, io: &mut Io, connection: &mut Connection) -> io::Result<()> {
        let Some(secure) = connection.secure.as_deref_mut() else { return Ok(()) };
        if self.outgoing.is_empty() {
            return Ok(());
        }
        let sent = if secure.unsent.is_empty() { send_some(connection.socket.as_fd(), &self.outgoing)? } else { 0 };
        secure.unsent.extend_from_slice(&self.outgoing[sent..]);
        if secure.unsent.is_empty() {
            return Ok(());
        }
        connection.awaits_room = true;
        io.watch(connection)
    }
}

impl Secure {
    fn receive(&mut self, front: &Front, bytes: &mut [u8], text: &mut [u8], out: &mut Vec<u8>) -> Result<Came, Broken> {
        let greeting = match &mut self.stage {
            Stage::Session(session) => return session.receive(bytes, text, out).map(Came::Progress),
            Stage::HandedOver => return Ok(Came::Progress(Progress::default())),
            Stage::Greeting(greeting) => greeting,
        };
        let verdict = front.hear(greeting, bytes);
        if matches!(verdict, Verdict::Wait) {
            return Ok(Came::Progress(Progress::default()));
        }
        let mut heard = std::mem::take(&mut **greeting).into_bytes();
        let Verdict::Serve(mut session) = verdict else {
            self.stage = Stage::HandedOver;
            return Ok(Came::HandOver(heard));
        };
        let progress = session.receive(&mut heard, text, out);
        self.stage = Stage::Session(session);
        progress.map(Came::Progress)
    }

    /// Whether there is a session, its handshake done or not.
    fn has_begun(&self) -> bool {
        matches!(self.stage, Stage::Session(_))
    }

    /// The session, once its handshake is done.
    pub fn open_session(&self) -> Option<&Session> {
        match &self.stage {
            Stage::Session(session) if session.is_open() => Some(session),
            _ => None,
        }
    }

    /// Counts encrypted text that has left since, `most` at most. A byte of it has left where fewer bytes wait than are not counted.
    fn count(&mut self, most: usize) -> usize {
        let left = self.uncounted.saturating_sub(self.unsent.len()).min(most);
        self.uncounted -= left;
        left
    }

    fn seal(&mut self, text: &[u8], out: &mut Vec<u8>) -> Result<(), Broken> {
        let Stage::Session(session) = &mut self.stage else { return Err(Broken("there is no session".to_owned())) };
        if self.gathered.is_empty() {
            return session.seal(text, out);
        }
        let mut gathered = std::mem::take(&mut self.gathered);
        gathered.extend_from_slice(text);
        session.seal(&gathered, out)
    }

    fn seal_end(&mut self, out: &mut Vec<u8>) -> Result<(), Broken> {
        if !self.gathered.is_empty() {
            self.seal(&[], out)?;
        }
        match &mut self.stage {
            Stage::Session(session) => session.seal_end(out),
            _ => Ok(()),
        }
    }
}

/// Sends what waits.
///
/// # Errors
/// Where the connection is broken.
pub fn flush(io: &mut Io, connection: &mut Connection) -> io::Result<()> {
    let Some(secure) = connection.secure.as_deref_mut() else { return Ok(()) };
    let sent = send_some(connection.socket.as_fd(), &secure.unsent)?;
    secure.unsent.drain(..sent);
    if secure.unsent.is_empty() {
        secure.unsent = Vec::new();
        connection.awaits_room = false;
        io.watch(connection)?;
        end_if_sent(connection);
    }
    Ok(())
}

fn end_if_sent(connection: &Connection) {
    if connection.secure.as_deref().is_some_and(|secure| secure.ends && secure.unsent.is_empty()) {
        // What is broken is told by the next read.
        let _ = sys::end(connection.socket.as_fd());
    }
}

fn send_some(socket: std::os::fd::BorrowedFd<'_>, bytes: &[u8]) -> io::Result<usize> {
    match sys::send(socket, bytes, false) {
        Err(error) if sys::is_passing(&error) => Ok(0),
        sent => sent,
    }
}
