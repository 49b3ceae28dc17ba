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

/// What follows the host; `None` where an address has no end.
fn skip_host(bytes: &[u8]) -> Option<&[u8]> {
    if let [b'[', address @ ..] = bytes {
        return skip_address(address);
    }
    let mut rest = skip_name(bytes);
    while let [b'%', high, low, after @ ..] = rest
        && high.is_ascii_hexdigit()
        && low.is_ascii_hexdigit()
    {
        rest = skip_name(after);
    }
    Some(rest)
}

/// What follows the bytes that stand in a name by themselves.
fn skip_name(bytes: &[u8]) -> &[u8] {
    let length = bytes.iter().position(|byte| !is_host(*byte)).unwrap_or(bytes.len());
    &bytes[length..]
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
        for text in [
            "a b",
            "a/b",
            "a@b",
            "a:65536",
            "a:8x",
            "a:80:80",
            "[]",
            "[::1",
            "[::1]a",
            "[g]",
            "a%2",
            "a[::1]",
            "a%20[::1]",
            "%",
            "a%20%zz",
            "a%2x",
            "a,b\\",
            "\u{e9}",
        ] {
            assert!(!is_host_and_port(text.as_bytes()), "{text}");
        }
    }
}
