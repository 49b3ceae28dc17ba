//! Which frames are read, what they are, and that it makes no difference where their bytes were cut.

use armature_wire::{Content, Frame, FrameReader};

const KEY: [u8; 4] = [0x12, 0xf4, 0x56, 0x78];

fn masked(payload: &[u8]) -> Vec<u8> {
    payload.iter().zip(KEY.iter().cycle()).map(|(byte, key)| byte ^ key).collect()
}

/// A frame of a client, with its length in the form that fits.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let length = payload.len();
    let mut bytes = vec![first];
    match length {
        0..126 => bytes.push(0x80 | length as u8),
        126..0x1_0000 => {
            bytes.push(0x80 | 126);
            bytes.extend_from_slice(&(length as u16).to_be_bytes());
        }
        _ => {
            bytes.push(0x80 | 127);
            bytes.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
    bytes.extend_from_slice(&KEY);
    bytes.extend_from_slice(&masked(payload));
    bytes
}

/// What is read of one frame that is here as a whole.
fn read_whole(bytes: &[u8]) -> Option<(Frame, Vec<u8>)> {
    let mut bytes = bytes.to_vec();
    let frame = FrameReader::default().read(&mut bytes)?;
    let end = frame.head as usize + frame.here as usize;
    Some((frame, bytes[frame.head as usize..end].to_vec()))
}

#[test]
fn lengths_in_all_three_forms() {
    for (length, head) in [(0, 6), (1, 6), (125, 6), (126, 8), (65_535, 8), (65_536, 14), (100_000, 14)] {
        let payload: Vec<u8> = (0..length).map(|at| at as u8).collect();
        let (frame, read) = read_whole(&frame(0x82, &payload)).expect("a frame");
        assert_eq!(frame, Frame { head, here: length, left: 0, content: Content::Unknown });
        assert_eq!(read, payload);
    }
}

#[test]
fn what_a_text_is_made_of() {
    let long = "ä".repeat(5000);
    let cases: [(&[u8], Content); 8] = [
        (b"", Content::Ascii),
        (b"plain text, longer than a block", Content::Ascii),
        ("a text that is none of ASCII: ä€𝄞".as_bytes(), Content::Utf8),
        (long.as_bytes(), Content::Utf8),
        (b"\xc0\x80", Content::NotUtf8),
        (b"behind a block of sixteen: \xed\xa0\x80", Content::NotUtf8),
        (b"cut off: \xe2\x82", Content::NotUtf8),
        (b"\xf4\x90\x80\x80", Content::NotUtf8),
    ];
    for (payload, content) in cases {
        let (frame, read) = read_whole(&frame(0x81, payload)).expect("a frame");
        assert_eq!((frame.content, &read[..]), (content, payload));
    }
}

#[test]
fn only_whole_texts_are_looked_at() {
    // A fragment, a continuation, bytes, a compressed text, and a ping.
    for first in [0x01, 0x80, 0x00, 0x82, 0xc1, 0x89] {
        let (frame, _) = read_whole(&frame(first, b"\xff")).expect("a frame");
        assert_eq!(frame.content, Content::Unknown);
    }
}

#[test]
fn what_no_client_may_send_is_left_as_it_is() {
    let unmasked = [&[0x81, 2][..], b"hi"].concat();
    let mut heads = vec![unmasked];
    for first in [0x91, 0xa1, 0x83, 0x87, 0x8b, 0x8f, 0x09, 0x08, 0xc9, 0xc8] {
        heads.push(frame(first, b"hi"));
    }
    // Control frames that are too long, and lengths that are not in their shortest form or no numbers.
    heads.push(frame(0x89, &[0; 126]));
    heads.push([&[0x82, 0xfe, 0, 125][..], &[0; 129]].concat());
    heads.push([&[0x82, 0xff, 0, 0, 0, 0, 0, 0, 0xff, 0xff][..], &[0; 65_539]].concat());
    heads.push([&[0x82, 0xff, 0, 0, 0, 0, 0x80, 0, 0, 0][..], &[0; 20]].concat());
    heads.push([&[0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0][..], &[0; 20]].concat());
    for bytes in heads {
        let mut read = bytes.clone();
        assert_eq!(FrameReader::default().read(&mut read), None, "{:?}", &bytes[..2]);
        assert_eq!(read, bytes);
    }
}

#[test]
fn a_head_that_is_not_complete_is_left_as_it_is() {
    for length in [0, 125, 126, 65_536] {
        let bytes = frame(0x82, &vec![7; length]);
        let head = bytes.len() - length;
        for end in 0..head {
            let mut read = bytes[..end].to_vec();
            assert_eq!(FrameReader::default().read(&mut read), None);
            assert_eq!(read, bytes[..end]);
        }
    }
}

#[test]
fn a_payload_in_pieces_is_the_same_as_at_once() {
    let payload: Vec<u8> = (0..300).map(|at| (at * 7) as u8).collect();
    let bytes = [frame(0x82, &payload), frame(0x81, b"behind it")].concat();
    for first_cut in 8..308 {
        for second_cut in [first_cut, first_cut + 1, first_cut + 2, first_cut + 3, first_cut + 17, 308] {
            let second_cut = second_cut.min(308);
            let mut reader = FrameReader::default();
            let (mut plain, mut left) = (Vec::new(), payload.len());
            for (at, piece) in
                [&bytes[..first_cut], &bytes[first_cut..second_cut], &bytes[second_cut..308]].into_iter().enumerate()
            {
                if piece.is_empty() {
                    continue;
                }
                let mut piece = piece.to_vec();
                let frame = reader.read(&mut piece).expect("a piece");
                left -= frame.here as usize;
                assert_eq!((frame.head, frame.left), (if at == 0 { 8 } else { 0 }, left as u32));
                plain.extend_from_slice(&piece[frame.head as usize..]);
            }
            assert_eq!(plain, payload);
            let mut rest = bytes[308..].to_vec();
            let last = reader.read(&mut rest).expect("the frame behind it");
            assert_eq!((last.content, &rest[6..]), (Content::Ascii, &b"behind it"[..]));
        }
    }
}
