//! Sixteen bytes that are looked at together.

use wide::u8x16;

/// How many bytes are looked at together.
pub const BLOCK: usize = 16;

/// Sixteen bytes as they lie in memory.
pub type Block = [u8; BLOCK];

#[inline(always)]
fn at_most(block: u8x16, byte: u8) -> u8x16 {
    block.min(u8x16::splat(byte)).simd_eq(block)
}

#[inline(always)]
fn at_least(block: u8x16, byte: u8) -> u8x16 {
    block.max(u8x16::splat(byte)).simd_eq(block)
}

#[inline(always)]
fn equal(block: u8x16, byte: u8) -> u8x16 {
    block.simd_eq(u8x16::splat(byte))
}

/// The place of the first lane that is set.
#[inline(always)]
fn first(lanes: u8x16) -> Option<usize> {
    let mask = lanes.to_bitmask();
    (mask != 0).then(|| mask.trailing_zeros() as usize)
}

/// The place of the first byte that may not stand in a field value.
#[inline(always)]
pub fn first_not_field(block: &Block) -> Option<usize> {
    let block = u8x16::new(*block);
    let controls = at_most(block, 0x1f) & !equal(block, b'\t');
    first(controls | equal(block, 0x7f))
}

/// The place of the first byte that may not stand in a request target.
#[inline(always)]
pub fn first_not_target(block: &Block) -> Option<usize> {
    let block = u8x16::new(*block);
    first(at_most(block, b' ') | at_least(block, 0x7f) | equal(block, b'#'))
}

/// The place of the first colon.
#[inline(always)]
pub fn first_colon(block: &Block) -> Option<usize> {
    first(equal(u8x16::new(*block), b':'))
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
