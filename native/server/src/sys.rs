//! The system calls, as safe functions.

pub mod uring;

use std::io;
use std::mem::{MaybeUninit, size_of};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};

use libc::{c_int, c_void, epoll_event, socklen_t};

use crate::faults::{Call, pass};

mod files;

#[cfg(test)]
pub use files::forget;
pub use files::{cached_pages, is_of_socket, page_bytes, read_at, send_file};

/// Bytes can be read, or the other side has ended.
pub const READABLE: u32 = libc::EPOLLIN as u32;
/// Bytes can be written.
pub const WRITABLE: u32 = libc::EPOLLOUT as u32;
/// Reported whether asked for or not: there is an error, or both directions are over.
pub const BROKEN: u32 = (libc::EPOLLERR | libc::EPOLLHUP) as u32;

/// What is told of connections where the kernel refuses to go on with all of them (`EIO`).
pub const BROKEN_RING: i32 = libc::EIO;

/// The number of a system error; `EIO` for those of other kinds.
#[must_use]
pub fn error_number(error: &io::Error) -> i32 {
    error.raw_os_error().unwrap_or(libc::EIO)
}

/// Whether the call can be made again as it was: it would have had to wait, was interrupted, or the system has no buffers for it now.
#[must_use]
pub fn is_passing(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(libc::EAGAIN | libc::EINTR | libc::ENOBUFS))
}

/// Whether there are no descriptors left for the process or the system.
#[must_use]
pub fn out_of_descriptors(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(libc::EMFILE | libc::ENFILE))
}

/// Whether an error of accepting concerns the client that came and not the ones behind it (accept(2)).
#[must_use]
pub fn lost_before_accepted(error: &io::Error) -> bool {
    matches!(
        error.raw_os_error(),
        Some(libc::ECONNABORTED | libc::EINTR | libc::EPROTO | libc::ENETDOWN | libc::EHOSTUNREACH | libc::ENETUNREACH)
    )
}

fn check(result: c_int) -> io::Result<c_int> {
    if result < 0 { Err(io::Error::last_os_error()) } else { Ok(result) }
}

fn check_size(result: isize) -> io::Result<usize> {
    usize::try_from(result).map_err(|_| io::Error::last_os_error())
}

/// A descriptor of one's own for a socket that somebody else has open and closes.
///
/// # Errors
/// Where `fd` is none, or there are no descriptors left.
pub fn duplicate(fd: RawFd) -> io::Result<OwnedFd> {
    if fd < 0 {
        return Err(io::Error::from_raw_os_error(libc::EBADF));
    }
    // SAFETY: takes numbers alone; a number that is no descriptor is an error.
    let own = check(unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 3) })?;
    // SAFETY: the kernel has just made it for us.
    Ok(unsafe { OwnedFd::from_raw_fd(own) })
}

/// Sends small writes at once; on Linux the accepted sockets of a listening one inherit it.
///
/// # Errors
/// Where the socket is not TCP.
pub fn set_no_delay(socket: BorrowedFd<'_>) -> io::Result<()> {
    let on: c_int = 1;
    let size = size_of::<c_int>() as socklen_t;
    let value = (&raw const on).cast::<c_void>();
    // SAFETY: `value` points to `size` bytes, which live until the call returns.
    check(unsafe { libc::setsockopt(socket.as_raw_fd(), libc::IPPROTO_TCP, libc::TCP_NODELAY, value, size) }).map(drop)
}

/// Makes calls on a descriptor return instead of waiting.
///
/// # Errors
/// Where the system refuses.
pub fn set_non_blocking(fd: BorrowedFd<'_>) -> io::Result<()> {
    // SAFETY: takes and gives numbers alone.
    let flags = check(unsafe { libc::fcntl(fd.as_raw_fd(), libc::F_GETFL) })?;
    // SAFETY: as above.
    check(unsafe { libc::fcntl(fd.as_raw_fd(), libc::F_SETFL, flags | libc::O_NONBLOCK) }).map(drop)
}

/// Accepts one connection, which does not block.
///
/// # Errors
/// Where nobody waits, or there are no descriptors left.
pub fn accept(listener: BorrowedFd<'_>) -> io::Result<(OwnedFd, Option<SocketAddr>)> {
    pass(Call::Accept, 0)?;
    let mut storage = MaybeUninit::<libc::sockaddr_storage>::zeroed();
    let mut size = size_of::<libc::sockaddr_storage>() as socklen_t;
    let flags = libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC;
    // SAFETY: `storage` has `size` bytes, which the kernel does not go beyond.
    let fd = check(unsafe { libc::accept4(listener.as_raw_fd(), storage.as_mut_ptr().cast(), &raw mut size, flags) })?;
    // SAFETY: the kernel has just made it for us.
    let socket = unsafe { OwnedFd::from_raw_fd(fd) };
    // SAFETY: all zeroes are a valid `sockaddr_storage`, and the kernel has written an address over them.
    let storage = unsafe { storage.assume_init() };
    Ok((socket, to_address(&storage)))
}

/// The address of the other side, where it has one.
///
/// # Errors
/// Where the other side is gone.
pub fn peer_address(socket: BorrowedFd<'_>) -> io::Result<Option<SocketAddr>> {
    let mut storage = MaybeUninit::<libc::sockaddr_storage>::zeroed();
    let mut size = size_of::<libc::sockaddr_storage>() as socklen_t;
    // SAFETY: `storage` has `size` bytes, which the kernel does not go beyond.
    check(unsafe { libc::getpeername(socket.as_raw_fd(), storage.as_mut_ptr().cast(), &raw mut size) })?;
    // SAFETY: all zeroes are a valid `sockaddr_storage`, and the kernel has written an address over them.
    let storage = unsafe { storage.assume_init() };
    Ok(to_address(&storage))
}

/// Has a connection reset when it is closed.
#[cfg(test)]
pub fn reset_at_close(socket: BorrowedFd<'_>) {
    let linger = libc::linger { l_onoff: 1, l_linger: 0 };
    let (value, size) = ((&raw const linger).cast::<c_void>(), size_of::<libc::linger>() as socklen_t);
    // SAFETY: `value` points to `size` bytes, which live until the call returns.
    let result = unsafe { libc::setsockopt(socket.as_raw_fd(), libc::SOL_SOCKET, libc::SO_LINGER, value, size) };
    assert_eq!(result, 0);
}

fn to_address(storage: &libc::sockaddr_storage) -> Option<SocketAddr> {
    let pointer = &raw const *storage;
    match c_int::from(storage.ss_family) {
        libc::AF_INET => {
            // SAFETY: the family says so, and the storage is large enough and aligned for every address.
            let address = unsafe { &*pointer.cast::<libc::sockaddr_in>() };
            let ip = Ipv4Addr::from(u32::from_be(address.sin_addr.s_addr));
            Some(SocketAddr::V4(SocketAddrV4::new(ip, u16::from_be(address.sin_port))))
        }
        libc::AF_INET6 => {
            // SAFETY: as above.
            let address = unsafe { &*pointer.cast::<libc::sockaddr_in6>() };
            let ip = Ipv6Addr::from(address.sin6_addr.s6_addr);
            let port = u16::from_be(address.sin6_port);
            Some(SocketAddr::V6(SocketAddrV6::new(ip, port, address.sin6_flowinfo, address.sin6_scope_id)))
        }
        _ => None,
    }
}

/// The name of a network interface, e.g. `eth0`.
#[must_use]
pub fn interface_name(index: u32) -> Option<String> {
    let mut name = [0u8; libc::IF_NAMESIZE];
    // SAFETY: `name` has the size that the call asks for.
    let found = unsafe { libc::if_indextoname(index, name.as_mut_ptr().cast()) };
    if found.is_null() {
        return None;
    }
    let end = name.iter().position(|&byte| byte == 0).unwrap_or(name.len());
    std::str::from_utf8(&name[..end]).ok().map(str::to_owned)
}

/// Reads what is there, as far as there is room for it; 0 at the end.
///
/// # Errors
/// Where nothing is there, or the connection is broken.
pub fn receive(socket: BorrowedFd<'_>, room: &mut [u8]) -> io::Result<usize> {
    let most = pass(Call::Receive, room.len())?;
    // SAFETY: the kernel writes into `room` and not beyond its length, which is no less than `most`.
    check_size(unsafe { libc::recv(socket.as_raw_fd(), room.as_mut_ptr().cast(), most, 0) })
}

/// Writes as much as the system takes; `more` says that further bytes come at once, and lets the system wait for them.
///
/// # Errors
/// Where it takes nothing now, or the connection is broken.
pub fn send(socket: BorrowedFd<'_>, bytes: &[u8], more: bool) -> io::Result<usize> {
    let most = pass(Call::Send, bytes.len())?;
    let flags = libc::MSG_NOSIGNAL | if more { libc::MSG_MORE } else { 0 };
    // SAFETY: the kernel reads `bytes` and not beyond its length, which is no less than `most`.
    check_size(unsafe { libc::send(socket.as_raw_fd(), bytes.as_ptr().cast(), most, flags) })
}

/// Ends our direction of a connection.
///
/// # Errors
/// Where it is broken already.
pub fn end(socket: BorrowedFd<'_>) -> io::Result<()> {
    // SAFETY: takes numbers alone.
    check(unsafe { libc::shutdown(socket.as_raw_fd(), libc::SHUT_WR) }).map(drop)
}

/// The processors that this thread may run on.
///
/// # Errors
/// Where the system refuses.
pub fn allowed_cpus() -> io::Result<Vec<usize>> {
    // SAFETY: all zeroes are an empty set.
    let mut set: libc::cpu_set_t = unsafe { std::mem::zeroed() };
    // SAFETY: the kernel writes a set of this size.
    check(unsafe { libc::sched_getaffinity(0, size_of::<libc::cpu_set_t>(), &raw mut set) })?;
    // SAFETY: every number is below the size of the set.
    Ok((0..libc::CPU_SETSIZE as usize).filter(|&cpu| unsafe { libc::CPU_ISSET(cpu, &set) }).collect())
}

/// Lets this thread run on these processors alone; threads that it starts later do so as well.
///
/// # Errors
/// Where there is none among them that the process may use.
pub fn allow_cpus(cpus: &[usize]) -> io::Result<()> {
    // SAFETY: all zeroes are an empty set.
    let mut set: libc::cpu_set_t = unsafe { std::mem::zeroed() };
    for &cpu in cpus {
        if cpu >= libc::CPU_SETSIZE as usize {
            return Err(io::Error::from_raw_os_error(libc::EINVAL));
        }
        // SAFETY: the number is below the size of the set.
        unsafe { libc::CPU_SET(cpu, &mut set) };
    }
    // SAFETY: the kernel reads a set of this size.
    check(unsafe { libc::sched_setaffinity(0, size_of::<libc::cpu_set_t>(), &raw const set) }).map(drop)
}

/// Watches descriptors.
pub struct Epoll {
    fd: OwnedFd,
}

/// What epoll has to say about a descriptor.
#[derive(Clone, Copy)]
pub struct Ready {
    /// What the descriptor was added with.
    pub token: u64,
    /// [`READABLE`], [`WRITABLE`], [`BROKEN`].
    pub flags: u32,
}

impl Epoll {
    /// # Errors
    /// Where there are no descriptors left.
    pub fn new() -> io::Result<Epoll> {
        // SAFETY: takes a number alone.
        let fd = check(unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) })?;
        // SAFETY: the kernel has just made it for us.
        Ok(Epoll { fd: unsafe { OwnedFd::from_raw_fd(fd) } })
    }

    /// # Errors
    /// Where the descriptor is watched already, or cannot be.
    pub fn add(&self, fd: BorrowedFd<'_>, token: u64, flags: u32) -> io::Result<()> {
        pass(Call::Add, 0)?;
        self.control(libc::EPOLL_CTL_ADD, fd, token, flags)
    }

    /// # Errors
    /// Where the descriptor is not watched.
    pub fn change(&self, fd: BorrowedFd<'_>, token: u64, flags: u32) -> io::Result<()> {
        pass(Call::Change, 0)?;
        self.control(libc::EPOLL_CTL_MOD, fd, token, flags)
    }

    /// # Errors
    /// Where the descriptor is not watched.
    pub fn remove(&self, fd: BorrowedFd<'_>) -> io::Result<()> {
        pass(Call::Remove, 0)?;
        self.control(libc::EPOLL_CTL_DEL, fd, 0, 0)
    }

    fn control(&self, operation: c_int, fd: BorrowedFd<'_>, token: u64, flags: u32) -> io::Result<()> {
        let mut event = epoll_event { events: flags, u64: token };
        // SAFETY: `event` lives until the call returns.
        check(unsafe { libc::epoll_ctl(self.fd.as_raw_fd(), operation, fd.as_raw_fd(), &raw mut event) }).map(drop)
    }

    /// Adds what is ready now to `ready`, `most` at most, without waiting.
    ///
    /// # Errors
    /// Where the system refuses.
    pub fn take_ready(&self, ready: &mut Vec<Ready>, most: usize) -> io::Result<()> {
        const MOST: usize = 256;
        pass(Call::Ready, 0)?;
        let mut events = [const { MaybeUninit::<epoll_event>::uninit() }; MOST];
        let room = most.min(MOST) as c_int;
        // SAFETY: the kernel writes `room` events at most, for which there is room.
        let count = check(unsafe { libc::epoll_wait(self.fd.as_raw_fd(), events.as_mut_ptr().cast(), room, 0) })?;
        for event in &events[..count as usize] {
            // SAFETY: the kernel has written the first `count` events.
            let event = unsafe { event.assume_init() };
            ready.push(Ready { token: event.u64, flags: event.events });
        }
        Ok(())
    }
}

impl AsFd for Epoll {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}
