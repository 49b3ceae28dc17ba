//! What a server tells of real sockets.

#[macro_use]
mod both;

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::thread::sleep;
use std::time::Duration;

use armature_server::{ENTRY_WORDS, EventKind, FRAME_WORDS, GRAIN_BYTES, HEAD_WORDS, IoKind, Limits, MAX_READ_BYTES, Server};

/// A server with the memory that it is lent.
struct Bench {
    server: Server,
    memory: Vec<u8>,
    words: Vec<i32>,
    records: Vec<u32>,
    address: std::net::SocketAddr,
}

#[derive(Debug, PartialEq)]
struct Event {
    slot: u32,
    kind: i32,
    a: i32,
    b: i32,
}

impl Bench {
    fn new(kind: IoKind) -> Bench {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let server = Server::with_io(OwnedFd::from(listener), Limits::default(), kind).expect("a server");
        let memory = vec![0; 2 * MAX_READ_BYTES];
        Bench { server, memory, words: vec![0; 256 * ENTRY_WORDS], records: vec![0; 4096], address }
    }

    fn connect(&mut self) -> (TcpStream, u32) {
        let client = TcpStream::connect(self.address).expect("a connection");
        let opened = self.next(EventKind::Opened);
        (client, opened.slot)
    }

    /// Waits for the next event, which is of one kind.
    fn next(&mut self, kind: EventKind) -> Event {
        for _ in 0..1000 {
            let batch = self.server.collect(&mut self.memory, &mut self.words, &mut self.records);
            self.server.settle();
            if batch.entries > 0 {
                let event = Event { slot: self.words[0] as u32, kind: self.words[1], a: self.words[2], b: self.words[3] };
                assert_eq!((batch.entries, event.kind), (1, kind as i32));
                return event;
            }
            sleep(Duration::from_millis(2));
        }
        panic!("nothing came");
    }

    fn bytes(&self, event: &Event) -> &[u8] {
        let start = event.a as usize * GRAIN_BYTES;
        &self.memory[start..start + event.b as usize]
    }
}

fn a_request_comes_with_its_record_and_the_answer_leaves(kind: IoKind) {
    let mut bench = Bench::new(kind);
    let (mut client, slot) = bench.connect();
    assert_eq!(bench.server.peer(slot), client.local_addr().ok());
    client
        .write_all(b"GET /a HTTP/1.1\r\nhost: a\r\n\r\nPOST /b HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\nhi")
        .expect("sent");
    let event = bench.next(EventKind::Data);
    assert_eq!(event.slot, slot);
    assert!(bench.bytes(&event).ends_with(b"hi"));
    let second = HEAD_WORDS + 4;
    assert_eq!(bench.records[..HEAD_WORDS], [0, 28, 0x300, 4, 6, 0, 1]);
    assert_eq!(bench.records[HEAD_WORDS..second], [17, 21, 23, 24]);
    assert_eq!(bench.records[second..second + HEAD_WORDS], [28, 48, 0x302, 5, 7, 2, 2]);
    assert_eq!(bench.records[second + HEAD_WORDS + 8], i32::MAX as u32);
    assert_eq!(bench.server.send(slot, b"answer", false).expect("sent"), 6);
    let mut answer = [0; 6];
    client.read_exact(&mut answer).expect("an answer");
    assert_eq!(&answer, b"answer");
}

fn what_is_no_request_has_no_record(kind: IoKind) {
    let mut bench = Bench::new(kind);
    let (mut client, _) = bench.connect();
    client.write_all(b"in the middle of a body").expect("sent");
    bench.next(EventKind::Data);
    assert_eq!(bench.records[0], i32::MAX as u32);
}

fn a_client_that_ends_is_told_once_and_can_be_answered(kind: IoKind) {
    let mut bench = Bench::new(kind);
    let (mut client, slot) = bench.connect();
    client.shutdown(Shutdown::Write).expect("ended");
    bench.next(EventKind::Ended);
    assert_eq!(bench.server.collect(&mut bench.memory, &mut bench.words, &mut bench.records).entries, 0);
    bench.server.send(slot, b"late", false).expect("sent");
    bench.server.close(slot);
    let mut text = String::new();
    client.read_to_string(&mut text).expect("an answer");
    assert_eq!((text.as_str(), bench.server.connections()), ("late", 0));
}

fn a_client_that_resets_is_gone(kind: IoKind) {
    let mut bench = Bench::new(kind);
    let (client, slot) = bench.connect();
    bench.server.send(slot, b"unread", false).expect("sent");
    sleep(Duration::from_millis(20));
    // What was not read makes a close a reset.
    drop(client);
    let event = bench.next(EventKind::Closed);
    assert_eq!((event.a, bench.server.connections()), (104, 0));
    assert!(bench.server.send(slot, b"late", false).is_err());
}

fn a_client_that_takes_nothing_is_waited_for(kind: IoKind) {
    let mut bench = Bench::new(kind);
    let (mut client, slot) = bench.connect();
    let piece = vec![7u8; 1024 * 1024];
    let mut sent = 0;
    loop {
        let now = bench.server.send(slot, &piece, false).expect("sent");
        sent += now;
        if now < piece.len() {
            break;
        }
    }
    let mut taken = vec![0; sent];
    client.read_exact(&mut taken).expect("all of it");
    assert_eq!(bench.next(EventKind::Writable).slot, slot);
    assert_eq!(bench.server.send(slot, b"more", false).expect("sent"), 4);
}

fn a_connection_that_is_not_read_is_quiet_until_it_is(kind: IoKind) {
    let mut bench = Bench::new(kind);
    let (mut client, slot) = bench.connect();
    bench.server.set_reading(slot, false).expect("it is watched");
    client.write_all(b"waits").expect("sent");
    client.shutdown(Shutdown::Write).expect("ended");
    sleep(Duration::from_millis(20));
    assert_eq!(bench.server.collect(&mut bench.memory, &mut bench.words, &mut bench.records).entries, 0);
    bench.server.set_reading(slot, true).expect("it is watched");
    let event = bench.next(EventKind::Data);
    assert_eq!(bench.bytes(&event), b"waits");
    bench.next(EventKind::Ended);
}

fn the_number_of_a_connection_that_is_gone_is_used_again(kind: IoKind) {
    let mut bench = Bench::new(kind);
    let (_first, slot) = bench.connect();
    bench.server.close(slot);
    let (mut second, again) = bench.connect();
    assert_eq!(again, slot);
    second.write_all(b"mine").expect("sent");
    let event = bench.next(EventKind::Data);
    assert_eq!(bench.bytes(&event), b"mine");
}

fn nobody_is_accepted_behind_the_end(kind: IoKind) {
    let mut bench = Bench::new(kind);
    let waiting = TcpStream::connect(bench.address).expect("a connection");
    for _ in 0..100 {
        if bench.server.accept(&mut bench.words) == 1 {
            break;
        }
        sleep(Duration::from_millis(2));
    }
    bench.server.stop_listening();
    assert_eq!(bench.server.connections(), 1);
    assert!(TcpStream::connect(bench.address).is_err());
    drop(waiting);
}

fn pieces_are_sent_in_order_and_none_overtakes_what_was_not_taken(kind: IoKind) {
    let mut bench = Bench::new(kind);
    let (mut slow, slow_slot) = bench.connect();
    let (mut quick, quick_slot) = bench.connect();
    let (large, small) = (vec![b'x'; 16 * 1024 * 1024], b"small");
    let mut bytes = large.clone();
    bytes.extend_from_slice(small);
    bytes.extend_from_slice(small);
    let (slow_slot, quick_slot) = (slow_slot as i32, quick_slot as i32);
    let mut sends = [slow_slot, large.len() as i32, 0, quick_slot, 5, 0, slow_slot, 5, 0, 9999, 0, 0];
    assert_eq!(bench.server.send_batch(&bytes, &mut sends), 3);
    let taken = sends[2];
    assert!(taken > 0 && taken < large.len() as i32, "{taken}");
    assert_eq!(sends[3..], [quick_slot, 5, 5, slow_slot, 5, 0, 9999, 0, -libc::EBADF]);
    let mut room = [0; 5];
    quick.read_exact(&mut room).expect("an answer");
    assert_eq!(&room, small);
    let mut all = vec![0; taken as usize];
    slow.read_exact(&mut all).expect("what was taken");
    assert_eq!(bench.next(EventKind::Writable).slot as i32, slow_slot);
}

fn frames_are_unmasked_where_somebody_has_had_all_that_came(kind: IoKind) {
    let mut bench = Bench::new(kind);
    let (mut client, slot) = bench.connect();
    client.write_all(b"before").expect("sent");
    bench.next(EventKind::Data);
    assert!(!bench.server.follow_frames(slot, 5));
    assert!(!bench.server.follow_frames(slot + 1, 6));
    assert!(bench.server.follow_frames(slot, 6));
    let frames = bench.records.len() / 2;
    client.write_all(b"\x81\x82\x01\x02\x03\x04ik\x82\x83\x01\x02\x03\x04`").expect("sent");
    let event = bench.next(EventKind::Data);
    assert_eq!(bench.bytes(&event), b"\x81\x82\x01\x02\x03\x04hi\x82\x83\x01\x02\x03\x04a");
    assert_eq!(bench.records[frames..frames + 2 * FRAME_WORDS], [6, 1, 14, 0]);
    assert_eq!(bench.records[frames + 2 * FRAME_WORDS], i32::MAX as u32);
    // The rest of it, and what is no frame; behind that nothing is read as one.
    client.write_all(b"``rest").expect("sent");
    let event = bench.next(EventKind::Data);
    assert_eq!(bench.bytes(&event), b"bcrest");
    assert_eq!(bench.records[frames..=frames + FRAME_WORDS], [0, 0, i32::MAX as u32]);
    client.write_all(b"\x81\x82\x01\x02\x03\x04ik").expect("sent");
    let event = bench.next(EventKind::Data);
    assert_eq!(bench.bytes(&event), b"\x81\x82\x01\x02\x03\x04ik");
    assert_eq!(bench.records[frames], i32::MAX as u32);
}

with_both!(
    a_request_comes_with_its_record_and_the_answer_leaves,
    what_is_no_request_has_no_record,
    a_client_that_ends_is_told_once_and_can_be_answered,
    a_client_that_resets_is_gone,
    a_client_that_takes_nothing_is_waited_for,
    a_connection_that_is_not_read_is_quiet_until_it_is,
    the_number_of_a_connection_that_is_gone_is_used_again,
    nobody_is_accepted_behind_the_end,
    pieces_are_sent_in_order_and_none_overtakes_what_was_not_taken,
    frames_are_unmasked_where_somebody_has_had_all_that_came,
);
