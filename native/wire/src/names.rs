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
    length: usize,
    lower: [u128; 2],
    /// The bits that count: none behind the name, and not 0x20 of a letter, which is what its two cases differ in.
    care: [u128; 2],
}

/// Found by trying: with this factor no two known names have the same slot.
const FACTOR: u32 = 0x8085_b157;

/// What tells known names apart: their length, their first byte and the one before the last.
#[inline(always)]
const fn slot_of(first: u8, penult: u8, length: usize) -> usize {
    let key = (first | 0x20) as u32 | ((penult | 0x20) as u32) << 8 | (length as u32) << 16;
    (key.wrapping_mul(FACTOR) >> 24) as usize
}

/// The number that a name in a slot can have.
static SLOTS: [u8; 256] = fill_slots();

/// By number; the first one is nobody's, and of a length that no name has.
static KNOWN: [Known; FIELD_NAMES.len() + 1] = fill_known();

const fn fill_slots() -> [u8; 256] {
    let mut slots = [OTHER_NAME; 256];
    let mut at = 0;
    while at < FIELD_NAMES.len() {
        let name = FIELD_NAMES[at].as_bytes();
        let slot = slot_of(name[0], name[name.len() - 2], name.len());
        assert!(slots[slot] == OTHER_NAME, "two names have one slot: try another FACTOR");
        at += 1;
        slots[slot] = at as u8;
    }
    slots
}

const fn fill_known() -> [Known; FIELD_NAMES.len() + 1] {
    let mut known = [Known { length: 0, lower: [0; 2], care: [0; 2] }; FIELD_NAMES.len() + 1];
    let mut at = 0;
    while at < FIELD_NAMES.len() {
        known[at + 1] = compared(FIELD_NAMES[at].as_bytes());
        at += 1;
    }
    known
}

const fn compared(name: &[u8]) -> Known {
    let mut lower = [0; LONGEST];
    let mut care = [0; LONGEST];
    let mut at = 0;
    while at < name.len() {
        lower[at] = name[at];
        care[at] = if name[at].is_ascii_lowercase() { 0xdf } else { 0xff };
        at += 1;
    }
    Known { length: name.len(), lower: halves(&lower), care: halves(&care) }
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
#[inline(always)]
pub(crate) fn id_at(buffer: &[u8], start: usize, end: usize) -> u8 {
    let length = end - start;
    if length < 2 {
        return OTHER_NAME;
    }
    let id = SLOTS[slot_of(buffer[start], buffer[end - 2], length)];
    let known = &KNOWN[id as usize];
    if known.length == length && is_spelled(known, buffer, start) { id } else { OTHER_NAME }
}

#[inline(always)]
fn is_spelled(known: &Known, buffer: &[u8], start: usize) -> bool {
    let bytes = match buffer[start..].first_chunk() {
        Some(bytes) => halves(bytes),
        None => halves(&padded(&buffer[start..start + known.length])),
    };
    let differs = |half: usize| (bytes[half] ^ known.lower[half]) & known.care[half];
    differs(0) | differs(1) == 0
}

/// At the end of a buffer, where 32 bytes would reach out of it.
#[cold]
fn padded(name: &[u8]) -> [u8; LONGEST] {
    let mut bytes = [0; LONGEST];
    bytes[..name.len()].copy_from_slice(name);
    bytes
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
                // Miri would take hours for all of them.
                for byte in (0..=255u8).step_by(if cfg!(miri) { 32 } else { 1 }) {
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
