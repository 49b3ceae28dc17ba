//! Encrypted connections of a server, with clients of rustls over real sockets.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use armature_server::{ENTRY_WORDS, EventKind, Front, Limits, MAX_READ_BYTES, Server};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::crypto::aws_lc_rs;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

/// Far more than anything here takes; only a test that fails waits for it.
const PATIENCE: Duration = Duration::from_secs(30);

/// What one batch begins or completes.
const MAX_HANDSHAKES: usize = 16;

struct Bench {
    server: Server,
    address: SocketAddr,
    config: Arc<ClientConfig>,
    memory: Vec<u8>,
    words: Vec<i32>,
    records: Vec<u32>,
}

impl Bench {
    fn new() -> Bench {
        let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
        let mut settings = [0u32, 1].map(u32::to_ne_bytes).concat();
        piece(&mut settings, b"");
        piece(&mut settings, &signing_key.serialize_der());
        settings.extend(1u32.to_ne_bytes());
        piece(&mut settings, cert.der());
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("an address");
        let mut server = Server::new(listener.into(), Limits::default()).expect("a server");
        server.secure(Front::new(&settings).expect("settings that rustls can do"));
        let mut roots = RootCertStore::empty();
        roots.add(cert.der().clone()).expect("a root");
        let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("known versions")
            .with_root_certificates(roots)
            .with_no_client_auth();
        let (memory, words) = (vec![0; 4 * MAX_READ_BYTES], vec![0; 160 * ENTRY_WORDS]);
        Bench { server, address, config: Arc::new(config), memory, words, records: vec![0; 4096] }
    }

    fn session(&self) -> ClientConnection {
        ClientConnection::new(Arc::clone(&self.config), "localhost".try_into().expect("a name")).expect("a client")
    }

    /// The connection and the kind of each event.
    fn collect(&mut self) -> Vec<(u32, i32)> {
        let batch = self.server.collect(&mut self.memory, &mut self.words, &mut self.records);
        self.words.chunks(ENTRY_WORDS).take(batch.entries).map(|entry| (entry[0] as u32, entry[1])).collect()
    }

    /// The connection that something of a kind happens to next.
    fn wait_for(&mut self, kind: EventKind) -> u32 {
        let mut found = None;
        eventually(|| {
            found = self.collect().into_iter().find(|event| event.1 == kind as i32);
            found.is_some()
        });
        found.expect("it has happened").0
    }

    /// Sends as JavaScript does: what is not taken is offered again, alone, when there is room.
    fn send(&mut self, slot: u32, bytes: &[u8], more: bool) {
        let mut at = self.server.send(slot, bytes, more).expect("it is open");
        while at < bytes.len() {
            self.wait_for(EventKind::Writable);
            at += self.server.send(slot, &bytes[at..], more).expect("it is open");
        }
    }
}

fn piece(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend((bytes.len() as u32).to_ne_bytes());
    out.extend(bytes);
}

fn eventually(mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "nothing happened");
        thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn one_batch_begins_few_handshakes_whether_they_go_on_or_not() {
    let mut bench = Bench::new();
    let mut clients: Vec<TcpStream> = (0..60).map(|_| TcpStream::connect(bench.address).expect("a connection")).collect();
    eventually(|| {
        bench.collect();
        bench.server.connections() == clients.len()
    });
    for client in &mut clients {
        let mut greeting = Vec::new();
        bench.session().write_tls(&mut greeting).expect("memory");
        client.write_all(&greeting).expect("it is open");
        client.set_nonblocking(true).expect("a socket");
    }
    let mut batches = 0;
    eventually(|| {
        bench.collect();
        batches += 1;
        let answered = clients.iter().filter(|client| client.peek(&mut [0]).is_ok_and(|count| count > 0)).count();
        assert!(answered <= MAX_HANDSHAKES * batches, "{answered} behind {batches}");
        answered == clients.len()
    });
}

#[test]
fn what_a_slow_client_does_not_take_comes_once_and_in_order() {
    let mut bench = Bench::new();
    let (session, address) = (bench.session(), bench.address);
    let client = thread::spawn(move || {
        let mut stream = StreamOwned::new(session, TcpStream::connect(address).expect("a connection"));
        stream.sock.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        stream.write_all(b"begin").expect("it is open");
        let (mut got, mut part) = (Vec::new(), vec![0; 50_000]);
        loop {
            match stream.read(&mut part).expect("an end that is said") {
                0 => return got,
                count => got.extend_from_slice(&part[..count]),
            }
            if got.len() & 7 == 0 {
                thread::sleep(Duration::from_millis(2));
            }
        }
    });
    let slot = bench.wait_for(EventKind::Data);
    let mut expected = Vec::new();
    for at in 0..400usize {
        let length = [1, 700, 16_384, 16_385, 65_536, 65_537, 150_000][at % 7];
        let bytes: Vec<u8> = (0..length).map(|index| (at * 31 + index % 251) as u8).collect();
        bench.send(slot, &bytes, at % 3 != 2 && at != 399);
        expected.extend_from_slice(&bytes);
    }
    bench.server.end(slot);
    eventually(|| {
        bench.collect();
        client.is_finished()
    });
    let got = client.join().expect("a client that reads to the end");
    assert_eq!(got.len(), expected.len());
    assert!(got == expected);
}
