//! The value of the host field (RFC 9110, 7.2).

use crate::bytes::is_host;

/// Whether bytes are `uri-host [ ":" port ]`; empty is one, for targets without an authority.
pub fn is_host_and_port(bytes: &[u8]) -> bool {
    match skip_host(bytes) {
        None => false,
        Some([]) => true,
        Some([colon, port @ ..]) => *colon == b':' && is_port(port),
    }
}

/// What follows the host; `None` where a byte cannot stand in one.
fn skip_host(bytes: &[u8]) -> Option<&[u8]> {
    if let [b'[', address @ ..] = bytes {
        return skip_address(address);
    }
    let mut rest = bytes;
    while let [byte, after @ ..] = rest
        && *byte != b':'
    {
        if !is_host(*byte) || (*byte == b'%' && !is_encoded(after)) {
            return None;
        }
        rest = after;
    }
    Some(rest)
}

/// What follows an IP literal whose "[" was seen: hexadecimal digits, colons and dots, as IPv6 has (RFC 3986, 3.2.2).
fn skip_address(bytes: &[u8]) -> Option<&[u8]> {
    let is_address = |byte: &u8| byte.is_ascii_hexdigit() || *byte == b':' || *byte == b'.';
    let length = bytes.iter().take_while(|byte| is_address(byte)).count();
    match bytes.split_at(length) {
        ([_, ..], [b']', rest @ ..]) => Some(rest),
        _ => None,
    }
}

fn is_encoded(digits: &[u8]) -> bool {
    matches!(digits, [high, low, ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit())
}

/// A port is digits, and may be empty (RFC 3986, 3.2.3).
fn is_port(digits: &[u8]) -> bool {
    let mut port = 0;
    for digit in digits {
        if !digit.is_ascii_digit() {
            return false;
        }
        port = port * 10 + u32::from(digit - b'0');
        if port > 65_535 {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::is_host_and_port;

    #[test]
    fn hosts() {
        for host in ["", "a", "a:80", "a:", ":80", "example.org:65535", "127.0.0.1", "[::1]", "[::1]:3000", "a%20b", "a_b~!"] {
            assert!(is_host_and_port(host.as_bytes()), "{host}");
        }
    }

    #[test]
    fn what_is_no_host() {
        for text in
            ["a b", "a/b", "a@b", "a:65536", "a:8x", "a:80:80", "[]", "[::1", "[::1]a", "[g]", "a%2", "a%2x", "a,b\\", "\u{e9}"]
        {
            assert!(!is_host_and_port(text.as_bytes()), "{text}");
        }
    }
}
