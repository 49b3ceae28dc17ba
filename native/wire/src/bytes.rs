//! Byte values and byte classes of the HTTP/1.1 grammar (RFC 9110, 5.6; RFC 9112, 2 to 5).

pub const TAB: u8 = b'\t';
pub const LF: u8 = b'\n';
pub const CR: u8 = b'\r';
pub const SPACE: u8 = b' ';

const TOKEN: u8 = 1;
const HOST: u8 = 2;

const CLASSES: [u8; 256] = classify();

const fn classify() -> [u8; 256] {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 128 {
        if (byte as u8).is_ascii_alphanumeric() {
            classes[byte] = TOKEN | HOST;
        }
        byte += 1;
    }
    let classes = mark(classes, b"!#$%&'*+-.^_`|~", TOKEN);
    mark(classes, b"-._~!$&'()*+,;=", HOST)
}

const fn mark(mut classes: [u8; 256], bytes: &[u8], class: u8) -> [u8; 256] {
    let mut at = 0;
    while at < bytes.len() {
        classes[bytes[at] as usize] |= class;
        at += 1;
    }
    classes
}

/// Whether a byte may stand in a token: methods and field names (RFC 9110, 5.6.2).
#[inline]
pub fn is_token(byte: u8) -> bool {
    CLASSES[byte as usize] & TOKEN != 0
}

/// Whether a byte may stand in a registered name by itself (RFC 3986, 3.2.2): all but "%", which two digits follow.
#[inline]
pub fn is_host(byte: u8) -> bool {
    CLASSES[byte as usize] & HOST != 0
}

/// Whether a byte may stand in a field value: visible, space, tab or obs-text (RFC 9110, 5.5).
#[inline]
pub fn is_field(byte: u8) -> bool {
    (byte == TAB) | ((byte >= SPACE) & (byte != 0x7f))
}

/// Whether a byte may stand in a request target: visible ASCII without "#", which never leaves a client.
#[inline]
pub fn is_target(byte: u8) -> bool {
    (byte > SPACE) & (byte < 0x7f) & (byte != b'#')
}

/// Space or tab.
#[inline]
pub fn is_blank(byte: u8) -> bool {
    byte == SPACE || byte == TAB
}
