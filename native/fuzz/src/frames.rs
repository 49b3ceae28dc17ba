//! Frames of WebSockets, beside a reader that goes byte by byte.

use armature_wire::{Content, FrameReader};

/// A payload: where it begins, its bytes without their mask, and what they are.
type Payload = (usize, Vec<u8>, Content);

/// The first byte of a text that is whole and not compressed.
const WHOLE_TEXT: u8 = 0x81;

/// What is read does not depend on vectors, nor on where the bytes were cut.
pub fn assert_all(bytes: &[u8]) {
    let expected = slowly(bytes);
    let mut read = bytes.to_vec();
    let (payloads, end) = read_all(&mut FrameReader::default(), &mut read);
    assert_eq!(payloads, expected);
    assert_eq!(read[end..], bytes[end..]);
    let cut = bytes.first().map_or(0, |byte| *byte as usize % bytes.len());
    let (mut front, mut back) = (bytes[..cut].to_vec(), bytes[cut..].to_vec());
    let mut reader = FrameReader::default();
    let (_, end_of_front) = read_all(&mut reader, &mut front);
    if end_of_front < cut {
        return;
    }
    let (_, end_of_back) = read_all(&mut reader, &mut back);
    assert_eq!((cut + end_of_back, [front, back].concat()), (end, read));
}

/// All frames up to the first that is left to another parser, and where that is.
fn read_all(reader: &mut FrameReader, bytes: &mut [u8]) -> (Vec<Payload>, usize) {
    let (mut payloads, mut at) = (Vec::new(), 0);
    while let Some(frame) = reader.read(&mut bytes[at..]).filter(|_| at < bytes.len()) {
        let start = at + frame.head as usize;
        at = start + frame.here as usize;
        payloads.push((start, bytes[start..at].to_vec(), frame.content));
        assert!(frame.left == 0 || at == bytes.len());
    }
    (payloads, at)
}

/// The same in the shortest way (RFC 6455, 5.2).
fn slowly(bytes: &[u8]) -> Vec<Payload> {
    let (mut payloads, mut at) = (Vec::new(), 0);
    while let Some((head, length)) = head_of(&bytes[at..]) {
        let (start, first) = (at + head, bytes[at]);
        at = bytes.len().min(start + length);
        let plain: Vec<u8> = (start..at).map(|place| bytes[place] ^ bytes[start - 4 + (place - start) % 4]).collect();
        let content = match std::str::from_utf8(&plain) {
            _ if first != WHOLE_TEXT || plain.len() < length => Content::Unknown,
            Ok(text) if text.is_ascii() => Content::Ascii,
            Ok(_) => Content::Utf8,
            Err(_) => Content::NotUtf8,
        };
        payloads.push((start, plain, content));
    }
    payloads
}

fn head_of(bytes: &[u8]) -> Option<(usize, usize)> {
    let (first, second) = (*bytes.first()?, *bytes.get(1)?);
    let (opcode, short) = (first & 0x0f, second & 0x7f);
    let is_control = opcode >= 8;
    if second < 0x80
        || first & 0x30 != 0
        || !matches!(opcode, 0..=2 | 8..=10)
        || is_control && (first & 0xc0 != 0x80 || short > 125)
    {
        return None;
    }
    let bits = match short {
        126 => 2,
        127 => 8,
        _ => 0,
    };
    let field = bytes.get(2..2 + bits)?.iter().fold(0u64, |sum, byte| sum << 8 | u64::from(*byte));
    let length = if bits == 0 { u64::from(short) } else { field };
    let least = [0, 126, 0x1_0000][usize::from(short > 125) + usize::from(short > 126)];
    let is_plain = length >= least && length <= i32::MAX as u64 && bytes.len() >= 6 + bits;
    is_plain.then_some((6 + bits, length as usize))
}
