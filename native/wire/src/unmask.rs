//! The mask of what clients of WebSockets send (RFC 6455, 5.3).

use wide::u8x16;

use crate::blocks::{BLOCK, Block};

/// The highest bit of each byte: what ASCII does not have.
const HIGH_BITS: u32 = 0x8080_8080;

/// Takes a mask off, and tells whether what was under it is ASCII.
#[inline]
pub fn unmask(bytes: &mut [u8], key: [u8; 4]) -> bool {
    let (blocks, rest) = bytes.as_chunks_mut::<BLOCK>();
    let mut wide_key: Block = [0; BLOCK];
    wide_key.as_chunks_mut().0.fill(key);
    let wide_key = u8x16::new(wide_key);
    let mut seen = u8x16::ZERO;
    for block in blocks {
        let plain = u8x16::new(*block) ^ wide_key;
        seen |= plain;
        *block = plain.to_array();
    }
    let (words, rest) = rest.as_chunks_mut::<4>();
    let mut seen_in_rest = 0;
    for word in words {
        let plain = u32::from_ne_bytes(*word) ^ u32::from_ne_bytes(key);
        seen_in_rest |= plain;
        *word = plain.to_ne_bytes();
    }
    for (byte, key) in rest.iter_mut().zip(key) {
        *byte ^= key;
        seen_in_rest |= u32::from(*byte);
    }
    seen.to_bitmask() == 0 && seen_in_rest & HIGH_BITS == 0
}

#[cfg(test)]
mod tests {
    use super::unmask;

    #[test]
    fn every_length_at_every_place_is_what_byte_by_byte_would_be() {
        let key = [0x81, 0x02, 0xf3, 0x44];
        let masked: Vec<u8> = (0..120u8).map(|byte| byte.wrapping_mul(37)).collect();
        for start in 0..20 {
            for end in start..masked.len() {
                let mut bytes = masked.clone();
                let is_ascii = unmask(&mut bytes[start..end], key);
                let plain: Vec<u8> = (start..end).map(|at| masked[at] ^ key[(at - start) & 3]).collect();
                assert_eq!(bytes[start..end], plain);
                assert_eq!((&bytes[..start], &bytes[end..]), (&masked[..start], &masked[end..]));
                assert_eq!(is_ascii, plain.is_ascii());
            }
        }
    }

    #[test]
    fn one_high_bit_at_any_place_is_seen() {
        for length in 1..50 {
            for at in 0..length {
                let mut bytes: Vec<u8> =
                    (0..length).map(|place| [9, 8, 7, 6][place & 3] ^ if place == at { 0x80 } else { b'a' }).collect();
                assert!(!unmask(&mut bytes, [9, 8, 7, 6]), "{at} of {length}");
                bytes[at] = b'a';
                assert!(bytes.iter().all(|byte| *byte == b'a'));
            }
        }
    }
}
