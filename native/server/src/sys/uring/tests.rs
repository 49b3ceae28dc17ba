//! What a ring says where it is forbidden.

use libc::{BPF_ABS, BPF_JEQ, BPF_JMP, BPF_K, BPF_LD, BPF_RET, BPF_W};

use super::{Sizes, Uring};

const SIZES: Sizes = Sizes { requests: 8, completions: 16, buffers: 2, buffer_bytes: 64 };

/// Has the kernel forbid rings to this thread, as the profiles of containers do.
fn forbid_rings() {
    let load = (BPF_LD | BPF_W | BPF_ABS) as u16;
    let (is_equal, give) = ((BPF_JMP | BPF_JEQ | BPF_K) as u16, (BPF_RET | BPF_K) as u16);
    let mut program = [
        libc::sock_filter { code: load, jt: 0, jf: 0, k: 0 },
        libc::sock_filter { code: is_equal, jt: 0, jf: 1, k: libc::SYS_io_uring_setup as u32 },
        libc::sock_filter { code: give, jt: 0, jf: 0, k: libc::SECCOMP_RET_ERRNO | libc::EPERM as u32 },
        libc::sock_filter { code: give, jt: 0, jf: 0, k: libc::SECCOMP_RET_ALLOW },
    ];
    let filter = libc::sock_fprog { len: program.len() as u16, filter: program.as_mut_ptr() };
    // SAFETY: a program of four instructions, which the kernel copies.
    unsafe {
        assert_eq!(libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
        assert_eq!(libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_FILTER, &raw const filter), 0);
    }
}

#[test]
fn a_ring_that_is_forbidden_is_an_error_that_says_so() {
    let tried = std::thread::spawn(|| {
        forbid_rings();
        Uring::new(SIZES).err().and_then(|error| error.raw_os_error())
    });
    assert_eq!(tried.join().expect("no panic"), Some(libc::EPERM));
}
