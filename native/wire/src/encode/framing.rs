//! The lines that the engine adds to an answer: its length, and what becomes of the connection.

use crate::tables::METHODS;

const HEAD: u8 = 1;
const _: () = assert!(METHODS[HEAD as usize].len() == 4 && METHODS[HEAD as usize].as_bytes()[0] == b'H');

/// Whether answers with a status never have a body: 1xx, 204, 205 and 304 (RFC 9110, 6.4.1 and 15.3.6).
fn is_null_body(status: u16) -> bool {
    status < 200 || matches!(status, 204 | 205 | 304)
}

/// Whether an answer to a method, given by its place in [`METHODS`](crate::METHODS), has a body with this status.
pub fn has_content(method: u8, status: u16) -> bool {
    method != HEAD && !is_null_body(status)
}

/// Appends the `content-length` line of a number of bytes.
pub fn put_length(out: &mut Vec<u8>, length: u64) {
    let mut digits = [0; 20];
    let mut at = digits.len();
    let mut rest = length;
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    out.extend_from_slice(b"content-length: ");
    out.extend_from_slice(&digits[at..]);
    out.extend_from_slice(b"\r\n");
}

/// Appends the framing line of a whole answer (RFC 9110, 8.6); a length of `None` is an answer without a body, which says nothing
/// about what GET would answer.
pub fn put_framing(out: &mut Vec<u8>, method: u8, status: u16, length: Option<u64>) {
    if is_null_body(status) {
        if status == 205 {
            put_length(out, 0);
        }
    } else if length.is_some() || method != HEAD {
        put_length(out, length.unwrap_or(0));
    }
}

/// Appends the connection line: HTTP/1.1 stays open unless told otherwise, HTTP/1.0 closes unless told otherwise (RFC 9112, 9.3).
pub fn put_connection(out: &mut Vec<u8>, minor_version: u8, closes: bool, said_already: bool) {
    if closes {
        if !said_already {
            out.extend_from_slice(b"connection: close\r\n");
        }
    } else if minor_version == 0 {
        out.extend_from_slice(b"connection: keep-alive\r\n");
    }
}

#[cfg(test)]
mod tests {
    use super::{HEAD, has_content, put_connection, put_framing, put_length};

    const GET: u8 = 0;

    fn written(put: impl Fn(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        put(&mut out);
        String::from_utf8_lossy(&out).into_owned()
    }

    #[test]
    fn lengths() {
        for length in [0, 1, 9, 10, 99, 100, 12_345, 9_007_199_254_740_991, u64::MAX] {
            assert_eq!(written(|out| put_length(out, length)), format!("content-length: {length}\r\n"));
        }
    }

    #[test]
    fn framing_by_method_and_status() {
        assert_eq!(written(|out| put_framing(out, GET, 200, Some(3))), "content-length: 3\r\n");
        assert_eq!(written(|out| put_framing(out, GET, 200, None)), "content-length: 0\r\n");
        assert_eq!(written(|out| put_framing(out, HEAD, 200, Some(3))), "content-length: 3\r\n");
        assert_eq!(written(|out| put_framing(out, HEAD, 200, None)), "");
        assert_eq!(written(|out| put_framing(out, GET, 204, Some(3))), "");
        assert_eq!(written(|out| put_framing(out, GET, 205, Some(3))), "content-length: 0\r\n");
        assert_eq!(written(|out| put_framing(out, GET, 304, None)), "");
    }

    #[test]
    fn content_by_method_and_status() {
        assert!(has_content(GET, 200) && has_content(GET, 500));
        assert!(!has_content(HEAD, 200));
        for status in [101, 204, 205, 304] {
            assert!(!has_content(GET, status));
        }
    }

    #[test]
    fn connection_by_version() {
        assert_eq!(written(|out| put_connection(out, 1, false, false)), "");
        assert_eq!(written(|out| put_connection(out, 0, false, false)), "connection: keep-alive\r\n");
        for version in [0, 1] {
            assert_eq!(written(|out| put_connection(out, version, true, false)), "connection: close\r\n");
            assert_eq!(written(|out| put_connection(out, version, true, true)), "");
        }
    }
}
