//! Frames of WebSockets (RFC 6455, 5.2), unmasked where they lie.

use std::str;

use crate::unmask::unmask;

/// The bit of a first byte that ends a message.
const FINAL: u8 = 0x80;

/// The reserved bits that nobody negotiates; the third one is that of compression.
const RESERVED: u8 = 0x30;

/// The first byte of a message that is a text, whole, and not compressed.
const WHOLE_TEXT: u8 = FINAL | 1;

/// What is known of the bytes of a payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Content {
    /// They were not looked at: they are no whole text.
    Unknown = 0,
    /// A text of characters of one byte.
    Ascii = 1,
    /// Another text.
    Utf8 = 2,
    /// What should be a text, and is not UTF-8.
    NotUtf8 = 3,
}

/// A frame, or what there is of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Bytes of the head; 0 where the payload began in an earlier read.
    pub head: u8,
    /// Bytes of the payload that are here, behind the head; they have no mask any more.
    pub here: u32,
    /// Bytes of the payload that are still to come.
    pub left: u32,
    /// What is known of the payload.
    pub content: Content,
}

/// Reads what a client sends, frame by frame.
#[derive(Clone, Copy, Debug, Default)]
pub struct FrameReader {
    /// Bytes of a payload that are still to come; 0 between two frames.
    left: u32,
    /// The key as it applies to the next of them.
    key: [u8; 4],
}

impl FrameReader {
    /// Reads the frame at the front of `bytes`, or what there is of it, and takes its mask off.
    ///
    /// Gives nothing, and leaves the bytes as they are, where the head is not here as a whole, or is not one of a client; both are for
    /// the other parser, as is everything behind them.
    ///
    /// # Examples
    ///
    /// ```
    /// use armature_wire::{Content, FrameReader};
    /// let mut bytes = *b"\x81\x82\x01\x02\x03\x04ik";
    /// let frame = FrameReader::default().read(&mut bytes).expect("a frame");
    /// assert_eq!((frame.head, frame.here, frame.left), (6, 2, 0));
    /// assert_eq!((&bytes[6..], frame.content), (&b"hi"[..], Content::Ascii));
    /// ```
    pub fn read(&mut self, bytes: &mut [u8]) -> Option<Frame> {
        if self.left > 0 {
            return Some(self.go_on(bytes));
        }
        let head = Head::of(bytes)?;
        let payload = &mut bytes[head.bytes..];
        let here = payload.len().min(head.length as usize);
        let payload = &mut payload[..here];
        let is_ascii = unmask(payload, head.key);
        self.keep(head.length - here as u32, head.key, here);
        let is_whole_text = head.first == WHOLE_TEXT && self.left == 0;
        let content = if is_whole_text { content_of(payload, is_ascii) } else { Content::Unknown };
        Some(Frame { head: head.bytes as u8, here: here as u32, left: self.left, content })
    }

    fn go_on(&mut self, bytes: &mut [u8]) -> Frame {
        let here = bytes.len().min(self.left as usize);
        unmask(&mut bytes[..here], self.key);
        self.keep(self.left - here as u32, self.key, here);
        Frame { head: 0, here: here as u32, left: self.left, content: Content::Unknown }
    }

    fn keep(&mut self, left: u32, mut key: [u8; 4], here: usize) {
        key.rotate_left(here & 3);
        self.left = left;
        self.key = key;
    }
}

#[inline]
fn content_of(text: &[u8], is_ascii: bool) -> Content {
    if is_ascii {
        Content::Ascii
    } else if str::from_utf8(text).is_ok() {
        Content::Utf8
    } else {
        Content::NotUtf8
    }
}

struct Head {
    first: u8,
    /// Bytes of the head.
    bytes: usize,
    /// Bytes of the payload.
    length: u32,
    key: [u8; 4],
}

impl Head {
    /// A complete head that a client may send; the one parser that says why another one is none is the TypeScript one.
    #[inline]
    fn of(bytes: &[u8]) -> Option<Head> {
        let &[first, second, ..] = bytes else { return None };
        let short = second & 0x7f;
        let is_masked = second & 0x80 != 0;
        if !is_masked || !is_known(first) || (is_control(first) && !is_plain_control(first, short)) {
            return None;
        }
        let (at, length) = match short {
            126 => (4, at_least(126, u64::from(u16::from_be_bytes(*bytes[2..].first_chunk()?)))?),
            127 => (10, at_least(0x1_0000, u64::from_be_bytes(*bytes[2..].first_chunk()?))?),
            _ => (2, u32::from(short)),
        };
        let key = *bytes.get(at..)?.first_chunk()?;
        Some(Head { first, bytes: at + key.len(), length, key })
    }
}

fn is_known(first: u8) -> bool {
    first & RESERVED == 0 && matches!(first & 0x0f, 0..=2 | 8..=10)
}

fn is_control(first: u8) -> bool {
    first & 0x08 != 0
}

/// A control frame is never compressed, not one of several, and short.
fn is_plain_control(first: u8, short: u8) -> bool {
    first & 0xf0 == FINAL && short < 126
}

/// A length in its shortest form, which a number of 31 bits holds.
fn at_least(least: u64, length: u64) -> Option<u32> {
    (length >= least && length <= i32::MAX as u64).then_some(length as u32)
}
