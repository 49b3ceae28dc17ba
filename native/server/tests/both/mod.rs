//! Tests that run with epoll, and with io_uring where the kernel has what is needed.

/// Makes two tests of each function, which takes the kind.
macro_rules! with_both {
    ($($name:ident),* $(,)?) => {
        mod epoll {
            $(#[test] fn $name() { super::$name(super::IoKind::Epoll); })*
        }
        mod ring {
            $(#[test] fn $name() { if super::both::has_ring() { super::$name(super::IoKind::Ring); } })*
        }
    };
}

pub fn has_ring() -> bool {
    let fault = armature_server::ring_fault();
    if let Some(error) = &fault {
        eprintln!("skipped: {error}");
    }
    fault.is_none()
}
