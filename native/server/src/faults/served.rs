//! What a server makes of system calls that fail.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use super::{clear, plan};
use crate::{Constant, ENTRY_WORDS, EventKind, GRAIN_BYTES, Limits, MAX_READ_BYTES, Server};

/// Far more than anything here takes; only a test that fails waits for it.
const PATIENCE: Duration = Duration::from_secs(10);

const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nhost: a\r\n\r\n";

/// An entry of the table: the connection, what happened, and the first number beside it.
type Event = (u32, i32, i32);

/// A server with what its caller lends.
struct Bench {
    server: Server,
    address: SocketAddr,
    memory: Vec<u8>,
    words: Vec<i32>,
    records: Vec<u32>,
}

impl Bench {
    fn new() -> Bench {
        clear();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        let server = Server::new(listener.into(), Limits::default()).expect("a server");
        let (memory, words) = (vec![0; 4 * MAX_READ_BYTES], vec![0; 80 * ENTRY_WORDS]);
        Bench { server, address, memory, words, records: vec![0; 4096] }
    }

    fn client(&self) -> TcpStream {
        let client = TcpStream::connect(self.address).expect("the server listens");
        client.set_nodelay(true).expect("TCP has no delay");
        client.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        client
    }

    /// A client, and the number of its connection.
    fn connect(&mut self) -> (TcpStream, u32) {
        let client = self.client();
        let slot = self.next_of(EventKind::Opened).0;
        (client, slot)
    }

    fn collect(&mut self) -> Vec<Event> {
        let batch = self.server.collect(&mut self.memory, &mut self.words, &mut self.records);
        self.words.chunks(ENTRY_WORDS).take(batch.entries).map(|entry| (entry[0] as u32, entry[1], entry[2])).collect()
    }

    /// The one event that comes next.
    fn next_of(&mut self, kind: EventKind) -> Event {
        let begun = Instant::now();
        loop {
            let events = self.collect();
            if let Some(&event) = events.first() {
                assert_eq!((events.len(), event.1), (1, kind as i32), "{events:?}");
                return event;
            }
            assert!(begun.elapsed() < PATIENCE, "nothing happened");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Reads until so many bytes have come.
    fn read(&mut self, count: usize) -> Vec<u8> {
        let mut read = Vec::new();
        while read.len() < count {
            let (_, _, grain) = self.next_of(EventKind::Data);
            let start = grain as usize * GRAIN_BYTES;
            read.extend_from_slice(&self.memory[start..start + self.words[3] as usize]);
        }
        read
    }

    /// Sends everything, as somebody does who waits for room.
    fn send(&mut self, slot: u32, bytes: &[u8]) {
        let mut at = self.server.send(slot, bytes, false).expect("it is open");
        while at < bytes.len() {
            self.next_of(EventKind::Writable);
            at += self.server.send(slot, &bytes[at..], false).expect("it is open");
        }
    }
}

fn faults(text: &str) {
    plan(text).expect("a plan");
}

/// Whether the other side has closed, in whatever way.
fn is_cut(mut client: TcpStream) -> bool {
    let mut rest = Vec::new();
    match client.read_to_end(&mut rest) {
        Ok(_) => true,
        Err(error) => matches!(error.raw_os_error(), Some(libc::ECONNRESET | libc::EPIPE)),
    }
}

#[test]
fn short_reads_and_calls_that_are_to_be_made_again_bring_every_byte_once() {
    for text in ["receive:short=1/1", "receive:EAGAIN/2", "receive:EINTR/3 receive:short=5/2", "ready:EINTR/2 receive:ENOBUFS/2"]
    {
        let mut bench = Bench::new();
        let (mut client, _) = bench.connect();
        faults(text);
        client.write_all(REQUEST).expect("it is open");
        assert_eq!(bench.read(REQUEST.len()), REQUEST, "{text}");
    }
}

#[test]
fn a_request_that_is_read_whole_behind_a_fault_has_its_record() {
    let mut bench = Bench::new();
    let (mut client, _) = bench.connect();
    faults("receive:EAGAIN@1");
    client.write_all(REQUEST).expect("it is open");
    assert_eq!(bench.read(REQUEST.len()), REQUEST);
    assert_eq!(bench.records[..2], [0, REQUEST.len() as u32]);
}

#[test]
fn short_writes_and_calls_that_are_to_be_made_again_send_every_byte_once() {
    let answer: Vec<u8> = (0..5000_u32).map(|at| (at % 251) as u8).collect();
    for text in ["send:short=7/1", "send:EAGAIN/2 send:short=500/1", "send:EINTR/2", "send:ENOBUFS/3 send:short=1000/1"] {
        let mut bench = Bench::new();
        let (mut client, slot) = bench.connect();
        faults(text);
        bench.send(slot, &answer);
        let mut got = vec![0; answer.len()];
        client.read_exact(&mut got).expect("all of it");
        assert!(got == answer, "{text}");
    }
}

#[test]
fn behind_a_piece_of_a_batch_that_fails_none_of_its_connection_is_sent() {
    let mut bench = Bench::new();
    let (mut client, slot) = bench.connect();
    let (mut other, second) = bench.connect();
    let mut sends = [slot as i32, 1, 0, second as i32, 1, 0, slot as i32, 1, 0];
    faults("send:ENOMEM@1");
    assert_eq!(bench.server.send_batch(b"abc", &mut sends), 2);
    assert_eq!([sends[2], sends[5], sends[8]], [-libc::ENOMEM, 1, 0]);
    let (mut byte, mut rest) = ([0], Vec::new());
    other.read_exact(&mut byte).expect("its piece was sent");
    bench.server.close(slot);
    assert_eq!(client.read_to_end(&mut rest).expect("it was closed"), 0);
}

#[test]
fn a_connection_that_breaks_is_told_once_with_its_error() {
    for (name, number) in [("ECONNRESET", libc::ECONNRESET), ("EPIPE", libc::EPIPE), ("ENOMEM", libc::ENOMEM)] {
        let mut bench = Bench::new();
        let (mut client, slot) = bench.connect();
        faults(&format!("receive:{name}@1 send:{name}@1"));
        assert_eq!(bench.server.send(slot, b"answer", false).map_err(|error| error.raw_os_error()), Err(Some(number)));
        client.write_all(REQUEST).expect("it is open");
        assert_eq!(bench.next_of(EventKind::Closed), (slot, EventKind::Closed as i32, number));
        assert_eq!((bench.collect(), bench.server.connections()), (Vec::new(), 0));
        assert!(is_cut(client));
    }
}

#[test]
fn a_connection_that_cannot_be_watched_again_is_not_left_alone() {
    let mut bench = Bench::new();
    let (_client, slot) = bench.connect();
    faults("add:ENOMEM@1");
    bench.server.set_reading(slot, false).expect("epoll forgets it");
    let error = bench.server.set_reading(slot, true).expect_err("nothing would be told of it");
    assert_eq!(error.raw_os_error(), Some(libc::ENOMEM));
    // Whoever asks once more is not told that it is watched.
    bench.server.set_reading(slot, true).expect("there is memory again");
    bench.server.close(slot);
}

#[test]
fn a_writer_whose_socket_cannot_be_watched_for_room_is_told() {
    for (reads, text) in [(true, "send:short=3@1 change:ENOMEM@1"), (false, "send:short=3@1 add:ENOSPC@1")] {
        let mut bench = Bench::new();
        let (_client, slot) = bench.connect();
        bench.server.set_reading(slot, reads).expect("it is watched");
        faults(text);
        assert!(bench.server.send(slot, b"answer", false).is_err(), "{text}");
    }
}

#[test]
fn a_connection_that_epoll_does_not_let_go_of_breaks() {
    let mut bench = Bench::new();
    let (client, slot) = bench.connect();
    faults("remove:ENOENT@1");
    client.shutdown(std::net::Shutdown::Write).expect("it is open");
    assert_eq!(bench.next_of(EventKind::Closed), (slot, EventKind::Closed as i32, libc::ENOENT));
    assert!(is_cut(client));
}

#[test]
fn what_was_read_is_told_in_front_of_a_break_behind_it() {
    let mut bench = Bench::new();
    let (mut client, slot) = bench.connect();
    faults("send:short=3@1 change:ENOMEM@2");
    assert_eq!(bench.server.send(slot, b"answer", false).ok(), Some(3));
    client.write_all(REQUEST).expect("it is open");
    let begun = Instant::now();
    let mut kinds = Vec::new();
    while !kinds.contains(&(EventKind::Closed as i32)) {
        assert!(begun.elapsed() < PATIENCE, "{kinds:?}");
        kinds.extend(bench.collect().iter().map(|event| event.1));
    }
    // Bytes and room may come together or one behind the other.
    assert!(matches!(kinds[..], [3] | [1, 3]), "{kinds:?}");
}

#[test]
fn a_client_that_cannot_be_watched_is_sent_away() {
    let mut bench = Bench::new();
    faults("add:ENOSPC@1");
    let first = bench.client();
    let second = bench.client();
    let (slot, ..) = bench.next_of(EventKind::Opened);
    assert_eq!(bench.server.peer(slot), second.local_addr().ok());
    assert_eq!(bench.server.connections(), 1);
    assert!(is_cut(first));
}

#[test]
fn clients_that_are_lost_before_they_are_accepted_hold_nobody_up() {
    for text in
        ["accept:ECONNABORTED@1", "accept:EINTR@1", "accept:EAGAIN@1", "accept:ENOBUFS/2", "accept:ENOMEM@1 accept:EINTR@2"]
    {
        let mut bench = Bench::new();
        faults(text);
        let (mut client, slot) = bench.connect();
        bench.server.send(slot, b"x", false).expect("it is open");
        client.read_exact(&mut [0]).expect(text);
    }
}

#[test]
fn without_descriptors_one_client_is_sent_away_for_each_try() {
    for name in ["EMFILE", "ENFILE"] {
        let mut bench = Bench::new();
        faults(&format!("accept:{name}@1"));
        let first = bench.client();
        let _second = bench.client();
        bench.next_of(EventKind::Opened);
        assert_eq!(bench.server.connections(), 1);
        assert!(is_cut(first));
    }
}

#[test]
fn without_room_for_a_record_there_is_none_and_the_bytes_are_there() {
    let mut bench = Bench::new();
    let (mut client, _) = bench.connect();
    bench.records = vec![0; 8];
    client.write_all(REQUEST).expect("it is open");
    assert_eq!(bench.read(REQUEST.len()), REQUEST);
    assert_eq!(bench.records[0], i32::MAX as u32);
}

#[test]
fn a_table_without_room_leaves_the_rest_to_the_next_call() {
    let mut bench = Bench::new();
    let mut clients: Vec<_> = (0..8).map(|_| bench.connect()).collect();
    // One entry more than a wake-up that accepts may need.
    bench.words = vec![0; 65 * ENTRY_WORDS];
    for (client, _) in &mut clients {
        client.write_all(REQUEST).expect("it is open");
    }
    let mut told = Vec::new();
    let begun = Instant::now();
    while told.len() < clients.len() {
        assert!(begun.elapsed() < PATIENCE, "{told:?}");
        let events = bench.collect();
        assert!(events.len() <= 2, "{events:?}");
        told.extend(events.iter().map(|event| event.0));
    }
    told.sort_unstable();
    assert_eq!(told, clients.iter().map(|client| client.1).collect::<Vec<_>>());
}

/// A bench whose server answers [`REQUEST`] by itself, and a connection that rests.
fn constant_bench(answer: &[u8]) -> (Bench, TcpStream, u32) {
    let mut bench = Bench::new();
    bench.server.add_constant(false, b"/", Constant { before: answer.to_vec(), dated: false, after: Vec::new() });
    bench.server.allow_constants(true);
    let (client, slot) = bench.connect();
    bench.server.rest(slot, 1000);
    (bench, client, slot)
}

#[test]
fn what_a_socket_does_not_take_of_constant_answers_is_handed_over_in_front_of_what_came_behind() {
    const OTHER: &[u8] = b"GET /other HTTP/1.1\r\nhost: a\r\n\r\n";
    for (text, taken) in [("send:short=5@1", 5), ("send:EAGAIN@1", 0)] {
        let (mut bench, mut client, slot) = constant_bench(b"0123456789");
        faults(text);
        client.write_all(&[REQUEST, REQUEST, OTHER].concat()).expect("sent");
        let begun = Instant::now();
        let mut events = bench.collect();
        while events.is_empty() {
            assert!(begun.elapsed() < PATIENCE, "nothing happened");
            events = bench.collect();
        }
        let behind = 2 * REQUEST.len() as i32;
        assert_eq!(events, [(slot, EventKind::Answered as i32, 2), (slot, EventKind::DataBehind as i32, behind)], "{text}");
        assert_eq!((bench.words[3], bench.words[7]), (20 - taken, OTHER.len() as i32));
        assert_eq!(bench.server.take_unsent(slot), b"01234567890123456789"[taken as usize..]);
        assert_eq!(bench.server.take_unsent(slot), b"");
        assert_eq!(bench.next_of(EventKind::Writable).0, slot);
        // Its user has something to do now: what is constant is its own again.
        client.write_all(REQUEST).expect("sent");
        assert_eq!(bench.read(REQUEST.len()), REQUEST);
    }
}

#[test]
fn a_connection_that_breaks_under_a_constant_answer_is_told_once() {
    let (mut bench, mut client, slot) = constant_bench(b"answer");
    faults("send:EPIPE@1");
    client.write_all(REQUEST).expect("sent");
    assert_eq!(bench.next_of(EventKind::Closed), (slot, EventKind::Closed as i32, libc::EPIPE));
    clear();
    assert_eq!((bench.server.connections(), bench.server.next_answered()), (0, None));
    bench.server.close(slot);
    let (mut other, again) = bench.connect();
    assert_eq!(again, slot);
    other.write_all(REQUEST).expect("sent");
    assert_eq!(bench.read(REQUEST.len()), REQUEST, "the number has another connection now, which does not rest");
}

#[test]
fn a_constant_answer_says_nothing_and_is_counted() {
    let (mut bench, mut client, slot) = constant_bench(b"answer");
    client.write_all(&REQUEST.repeat(3)).expect("sent");
    let mut answers = [0; 18];
    let begun = Instant::now();
    client.set_nonblocking(true).expect("a socket");
    let mut read = 0;
    while read < answers.len() {
        assert_eq!(bench.collect(), []);
        assert!(begun.elapsed() < PATIENCE, "nothing came");
        read += client.read(&mut answers[read..]).unwrap_or(0);
    }
    assert_eq!(&answers, b"answeransweranswer");
    let totals = bench.server.take_totals();
    assert_eq!((totals.requests, totals.bytes_in, totals.bytes_out), (3, 3 * REQUEST.len() as u64, 18));
    assert_eq!((bench.server.next_answered(), bench.server.next_answered()), (Some((slot, 3)), None));
    client.write_all(b"nonsense\r\n\r\n").expect("sent");
    assert_eq!(bench.next_of(EventKind::Data).0, slot, "what it was told of is not told again");
}
