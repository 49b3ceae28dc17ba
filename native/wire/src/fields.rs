//! The field lines (RFC 9112, 5), and what those say that decide about framing and the connection.

use crate::bytes::{CR, LF, is_blank};
use crate::head::{Head, Limits};
use crate::host::is_host_and_port;
use crate::names::{OTHER_NAME, id_at, is_name, known_id};
use crate::parse::{Received, Stop};
use crate::scan::{find_colon, skip_field_value, skip_token};

const CONNECTION: u8 = known_id("connection");
const CONTENT_LENGTH: u8 = known_id("content-length");
const HOST: u8 = known_id("host");

/// Fields that ask for something that no plain request does.
const NEVER_PLAIN: u64 = bit(known_id("expect"))
    | bit(known_id("http2-settings"))
    | bit(known_id("te"))
    | bit(known_id("trailer"))
    | bit(known_id("transfer-encoding"))
    | bit(known_id("upgrade"));

/// Fields with a meaning here; all others are only noted.
const NOTICED: u64 = NEVER_PLAIN | bit(CONNECTION) | bit(CONTENT_LENGTH) | bit(HOST);

/// Digits of a content-length that every number of JavaScript holds exactly.
const MAX_LENGTH_DIGITS: usize = 15;

/// The bits of [`Head::seen`] for the fields that ask for an answer by its version, or for a part of it (RFC 9110, 13 and 14).
pub const CONDITIONAL_FIELDS: u64 = bit(known_id("if-match"))
    | bit(known_id("if-modified-since"))
    | bit(known_id("if-none-match"))
    | bit(known_id("if-range"))
    | bit(known_id("if-unmodified-since"))
    | bit(known_id("range"));

const fn bit(id: u8) -> u64 {
    1 << id
}

/// What the fields say about the body and the connection.
#[derive(Default)]
pub struct Framing {
    pub has_host: bool,
    pub length: Option<u64>,
    /// Whether the connection field says `close`, or else `keep-alive`; `None` where there is none.
    closes: Option<bool>,
}

impl Framing {
    /// HTTP/1.1 stays open unless told otherwise, HTTP/1.0 closes unless told otherwise (RFC 9112, 9.3).
    pub fn keeps_alive(&self, minor_version: u8) -> bool {
        !self.closes.unwrap_or(minor_version == 0)
    }

    /// Takes a field that has a meaning; `false` where it is not plain.
    fn take(&mut self, id: u8, value: &[u8]) -> bool {
        match id {
            HOST => !core::mem::replace(&mut self.has_host, true) && is_host_and_port(value),
            CONTENT_LENGTH => {
                self.length.is_none() && {
                    self.length = parse_length(value);
                    self.length.is_some()
                }
            }
            CONNECTION => {
                self.closes.is_none() && {
                    self.closes = parse_connection(value);
                    self.closes.is_some()
                }
            }
            _ => false,
        }
    }
}

fn parse_length(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() || digits.len() > MAX_LENGTH_DIGITS {
        return None;
    }
    digits.iter().try_fold(0, |length, digit| digit.is_ascii_digit().then(|| length * 10 + u64::from(digit - b'0')))
}

fn parse_connection(value: &[u8]) -> Option<bool> {
    if value.eq_ignore_ascii_case(b"keep-alive") {
        return Some(false);
    }
    value.eq_ignore_ascii_case(b"close").then_some(true)
}

/// A field line as positions in the buffer.
struct Line {
    id: u8,
    name_start: usize,
    name_end: usize,
    value_start: usize,
    value_end: usize,
    /// Where the next line begins.
    next: usize,
}

/// Reads all field lines and the empty one behind them; gives where the body begins.
pub fn read_fields(
    received: Received<'_>,
    from: usize,
    limits: &Limits,
    (head, framing): (&mut Head<'_>, &mut Framing),
) -> Result<usize, Stop> {
    let Received { buffer, start, end } = received;
    let limit = from + limits.header_bytes as usize;
    let room = head.room().min(limits.header_fields as usize);
    let mut count = 0;
    let mut seen = 0;
    let mut at = from;
    let body = loop {
        if at == end {
            return Err(Stop::Partial);
        }
        if buffer[at] == CR {
            break expect_line_feed(received, at + 1)?;
        }
        if count == room {
            return Err(Stop::Unsure);
        }
        let line = read_line(received, at).map_err(|stop| stop.within(end, limit - 1))?;
        if line.next > limit {
            return Err(Stop::Unsure);
        }
        seen |= bit(line.id);
        if bit(line.id) & NOTICED != 0 && !framing.take(line.id, &buffer[line.value_start..line.value_end]) {
            return Err(Stop::Unsure);
        }
        note(head, count, start, &line);
        count += 1;
        at = line.next;
    };
    head.seen = seen;
    head.field_count = count as u32;
    Ok(body)
}

#[inline(always)]
fn note(head: &mut Head<'_>, at: usize, start: usize, line: &Line) {
    head.ids[at] = line.id;
    let entry = &mut head.positions[4 * at..4 * at + 4];
    entry[0] = (line.name_start - start) as u32;
    entry[1] = (line.name_end - start) as u32;
    entry[2] = (line.value_start - start) as u32;
    entry[3] = (line.value_end - start) as u32;
}

#[inline(always)]
fn read_line(received: Received<'_>, name_start: usize) -> Result<Line, Stop> {
    let Received { buffer, end, .. } = received;
    let name_end = find_colon(buffer, name_start, end);
    if name_end == end {
        return Err(Stop::partial_if(skip_token(buffer, name_start, end) == end));
    }
    let id = id_at(buffer, name_start, name_end);
    if !is_name(id, buffer, name_start, name_end) {
        return Err(Stop::Unsure);
    }
    let value_start = skip_blanks(buffer, name_end + 1, end);
    let line_end = skip_field_value(buffer, value_start, end);
    if line_end == end {
        return Err(Stop::Partial);
    }
    if buffer[line_end] != CR {
        return Err(Stop::Unsure);
    }
    let next = expect_line_feed(received, line_end + 1)?;
    let value_end = trim_blanks(buffer, value_start, line_end);
    Ok(Line { id, name_start, name_end, value_start, value_end, next })
}

#[inline(always)]
fn skip_blanks(buffer: &[u8], from: usize, end: usize) -> usize {
    let mut at = from;
    while at < end && is_blank(buffer[at]) {
        at += 1;
    }
    at
}

#[inline(always)]
fn trim_blanks(buffer: &[u8], start: usize, end: usize) -> usize {
    let mut at = end;
    while at > start && is_blank(buffer[at - 1]) {
        at -= 1;
    }
    at
}

#[inline(always)]
fn expect_line_feed(received: Received<'_>, at: usize) -> Result<usize, Stop> {
    if at == received.end {
        return Err(Stop::Partial);
    }
    if received.buffer[at] == LF { Ok(at + 1) } else { Err(Stop::Unsure) }
}

const _: () = assert!(OTHER_NAME == 0 && crate::tables::FIELD_NAMES.len() < 64, "`seen` has a bit for each name");
