//! A server with rings that are too small for what comes.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::fd::AsFd;
use std::thread;
use std::time::{Duration, Instant};

use crate::io::Io;
use crate::ring::Ring;
use crate::sys::reset_at_close;
use crate::sys::uring::Sizes;
use crate::{ENTRY_WORDS, EventKind, GRAIN_BYTES, Limits, MAX_READ_BYTES, Server, ring_fault};

/// Far more than anything here takes; only a test that fails waits for it.
const PATIENCE: Duration = Duration::from_secs(10);

const ROOMY: Sizes = Sizes { requests: 64, completions: 256, buffers: 16, buffer_bytes: 4096 };

#[derive(Debug, PartialEq)]
struct Event {
    slot: u32,
    kind: i32,
    bytes: Vec<u8>,
}

struct Bench {
    server: Server,
    address: SocketAddr,
    memory: Vec<u8>,
    words: Vec<i32>,
    records: Vec<u32>,
}

impl Bench {
    /// `None` where the kernel has no ring.
    fn new(sizes: Sizes) -> Option<Bench> {
        if let Some(error) = ring_fault() {
            eprintln!("skipped: {error}");
            return None;
        }
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        let ring = Ring::of(sizes).expect("a ring");
        let server = Server::start(listener.into(), Limits::default(), Io::Ring(Box::new(ring))).expect("a server");
        let (memory, words, records) = (vec![0; 2 * MAX_READ_BYTES], vec![0; 64 * ENTRY_WORDS], vec![0; 1024]);
        Some(Bench { server, address, memory, words, records })
    }

    fn ring(&mut self) -> &mut Ring {
        self.server.io.ring().expect("it was made with one")
    }

    /// What one wake-up brings.
    fn wake(&mut self) -> Vec<Event> {
        let mut events = Vec::new();
        loop {
            let batch = self.server.collect(&mut self.memory, &mut self.words, &mut self.records);
            for entry in self.words.chunks(ENTRY_WORDS).take(batch.entries) {
                let start = entry[2] as usize * GRAIN_BYTES;
                let is_data = entry[1] == EventKind::Data as i32;
                let bytes = if is_data { self.memory[start..start + entry[3] as usize].to_vec() } else { Vec::new() };
                events.push(Event { slot: entry[0] as u32, kind: entry[1], bytes });
            }
            if !batch.more {
                self.server.settle();
                return events;
            }
        }
    }

    /// Goes on until `done` says so of all events by then.
    fn until(&mut self, done: impl Fn(&[Event]) -> bool) -> Vec<Event> {
        let (begun, mut all) = (Instant::now(), Vec::new());
        while !done(&all) {
            all.extend(self.wake());
            assert!(begun.elapsed() < PATIENCE, "there is only {:?}", all.iter().map(|event| event.kind).collect::<Vec<_>>());
            thread::sleep(Duration::from_micros(200));
        }
        all
    }

    fn connect(&mut self) -> (TcpStream, u32) {
        let client = TcpStream::connect(self.address).expect("the server listens");
        client.set_nodelay(true).expect("TCP has no delay");
        client.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        let events = self.until(|events| !events.is_empty());
        assert_eq!((events.len(), events[0].kind), (1, EventKind::Opened as i32));
        (client, events[0].slot)
    }
}

fn pattern(length: usize) -> Vec<u8> {
    (0..length).map(|at| (at % 251) as u8).collect()
}

/// All bytes that events bring of a connection.
fn bytes_of(events: &[Event], slot: u32) -> Vec<u8> {
    events.iter().filter(|event| event.slot == slot).flat_map(|event| event.bytes.iter().copied()).collect()
}

fn send_in_background(mut client: TcpStream, bytes: Vec<u8>) -> thread::JoinHandle<TcpStream> {
    thread::spawn(move || {
        client.write_all(&bytes).expect("it is read");
        client
    })
}

#[test]
fn without_buffers_nothing_is_lost_and_all_comes_in_order() {
    let Some(mut bench) = Bench::new(Sizes { buffers: 1, buffer_bytes: 512, ..ROOMY }) else { return };
    let (first, one) = bench.connect();
    let (second, two) = bench.connect();
    let bytes = pattern(300_000);
    let writers = [send_in_background(first, bytes.clone()), send_in_background(second, bytes.clone())];
    let events = bench.until(|events| events.iter().map(|event| event.bytes.len()).sum::<usize>() == 2 * bytes.len());
    assert!(bytes_of(&events, one) == bytes && bytes_of(&events, two) == bytes);
    for writer in writers {
        writer.join().expect("no panic");
    }
}

#[test]
fn completions_for_which_the_queue_has_no_room_come_later() {
    let Some(mut bench) = Bench::new(Sizes { requests: 2, completions: 2, ..ROOMY }) else { return };
    let mut clients: Vec<(TcpStream, u32)> = (0..20).map(|_| bench.connect()).collect();
    for (at, (client, _)) in clients.iter_mut().enumerate() {
        client.write_all(&[at as u8; 9]).expect("it is open");
    }
    let events = bench.until(|events| events.len() >= clients.len());
    for (at, (_, slot)) in clients.iter().enumerate() {
        assert_eq!(bytes_of(&events, *slot), [at as u8; 9]);
    }
    // More answers than the queues have room for, all in one call.
    let bytes: Vec<u8> = (0..20).flat_map(|at| [at; 5]).collect();
    let mut sends: Vec<i32> = clients.iter().flat_map(|(_, slot)| [*slot as i32, 5, 0]).collect();
    assert_eq!(bench.server.send_batch(&bytes, &mut sends), 0);
    for (at, (client, _)) in clients.iter_mut().enumerate() {
        let mut answer = [0; 5];
        client.read_exact(&mut answer).expect("an answer");
        assert_eq!(answer, [at as u8; 5]);
    }
}

#[test]
fn tokens_begin_again_where_a_ring_has_no_more_bits_for_them() {
    let Some(mut bench) = Bench::new(ROOMY) else { return };
    bench.server.connections.count_from((1 << 29) - 2);
    let mut clients = Vec::new();
    for text in [b"a", b"b", b"c"] {
        let (mut client, slot) = bench.connect();
        client.write_all(text).expect("it is open");
        assert_eq!(bytes_of(&bench.until(|events| !events.is_empty()), slot), text);
        clients.push(client);
    }
}

#[test]
fn who_has_reset_the_connection_before_it_is_accepted_is_no_client() {
    let Some(mut bench) = Bench::new(ROOMY) else { return };
    let mut gone = TcpStream::connect(bench.address).expect("the server listens");
    gone.write_all(b"a").expect("it is open");
    reset_at_close(gone.as_fd());
    drop(gone);
    let (client, slot) = bench.connect();
    assert_eq!((bench.server.connections(), bench.server.peer(slot)), (1, client.local_addr().ok()));
}

#[test]
fn what_comes_while_nobody_reads_is_held_up_to_a_bound_and_told_in_order() {
    let Some(mut bench) = Bench::new(ROOMY) else { return };
    let (client, slot) = bench.connect();
    bench.server.set_reading(slot, false).expect("it is open");
    let bytes = pattern(8 * 1024 * 1024);
    let writer = send_in_background(client, bytes.clone());
    for _ in 0..20 {
        assert_eq!(bench.wake(), []);
        thread::sleep(Duration::from_millis(1));
    }
    let connection = bench.server.connections.get(slot).expect("it is open");
    let bound = usize::from(ROOMY.buffers) * ROOMY.buffer_bytes as usize;
    assert!((1..=bound).contains(&connection.ring.held_bytes()), "{}", connection.ring.held_bytes());
    bench.server.set_reading(slot, true).expect("it is open");
    let events = bench.until(|events| events.iter().map(|event| event.bytes.len()).sum::<usize>() == bytes.len());
    assert!(bytes_of(&events, slot) == bytes);
    drop(writer.join().expect("no panic"));
    assert_eq!(bench.until(|events| !events.is_empty())[0].kind, EventKind::Ended as i32);
}

#[test]
fn more_than_one_read_of_a_connection_comes_in_order_a_turn_each() {
    let Some(mut bench) = Bench::new(Sizes { buffers: 64, buffer_bytes: 5000, ..ROOMY }) else { return };
    let (mut client, slot) = bench.connect();
    let (mut other, two) = bench.connect();
    let bytes = pattern(3 * MAX_READ_BYTES);
    for piece in bytes.chunks(4 * 1024) {
        client.write_all(piece).expect("there is room for so much");
        // Its bytes stand between those of the other one, in the same buffers.
        other.write_all(&piece[..1000]).expect("there is room for so much");
        bench.ring().uring.run();
    }
    let expected: Vec<u8> = bytes.chunks(4 * 1024).flat_map(|piece| piece[..1000].iter().copied()).collect();
    let (begun, mut all) = (Instant::now(), Vec::new());
    while bytes_of(&all, slot).len() < bytes.len() || bytes_of(&all, two).len() < expected.len() {
        // Of every second turn the first one wants nothing.
        bench.server.set_reading(slot, false).expect("it is open");
        let events = bench.wake();
        assert!(events.iter().all(|event| event.slot == two) && events.len() <= 1);
        all.extend(events);
        bench.server.set_reading(slot, true).expect("it is open");
        let events = bench.wake();
        assert!(events.iter().filter(|event| event.slot == slot).count() <= 1);
        all.extend(events);
        assert!(begun.elapsed() < PATIENCE);
    }
    assert!(bytes_of(&all, slot) == bytes && bytes_of(&all, two) == expected);
}

#[test]
fn an_end_behind_bytes_has_a_turn_of_its_own() {
    let Some(mut bench) = Bench::new(ROOMY) else { return };
    let (mut client, slot) = bench.connect();
    client.write_all(b"last").expect("it is open");
    drop(client);
    let kinds = |events: &[Event]| events.iter().map(|event| event.kind).collect::<Vec<_>>();
    let data = bench.until(|events| !events.is_empty());
    assert_eq!((kinds(&data), bytes_of(&data, slot)), (vec![EventKind::Data as i32], b"last".to_vec()));
    assert_eq!(kinds(&bench.until(|events| !events.is_empty())), [EventKind::Ended as i32]);
}

#[test]
fn who_pauses_and_reads_again_and_again_gets_every_byte_once() {
    let Some(mut bench) = Bench::new(ROOMY) else { return };
    let (client, slot) = bench.connect();
    let bytes = pattern(2_000_000);
    let writer = send_in_background(client, bytes.clone());
    let (begun, mut all) = (Instant::now(), Vec::new());
    while all.len() < bytes.len() {
        bench.server.set_reading(slot, false).expect("it is open");
        assert_eq!(bytes_of(&bench.wake(), slot), []);
        bench.server.set_reading(slot, true).expect("it is open");
        all.extend(bytes_of(&bench.wake(), slot));
        assert!(begun.elapsed() < PATIENCE);
    }
    assert!(all == bytes);
    drop(writer.join().expect("no panic"));
    assert_eq!(bench.until(|events| !events.is_empty())[0].kind, EventKind::Ended as i32);
}

#[test]
fn what_was_asked_for_a_connection_that_is_gone_reaches_nobody() {
    let Some(mut bench) = Bench::new(ROOMY) else { return };
    let (mut client, slot) = bench.connect();
    client.write_all(b"for the first one").expect("it is open");
    thread::sleep(Duration::from_millis(5));
    // The receive has completed, and nobody has looked.
    bench.ring().uring.run();
    bench.server.close(slot);
    let (mut next, again) = bench.connect();
    assert_eq!(again, slot);
    next.write_all(b"mine").expect("it is open");
    let events = bench.until(|events| !events.is_empty());
    assert_eq!(events, [Event { slot, kind: EventKind::Data as i32, bytes: b"mine".to_vec() }]);
    assert_eq!(client.read(&mut [0; 1]).ok(), Some(0));
}

#[test]
fn a_socket_is_closed_at_once_though_a_receive_has_it_open() {
    let Some(mut bench) = Bench::new(ROOMY) else { return };
    let (mut client, slot) = bench.connect();
    bench.server.close(slot);
    assert_eq!(client.read(&mut [0; 1]).ok(), Some(0));
    let (mut client, slot) = bench.connect();
    client.write_all(b"a").expect("it is open");
    bench.until(|events| !events.is_empty());
    // Within a batch it is closed when that is over.
    bench.ring().begin();
    bench.server.close(slot);
    bench.server.settle();
    assert_eq!(client.read(&mut [0; 1]).ok(), Some(0));
}

#[test]
fn who_is_accepted_when_the_server_goes_is_not_left_waiting() {
    let Some(mut bench) = Bench::new(ROOMY) else { return };
    let mut told = bench.connect().0;
    let mut untold = TcpStream::connect(bench.address).expect("the server listens");
    untold.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    bench.ring().uring.run();
    let address = bench.address;
    drop(bench);
    assert_eq!(told.read(&mut [0; 1]).ok(), Some(0));
    assert_eq!(untold.read(&mut [0; 1]).ok(), Some(0));
    // Nothing has the listening socket open.
    TcpListener::bind(address).expect("the port is free");
}

#[test]
fn who_is_accepted_when_the_listening_socket_is_closed_is_told_of() {
    let Some(mut bench) = Bench::new(ROOMY) else { return };
    let _client = TcpStream::connect(bench.address).expect("the server listens");
    bench.ring().uring.run();
    bench.server.stop_listening();
    assert_eq!(bench.until(|events| !events.is_empty())[0].kind, EventKind::Opened as i32);
    assert!(TcpStream::connect(bench.address).is_err());
}

#[test]
fn connections_of_a_ring_that_the_kernel_refuses_are_broken() {
    let Some(mut bench) = Bench::new(ROOMY) else { return };
    let clients = [bench.connect(), bench.connect()];
    bench.ring().uring.fail();
    let mut sends = [clients[0].1 as i32, 1, 0];
    assert_eq!((bench.server.send_batch(b"a", &mut sends), sends[2]), (1, -libc::EIO));
    let events = bench.wake();
    assert_eq!(events.iter().map(|event| event.kind).collect::<Vec<_>>(), [EventKind::Closed as i32; 2]);
    assert_eq!(bench.server.connections(), 0);
}
