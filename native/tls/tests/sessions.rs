//! Sessions with a client of rustls, in whatever pieces their bytes come.

use std::io::{Read, Write};
use std::sync::Arc;

use armature_tls::{Front, Greeting, Session, Verdict};
use rcgen::{CertifiedKey, KeyPair, generate_simple_self_signed};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::CertificateDer;
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, ClientConnection, HandshakeKind, RootCertStore, SupportedProtocolVersion};

const HTTP2: u32 = 1;
const ONLY_TLS13: u32 = 2;

struct Server {
    front: Front,
    certificates: Vec<CertificateDer<'static>>,
}

fn piece(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend((bytes.len() as u32).to_ne_bytes());
    out.extend(bytes);
}

fn certified(name: &str) -> CertifiedKey<KeyPair> {
    generate_simple_self_signed([name.to_owned()]).expect("a certificate")
}

impl Server {
    /// The first name is for everybody.
    fn new(flags: u32, names: &[&str]) -> Server {
        let made: Vec<_> = names.iter().map(|name| certified(name)).collect();
        let mut settings = flags.to_ne_bytes().to_vec();
        settings.extend((names.len() as u32).to_ne_bytes());
        for (CertifiedKey { cert, signing_key }, name) in made.iter().zip(names) {
            piece(&mut settings, name.as_bytes());
            piece(&mut settings, &signing_key.serialize_der());
            settings.extend(1u32.to_ne_bytes());
            piece(&mut settings, cert.der());
        }
        let front = Front::new(&settings).expect("settings that rustls can do");
        Server { front, certificates: made.into_iter().map(|one| one.cert.der().clone()).collect() }
    }

    fn client_config(&self, versions: &[&'static SupportedProtocolVersion]) -> ClientConfig {
        let mut roots = RootCertStore::empty();
        for certificate in &self.certificates {
            roots.add(certificate.clone()).expect("a root");
        }
        ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_protocol_versions(versions)
            .expect("known versions")
            .with_root_certificates(roots)
            .with_no_client_auth()
    }
}

/// The server's end of a connection.
struct End<'a> {
    front: &'a Front,
    greeting: Greeting,
    session: Option<Box<Session>>,
    text: Vec<u8>,
    out: Vec<u8>,
    opened: usize,
    ended: bool,
}

#[derive(Debug, PartialEq, Eq)]
enum Met {
    Fine,
    HandedOver(Vec<u8>),
    Broken,
}

impl<'a> End<'a> {
    fn new(front: &'a Front) -> End<'a> {
        End { front, greeting: Greeting::default(), session: None, text: Vec::new(), out: Vec::new(), opened: 0, ended: false }
    }

    fn take(&mut self, bytes: &[u8]) -> Met {
        if self.session.is_some() {
            return self.receive(&mut bytes.to_vec());
        }
        match self.front.hear(&mut self.greeting, bytes) {
            Verdict::Wait => Met::Fine,
            Verdict::HandOver => Met::HandedOver(std::mem::take(&mut self.greeting).into_bytes()),
            Verdict::Serve(session) => {
                self.session = Some(session);
                let mut greeting = std::mem::take(&mut self.greeting).into_bytes();
                self.receive(&mut greeting)
            }
        }
    }

    fn receive(&mut self, bytes: &mut [u8]) -> Met {
        let mut room = vec![0; bytes.len() + 24 * 1024];
        let session = self.session.as_mut().expect("a session");
        let Ok(progress) = session.receive(bytes, &mut room, &mut self.out) else { return Met::Broken };
        self.text.extend(&room[..progress.text]);
        self.opened += usize::from(progress.opened);
        self.ended |= progress.ended;
        Met::Fine
    }

    fn seal(&mut self, text: &[u8]) {
        self.session.as_mut().expect("a session").seal(text, &mut self.out).expect("keys");
    }
}

fn pump(client: &mut ClientConnection, end: &mut End<'_>, size: usize) -> Met {
    loop {
        let mut sent = Vec::new();
        while client.wants_write() {
            client.write_tls(&mut sent).expect("memory");
        }
        for part in sent.chunks(size) {
            let met = end.take(part);
            if met != Met::Fine {
                return met;
            }
        }
        let back = std::mem::take(&mut end.out);
        let mut rest = &back[..];
        while !rest.is_empty() {
            client.read_tls(&mut rest).expect("memory");
            client.process_new_packets().expect("a server that keeps the rules");
        }
        if sent.is_empty() && back.is_empty() {
            return Met::Fine;
        }
    }
}

fn connect(config: &Arc<ClientConfig>, name: &'static str) -> ClientConnection {
    ClientConnection::new(Arc::clone(config), name.try_into().expect("a name")).expect("a client")
}

fn read(client: &mut ClientConnection, length: usize) -> Vec<u8> {
    let mut text = vec![0; length];
    client.reader().read_exact(&mut text).expect("all of it");
    text
}

#[test]
fn text_goes_both_ways_in_whatever_pieces_it_comes() {
    let server = Server::new(0, &["localhost"]);
    for version in [&TLS12, &TLS13] {
        let config = Arc::new(server.client_config(&[version]));
        for size in [1, 7, 1000, 100_000] {
            let mut end = End::new(&server.front);
            let mut client = connect(&config, "localhost");
            client.writer().write_all(b"with the last of the handshake").expect("memory");
            assert_eq!(pump(&mut client, &mut end, size), Met::Fine);
            assert_eq!((end.opened, &end.text[..]), (1, &b"with the last of the handshake"[..]));
            let large: Vec<u8> = (0..70_000u32).map(|at| (at % 251) as u8).collect();
            end.seal(&large);
            end.seal(b"behind");
            // A client of rustls keeps no more than one record of text that nobody reads.
            let back = std::mem::take(&mut end.out);
            let (mut rest, mut got) = (&back[..], Vec::new());
            while !rest.is_empty() {
                client.read_tls(&mut rest).expect("memory");
                let state = client.process_new_packets().expect("records");
                got.extend(read(&mut client, state.plaintext_bytes_to_read()));
            }
            assert!(got == [&large[..], b"behind"].concat(), "{size}");
            client.writer().write_all(&large[..20_000]).expect("memory");
            client.send_close_notify();
            assert_eq!(pump(&mut client, &mut end, size), Met::Fine);
            assert!(end.ended && end.text[30..] == large[..20_000]);
            // Our direction is open still.
            end.seal(b"late");
            end.session.as_mut().expect("a session").seal_end(&mut end.out).expect("keys");
            assert_eq!(pump(&mut client, &mut end, size), Met::Fine);
            assert_eq!(read(&mut client, 4), b"late");
            assert_eq!(client.reader().read(&mut [0]).expect("a clean end"), 0);
        }
    }
}

#[test]
fn clients_resume_by_tickets_of_both_protocols() {
    let server = Server::new(0, &["localhost"]);
    for version in [&TLS12, &TLS13] {
        let config = Arc::new(server.client_config(&[version]));
        let kinds: Vec<_> = (0..2)
            .map(|_| {
                let mut client = connect(&config, "localhost");
                assert_eq!(pump(&mut client, &mut End::new(&server.front), 100_000), Met::Fine);
                client.handshake_kind()
            })
            .collect();
        assert_eq!(kinds, [Some(HandshakeKind::Full), Some(HandshakeKind::Resumed)]);
    }
}

#[test]
fn names_choose_certificates_and_exact_ones_come_first() {
    let server = Server::new(0, &["localhost", "api.example.com", "*.example.com"]);
    let config = Arc::new(server.client_config(&[&TLS13]));
    for (name, expected) in [("localhost", 0), ("api.example.com", 1), ("www.example.com", 2)] {
        let mut client = connect(&config, name);
        let mut end = End::new(&server.front);
        assert_eq!(pump(&mut client, &mut end, 100_000), Met::Fine);
        assert_eq!(client.peer_certificates(), Some(&server.certificates[expected..=expected]), "{name}");
        let described = end.session.expect("a session").describe();
        assert!(described.starts_with("TLSv1.3 TLS_AES_") && described.ends_with(name), "{described}");
    }
}

#[test]
fn clients_that_speak_http2_are_handed_over_unread() {
    for (flags, names, expected) in [
        (HTTP2, vec!["h2", "http/1.1"], true),
        (HTTP2, vec!["http/1.1"], false),
        (HTTP2, vec![], false),
        (0, vec!["h2", "http/1.1"], false),
    ] {
        let server = Server::new(flags, &["localhost"]);
        let mut config = server.client_config(&[&TLS12, &TLS13]);
        config.alpn_protocols = names.iter().map(|name| name.as_bytes().to_vec()).collect();
        let mut client = connect(&Arc::new(config), "localhost");
        let mut greeting = Vec::new();
        client.write_tls(&mut greeting).expect("memory");
        let mut end = End::new(&server.front);
        let (first, last) = greeting.split_at(100);
        assert_eq!(end.take(first), Met::Fine);
        let met = end.take(last);
        assert_eq!(met, if expected { Met::HandedOver(greeting) } else { Met::Fine }, "{flags} {names:?}");
    }
}

#[test]
fn what_rustls_cannot_speak_is_handed_over_with_all_that_came() {
    let server = Server::new(0, &["localhost"]);
    let mut provider = aws_lc_rs::default_provider();
    // The key of the server is for ECDSA.
    provider.cipher_suites = vec![aws_lc_rs::cipher_suite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256];
    let config = ClientConfig::builder_with_provider(Arc::new(provider)).with_protocol_versions(&[&TLS12]).expect("TLS 1.2");
    let config = config.with_root_certificates(RootCertStore::empty()).with_no_client_auth();
    let mut other = Vec::new();
    connect(&Arc::new(config), "localhost").write_tls(&mut other).expect("memory");
    // A record that is announced, and never comes.
    let endless = [&b"\x16\x03\x01\x40\x00\x01\x00\xff\xff"[..], &[0; 30_000]].concat();
    for bytes in [other, b"GET / HTTP/1.1\r\nhost: a\r\n\r\n".to_vec(), vec![0; 70_000], endless] {
        let mut end = End::new(&server.front);
        let mut met = Met::Fine;
        let mut given = 0;
        for part in bytes.chunks(10_000) {
            met = end.take(part);
            given += part.len();
            if met != Met::Fine {
                break;
            }
        }
        assert_eq!(met, Met::HandedOver(bytes[..given].to_vec()));
    }
    assert!(!Front::new(&[0; 8]).expect("no certificate at all").serves());
}

#[test]
fn a_greeting_is_handed_over_whole_where_the_certificates_go_while_it_comes() {
    let server = Server::new(0, &["localhost"]);
    let without = Front::new(&[0; 8]).expect("no certificate at all");
    let mut bytes = Vec::new();
    connect(&Arc::new(server.client_config(&[&TLS13])), "localhost").write_tls(&mut bytes).expect("memory");
    for length in [0, 100] {
        let mut greeting = Greeting::default();
        let (first, last) = bytes.split_at(length);
        assert!(matches!(server.front.hear(&mut greeting, first), Verdict::Wait));
        assert!(matches!(without.hear(&mut greeting, last), Verdict::HandOver));
        assert!(greeting.into_bytes() == bytes, "{length}");
    }
}

#[test]
fn a_message_in_records_of_a_byte_each_does_not_fill_the_memory() {
    let server = Server::new(0, &["localhost"]);
    let mut greeting = Vec::new();
    connect(&Arc::new(server.client_config(&[&TLS12])), "localhost").write_tls(&mut greeting).expect("memory");
    let mut end = End::new(&server.front);
    assert_eq!(end.take(&greeting), Met::Fine);
    // The head of a message of 65,535 bytes.
    assert_eq!(end.take(b"\x16\x03\x03\x00\x04\x10\x00\xff\xff"), Met::Fine);
    let records = b"\x16\x03\x03\x00\x01\x00".repeat(1000);
    let taken = (0..60).take_while(|_| end.take(&records) == Met::Fine).count();
    assert_eq!(taken, 64 * 1024 / records.len());
}

#[test]
fn an_older_protocol_is_refused_with_an_alert() {
    const PROTOCOL_VERSION: u8 = 70;
    let server = Server::new(ONLY_TLS13, &["localhost"]);
    let mut greeting = Vec::new();
    connect(&Arc::new(server.client_config(&[&TLS12])), "localhost").write_tls(&mut greeting).expect("memory");
    let mut end = End::new(&server.front);
    assert_eq!(end.take(&greeting), Met::Broken);
    assert_eq!(end.out.last(), Some(&PROTOCOL_VERSION));
}

#[test]
fn settings_that_are_none_are_refused() {
    let mut settings = 0u32.to_ne_bytes().to_vec();
    settings.extend(1u32.to_ne_bytes());
    assert!(Front::new(&settings).is_err());
    piece(&mut settings, b"");
    piece(&mut settings, b"no key");
    settings.extend(1u32.to_ne_bytes());
    piece(&mut settings, b"no certificate");
    assert!(Front::new(&settings).is_err());
    settings.push(0);
    assert!(Front::new(&settings).is_err());
}

/// Numbers that look like chance, the same in each run.
struct Chance(u64);

impl Chance {
    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % below as u64) as usize
    }
}

#[test]
fn whatever_bytes_come_nothing_panics_and_no_text_is_made_up() {
    let server = Server::new(0, &["localhost"]);
    let mut chance = Chance(20_263);
    for round in 0..400 {
        let version = if round % 2 == 0 { &TLS12 } else { &TLS13 };
        let config = Arc::new(server.client_config(&[version]));
        let mut client = connect(&config, "localhost");
        let mut end = End::new(&server.front);
        let good_flights = chance.next(4);
        let mut met = Met::Fine;
        for flight in 0..6 {
            let mut sent = Vec::new();
            while client.wants_write() {
                client.write_tls(&mut sent).expect("memory");
            }
            if flight >= good_flights {
                spoil(&mut sent, &mut chance);
            }
            for part in sent.chunks(1 + chance.next(2000)) {
                met = end.take(part);
                if met != Met::Fine {
                    break;
                }
            }
            let back = std::mem::take(&mut end.out);
            let mut rest = &back[..];
            while !rest.is_empty() && client.read_tls(&mut rest).is_ok() && client.process_new_packets().is_ok() {}
            if met != Met::Fine {
                break;
            }
            if !client.is_handshaking() {
                client.writer().write_all(b"text").expect("memory");
            }
        }
        let whole = end.text.chunks(4).all(|word| word == b"text");
        assert!(whole, "{round}: {:?}", String::from_utf8_lossy(&end.text));
    }
}

/// Changes, cuts, repeats or adds bytes.
fn spoil(bytes: &mut Vec<u8>, chance: &mut Chance) {
    if bytes.is_empty() {
        bytes.extend((0..chance.next(300)).map(|at| (at * 31 % 256) as u8));
        return;
    }
    let at = chance.next(bytes.len());
    match chance.next(5) {
        0 => bytes[at] ^= 1 << chance.next(8),
        1 => bytes.truncate(at),
        2 => {
            let again = bytes[at..].to_vec();
            bytes.extend(again);
        }
        3 => bytes.insert(at, chance.next(256) as u8),
        _ => bytes[at..].fill(chance.next(256) as u8),
    }
}
