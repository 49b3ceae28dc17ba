//! Status lines (RFC 9112, 4); always HTTP/1.1, which is the version of the server.

use crate::tables::REASONS;

/// The reason of codes that are not registered.
const UNKNOWN: &str = "Unknown";
const FIRST: u16 = 200;
const COUNT: usize = 400;
/// Bytes that a status line has at most.
const LONGEST: usize = 64;

struct Line {
    bytes: [u8; LONGEST],
    length: usize,
}

static LINES: [Line; COUNT] = fill_lines();

const fn fill_lines() -> [Line; COUNT] {
    let mut lines = [const { Line { bytes: [0; LONGEST], length: 0 } }; COUNT];
    let mut at = 0;
    let mut next = 0;
    while at < COUNT {
        let code = FIRST + at as u16;
        let is_registered = next < REASONS.len() && REASONS[next].0 == code;
        let reason = if is_registered { REASONS[next].1 } else { UNKNOWN };
        next += is_registered as usize;
        lines[at] = make_line(code, reason);
        at += 1;
    }
    assert!(next == REASONS.len(), "the reasons are in the order of their codes");
    lines
}

const fn make_line(code: u16, reason: &str) -> Line {
    let digits = [b'0' + (code / 100) as u8, b'0' + (code / 10 % 10) as u8, b'0' + (code % 10) as u8];
    Line { bytes: [0; LONGEST], length: 0 }.with(b"HTTP/1.1 ").with(&digits).with(b" ").with(reason.as_bytes()).with(b"\r\n")
}

impl Line {
    const fn with(mut self, bytes: &[u8]) -> Line {
        let mut at = 0;
        while at < bytes.len() {
            self.bytes[self.length] = bytes[at];
            self.length += 1;
            at += 1;
        }
        self
    }
}

/// The status line of a final answer with its CR LF; `None` for a status that no final answer has.
///
/// # Examples
///
/// ```
/// use armature_wire::encode::status_line;
/// assert_eq!(status_line(404), Some(&b"HTTP/1.1 404 Not Found\r\n"[..]));
/// assert_eq!(status_line(101), None);
/// ```
pub fn status_line(status: u16) -> Option<&'static [u8]> {
    let line = LINES.get(usize::from(status.checked_sub(FIRST)?))?;
    Some(&line.bytes[..line.length])
}

#[cfg(test)]
mod tests {
    use super::status_line;

    #[test]
    fn registered_and_other_codes() {
        assert_eq!(status_line(200), Some(&b"HTTP/1.1 200 OK\r\n"[..]));
        assert_eq!(status_line(431), Some(&b"HTTP/1.1 431 Request Header Fields Too Large\r\n"[..]));
        assert_eq!(status_line(299), Some(&b"HTTP/1.1 299 Unknown\r\n"[..]));
        assert_eq!(status_line(599), Some(&b"HTTP/1.1 599 Unknown\r\n"[..]));
    }

    #[test]
    fn no_final_answer() {
        for status in [0, 99, 100, 199, 600, u16::MAX] {
            assert_eq!(status_line(status), None);
        }
    }
}
