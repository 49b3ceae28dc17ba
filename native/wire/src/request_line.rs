//! The request line (RFC 9112, 3), as plain requests have it: a registered method, a target in origin form, HTTP/1.1 or 1.0.

use crate::bytes::{CR, LF, SPACE};
use crate::head::{Head, Limits};
use crate::parse::{Received, Stop};
use crate::scan::skip_target;
use crate::tables::METHODS;

const GET: u8 = method_id("GET");
const POST: u8 = method_id("POST");
/// What it wants is no request for a resource.
const CONNECT: u8 = method_id("CONNECT");

/// Bytes that a registered method has at most, and the space behind it.
const LONGEST_METHOD: usize = 32;

const LINE_END: [u8; 10] = *b"HTTP/1.1\r\n";
const OLD_LINE_END: [u8; 10] = *b"HTTP/1.0\r\n";

/// The place of a method in `METHODS`, at compile time.
const fn method_id(name: &str) -> u8 {
    let mut at = 0;
    while at < METHODS.len() {
        let one = METHODS[at].as_bytes();
        if one.len() == name.len() && one[0] == name.as_bytes()[0] && one[1] == name.as_bytes()[1] {
            return at as u8;
        }
        at += 1;
    }
    panic!("this method is not in METHODS");
}

/// Reads the request line into the head; gives where the fields begin.
pub fn read_request_line(received: Received<'_>, limits: &Limits, head: &mut Head<'_>) -> Result<usize, Stop> {
    let Received { start, end, .. } = received;
    let limit = start + limits.request_line_bytes as usize;
    let fields = read_parts(received, head).map_err(|stop| stop.within(end, limit))?;
    if fields - 2 > limit { Err(Stop::Unsure) } else { Ok(fields) }
}

#[inline(always)]
fn read_parts(received: Received<'_>, head: &mut Head<'_>) -> Result<usize, Stop> {
    let target = read_method(received, head)?;
    let target_end = read_target(received, target)?;
    head.target_start = (target - received.start) as u32;
    head.target_end = (target_end - received.start) as u32;
    read_version(received, target_end + 1, head)
}

/// Gives where the target begins.
#[inline]
fn read_method(received: Received<'_>, head: &mut Head<'_>) -> Result<usize, Stop> {
    let bytes = received.bytes();
    if bytes.starts_with(b"GET ") {
        head.method = GET;
        return Ok(received.start + 4);
    }
    if bytes.starts_with(b"POST ") {
        head.method = POST;
        return Ok(received.start + 5);
    }
    read_rare_method(bytes, head).map(|length| received.start + length)
}

/// Gives how many bytes the method and its space take.
fn read_rare_method(bytes: &[u8], head: &mut Head<'_>) -> Result<usize, Stop> {
    let start = &bytes[..bytes.len().min(LONGEST_METHOD)];
    let Some(length) = start.iter().position(|byte| *byte == SPACE) else {
        return Err(Stop::partial_if(METHODS.iter().any(|method| method.as_bytes().starts_with(bytes))));
    };
    let place = METHODS.iter().position(|method| method.as_bytes() == &start[..length]);
    match place {
        Some(place) if place as u8 != CONNECT => {
            head.method = place as u8;
            Ok(length + 1)
        }
        _ => Err(Stop::Unsure),
    }
}

/// Gives where the target ends.
#[inline]
fn read_target(received: Received<'_>, from: usize) -> Result<usize, Stop> {
    let Received { buffer, end, .. } = received;
    if from < end && buffer[from] != b'/' {
        return Err(Stop::Unsure);
    }
    let at = skip_target(buffer, from, end);
    if at == end {
        return Err(Stop::Partial);
    }
    if buffer[at] == SPACE { Ok(at) } else { Err(Stop::Unsure) }
}

/// Gives where the fields begin.
#[inline]
fn read_version(received: Received<'_>, from: usize, head: &mut Head<'_>) -> Result<usize, Stop> {
    let rest = &received.buffer[from..received.end];
    let Some(line_end) = rest.first_chunk::<10>() else {
        return Err(Stop::partial_if(LINE_END.starts_with(rest) || OLD_LINE_END.starts_with(rest)));
    };
    if *line_end == LINE_END {
        head.minor_version = 1;
    } else if *line_end == OLD_LINE_END {
        head.minor_version = 0;
    } else {
        return Err(Stop::Unsure);
    }
    Ok(from + LINE_END.len())
}

const _: () = assert!(LINE_END[8] == CR && LINE_END[9] == LF);
