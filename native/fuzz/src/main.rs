//! Inputs that libFuzzer steers by what they reach: `npm run fuzz:wire`.
#![no_main]

mod frames;

use armature_wire::{Head, Limits, METHODS, Verdict, parse};
use libfuzzer_sys::fuzz_target;

const FIELDS: usize = 100;

fuzz_target!(|bytes: &[u8]| {
    frames::assert_all(bytes);
    let (mut positions, mut ids) = ([0; 4 * FIELDS], [0; FIELDS]);
    let mut head = Head::new(&mut positions, &mut ids);
    let verdict = judge(bytes, bytes.len(), &mut head);
    assert_is_blind_behind_its_end(bytes, verdict);
    if verdict == Verdict::Plain {
        assert_is_read_alike(bytes, &head);
        assert_beginnings_are_partial(&bytes[..head.body_end as usize]);
    }
});

fn judge(buffer: &[u8], end: usize, head: &mut Head<'_>) -> Verdict {
    parse(buffer, 0, end, &Limits::default(), head)
}

/// Whatever an earlier read left in the buffer makes no difference.
fn assert_is_blind_behind_its_end(bytes: &[u8], verdict: Verdict) {
    let (mut positions, mut ids) = ([0; 4 * FIELDS], [0; FIELDS]);
    for rest in [&b":\r\n\r\n"[..], &[b'a'; 40], &[0; 40], b" HTTP/1.1\r\nHost: a\r\n\r\n"] {
        let longer = [bytes, rest].concat();
        assert_eq!(judge(&longer, bytes.len(), &mut Head::new(&mut positions, &mut ids)), verdict);
    }
}

/// A more lenient parser takes it too, and sees the same.
fn assert_is_read_alike(bytes: &[u8], head: &Head<'_>) {
    let mut headers = [httparse::EMPTY_HEADER; FIELDS];
    let mut request = httparse::Request::new(&mut headers);
    assert_eq!(request.parse(bytes), Ok(httparse::Status::Complete(head.head_end as usize)));
    let slice = |from: u32, to: u32| &bytes[from as usize..to as usize];
    assert_eq!(request.method, Some(METHODS[head.method as usize]));
    assert_eq!(request.path.map(str::as_bytes), Some(slice(head.target_start, head.target_end)));
    assert_eq!(request.version, Some(head.minor_version));
    assert_eq!(request.headers.len(), head.field_count as usize);
    for (theirs, ours) in request.headers.iter().zip(head.positions().chunks(4)) {
        assert_eq!(theirs.name.as_bytes(), slice(ours[0], ours[1]));
        assert_eq!(theirs.value, slice(ours[2], ours[3]));
    }
}

/// Of a request that is plain no beginning is anything else than partial; the first ones and those around the end of the head are tried.
fn assert_beginnings_are_partial(request: &[u8]) {
    let (mut positions, mut ids) = ([0; 4 * FIELDS], [0; FIELDS]);
    let edges = (0..request.len().min(64)).chain(request.len().saturating_sub(64)..request.len());
    for end in edges {
        let mut head = Head::new(&mut positions, &mut ids);
        assert_eq!(judge(&request[..end], end, &mut head), Verdict::Partial);
    }
}
