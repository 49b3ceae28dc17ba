//! What clients and the system do to connections at bad moments, over real sockets: short writes, resets, too little room.

#[macro_use]
mod both;

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use armature_server::sys::{Epoll, READABLE};
use armature_server::{ENTRY_WORDS, EventKind, GRAIN_BYTES, IoKind, Limits, MAX_READ_BYTES, Server};

/// Far more than anything here takes; only a test that fails waits for it.
const PATIENCE: Duration = Duration::from_secs(10);

/// Room in the table for one wake-up that accepts, and some more.
const ENTRIES: usize = 80;

/// A server with what its caller lends.
struct Bench {
    server: Server,
    /// Watches the server, as a loop does.
    outer: Epoll,
    /// Whether the last call has left something.
    goes_on: bool,
    address: SocketAddr,
    memory: Vec<u8>,
    words: Vec<i32>,
    records: Vec<u32>,
}

/// An entry of the table, and the bytes that it is about.
#[derive(Debug, PartialEq, Eq)]
struct Event {
    slot: u32,
    kind: i32,
    bytes: Vec<u8>,
}

impl Bench {
    fn new(kind: IoKind) -> Bench {
        Bench::with_memory(kind, 4 * MAX_READ_BYTES)
    }

    fn with_memory(kind: IoKind, bytes: usize) -> Bench {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        let server = Server::with_io(listener.into(), Limits::default(), kind).expect("a server");
        let outer = Epoll::new().expect("an epoll descriptor");
        outer.add(server.as_watched(), 1, READABLE).expect("it can be watched");
        let (memory, words, records) = (vec![0; bytes], vec![0; ENTRIES * ENTRY_WORDS], vec![0; 4096]);
        Bench { server, outer, goes_on: false, address, memory, words, records }
    }

    /// A client, and the number of its connection.
    fn connect(&mut self) -> (TcpStream, u32) {
        let client = TcpStream::connect(self.address).expect("the server listens");
        client.set_nodelay(true).expect("TCP has no delay");
        client.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        let opened = self.next_of(EventKind::Opened);
        (client, opened.slot)
    }

    /// All events of one call.
    fn collect(&mut self) -> (Vec<Event>, bool) {
        let batch = self.server.collect(&mut self.memory, &mut self.words, &mut self.records);
        self.goes_on = batch.more;
        if !batch.more {
            self.server.settle();
        }
        let entries = self.words.chunks(ENTRY_WORDS).take(batch.entries);
        let events = entries.map(|entry| Event {
            slot: entry[0] as u32,
            kind: entry[1],
            bytes: if entry[1] == EventKind::Data as i32 { self.bytes_at(entry[2], entry[3]) } else { Vec::new() },
        });
        (events.collect(), batch.more)
    }

    fn bytes_at(&self, grain: i32, length: i32) -> Vec<u8> {
        let start = grain as usize * GRAIN_BYTES;
        self.memory[start..start + length as usize].to_vec()
    }

    /// The events of the next call that brings some.
    fn wait(&mut self) -> Vec<Event> {
        let begun = Instant::now();
        loop {
            if self.goes_on || self.wakes() {
                let (events, _) = self.collect();
                if !events.is_empty() {
                    return events;
                }
            }
            assert!(begun.elapsed() < PATIENCE, "nothing happened");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Whether a loop would wake.
    fn wakes(&self) -> bool {
        let mut ready = Vec::new();
        self.outer.take_ready(&mut ready, 1).expect("no error");
        !ready.is_empty()
    }

    /// The one event that comes next.
    fn next_of(&mut self, kind: EventKind) -> Event {
        let mut events = self.wait();
        assert_eq!(events.len(), 1, "{events:?}");
        let event = events.remove(0);
        assert_eq!(event.kind, kind as i32);
        event
    }

    /// Holds that nothing is reported again and again.
    fn assert_quiet(&mut self) {
        for _ in 0..5 {
            assert_eq!(self.collect(), (Vec::new(), false));
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}

/// Closes with bytes unread, for which the system sends a reset.
fn reset(bench: &mut Bench, client: TcpStream, slot: u32) {
    assert_eq!(bench.server.send(slot, b"unread", false).ok(), Some(6));
    let mut byte = [0];
    client.peek(&mut byte).expect("the byte is there");
    drop(client);
}

fn bytes_come_in_the_pieces_in_which_they_were_sent(kind: IoKind) {
    let mut bench = Bench::new(kind);
    let (mut client, slot) = bench.connect();
    for piece in [&b"G"[..], b"ET / HTTP/1.1\r\n", b"\r"] {
        client.write_all(piece).expect("it is open");
        assert_eq!(bench.next_of(EventKind::Data), Event { slot, kind: EventKind::Data as i32, bytes: piece.to_vec() });
    }
    bench.assert_quiet();
}

fn a_client_that_reads_slowly_gets_every_byte_once(kind: IoKind) {
    let mut bench = Bench::new(kind);
    let (mut client, slot) = bench.connect();
    let sent: Vec<u8> = (0..8 * 1024 * 1024_u32).map(|at| (at % 251) as u8).collect();
    let mut at = bench.server.send(slot, &sent, false).expect("it is open");
    assert!(at < sent.len(), "the system takes no 8 MiB");
    // Meanwhile the other side may have taken some of it.
    at += bench.server.send(slot, &sent[at..], false).expect("it is open");
    assert!(at < sent.len(), "the system takes no 8 MiB");
    let reader = std::thread::spawn(move || {
        let mut all = Vec::new();
        client.read_to_end(&mut all).map(|_| all)
    });
    while at < sent.len() {
        assert_eq!(bench.next_of(EventKind::Writable).slot, slot);
        at += bench.server.send(slot, &sent[at..], false).expect("it is open");
    }
    bench.server.end(slot);
    assert!(reader.join().expect("no panic").expect("no reset") == sent);
}

fn a_paused_connection_that_is_reset_is_reported_once_it_is_read(kind: IoKind) {
    let mut bench = Bench::new(kind);
    let (client, slot) = bench.connect();
    bench.server.set_reading(slot, false).expect("it is watched");
    reset(&mut bench, client, slot);
    bench.assert_quiet();
    bench.server.set_reading(slot, true).expect("it is watched");
    assert_eq!(bench.next_of(EventKind::Closed).slot, slot);
    assert_eq!(bench.server.connections(), 0);
}

fn a_client_that_comes_when_another_one_breaks_has_a_number_of_its_own(kind: IoKind) {
    let mut bench = Bench::new(kind);
    let (client, slot) = bench.connect();
    // The listening socket, which was ready last, is not first in the next call.
    bench.assert_quiet();
    reset(&mut bench, client, slot);
    let _next = TcpStream::connect(bench.address).expect("the server listens");
    let mut events = bench.wait();
    while events.len() < 2 {
        events.extend(bench.wait());
    }
    let of = |kind: EventKind| events.iter().find(|event| event.kind == kind as i32).map(|event| event.slot);
    assert_eq!(of(EventKind::Closed), Some(slot));
    assert_ne!(of(EventKind::Opened), Some(slot));
    // What its user still does about the one that broke.
    assert!(bench.server.send(slot, b"late", false).is_err());
    bench.server.close(slot);
    assert_eq!(bench.server.connections(), 1);
    assert_eq!(bench.connect().1, slot);
}

fn a_reset_behind_an_answer_that_waits_wakes_its_writer_or_closes(kind: IoKind) {
    let mut bench = Bench::new(kind);
    let (client, slot) = bench.connect();
    let large = vec![b'a'; 8 * 1024 * 1024];
    let sent = bench.server.send(slot, &large, false).expect("it is open");
    assert!(sent < large.len());
    bench.server.set_reading(slot, false).expect("it is watched");
    drop(client);
    assert_eq!(bench.next_of(EventKind::Writable).slot, slot);
    let error = bench.server.send(slot, &large[sent..], false).expect_err("nobody is there");
    assert!(matches!(error.kind(), io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe), "{error:?}");
    bench.server.close(slot);
    bench.assert_quiet();
}

fn clients_beyond_the_room_of_one_call_have_their_turn_in_the_next(kind: IoKind) {
    let mut bench = Bench::with_memory(kind, MAX_READ_BYTES);
    let mut clients: Vec<(TcpStream, u32)> = (0..10).map(|_| bench.connect()).collect();
    for (at, (client, _)) in clients.iter_mut().enumerate() {
        client.write_all(&[b'0' + at as u8; 10]).expect("it is open");
    }
    let mut heard = Vec::new();
    while heard.len() < clients.len() {
        let events = bench.wait();
        assert_eq!(events.len(), 1, "the memory has room for one read");
        heard.extend(events);
    }
    heard.sort_by_key(|event| event.slot);
    let mut expected: Vec<_> = clients.iter().enumerate().map(|(at, (_, slot))| (*slot, vec![b'0' + at as u8; 10])).collect();
    expected.sort();
    assert_eq!(heard.into_iter().map(|event| (event.slot, event.bytes)).collect::<Vec<_>>(), expected);
    bench.assert_quiet();
}

fn a_closed_connection_has_no_events_even_where_they_were_ready(kind: IoKind) {
    let mut bench = Bench::new(kind);
    let (mut first, slot) = bench.connect();
    let (mut second, other) = bench.connect();
    first.write_all(b"one").expect("it is open");
    second.write_all(b"two").expect("it is open");
    bench.server.close(slot);
    assert_eq!(bench.next_of(EventKind::Data), Event { slot: other, kind: EventKind::Data as i32, bytes: b"two".to_vec() });
    bench.assert_quiet();
}

#[test]
fn a_listening_socket_that_others_have_open_is_quiet_behind_the_end() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let address = listener.local_addr().expect("a bound socket has an address");
    // As that of a process that hands its socket on, and keeps it.
    let _kept = listener.try_clone().expect("a second descriptor");
    let mut server = Server::new(listener.into(), Limits::default()).expect("a server");
    let outer = Epoll::new().expect("an epoll descriptor");
    outer.add(server.as_watched(), 1, READABLE).expect("it can be watched");
    server.stop_listening();
    let _waiting = TcpStream::connect(address).expect("the socket is open");
    let mut ready = Vec::new();
    outer.take_ready(&mut ready, 1).expect("no error");
    assert_eq!(ready.len(), 0, "the loop would wake again and again");
}

with_both!(
    bytes_come_in_the_pieces_in_which_they_were_sent,
    a_client_that_reads_slowly_gets_every_byte_once,
    a_paused_connection_that_is_reset_is_reported_once_it_is_read,
    a_client_that_comes_when_another_one_breaks_has_a_number_of_its_own,
    a_reset_behind_an_answer_that_waits_wakes_its_writer_or_closes,
    clients_beyond_the_room_of_one_call_have_their_turn_in_the_next,
    a_closed_connection_has_no_events_even_where_they_were_ready,
);
