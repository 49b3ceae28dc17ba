//! Sixteen bytes that are looked at together: one comparison for each byte and no branch, which the compiler makes vectors of.

use crate::bytes::{is_field, is_target};

/// How many bytes are looked at together.
pub const BLOCK: usize = 16;

/// Sixteen bytes as they lie in memory.
pub type Block = [u8; BLOCK];

/// The place of the first byte of which something holds.
#[inline(always)]
fn first(block: &Block, holds: impl Fn(u8) -> bool) -> Option<usize> {
    let lanes = block.map(|byte| if holds(byte) { 0xff } else { 0 });
    let lanes = u128::from_le_bytes(lanes);
    (lanes != 0).then(|| lanes.trailing_zeros() as usize / 8)
}

/// The place of the first byte that may not stand in a field value.
#[inline(always)]
pub fn first_not_field(block: &Block) -> Option<usize> {
    first(block, |byte| !is_field(byte))
}

/// The place of the first byte that may not stand in a request target.
#[inline(always)]
pub fn first_not_target(block: &Block) -> Option<usize> {
    first(block, |byte| !is_target(byte))
}

/// The place of the first colon.
#[inline(always)]
pub fn first_colon(block: &Block) -> Option<usize> {
    first(block, |byte| byte == b':')
}

#[cfg(test)]
mod tests {
    use super::{BLOCK, Block, first_colon, first_not_field, first_not_target};
    use crate::bytes::{is_field, is_target};

    #[test]
    fn a_block_says_of_every_byte_at_every_place_what_its_class_says() {
        for byte in 0..=255 {
            for at in 0..BLOCK {
                let mut block: Block = [b'a'; BLOCK];
                block[at] = byte;
                assert_eq!(first_not_field(&block), (!is_field(byte)).then_some(at));
                assert_eq!(first_not_target(&block), (!is_target(byte)).then_some(at));
                assert_eq!(first_colon(&block), (byte == b':').then_some(at));
            }
        }
    }

    #[test]
    fn the_first_of_several_counts() {
        assert_eq!(first_colon(b"ab:cd:ef::::::::"), Some(2));
        assert_eq!(first_not_field(b"a\tb\x80\xff\r\n\r\n\r\n\r\nabc"), Some(5));
    }
}
