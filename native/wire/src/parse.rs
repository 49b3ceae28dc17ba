//! One plain request off the front of what was received.

use crate::fields::{Framing, read_fields};
use crate::head::{Head, Limits, Verdict};
use crate::request_line::read_request_line;

/// What was received: a part of a buffer, behind which there may be other bytes.
#[derive(Clone, Copy)]
pub(crate) struct Received<'b> {
    pub buffer: &'b [u8],
    pub start: usize,
    pub end: usize,
}

impl<'b> Received<'b> {
    #[inline(always)]
    pub fn bytes(self) -> &'b [u8] {
        &self.buffer[self.start..self.end]
    }
}

/// Why reading stopped in front of the end of a plain request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    Partial,
    Unsure,
}

impl Stop {
    #[inline]
    pub fn partial_if(is_partial: bool) -> Stop {
        if is_partial { Stop::Partial } else { Stop::Unsure }
    }

    /// What is not complete may become so only where it is no longer than its limit yet.
    #[cold]
    pub fn within(self, end: usize, limit: usize) -> Stop {
        Stop::partial_if(self == Stop::Partial && end <= limit)
    }
}

/// Reads one request off `buffer[start..end]`, whole or not at all.
///
/// Bytes behind `end` never count, but where the buffer has some, they are loaded together with those in front of it, which is faster.
/// The head's positions are relative to `start`. Nothing is allocated, and nothing is remembered between two calls.
///
/// # Panics
///
/// Where `start..end` is no range within the buffer.
///
/// # Examples
///
/// ```
/// use armature_wire::{Head, Limits, METHODS, Verdict, parse};
/// let (mut positions, mut ids) = ([0; 400], [0; 100]);
/// let mut head = Head::new(&mut positions, &mut ids);
/// let bytes = b"GET /a HTTP/1.1\r\nHost: b\r\n\r\n";
/// assert_eq!(parse(bytes, 0, bytes.len(), &Limits::default(), &mut head), Verdict::Plain);
/// assert_eq!(METHODS[head.method as usize], "GET");
/// assert_eq!(&bytes[head.target_start as usize..head.target_end as usize], b"/a");
/// ```
pub fn parse(buffer: &[u8], start: usize, end: usize, limits: &Limits, head: &mut Head<'_>) -> Verdict {
    assert!(start <= end && end <= buffer.len(), "{start}..{end} is no range within {} bytes", buffer.len());
    if end - start > u32::MAX as usize {
        return Verdict::Unsure;
    }
    match read(Received { buffer, start, end }, limits, head) {
        Ok(()) => Verdict::Plain,
        Err(Stop::Partial) => Verdict::Partial,
        Err(Stop::Unsure) => Verdict::Unsure,
    }
}

fn read(received: Received<'_>, limits: &Limits, head: &mut Head<'_>) -> Result<(), Stop> {
    let fields = read_request_line(received, limits, head)?;
    let mut framing = Framing::default();
    let body = read_fields(received, fields, limits, (head, &mut framing))?;
    head.keep_alive = framing.keeps_alive(head.minor_version);
    if !framing.has_host {
        return Err(Stop::Unsure);
    }
    let length = framing.length.unwrap_or(0);
    if length > u64::from(limits.body_bytes) {
        return Err(Stop::Unsure);
    }
    if length > (received.end - body) as u64 {
        return Err(Stop::Partial);
    }
    head.head_end = (body - received.start) as u32;
    head.body_end = head.head_end + length as u32;
    Ok(())
}
