//! What is plain, what may become it, and what is left to the other parser.

use armature_wire::{FIELD_NAMES, Head, Limits, METHODS, Verdict, name_id, parse};

/// A plain request as texts; `None` where it is not one.
#[derive(Debug, PartialEq, Eq)]
struct Request {
    method: &'static str,
    target: String,
    minor_version: u8,
    keep_alive: bool,
    fields: Vec<(String, String)>,
    body: String,
    rest: usize,
}

fn latin1(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| *byte as char).collect()
}

/// Judges bytes in the middle of a buffer that goes on with what would complete nearly everything.
fn judge_within(bytes: &[u8], limits: &Limits) -> (Verdict, Option<Request>) {
    const START: usize = 7;
    let mut buffer = vec![b':'; START];
    buffer.extend_from_slice(bytes);
    let end = buffer.len();
    buffer.extend_from_slice(b":\r\n\r\n GET / HTTP/1.1\r\nHost: a\r\n\r\n\r\n: HTTP/1.1\r\n\r\n");
    let (mut positions, mut ids) = ([0; 400], [0; 100]);
    let mut head = Head::new(&mut positions, &mut ids);
    let verdict = parse(&buffer, START, end, limits, &mut head);
    let text = |from: u32, to: u32| latin1(&bytes[from as usize..to as usize]);
    let request = (verdict == Verdict::Plain).then(|| Request {
        method: METHODS[head.method as usize],
        target: text(head.target_start, head.target_end),
        minor_version: head.minor_version,
        keep_alive: head.keep_alive,
        fields: head.positions().chunks(4).map(|at| (text(at[0], at[1]), text(at[2], at[3]))).collect(),
        body: text(head.head_end, head.body_end),
        rest: bytes.len() - head.body_end as usize,
    });
    (verdict, request)
}

/// Judges bytes in a buffer that goes on, and holds that it makes no difference.
fn judge(bytes: &[u8]) -> (Verdict, Option<Request>) {
    let limits = Limits::default();
    let judged = judge_within(bytes, &limits);
    let (mut positions, mut ids) = ([0; 400], [0; 100]);
    let mut head = Head::new(&mut positions, &mut ids);
    assert_eq!(parse(bytes, 0, bytes.len(), &limits, &mut head), judged.0);
    judged
}

fn plain(text: &str) -> Request {
    match judge(text.as_bytes()) {
        (_, Some(request)) => request,
        (verdict, None) => panic!("{verdict:?}: {text:?}"),
    }
}

#[track_caller]
fn assert_verdict(verdict: Verdict, texts: &[&str]) {
    for text in texts {
        assert_eq!(judge(text.as_bytes()).0, verdict, "{text:?}");
    }
}

#[test]
fn a_request_with_a_body_and_another_one_behind_it() {
    let request = plain("POST /a?b=c HTTP/1.1\r\nhOST: x:80\r\nA:\t 1 2 \t\r\nB:\r\nContent-Length: 3\r\n\r\nabcGET /");
    let fields = [("hOST", "x:80"), ("A", "1 2"), ("B", ""), ("Content-Length", "3")];
    assert_eq!(
        request,
        Request {
            method: "POST",
            target: "/a?b=c".to_owned(),
            minor_version: 1,
            keep_alive: true,
            fields: fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
            body: "abc".to_owned(),
            rest: 5,
        }
    );
}

#[test]
fn every_registered_method_but_connect() {
    for method in METHODS {
        let text = format!("{method} / HTTP/1.1\r\nHost: a\r\n\r\n");
        match judge(text.as_bytes()) {
            (Verdict::Plain, Some(request)) => assert_eq!(request.method, method),
            (verdict, _) => assert_eq!((verdict, method), (Verdict::Unsure, "CONNECT")),
        }
    }
}

#[test]
fn the_connection_stays_open_by_version_and_field() {
    for (version, field, keep_alive) in [
        (1, "", true),
        (1, "Connection: keep-alive\r\n", true),
        (1, "Connection: Close\r\n", false),
        (0, "", false),
        (0, "connection: Keep-Alive\r\n", true),
        (0, "Connection: close\r\n", false),
    ] {
        let request = plain(&format!("GET / HTTP/1.{version}\r\nHost: a\r\n{field}\r\n"));
        assert_eq!((request.minor_version, request.keep_alive), (version, keep_alive), "{field}");
    }
}

#[test]
fn every_beginning_of_a_plain_request_is_partial() {
    for text in [
        "GET /a/b?c=d HTTP/1.1\r\nHost: example.org\r\nAccept: */*\r\nConnection: keep-alive\r\n\r\n",
        "PROPPATCH / HTTP/1.0\r\nHost: [::1]:80\r\nX-Own:  v  \r\nConnection: close\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 20\r\n\r\n01234567890123456789",
    ] {
        for length in 0..text.len() {
            assert_verdict(Verdict::Partial, &[&text[..length]]);
        }
        assert_verdict(Verdict::Plain, &[text]);
    }
}

#[test]
fn request_lines_that_are_not_plain() {
    let rest = "\r\nHost: a\r\n\r\n";
    for line in [
        "",
        " GET / HTTP/1.1",
        "\r\nGET / HTTP/1.1",
        "get / HTTP/1.1",
        "GETS / HTTP/1.1",
        "G\0T / HTTP/1.1",
        "GET  / HTTP/1.1",
        "GET / HTTP/1.1 ",
        "GET /  HTTP/1.1",
        "GET\t/ HTTP/1.1",
        "GET a HTTP/1.1",
        "GET * HTTP/1.1",
        "OPTIONS * HTTP/1.1",
        "GET http://a/ HTTP/1.1",
        "CONNECT a:80 HTTP/1.1",
        "GET /# HTTP/1.1",
        "GET /\u{e9} HTTP/1.1",
        "GET /\x7f HTTP/1.1",
        "GET /\x01 HTTP/1.1",
        "GET /",
        "GET / HTTP/1.2",
        "GET / HTTP/2.0",
        "GET / http/1.1",
        "PRI * HTTP/2.0",
    ] {
        assert_verdict(Verdict::Unsure, &[&format!("{line}{rest}")]);
    }
    assert_verdict(Verdict::Unsure, &["GET / HTTP/1.1\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\r\nHost: a\r\n\r\n"]);
}

#[test]
fn fields_that_are_not_plain() {
    for field in [
        "Host: b",
        "Connection: upgrade",
        "Connection: keep-alive, close",
        "Connection:",
        "Connection: close\r\nConnection: close",
        "Content-Length: 3\r\nContent-Length: 3",
        "Content-Length: +3",
        "Content-Length: 3, 3",
        "Content-Length: ",
        "Content-Length: 0x3",
        "Content-Length: -1",
        "Content-Length: 1234567890123456",
        "Transfer-Encoding: chunked",
        "transfer-encoding: identity",
        "Expect: 100-continue",
        "Upgrade: websocket",
        "TE: trailers",
        "Trailer: x",
        "HTTP2-Settings: AAMAAABkAAQAAP__",
        " folded",
        "\tfolded",
        "A : b",
        "A b: c",
        ": b",
        "A",
        "A: b\rc",
        "A: b\nB: c",
        "A: b\0c",
        "A: b\x7f",
        "A: b\r\r",
        "\u{e9}: b",
    ] {
        assert_verdict(Verdict::Unsure, &[&format!("GET / HTTP/1.1\r\nHost: a\r\n{field}\r\n\r\nabc")]);
    }
}

#[test]
fn one_valid_host_is_needed() {
    let unsure = ["", "Host: a b\r\n", "Host: a/b\r\n", "Host: a@b\r\n", "Host: a:x\r\n", "Host: [::1\r\n"];
    for version in [0, 1] {
        for field in unsure {
            assert_verdict(Verdict::Unsure, &[&format!("GET / HTTP/1.{version}\r\n{field}\r\n")]);
        }
        assert_verdict(Verdict::Plain, &[&format!("GET / HTTP/1.{version}\r\nHost:\r\n\r\n")]);
    }
}

#[test]
fn control_bytes_are_found_at_every_place_of_long_values_and_targets() {
    for length in [1, 15, 16, 17, 31, 32, 33, 70] {
        for at in 0..length {
            let mut text = vec![b'v'; length];
            text[at] = 0x0b;
            let bytes = |front: &str, back: &str| [front.as_bytes(), &text, back.as_bytes()].concat();
            let line = bytes("GET /", " HTTP/1.1\r\nHost: a\r\n\r\n");
            let field = bytes("GET / HTTP/1.1\r\nHost: a\r\nA: ", "\r\n\r\n");
            let name = bytes("GET / HTTP/1.1\r\nHost: a\r\n", ": b\r\n\r\n");
            assert_eq!([line, field, name].map(|bytes| judge(&bytes).0), [Verdict::Unsure; 3]);
        }
    }
}

#[test]
fn limits_are_those_of_the_other_parser() {
    let limits = Limits { request_line_bytes: 20, header_bytes: 30, header_fields: 2, body_bytes: 4 };
    let verdict = |text: &str| judge_within(text.as_bytes(), &limits).0;
    let line = |target: usize| format!("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", "a".repeat(target));
    assert_eq!([6, 7].map(|target| verdict(&line(target))), [Verdict::Plain, Verdict::Unsure]);
    assert_eq!(verdict("GET /aaaaaa HTTP/1.1"), Verdict::Partial);
    assert_eq!(verdict("GET /aaaaaaa HTTP/1.1"), Verdict::Unsure);
    assert_eq!(verdict("GET /aaaaaaaaaaaaaaa"), Verdict::Partial);
    assert_eq!(verdict("GET /aaaaaaaaaaaaaaaa"), Verdict::Unsure);
    let field = |value: usize| format!("GET / HTTP/1.1\r\nHost: a\r\nA: {}\r\n\r\n", "b".repeat(value));
    assert_eq!([16, 17].map(|value| verdict(&field(value))), [Verdict::Plain, Verdict::Unsure]);
    let count = |fields: usize| format!("GET / HTTP/1.1\r\nHost: a\r\n{}\r\n", "A:\r\n".repeat(fields));
    assert_eq!([1, 2].map(|fields| verdict(&count(fields))), [Verdict::Plain, Verdict::Unsure]);
    let body = |length: usize| format!("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n");
    let roomy = Limits { header_bytes: 100, ..limits };
    assert_eq!(
        [0, 4, 5].map(|length| judge_within(body(length).as_bytes(), &roomy).0),
        [Verdict::Plain, Verdict::Partial, Verdict::Unsure]
    );
}

#[test]
fn more_fields_than_the_tables_hold_are_not_plain() {
    let bytes = b"GET / HTTP/1.1\r\nHost: a\r\nA: b\r\n\r\n";
    for (positions, ids, verdict) in [(8, 2, Verdict::Plain), (7, 2, Verdict::Unsure), (8, 1, Verdict::Unsure)] {
        let (mut positions, mut ids) = (vec![0; positions], vec![0; ids]);
        let mut head = Head::new(&mut positions, &mut ids);
        assert_eq!(parse(bytes, 0, bytes.len(), &Limits::default(), &mut head), verdict);
    }
}

#[test]
fn names_are_numbered_and_summed_up() {
    let bytes = b"GET / HTTP/1.1\r\nHOST: a\r\nx-own: b\r\nuser-agent: c\r\n\r\n";
    let (mut positions, mut ids) = ([0; 40], [0; 10]);
    let mut head = Head::new(&mut positions, &mut ids);
    assert_eq!(parse(bytes, 0, bytes.len(), &Limits::default(), &mut head), Verdict::Plain);
    let (host, agent) = (name_id(b"host"), name_id(b"user-agent"));
    assert_eq!(head.ids(), [host, 0, agent]);
    assert_eq!(head.seen, 1 | 1 << host | 1 << agent);
    assert_eq!(FIELD_NAMES[host as usize - 1], "host");
}
