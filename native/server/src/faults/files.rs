//! What becomes of files where system calls fail, or a disk would have to be waited for.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::fd::{AsFd, AsRawFd, RawFd};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use super::{clear, plan};
use crate::files::{Piece, Sent, WHOLE_BYTES, send};
use crate::sys;

static COUNT: AtomicU32 = AtomicU32::new(0);

/// A file, a socket that it goes to, and the other end of that.
struct Bench {
    path: PathBuf,
    content: Vec<u8>,
    file: File,
    socket: UnixStream,
    client: UnixStream,
}

impl Bench {
    fn new(bytes: usize) -> Bench {
        clear();
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("armature-files-{}-{number}", std::process::id()));
        let content: Vec<u8> = (0..bytes).map(|at| (at % 251) as u8).collect();
        let mut file = File::create(&path).expect("a file");
        file.write_all(&content).expect("room");
        file.sync_all().expect("a disk");
        let (socket, client) = UnixStream::pair().expect("two sockets");
        sys::set_non_blocking(socket.as_fd()).expect("it is open");
        let file = File::open(&path).expect("it is there");
        Bench { path, content, file, socket, client }
    }

    fn fd(&self) -> RawFd {
        self.file.as_raw_fd()
    }

    fn send(&self, front: &str, start: u64, length: u64) -> Sent {
        let mut front = front.as_bytes().to_vec();
        send(self.socket.as_fd(), &mut front, Piece { file: self.fd(), start, length }).expect("it is open")
    }

    fn received(&mut self, count: usize) -> Vec<u8> {
        let mut all = vec![0; count];
        self.client.read_exact(&mut all).expect("all of it");
        all
    }

    /// Has the kernel forget what it has in memory of the file; `false` where the file system keeps it.
    fn evict(&self) -> bool {
        sys::forget(self.fd());
        sys::cached_pages(self.fd(), 0, self.content.len() as u64).is_ok_and(|pages| pages == 0)
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        clear();
        let _ = fs::remove_file(&self.path);
    }
}

fn faults(text: &str) {
    plan(text).expect("a plan");
}

fn sent(bytes: usize, full: bool) -> Sent {
    Sent { bytes, full }
}

#[test]
fn a_piece_leaves_behind_what_is_in_front_of_it() {
    for length in [0, 1, WHOLE_BYTES - 1, WHOLE_BYTES, WHOLE_BYTES + 1, 100_000] {
        let mut bench = Bench::new(110_000);
        assert_eq!(bench.send("front", 7, length), sent(5 + length as usize, false));
        let expected = [b"front", &bench.content[7..7 + length as usize]].concat();
        assert!(bench.received(expected.len()) == expected, "{length}");
    }
}

#[test]
fn what_is_not_in_memory_is_left_and_the_front_leaves() {
    for length in [10_000, 100_000] {
        let mut bench = Bench::new(110_000);
        if !bench.evict() {
            return;
        }
        assert_eq!(bench.send("front", 0, length), sent(5, false));
        assert_eq!(bench.received(5), b"front");
        // Whoever is told reads it, and has it in memory then.
        fs::read(&bench.path).expect("it is there");
        assert_eq!(bench.send("", 0, length), sent(length as usize, false));
    }
}

#[test]
fn the_part_that_is_in_memory_leaves() {
    let mut bench = Bench::new(1024 * 1024);
    if !bench.evict() {
        return;
    }
    let mut part = vec![0; 64 * 1024];
    (&bench.file).read_exact(&mut part).expect("it is there");
    // The kernel may have read on by itself.
    let first = bench.send("", 0, 900_000);
    assert!(first.bytes >= part.len() || first.full, "{first:?}");
    let expected = bench.content[..first.bytes].to_vec();
    assert!(bench.received(first.bytes) == expected);
}

#[test]
fn a_kernel_that_does_not_tell_what_is_in_memory_is_asked_for_each_page() {
    for error in ["EPERM", "EOPNOTSUPP"] {
        let mut bench = Bench::new(110_000);
        faults(&format!("cached:{error}/1"));
        assert_eq!(bench.send("", 3, 100_000), sent(100_000, false), "{error}");
        let expected = bench.content[3..100_003].to_vec();
        assert!(bench.received(100_000) == expected);
        clear();
        if bench.evict() {
            faults(&format!("cached:{error}/1"));
            assert_eq!(bench.send("", 0, 100_000), sent(0, false), "{error}");
        }
    }
}

#[test]
fn a_file_system_that_tells_nothing_is_left_to_be_read() {
    let bench = Bench::new(110_000);
    faults("cached:EPERM/1 read-at:EOPNOTSUPP/1");
    assert_eq!(bench.send("", 0, 100_000), sent(0, false));
    assert_eq!(bench.send("front", 0, 1000), sent(5, false));
}

#[test]
fn a_file_system_that_tells_and_cannot_read_at_once_is_read() {
    let mut bench = Bench::new(10_000);
    faults("read-at:EOPNOTSUPP@1");
    assert_eq!(bench.send("front", 0, 10_000), sent(10_005, false));
    assert!(bench.received(10_005)[5..] == bench.content[..]);
}

#[test]
fn a_file_that_cannot_be_sent_is_left_to_be_read() {
    for error in ["EINVAL", "EIO", "EOPNOTSUPP"] {
        let mut bench = Bench::new(110_000);
        faults(&format!("send-file:short=40000@1 send-file:{error}@2"));
        assert_eq!(bench.send("front", 0, 100_000), sent(40_005, false), "{error}");
        assert!(bench.received(40_005)[5..] == bench.content[..40_000]);
    }
}

#[test]
fn a_socket_that_is_full_is_told_with_what_it_took() {
    for error in ["EAGAIN", "EINTR", "ENOBUFS"] {
        let mut bench = Bench::new(110_000);
        faults(&format!("send-file:short=5000@1 send-file:{error}@2 send:short=2@2"));
        assert_eq!(bench.send("front", 0, 100_000), sent(5005, true), "{error}");
        assert_eq!(bench.send("front", 0, 100_000), sent(2, true), "the front waits");
        assert_eq!(bench.received(5007)[5005..], *b"fr");
    }
}

#[test]
fn short_writes_send_every_byte_once() {
    let mut bench = Bench::new(110_000);
    faults("send-file:short=777/1");
    assert_eq!(bench.send("", 0, 100_000), sent(100_000, false));
    let expected = bench.content[..100_000].to_vec();
    assert!(bench.received(100_000) == expected);
}

#[test]
fn a_real_socket_that_is_full_takes_the_rest_later() {
    let mut bench = Bench::new(4 * 1024 * 1024);
    let length = bench.content.len();
    let mut got = Vec::new();
    while got.len() < length {
        let step = bench.send("", got.len() as u64, (length - got.len()) as u64);
        assert!(step.full || got.len() + step.bytes == length, "{step:?}");
        let piece = bench.received(step.bytes);
        got.extend_from_slice(&piece);
    }
    assert!(got == bench.content);
}

#[test]
fn a_file_that_has_become_shorter_is_left_where_it_ends() {
    let bench = Bench::new(110_000);
    fs::OpenOptions::new().write(true).open(&bench.path).expect("it is there").set_len(70_000).expect("it is a file");
    let Sent { bytes, full } = bench.send("", 0, 100_000);
    assert!(bytes <= 70_000 && !full, "{bytes}");
    assert_eq!(bench.send("", 70_000, 30_000), sent(0, false));
    assert_eq!(bench.send("", 69_999, 100), sent(1, false));
}

#[test]
fn a_connection_that_is_broken_is_an_error_and_a_descriptor_that_is_none_is_not() {
    let bench = Bench::new(110_000);
    for text in ["send-file:EPIPE@1", "send:ECONNRESET@1"] {
        faults(text);
        let piece = Piece { file: bench.fd(), start: 0, length: 100_000 };
        assert!(send(bench.socket.as_fd(), &mut b"front".to_vec(), piece).is_err(), "{text}");
    }
    clear();
    for length in [10, 100_000] {
        let piece = Piece { file: 100_000, start: 0, length };
        assert_eq!(send(bench.socket.as_fd(), &mut b"front".to_vec(), piece).ok(), Some(sent(5, false)));
    }
}
