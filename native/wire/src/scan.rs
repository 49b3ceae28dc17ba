//! Runs of bytes of one class. The buffer may be longer than what was received: a block may reach behind `end`, but no answer does.

use crate::blocks::{self, BLOCK, Block};
use crate::bytes::{is_field, is_target, is_token};

/// The block that begins at a position, where the buffer has a whole one.
#[inline(always)]
pub fn block_at(buffer: &[u8], at: usize) -> Option<&Block> {
    buffer.get(at..)?.first_chunk()
}

#[inline(always)]
fn skip(
    buffer: &[u8],
    from: usize,
    end: usize,
    first_other: impl Fn(&Block) -> Option<usize>,
    is_member: impl Fn(u8) -> bool,
) -> usize {
    let mut at = from;
    while at < end {
        let Some(block) = block_at(buffer, at) else {
            return skip_bytes(buffer, at, end, is_member);
        };
        if let Some(place) = first_other(block) {
            return end.min(at + place);
        }
        at += BLOCK;
    }
    end
}

#[inline]
fn skip_bytes(buffer: &[u8], from: usize, end: usize, is_member: impl Fn(u8) -> bool) -> usize {
    let rest = &buffer[from..end];
    from + rest.iter().position(|byte| !is_member(*byte)).unwrap_or(rest.len())
}

/// Where a run of field value bytes ends.
#[inline]
pub fn skip_field_value(buffer: &[u8], from: usize, end: usize) -> usize {
    skip(buffer, from, end, blocks::first_not_field, is_field)
}

/// Where a run of bytes of a request target ends.
#[inline]
pub fn skip_target(buffer: &[u8], from: usize, end: usize) -> usize {
    skip(buffer, from, end, blocks::first_not_target, is_target)
}

/// Where the next colon is; `end` where there is none.
#[inline]
pub fn find_colon(buffer: &[u8], from: usize, end: usize) -> usize {
    skip(buffer, from, end, blocks::first_colon, |byte| byte != b':')
}

/// Where a run of token bytes ends.
#[inline]
pub fn skip_token(buffer: &[u8], from: usize, end: usize) -> usize {
    skip_bytes(buffer, from, end, is_token)
}
