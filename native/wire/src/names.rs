//! Field names as numbers, without regard to case.

use crate::scan::skip_token;
use crate::tables::FIELD_NAMES;

/// The number of all names that have none of their own.
pub const OTHER_NAME: u8 = 0;

/// Bytes that a known name has at most.
const LONGEST: usize = 32;

/// A known name, as it is compared: sixteen bytes at a time.
#[derive(Clone, Copy)]
struct Known {
    id: u8,
    length: u8,
    lower: [u128; 2],
    /// 0x20 where `lower` has a letter: setting that bit folds its case, and makes a letter of no other byte.
    fold: [u128; 2],
}

const NOBODY: Known = Known { id: OTHER_NAME, length: 0, lower: [0; 2], fold: [0; 2] };

/// Found by trying: with this factor no two known names have the same slot.
const FACTOR: u32 = 0x8085_b157;

/// What tells known names apart: their length, their first byte and the one before the last.
#[inline(always)]
const fn slot_of(first: u8, penult: u8, length: usize) -> usize {
    let key = (first | 0x20) as u32 | ((penult | 0x20) as u32) << 8 | (length as u32) << 16;
    (key.wrapping_mul(FACTOR) >> 24) as usize
}

static SLOTS: [Known; 256] = fill_slots();

const fn fill_slots() -> [Known; 256] {
    let mut slots = [NOBODY; 256];
    let mut at = 0;
    while at < FIELD_NAMES.len() {
        let name = FIELD_NAMES[at].as_bytes();
        let slot = slot_of(name[0], name[name.len() - 2], name.len());
        assert!(slots[slot].id == OTHER_NAME, "two names have one slot: try another FACTOR");
        at += 1;
        slots[slot] = known(at as u8, name);
    }
    slots
}

const fn known(id: u8, name: &[u8]) -> Known {
    let mut lower = [0; LONGEST];
    let mut fold = [0; LONGEST];
    let mut at = 0;
    while at < name.len() {
        lower[at] = name[at];
        fold[at] = if name[at].is_ascii_lowercase() { 0x20 } else { 0 };
        at += 1;
    }
    Known { id, length: name.len() as u8, lower: halves(&lower), fold: halves(&fold) }
}

#[inline(always)]
const fn halves(bytes: &[u8; LONGEST]) -> [u128; 2] {
    let Some((low, high)) = bytes.split_first_chunk() else { return [0; 2] };
    let Some(high) = high.first_chunk() else { return [0; 2] };
    [u128::from_le_bytes(*low), u128::from_le_bytes(*high)]
}

/// The number of a known name at compile time, so that the parser compares numbers.
pub(crate) const fn known_id(name: &str) -> u8 {
    let mut at = 0;
    while at < FIELD_NAMES.len() {
        if is_same(FIELD_NAMES[at].as_bytes(), name.as_bytes()) {
            return at as u8 + 1;
        }
        at += 1;
    }
    panic!("this name is not in FIELD_NAMES");
}

const fn is_same(left: &[u8], right: &[u8]) -> bool {
    let mut at = 0;
    while at < left.len() && at < right.len() && left[at] == right[at] {
        at += 1;
    }
    at == left.len() && at == right.len()
}

/// The number of a name: its place in [`FIELD_NAMES`], counted from 1, or [`OTHER_NAME`].
///
/// # Examples
///
/// ```
/// use armature_wire::{FIELD_NAMES, OTHER_NAME, name_id};
/// assert_eq!(FIELD_NAMES[name_id(b"Content-Type") as usize - 1], "content-type");
/// assert_eq!(name_id(b"x-own"), OTHER_NAME);
/// ```
pub fn name_id(name: &[u8]) -> u8 {
    id_at(name, 0, name.len())
}

/// The same for a name within a buffer, which may go on behind it.
#[inline]
pub(crate) fn id_at(buffer: &[u8], start: usize, end: usize) -> u8 {
    let length = end - start;
    if !(2..=LONGEST).contains(&length) {
        return OTHER_NAME;
    }
    let known = &SLOTS[slot_of(buffer[start], buffer[end - 2], length)];
    if known.length as usize != length {
        return OTHER_NAME;
    }
    if is_spelled(known, buffer, start, length) { known.id } else { OTHER_NAME }
}

#[inline(always)]
fn is_spelled(known: &Known, buffer: &[u8], start: usize, length: usize) -> bool {
    let [low, high] = match buffer[start..].first_chunk() {
        Some(bytes) => halves(bytes),
        None => halves(&padded(&buffer[start..start + length])),
    };
    let low = (low & mask(length)) | known.fold[0];
    let high = (high & mask(length.saturating_sub(16))) | known.fold[1];
    low == known.lower[0] && high == known.lower[1]
}

/// At the end of a buffer, where 32 bytes would reach out of it.
#[cold]
fn padded(name: &[u8]) -> [u8; LONGEST] {
    let mut bytes = [0; LONGEST];
    bytes[..name.len()].copy_from_slice(name);
    bytes
}

/// The bits of the first bytes of sixteen.
#[inline(always)]
fn mask(length: usize) -> u128 {
    if length >= 16 { u128::MAX } else { (1 << (8 * length)) - 1 }
}

/// Whether a name is a token: known ones are, by being known.
#[inline]
pub(crate) fn is_name(id: u8, buffer: &[u8], start: usize, end: usize) -> bool {
    id != OTHER_NAME || (end > start && skip_token(buffer, start, end) == end)
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, OTHER_NAME, id_at, known_id, name_id};
    use crate::tables::FIELD_NAMES;

    fn mixed(name: &str) -> Vec<u8> {
        let bytes = name.bytes().enumerate();
        bytes.map(|(at, byte)| if at % 2 == 0 { byte.to_ascii_uppercase() } else { byte }).collect()
    }

    #[test]
    fn every_known_name_has_its_number_in_every_spelling() {
        for (at, name) in FIELD_NAMES.iter().enumerate() {
            let id = at as u8 + 1;
            assert_eq!(known_id(name), id);
            for spelled in [name.as_bytes(), &mixed(name), name.to_uppercase().as_bytes()] {
                assert_eq!(name_id(spelled), id, "{name}");
            }
        }
    }

    #[test]
    fn what_stands_behind_a_name_does_not_matter() {
        for (at, name) in FIELD_NAMES.iter().enumerate() {
            for filler in [0, b'a', b'-', 0xff] {
                let mut buffer = vec![filler; 3];
                buffer.extend_from_slice(name.as_bytes());
                let end = buffer.len();
                buffer.extend_from_slice(&[filler; LONGEST]);
                for length in end..buffer.len() {
                    assert_eq!(id_at(&buffer[..length], 3, end), at as u8 + 1);
                }
            }
        }
    }

    #[test]
    fn a_name_with_one_other_byte_is_another() {
        for name in FIELD_NAMES {
            for at in 0..name.len() {
                for byte in 0..=255u8 {
                    let mut changed = name.as_bytes().to_vec();
                    changed[at] = byte;
                    let known = FIELD_NAMES.iter().position(|one| one.as_bytes().eq_ignore_ascii_case(&changed));
                    assert_eq!(name_id(&changed), known.map_or(OTHER_NAME, |at| at as u8 + 1));
                }
            }
        }
    }

    #[test]
    fn names_of_other_lengths_are_others() {
        for length in 0..100 {
            assert_eq!(name_id(&vec![b'a'; length]), OTHER_NAME);
        }
    }
}
