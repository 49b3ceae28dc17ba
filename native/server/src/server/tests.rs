//! What is left of a batch behind a panic.

use std::io::Write;
use std::net::{TcpListener, TcpStream};

use super::{EventKind, Limits, Server};
use crate::table::{ENTRY_WORDS, MAX_READ_BYTES};

#[test]
fn behind_a_panic_what_was_told_before_it_is_told() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    let mut server = Server::new(listener.into(), Limits::default()).expect("a server");
    let (mut memory, mut words, mut records) = (vec![0; 4 * MAX_READ_BYTES], vec![0; 80 * ENTRY_WORDS], vec![0; 1024]);
    let mut clients: Vec<TcpStream> = (0..2).map(|_| TcpStream::connect(address).expect("a connection")).collect();
    while server.connections() < clients.len() {
        server.collect(&mut memory, &mut words, &mut records);
    }
    for client in &mut clients {
        client.write_all(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n").expect("sent");
    }
    // What is not taken is ready again.
    while server.collect(&mut memory, &mut words, &mut records).entries < clients.len() {
        for client in &mut clients {
            client.write_all(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n").expect("sent");
        }
    }
    let before = words.clone();
    let second = before[ENTRY_WORDS];
    server.current = Some(second as u32);
    let batch = server.recover(&mut words, &mut records);
    assert_eq!((batch.entries, batch.more, server.connections()), (2, true, 1));
    assert_eq!(words[..ENTRY_WORDS], before[..ENTRY_WORDS]);
    assert_eq!(words[ENTRY_WORDS..2 * ENTRY_WORDS], [second, EventKind::Closed as i32, 5, 0]);
    assert_eq!(records[0], i32::MAX as u32);
}
