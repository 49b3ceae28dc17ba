//! The table of events that the caller lends, four words for each.

/// Words of one entry: connection, [`EventKind`], and two that the kind gives their meaning.
pub const ENTRY_WORDS: usize = 4;

/// Words of one entry of what is to be sent: connection, bytes, and how many of them were sent, or the number of an error below zero.
pub const SEND_WORDS: usize = 3;

/// Where a read begins in the lent memory is a multiple of this.
pub const GRAIN_BYTES: usize = 1024;

/// Bytes that one read of a connection brings at most.
pub const MAX_READ_BYTES: usize = 64 * 1024;

/// What an entry says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum EventKind {
    /// A client has connected.
    Opened = 0,
    /// Bytes came: where they begin, in grains, and how many they are.
    Data = 1,
    /// The other side sends nothing more.
    Ended = 2,
    /// The connection broke: the number of the error. Its socket is closed, and its number is kept until the caller closes it.
    Closed = 3,
    /// The system takes bytes again, after it had not taken all.
    Writable = 4,
    /// Requests were answered: how many since the last such entry, and how many bytes of the answers the system has not taken.
    Answered = 5,
    /// As `Data`, behind requests that were answered: where they begin in bytes.
    DataBehind = 6,
    /// A client has connected whose handshake is not done; [`EventKind::Opened`] follows, or an end.
    Accepted = 7,
    /// A client is somebody else's to serve: where the bytes begin that were read of it, in grains, and how many they are.
    HandedOver = 8,
}

/// Fills a lent table from its start.
pub struct Table<'a> {
    words: &'a mut [i32],
    entries: usize,
}

impl<'a> Table<'a> {
    pub fn new(words: &'a mut [i32]) -> Table<'a> {
        Table::behind(0, words)
    }

    /// Fills it behind the entries that it has.
    pub fn behind(entries: usize, words: &'a mut [i32]) -> Table<'a> {
        Table { words, entries }
    }

    pub fn entries(&self) -> usize {
        self.entries
    }

    /// Entries that still fit.
    pub fn room(&self) -> usize {
        self.words.len() / ENTRY_WORDS - self.entries
    }

    /// Adds an entry, for which the caller has looked whether there is room.
    pub fn push(&mut self, slot: u32, kind: EventKind, a: i32, b: i32) {
        let at = self.entries * ENTRY_WORDS;
        self.words[at..at + ENTRY_WORDS].copy_from_slice(&[slot as i32, kind as i32, a, b]);
        self.entries += 1;
    }
}
