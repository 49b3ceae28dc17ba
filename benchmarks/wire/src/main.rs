//! Nanoseconds that parsing a request takes, beside httparse: `cargo run --release --manifest-path benchmarks/wire/Cargo.toml`.
//!
//! Both work on the same bytes in rounds that alternate; the median of the rounds counts. httparse gives slices where ours gives
//! positions, interned names and what the fields say about the body and the connection.

use armature_wire::{Head, Limits, Verdict, parse};
use std::hint::black_box;
use std::time::Instant;

const ROUNDS: usize = 25;
/// Requests in a round, unless the command line says otherwise.
const REQUESTS: usize = 100_000;

/// What wrk sends, about.
const MINIMAL: &str = "GET /json HTTP/1.1\r\nHost: 127.0.0.1:3000\r\n\r\n";

const BROWSER: &str = "GET /users/42?expand=roles HTTP/1.1\r\n\
Host: www.example.org\r\n\
Connection: keep-alive\r\n\
sec-ch-ua: \"Chromium\";v=\"140\", \"Not=A?Brand\";v=\"24\"\r\n\
sec-ch-ua-mobile: ?0\r\n\
User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36\r\n\
Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8\r\n\
Sec-Fetch-Site: same-origin\r\n\
Accept-Encoding: gzip, deflate, br, zstd\r\n\
Accept-Language: de-DE,de;q=0.9,en-US;q=0.8,en;q=0.7\r\n\
Cookie: session=6f1d2c3b4a5968778695a4b3c2d1e0f0; theme=dark; consent=all\r\n\r\n";

const POST: &str = "POST /users HTTP/1.1\r\nHost: 127.0.0.1:3000\r\nContent-Type: application/json\r\nContent-Length: 145\r\n\r\n";

fn main() {
    let requests = std::env::args().nth(1).map_or(REQUESTS, |text| text.parse().expect("a number of requests"));
    let post = format!("{POST}{}", "x".repeat(145));
    println!("| request | bytes | wire | httparse | wire / httparse |");
    println!("| --- | --- | --- | --- | --- |");
    for (name, request) in [("GET, 1 field", MINIMAL), ("GET, 10 fields", BROWSER), ("POST, 145 B", &post)] {
        // As the server reads: into the front of a buffer that is larger.
        let mut buffer = vec![0; 64 * 1024];
        buffer[..request.len()].copy_from_slice(request.as_bytes());
        let (ours, theirs) = compare(&buffer, request.len(), requests);
        println!("| {name} | {} | {ours:.0} ns | {theirs:.0} ns | {:.2} |", request.len(), ours / theirs);
    }
}

fn compare(buffer: &[u8], length: usize, requests: usize) -> (f64, f64) {
    let mut rounds = [Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        rounds[0].push(time(requests, || with_wire(buffer, length)));
        rounds[1].push(time(requests, || with_httparse(&buffer[..length])));
    }
    let [ours, theirs] = rounds.map(median);
    (ours, theirs)
}

/// Nanoseconds for each call.
fn time(requests: usize, mut parse: impl FnMut()) -> f64 {
    let start = Instant::now();
    for _ in 0..requests {
        parse();
    }
    start.elapsed().as_nanos() as f64 / requests as f64
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

#[inline(never)]
fn with_wire(buffer: &[u8], length: usize) {
    let (mut positions, mut ids) = (POSITIONS, IDS);
    let mut head = Head::new(&mut positions, &mut ids);
    let verdict = parse(black_box(buffer), 0, black_box(length), &Limits::default(), &mut head);
    assert_eq!(verdict, Verdict::Plain);
    black_box(&head);
}

#[inline(never)]
fn with_httparse(bytes: &[u8]) {
    let mut headers = [httparse::EMPTY_HEADER; FIELDS];
    let mut request = httparse::Request::new(&mut headers);
    let status = request.parse(black_box(bytes));
    assert!(status.is_ok_and(|status| status.is_complete()));
    black_box(&request);
}

/// Fields that both have room for; their tables are made for each request.
const FIELDS: usize = 16;
const POSITIONS: [u32; 4 * FIELDS] = [0; 4 * FIELDS];
const IDS: [u8; FIELDS] = [0; FIELDS];
