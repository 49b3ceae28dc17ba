//! The floor: an epoll loop that parses nothing. It counts the ends of heads in what it read and writes so many constant answers.
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::fd::AsRawFd;

const JSON: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 27\r\n\r\n{\"message\":\"Hello, World!\"}";
const TEXT: &[u8] =
    b"HTTP/1.1 200 OK\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: 13\r\n\r\nHello, World!";

fn watch(poll: i32, fd: i32) {
    let mut event = libc::epoll_event { events: libc::EPOLLIN as u32, u64: fd as u64 };
    // SAFETY: both descriptors are open, and the event lives for the call.
    unsafe { libc::epoll_ctl(poll, libc::EPOLL_CTL_ADD, fd, &mut event) };
}

/// Answers what was read; false where the client has gone.
fn serve(stream: &mut TcpStream, input: &mut [u8], output: &mut Vec<u8>) -> bool {
    let Ok(count) = stream.read(input) else { return true };
    if count == 0 {
        return false;
    }
    let read = &input[..count];
    let answer = if read.starts_with(b"GET /plaintext") { TEXT } else { JSON };
    output.clear();
    for _ in read.windows(4).filter(|window| *window == b"\r\n\r\n") {
        output.extend_from_slice(answer);
    }
    stream.write_all(output).is_ok()
}

fn main() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    println!("listening {}", listener.local_addr().expect("an address").port());
    // SAFETY: takes no memory of ours.
    let poll = unsafe { libc::epoll_create1(0) };
    watch(poll, listener.as_raw_fd());
    let mut streams: Vec<Option<TcpStream>> = Vec::new();
    let mut events = vec![libc::epoll_event { events: 0, u64: 0 }; 512];
    let mut input = vec![0u8; 65536];
    let mut output = Vec::with_capacity(65536);
    loop {
        // SAFETY: the kernel writes at most as many events as the list holds.
        let ready = unsafe { libc::epoll_wait(poll, events.as_mut_ptr(), events.len() as i32, -1) };
        for event in &events[..ready.max(0) as usize] {
            let fd = event.u64 as usize;
            if fd == listener.as_raw_fd() as usize {
                let Ok((stream, _)) = listener.accept() else { continue };
                let _ = stream.set_nodelay(true);
                let at = stream.as_raw_fd() as usize;
                if streams.len() <= at {
                    streams.resize_with(at + 1, || None);
                }
                watch(poll, at as i32);
                streams[at] = Some(stream);
            } else if let Some(stream) = streams.get_mut(fd).and_then(Option::as_mut) {
                if !serve(stream, &mut input, &mut output) {
                    streams[fd] = None;
                }
            }
        }
    }
}
